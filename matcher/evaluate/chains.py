"""Placement measured: names of products of real firms, drawn by a committed seed and placed by reading.

The gold (`gold/*.jsonl`) keeps a hash for each name, the nodes where it stands, and nodes where a reader would let it
pass either way, which count neither for nor against. Names come from the archive of ChainKnowledgeGraph. Pairs of a
name and a node are counted, each by how many names of the archive the drawn one stands for. The gold PATENTS has
titles of patents instead, from a file of patents as JSON lines.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np

from matcher.chain.patents import patent_places
from matcher.chain.placement import LEAST, Placer
from matcher.chain.template import packaged
from matcher.evaluate.ranking import SAMPLES, Figure
from matcher.files import read_chain

GOLD = "chain_places"
PATENTS = "chain_patents"

Half = Literal["tune", "hold"]


def hashed(product: str) -> str:
    """What the gold keeps of a name."""
    return hashlib.sha256(product.encode()).hexdigest()[:16]


def half_of(product: str) -> Half:
    """The half of a hash. Errors of `tune` may be looked at; `hold` shows whether tuning paid."""
    return "hold" if int(product[-1], 16) % 2 else "tune"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn name: its hash, stratum, weight, nodes (`chain:node`) where it stands, and those that pass either way."""

    product: str
    stratum: str
    weight: float
    nodes: tuple[str, ...]
    either: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As a line of the gold."""
        row: dict[str, Any] = {"product": self.product, "stratum": self.stratum, "weight": round(self.weight, 3)}
        row["nodes"] = list(self.nodes)
        return row | ({"either": list(self.either)} if self.either else {})


def load(name: str = GOLD) -> list[Drawn]:
    """The names of a gold in the order of their drawing; raises FileNotFoundError for one that is not there."""
    lines = files(__package__).joinpath("gold", f"{name}.jsonl").read_text("utf-8").splitlines()
    rows = map(json.loads, lines)
    return [
        Drawn(row["product"], row["stratum"], row["weight"], tuple(row["nodes"]), tuple(row.get("either", ())))
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Precision and recall over weighted pairs, and how many pairs were said, right and to be found (unweighted).

    `strict` is the precision where nodes that pass either way count as wrong.
    """

    names: int
    said: int
    right: int
    wanted: int
    precision: Figure
    recall: Figure
    strict: Figure

    def __str__(self) -> str:
        counts = f"{self.names} names, {self.wanted} places, {self.said} said, {self.right} right"
        return f"precision {self.precision}  recall {self.recall}  strict {self.strict}  ({counts})"

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        counts = {"names": self.names, "wanted": self.wanted, "said": self.said, "right": self.right}
        figures = {"precision": self.precision, "recall": self.recall, "strict": self.strict}
        return counts | {name: one.to_json() for name, one in figures.items()}


def evaluate(gold: Sequence[Drawn], said: Mapping[str, Iterable[str]]) -> Evaluation:
    """Measure places by hash of the name; the interval is of a bootstrap within strata."""
    rows = np.zeros((len(gold), 4))  # right, said, wanted, said with what passes either way
    for at, one in enumerate(gold):
        found = set(said[one.product])
        sure = found - set(one.either)
        rows[at] = len(sure & set(one.nodes)), len(sure), len(one.nodes), len(found)
    strata: dict[tuple[str, float], list[int]] = defaultdict(list)
    for at, one in enumerate(gold):
        strata[one.stratum, one.weight].append(at)
    chance = np.random.default_rng(0)
    drawn = np.concatenate([chance.choice(members, (SAMPLES, len(members))) for members in strata.values()], axis=1)
    weighed = rows * np.array([one.weight for one in gold])[:, None]
    whole, samples = weighed.sum(axis=0), weighed[drawn].sum(axis=1)

    def share(of: int) -> Figure:
        low, high = np.percentile(samples[:, 0] / np.maximum(samples[:, of], 1e-9), [2.5, 97.5])
        return Figure(float(whole[0] / max(whole[of], 1e-9)), float(low), float(high))

    right, stated, wanted, _ = map(int, rows.sum(axis=0))
    return Evaluation(len(gold), stated, right, wanted, share(1), share(2), share(3))


def names_of(archive: Path, gold: Iterable[Drawn]) -> dict[str, str]:
    """The names behind the hashes, from the archive or the titles of a `.jsonl` of patents.

    Raises BadCorpusError (MA002) for a file that is no archive.
    """
    asked = {one.product for one in gold}
    if archive.suffix == ".jsonl":
        names = {str(json.loads(line)["title"]) for line in archive.read_text("utf-8").splitlines()}
    else:
        names = {name for listed in read_chain(archive).products.values() for name in listed}
    return {key: name for name in names if (key := hashed(name)) in asked}


def measured(archive: Path, places: Callable[[str], Iterable[str]], name: str = GOLD) -> dict[str, Evaluation]:
    """Figures by half of what `places` says of the names of a gold, and of both together."""
    gold = load(name)
    names = names_of(archive, gold)
    said = {key: tuple(places(product)) for key, product in names.items()}
    halves = {half: [one for one in gold if half_of(one.product) == half] for half in ("tune", "hold")}
    return {half: evaluate(members, said) for half, members in {**halves, "both": gold}.items() if members}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures, and on request what was wrong in `tune`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path, help="chainkg.zip, or the patents as JSON lines")
    parser.add_argument("--gold", default=GOLD)
    parser.add_argument("--least", type=float, default=LEAST, help="places of a lower score are left out")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--errors", action="store_true", help="also print what is wrong in the half for tuning")
    options = parser.parse_args(arguments)
    placer = Placer(packaged())

    def places(product: str) -> list[str]:
        found = patent_places(placer, product) if options.gold == PATENTS else placer.places(product)
        return [place.node for place in found if place.score >= options.least]

    found = measured(options.archive, places, options.gold)
    if options.json:
        print(json.dumps({half: one.to_json() for half, one in found.items()}))
    else:
        for half, figures in found.items():
            print(f"{half:5} {figures}")
    if options.errors:
        gold = [one for one in load(options.gold) if half_of(one.product) == "tune"]
        names = names_of(options.archive, gold)
        for one in gold:
            said = set(places(names[one.product]))
            missed, wrong = set(one.nodes) - said, said - set(one.nodes) - set(one.either)
            if missed or wrong:
                signs = [*(f"-{node}" for node in sorted(missed)), *(f"+{node}" for node in sorted(wrong))]
                print(f"{one.weight:6.1f} {names[one.product]}  {' '.join(signs)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
