"""Graded requirements against achievements: the measures, five-fold cross validation, and the scorecard `bounty-v1`.

Achievements have the form of firms with one product, requirements that of needs with a text; grades are 0 to 3.
Judged nDCG@10 orders the judged pairs alone; Recall@50 is the share of pairs of grade 2 or 3 among the first 50 of all.
The lines of the scorecard are straight and never fall; their points are a logistic regression (weights not below
zero) of a pair's gain, (2^grade - 1) / 7, on the features less their mean over the requirement's pairs, since only
firms of one need are compared. Lines that this data says nothing of (industry, honours, wishes) are those of `v0`; but
the company that a firm keeps, of which nothing was learnt, counts no more than a contract of its own (`OWN`).

`python -m matcher.evaluate.bounty FOLDER` prints the cross validation on a folder with achievements, requirements and
qrels (names as in the options); `--write` makes the scorecard from all of it.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matcher.corpus import Corpus
from matcher.embed import Embedder
from matcher.errors import BadRunError
from matcher.evaluate.ranking import Evaluation, Figure, stated, summary
from matcher.features.registry import FEATURES
from matcher.files import read_firms, read_qrels, read_queries, read_run
from matcher.rank import Ranker
from matcher.scorecard import Line, Scorecard

GOOD, TOP, DEEP = 2, 10, 50
"""Grade from which on a pair counts as found; depths of the two measures."""

NAMES = ("judged nDCG@10", "Recall@50")

LEARNT = ("nearest_product", "core", "text", "sentence", "covered", "characters", "description", "like_makers")
"""Features whose points are learnt. Firms of one product cannot tell the nearest product from all of them: `bounty-v1`
gives each half of what is learnt for it."""

COMPANY, OWN = "industry_peers", "awards"
"""That others of its industry make such things counts in `v0` 28 of 93 points, set where the thing itself is hidden
and only the company tells. Achievements have no industry, so the pairs cannot say what it is worth beside a text: it
counts at most what is given to a contract of the firm's own."""

FOLDS, SEED = 5, 7
SMOOTH = 5.0
"""Weight of the squares of the weights beside the sum of the losses."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged requirement: grade of every achievement (-1 where nobody judged it) and features [achievements, n]."""

    grades: NDArray[np.int64]
    values: NDArray[np.float64]

    @property
    def counts(self) -> bool:
        """Whether the measures count it."""
        return bool((self.grades >= GOOD).any())


def measures(order: NDArray[np.int64], grades: NDArray[np.int64]) -> tuple[float, float]:
    """Judged nDCG@10 and Recall@50 of an order of all achievements; some grade is GOOD."""
    ranked = grades[order]
    judged = ranked[ranked >= 0]
    good = ranked >= GOOD
    return _gain(judged) / _gain(np.sort(judged)[::-1]), float(good[:DEEP].sum() / good.sum())


def _gain(grades: NDArray[np.int64]) -> float:
    return sum((2.0 ** int(grade) - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:TOP]))


def read_judged(achievements: Path, requirements: Path, qrels: Path, embedder: Embedder) -> list[Judged]:
    """The judged requirements with the values of LEARNT. Raises BadRunError (MA005) where nothing is judged."""
    grades = read_qrels(qrels)
    corpus = Corpus.of_firms(read_firms(achievements)[0])
    lines = tuple(Line(name, 0.0, 1.0, 1.0) for name in LEARNT)
    ranker = Ranker(corpus, embedder, Scorecard("values", "", lines))
    found = []
    for query in read_queries(requirements)[0]:
        if query.id not in grades:
            continue
        known = grades[query.id]
        values = ranker.rank(query, 0).values
        found.append(Judged(np.array([known.get(ident, -1) for ident in corpus.id_list]), values))
    if not any(one.counts for one in found):
        raise BadRunError("no requirement has a pair of grade 2 or 3", file=str(qrels), hint="need 0 firm grade")
    return found


def judged_run(run: Path, qrels: Path) -> Evaluation:
    """Both measures of a run (TREC), over the requirements that have a pair of grade 2 or 3.

    A judged pair that the run lacks counts as last. Raises BadRunError (MA005) where nothing is judged so.
    """
    ranked = {need: list(dict.fromkeys(line.firm for line in lines)) for need, lines in read_run(run).items()}
    by_need = {}
    for need, grades in read_qrels(qrels).items():
        if any(grade >= GOOD for grade in grades.values()):
            order = ranked.get(need, [])
            order = [*order, *sorted(set(grades).difference(order), key=lambda firm: (grades[firm], firm))]
            known = np.array([grades.get(firm, -1) for firm in order])
            first, _ = measures(np.arange(len(order)), known)
            by_need[need] = dict(zip(NAMES, (first, _deep(ranked.get(need, []), grades)), strict=True))
    if not by_need:
        raise BadRunError("no requirement has a pair of grade 2 or 3", file=str(qrels), hint="need 0 firm grade")
    return Evaluation(len(by_need), False, summary(list(by_need.values()), names=NAMES), by_need)


