"""Train the scores of names: `python -m kg.identity.train DATA [--folds 5] [--out FOLDER]`.

DATA holds `names/` (a register, and names with the firm that they mean), `filings/listed_company_names.json` (short and
former names of listed firms) and `chainkg/` (more names, for counts alone). Beside the names with truth, firms left
out of the register teach what is none of the others, and aliases left out teach short names.

Firms are split by the beginning of their brand, so that no firm, no sister firm and no name beside one stands in two
folds: a forest is tested on names and against firms it has not seen. The cuts are chosen inside the training folds, by
a cross validation of their own. Needs LightGBM (the extra `train`).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import BulianError
from kg.identity.compare import SAME
from kg.identity.crowd import WEIGHTS, Crowd
from kg.identity.facts import COLUMNS, facts
from kg.identity.firm import Firm
from kg.identity.measure import Figures, choose, companies, figures, intervals, load_names
from kg.identity.register import AMONG, Asked, Register
from kg.identity.score import Cuts, NameScore, guarded, turned
from kg.learned.growing import SEED, grow, lightgbm
from kg.learned.trees import Table, Trees
from kg.learned.weights import write_card
from kg.values.name import NameParts, split_name

_WEIGHT = {"truth": 1.0, "left out": 0.06, "alias": 0.4, "listed": 0.4, "no firm": 0.05}
"""How much a name of each kind counts."""
_LEFT_OUT, _NO_FIRM = 0.5, 0.3
"""Shares of the firms that are left out once, and of the listed firms outside the register that are asked for."""
_ROUNDS = 360
_FOREST = {
    "objective": "binary",
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "lambda_l2": 3,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A name with the number of the firm it means (-1 none), its kind, and the firm that is left out for it."""

    asked: Asked
    truth: int
    kind: str
    without: int = -1


@dataclass(frozen=True, slots=True)
class Lesson:
    """Samples with their candidates: facts [pairs], for the forest among others and for that of pairs, and truth."""

    samples: list[Sample]
    asked: NDArray[np.int64]
    firm: NDArray[np.int64]
    sure: NDArray[np.float32]
    among: Table
    pair: Table
    right: NDArray[np.float32]
    fold_of_sample: NDArray[np.int64]
    fold_of_firm: NDArray[np.int64]
    short: NDArray[np.bool_]
    """Of each sample: it has no legal form."""

    @property
    def weight(self) -> NDArray[np.float64]:
        """How much each pair counts."""
        return np.array([_WEIGHT[one.kind] for one in self.samples])[self.asked]

    def inside(self, folds: Sequence[int]) -> NDArray[np.bool_]:
        """Pairs of which name and firm are both in these folds, [pairs]."""
        own: NDArray[np.bool_] = np.isin(self.fold_of_sample[self.asked], folds)
        own &= np.isin(self.fold_of_firm[self.firm], folds)
        return own

    def tested(self, fold: int) -> NDArray[np.bool_]:
        """Pairs of the names with truth in a fold, [pairs]."""
        rows: NDArray[np.bool_] = np.array([one.kind == "truth" for one in self.samples])
        rows &= self.fold_of_sample == fold
        return rows[self.asked]


def samples(data: Path, firms: Sequence[Firm], queries: Sequence[dict[str, Any]]) -> list[Sample]:
    """All names to learn from, in a fixed order."""
    number = {firm.id: at for at, firm in enumerate(firms)}
    made = [
        Sample(Asked(one["name"], None, one.get("region")), number.get(one["truth"], -1), "truth") for one in queries
    ]
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    for at, firm in enumerate(firms):
        if chance.random() < _LEFT_OUT:
            region = firm.region if chance.random() < 0.3 else None
            made.append(Sample(Asked(firm.name, None, region), -1, "left out", at))
        made += [Sample(Asked(alias), at, "alias") for alias in firm.aliases]
    known = {split_name(firm.name).bare: at for at, firm in enumerate(firms)}
    known |= {split_name(alias).bare: -2 for firm in firms for alias in firm.aliases}
    listed = json.loads((data / "filings" / "listed_company_names.json").read_text("utf-8"))["data"]
    asked = {one["name"] for one in queries}
    for one in listed:
        firm_at = known.get(split_name(one["secFullName"]).bare, -1)
        shorts = sorted({one["secShortName"], *one.get("secShortNameChg", "").split(",")} - {""} - asked)
        if firm_at >= 0:
            new = [short for short in shorts if short not in firms[firm_at].aliases]
            made += [Sample(Asked(short), firm_at, "listed") for short in new]
        elif firm_at == -1 and chance.random() < _NO_FIRM:
            made += [Sample(Asked(short), -1, "no firm") for short in shorts[:1]]
    return made


def crowd_names(data: Path, firms: Sequence[Firm]) -> list[NameParts]:
    """Names of firms for the counts: the register's and ChainKnowledgeGraph's."""
    names = {firm.name for firm in firms}
    names |= {full or short for short, full in companies(data)}
    return [split_name(name) for name in sorted(names)]


