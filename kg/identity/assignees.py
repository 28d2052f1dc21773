"""How well patents' assignees find their firms: `python -m kg.identity.assignees DATA`.

DATA holds `patents/`, `names/` and `chainkg/`: the register is the firms of the last two. `gold/assignees.jsonl` has,
by reading every assignee beside its nearest firms, the firm of each distinct assignee (by its first patent): ids and
hashes of names alone; an assignee without a line has no firm in the register (universities, persons, daughters). The
command prints matches, right ones, precision and recall.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from kg.identity.firm import Firm
from kg.identity.measure import Figures, companies, load_names
from kg.identity.register import Asked
from kg.identity.resolve import Resolver
from kg.records import stable_hash
from kg.values.name import name_key


def register(data: Path) -> list[Firm]:
    """The firms of `names/` and, under their full names, those of ChainKnowledgeGraph; the id is the name's hash."""
    named, _ = load_names(data)
    firms = {firm.name: firm for firm in named}
    for short, full in companies(data):
        if full is not None:
            firms.setdefault(full, Firm("", full, (short,)))
    return [
        Firm(stable_hash(name_key(name)), name, firm.aliases, None, firm.region) for name, firm in sorted(firms.items())
    ]


def assignees(data: Path) -> dict[str, str]:
    """Each distinct assignee with the id of its first patent."""
    found: dict[str, str] = {}
    for line in (data / "patents" / "patents.dev.jsonl").read_text("utf-8").splitlines():
        patent = json.loads(line)
        found.setdefault(patent["assignee"], patent["id"])
    return found


def gold() -> dict[str, str]:
    """The firm (hash of its name) of each assignee that has one, by patent."""
    lines = files("kg.identity").joinpath("gold", "assignees.jsonl").read_text("utf-8").splitlines()
    return {one["patent"]: one["firm"] for one in map(json.loads, lines)}


def measure(data: Path) -> Figures:
    """Matches of the assignees against the register, judged by the labels."""
    asked, truth = assignees(data), gold()
    answers = Resolver(register(data)).resolve_all(Asked(name) for name in asked)
    total = Figures(wanted=sum(patent in truth for patent in asked.values()))
    for patent, found in zip(asked.values(), answers, strict=True):
        if found.match is not None:
            total += Figures(made=1, right=found.match == truth.get(patent))
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m kg.identity.assignees", description=__doc__)
    parser.add_argument("data", type=Path)
    found = measure(parser.parse_args(arguments).data)
    figures = {"precision": round(found.precision, 4), "recall": round(found.recall, 4)}
    print(json.dumps({"firms": found.wanted, "matches": found.made, "right": found.right, **figures}))
    return 0


if __name__ == "__main__":
    main()