def _deep(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    good = {firm for firm, grade in grades.items() if grade >= GOOD}
    return len(good.intersection(ranked[:DEEP])) / len(good)


def fitted(judged: Sequence[Judged], base: Scorecard) -> tuple[Line, ...]:
    """The lines of `base` with those of LEARNT set by the judged pairs; together they are worth what `base` gives."""
    values = np.concatenate([one.values for one in judged])
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    known = (np.where(np.isnan(one.values), low, one.values) for one in judged)  # unknown has no points
    centred = [part[one.grades >= 0] for part, one in zip(known, judged, strict=True)]
    rows = np.concatenate([part - part.mean(axis=0) for part in centred])
    scale = rows.std(axis=0)
    gains = np.concatenate([(2.0 ** one.grades[one.grades >= 0] - 1) / 7 for one in judged])
    points = _weights(rows / scale, gains) / scale * (high - low)
    halves = {"nearest_product", "all_products"}
    points *= sum(line.points for line in base.lines if line.feature in {*LEARNT, *halves}) / points.sum()
    of = dict(zip(LEARNT, zip(low.tolist(), high.tolist(), points.tolist(), strict=True), strict=True))
    of["all_products"] = of["nearest_product"]
    kept = {line.feature: line for line in base.lines}
    if COMPANY in kept and OWN in kept:
        kept[COMPANY] = replace(kept[COMPANY], points=min(kept[COMPANY].points, kept[OWN].points))
    order = [name for name in FEATURES if name in kept or name in of]
    return tuple(_line(name, *of[name], name in halves) if name in of else kept[name] for name in order)


def _line(name: str, low: float, high: float, points: float, half: bool) -> Line:
    return Line(name, round(low, 3), round(high, 3), round(points / 2 if half else points, 2))


def _weights(rows: NDArray[np.float64], gains: NDArray[np.float64]) -> NDArray[np.float64]:
    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        said = rows @ weights[:-1] + weights[-1]
        lost = np.logaddexp(0, said) - gains * said
        slope = 1 / (1 + np.exp(-said)) - gains
        return (
            float(lost.sum() + SMOOTH * (weights[:-1] ** 2).sum()),
            np.append(rows.T @ slope + 2 * SMOOTH * weights[:-1], slope.sum()),
        )

    bounds = [(0, None)] * rows.shape[1] + [(None, None)]
    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x[:-1])


def cross_validated(judged: Sequence[Judged], base: Scorecard) -> dict[str, Figure]:
    """Both measures over requirements, each by lines that were learnt from the others' folds."""
    folds = np.random.default_rng(SEED).permutation(len(judged)) % FOLDS
    pairs = []
    for fold in range(FOLDS):
        lines = fitted([one for one, at in zip(judged, folds, strict=True) if at != fold], base)
        left = [one for one, at in zip(judged, folds, strict=True) if at == fold and one.counts]
        pairs += [measures(_order(one.values, lines), one.grades) for one in left]
    return _figures(pairs)


def _order(values: NDArray[np.float64], lines: Sequence[Line]) -> NDArray[np.int64]:
    by_name = {line.feature: line for line in lines}
    score = np.zeros(len(values))
    for at, name in enumerate(LEARNT):
        score += by_name[name].of(values[:, at]) * (2 if name == "nearest_product" else 1)
    return np.argsort(-np.round(score, 4), kind="stable")


def _figures(pairs: Sequence[tuple[float, float]]) -> dict[str, Figure]:
    return summary([dict(zip(NAMES, pair, strict=True)) for pair in pairs], names=NAMES)


def card_of(lines: Sequence[Line], figures: Mapping[str, Figure], judged: Sequence[Judged]) -> dict[str, Any]:
    """The scorecard as JSON, with what it was made from."""
    pairs = sum(int((one.grades >= 0).sum()) for one in judged)
    made = (
        f"logistic regression on {pairs} graded pairs of {len(judged)} public technical requirements; "
        f"five-fold cross validation: {stated(figures)}; lines without data there are those of v0, "
        "industry peers no more than a contract of the firm's own"
    )
    return {"name": "bounty-v1", "made": made, "lines": [line.to_json() for line in lines]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the cross validation, and write the scorecard where that is asked for."""
    from kg.parts import Parts
    from matcher.embed import CachedEmbedder, OnnxEmbedder

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--achievements", default="achievements.dev.jsonl")
    parser.add_argument("--requirements", default="requirements.dev.jsonl")
    parser.add_argument("--qrels", default="qrels.dev.txt")
    parser.add_argument("--vectors", type=Path, default=Path.home() / ".cache" / "bulian" / "vectors")
    parser.add_argument("--parts", type=Path, default=Path.home() / ".cache" / "bulian" / "parts")
    parser.add_argument("--write", type=Path, help="file of the scorecard to be made")
    options = parser.parse_args(arguments)
    model = OnnxEmbedder(Parts(options.parts).model())
    achievements, requirements, qrels = (
        options.folder / name for name in (options.achievements, options.requirements, options.qrels)
    )
    judged = read_judged(achievements, requirements, qrels, CachedEmbedder(model, options.vectors))
    base = Scorecard.load("v0")
    figures = cross_validated(judged, base)
    for name, one in figures.items():
        print(f"{name:16} {one}")
    if options.write is not None:
        card = card_of(fitted(judged, base), figures, judged)
        options.write.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
