"""`python -m seeds.demo.make` writes the demo corpus anew; `--check` only says what would change."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from seeds.demo.make import agreements, notices, several
from seeds.demo.make.bounties import bounties
from seeds.demo.make.document import Written
from seeds.demo.make.profiles import profiles
from seeds.demo.make.reports import reports
from seeds.demo.make.sheets import sheets
from seeds.demo.make.world import HOME, World, load


def documents(world: World) -> list[Written]:
    """Every file of the corpus."""
    forms = {**notices.FORMS, **several.FORMS, **agreements.FORMS}
    return [
        *(forms[contract["form"]](world, contract) for contract in world.raw["contracts"]),
        agreements.renaming(world, world.firm("F13")),
        *bounties(world),
        *reports(world),
        *profiles(world),
        *sheets(world),
    ]


def need_lines(world: World) -> list[dict[str, Any]]:
    """Needs with their buyers' names."""
    return [{**need, "buyer": world.firm(need["buyer"]).name, "demo": True} for need in world.raw["needs"]]


def bounty_lines(world: World) -> list[dict[str, Any]]:
    """Bounties with names in place of ids."""
    lines = []
    for bounty in world.raw["bounties"]:
        line = {
            **bounty,
            "poster": world.firm(bounty["poster"]).name,
            "organiser": world.firm(bounty["organiser"]).name,
            "demo": True,
        }
        if "team" in bounty:
            line["team"] = [
                {"name": world.firm(key).name, "role": role, "task": task} for key, role, task in bounty["team"]
            ]
        lines.append(line)
    return lines


def firm_lines(world: World) -> list[dict[str, Any]]:
    """The firms and buyers with their true ids, codes and places: what identity resolution should arrive at."""
    return [
        {
            "id": firm.id,
            "name": firm.name,
            "short_name": firm.short,
            "former": firm.more.get("former"),
            "credit_code": firm.code,
            "region": firm.region,
            "address": firm.address,
            "products": list(firm.products),
            "demo": True,
        }
        for firm in (*world.small(), *world.buyers())
    ]


def files(world: World) -> dict[str, bytes]:
    """Path below seeds/demo to content, for everything that is generated."""
    written = documents(world)
    manifest = {"demo": True, "notice": world.notice, "documents": [dict(doc.entry()) for doc in written]}
    out = {doc.file: doc.data for doc in written}
    out["manifest.yml"] = yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False, width=200).encode()
    out["truth.jsonl"] = _lines(fact for doc in written for fact in doc.facts)
    out["needs.jsonl"] = _lines(need_lines(world))
    out["bounties.jsonl"] = _lines(bounty_lines(world))
    out["firms.jsonl"] = _lines(firm_lines(world))
    out["regions.jsonl"] = _lines(world.raw["regions"])
    return out


def _lines(rows: Any) -> bytes:
    seen: list[Mapping[str, Any]] = list(rows)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in seen).encode()


def main(folder: Path = HOME, check: bool = False) -> int:
    """Write the corpus, or with `check` say which files differ; returns the number of files that differ."""
    differ = 0
    for name, data in files(load(folder)).items():
        path = folder / name
        if path.exists() and path.read_bytes() == data:
            continue
        differ += 1
        print(name)
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    return differ


if __name__ == "__main__":
    sys.exit(1 if main(check="--check" in sys.argv) and "--check" in sys.argv else 0)