def lesson(firms: Sequence[Firm], made: Sequence[Sample], folds: int, crowd: Crowd) -> Lesson:
    """The candidates of all samples with their facts. Aliases are asked of a register that has none."""
    bare = Register([Firm(firm.id, firm.name, (), firm.key, firm.region) for firm in firms])
    parts = []
    ordered: list[Sample] = []
    pair_tables = []
    for register, chosen in (
        (Register(firms), [one for one in made if one.kind != "alias"]),
        (bare, [one for one in made if one.kind == "alias"]),
    ):
        found = register.candidates([one.asked for one in chosen], [one.without for one in chosen])
        table, _ = found.table(crowd)
        parts.append((found.asked + len(ordered), found.firm, found.sure, table))
        both = [turned(one, other) for one, other in zip(found.ones, found.others, strict=True)]
        pair_tables.append(facts([one for one, _ in both], [other for _, other in both], found.agree, crowd)[0])
        ordered += chosen
    asked, firm, sure, among = (np.concatenate(part) for part in zip(*parts, strict=True))
    names = [split_name(one.name) for one in firms]
    fold_of_firm = np.array([_fold(name, folds) for name in names])
    own = [split_name(one.asked.name) for one in ordered]
    truth = np.array([one.truth for one in ordered])
    return Lesson(
        ordered,
        asked,
        firm,
        sure,
        among,
        np.vstack(pair_tables),
        (truth[asked] == firm).astype(np.float32),
        np.array([fold_of_firm[at] if at >= 0 else _fold(name, folds) for at, name in zip(truth, own, strict=True)]),
        fold_of_firm,
        np.array([not name.form for name in own]),
    )


def _fold(name: NameParts, folds: int) -> int:
    return zlib.crc32((name.brand or name.rest)[:2].encode()) % folds


def fit(held: Lesson, folds: Sequence[int], pair: bool = False) -> Trees:
    """A forest learnt from the pairs inside these folds."""
    inside = held.inside(folds)
    table = held.pair if pair else held.among
    columns = COLUMNS if pair else (*COLUMNS, *AMONG)
    return grow(table[inside], held.right[inside], held.weight[inside], columns, _ROUNDS, **_FOREST)


def cross_validate(held: Lesson, folds: int) -> tuple[list[Figures], list[Figures], list[Cuts]]:
    """Figures of each name, which neither forest nor cuts have seen: among a register, and by pairs alone; the cuts."""
    everything = list(range(folds))
    decided: list[Figures] = []
    by_pair: list[Figures] = []
    cuts = []
    for fold in everything:
        others = [each for each in everything if each != fold]
        inner = np.zeros(len(held.asked), np.float32)
        for each in others:
            tested = held.tested(each)
            trees = fit(held, [one for one in others if one != each])
            inner[tested] = guarded(trees.score(held.among[tested]), held.among[tested])
        cuts.append(choose(held, inner, others))
        tested = held.tested(fold)
        scores = np.zeros(len(held.asked), np.float32)
        scores[tested] = guarded(fit(held, others).score(held.among[tested]), held.among[tested])
        decided += figures(held, scores, [fold], cuts[-1])
        scores[tested] = guarded(fit(held, others, pair=True).score(held.pair[tested]), held.pair[tested])
        by_pair += figures(held, scores, [fold], Cuts(SAME, SAME))
    return decided, by_pair, cuts


def train(data: Path, folds: int) -> tuple[NameScore, dict[str, Any]]:
    """The score of all that is known, and its card."""
    firms, queries = load_names(data)
    crowd = Crowd.of(crowd_names(data, firms))
    held = lesson(firms, samples(data, firms, queries), folds, crowd)
    decided, by_pair, cuts = cross_validate(held, folds)
    whole = Cuts(*(round(float(np.median([getattr(one, name) for one in cuts])), 3) for name in ("full", "short")))
    everything = list(range(folds))
    score = NameScore(crowd, fit(held, everything, pair=True), fit(held, everything), whole)
    kinds = {kind: sum(one.kind == kind for one in held.samples) for kind in _WEIGHT}
    card = {
        "task": "whether names are of one firm",
        "set": {"firms": len(firms), "names": kinds, "pairs": len(held.asked)},
        "split": f"{folds}-fold cross validation by the beginning of the brand; weights learnt on all",
        "date": date.today().isoformat(),
        "measure": {
            "among_a_register": sum(decided, Figures()).said(),
            "pairs_alone_cut_0.7": sum(by_pair, Figures()).said(),
        },
        "interval_95": {"among_a_register": intervals(decided), "pairs_alone_cut_0.7": intervals(by_pair)},
        "command": "python -m kg.identity.train DATA",
        "cuts": {"full": whole.full, "short": whole.short},
        "cuts_by_fold": [[one.full, one.short] for one in cuts],
        "columns": [*COLUMNS, *AMONG],
    }
    return score, card


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures, write weights and card."""
    parser = argparse.ArgumentParser(prog="python -m kg.identity.train", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds names/, filings/ and chainkg/")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path(str(WEIGHTS)))
    options = parser.parse_args(arguments)
    try:
        lightgbm()
        score, card = train(options.data, options.folds)
    except BulianError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(card["measure"]), json.dumps(card["interval_95"]), json.dumps(card["cuts_by_fold"]))
    options.out.mkdir(parents=True, exist_ok=True)
    score.save(options.out)
    write_card(options.out, card)
    return 0


if __name__ == "__main__":
    sys.exit(main())
