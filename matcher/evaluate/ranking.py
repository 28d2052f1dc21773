"""Measures of a TREC run: nDCG@10, Recall@50, Recall@100, MRR, MAP, each with a 95 % bootstrap interval.

With firms and gaps, firms that list a longer name of the gap's product and are not in the judgements count neither
way: they are taken out of the run first. Such a firm is a maker to any buyer, but seldom reports the short name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from matcher.errors import BadRunError
from matcher.files import read_firms, read_qrels, read_queries, read_run

T = TypeVar("T")

MEASURES = ("nDCG@10", "Recall@50", "Recall@100", "MRR", "MAP")

SAMPLES = 2000
"""Bootstrap samples of the needs."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of a measure over the needs, and the bounds of its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.4f}  [{self.low:.4f}, {self.high:.4f}]"

    def to_json(self) -> dict[str, float]:
        """As commands print it with `--json`."""
        return {"mean": round(self.mean, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def stated(figures: Mapping[str, Figure]) -> str:
    """Figures as the card of a scorecard states them."""
    return "; ".join(f"{name} {one.mean:.3f} ({one.low:.3f} to {one.high:.3f})" for name, one in figures.items())


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures by measure; `plain` ones count every firm. `by_need` has each need's own values."""

    needs: int
    plain: bool
    figures: Mapping[str, Figure]
    by_need: Mapping[str, Mapping[str, float]]

    def to_json(self) -> dict[str, Any]:
        """As `bulian rank-eval --json` prints it."""
        return {
            "needs": self.needs,
            "plain": self.plain,
            "measures": {name: one.to_json() for name, one in self.figures.items()},
        }


def difference(one: Evaluation, other: Evaluation, samples: int = SAMPLES) -> dict[str, Figure]:
    """What a run gains on another, by measure: a paired bootstrap over the needs that both were measured on.

    Two runs find the same needs hard, so an interval of the differences tells more than the two runs' own (Sakai 2006,
    Evaluating evaluation metrics based on the bootstrap): one that holds 0 is no difference that could be told from
    chance. Raises BadRunError (MA005) where no need is common.
    """
    common = [need for need in one.by_need if need in other.by_need]
    if not common:
        raise BadRunError("no need was measured in both runs", hint="two runs over the same needs")
    rows = [{name: one.by_need[need][name] - other.by_need[need][name] for name in one.figures} for need in common]
    return summary(rows, samples, tuple(one.figures))


def evaluate(
    run: Path, qrels: Path, enterprises: Path | None = None, gaps: Path | None = None, samples: int = SAMPLES
) -> Evaluation:
    """Measure a run against judgements; raises BadRunError (MA005) where nothing is judged relevant."""
    ranked = {need: list(dict.fromkeys(line.firm for line in lines)) for need, lines in read_run(run).items()}
    grades = read_qrels(qrels)
    relevant = {need: {firm for firm, grade in firms.items() if grade > 0} for need, firms in grades.items()}
    relevant = {need: firms for need, firms in relevant.items() if firms}
    if not relevant:
        raise BadRunError("the judgements hold no relevant firm", file=str(qrels), hint="need 0 firm grade")
    plain = enterprises is None or gaps is None
    left_out = {} if enterprises is None or gaps is None else _longer_names(enterprises, gaps, relevant)
    by_need = {
        need: measures([firm for firm in ranked.get(need, []) if firm not in left_out.get(need, ())], firms)
        for need, firms in relevant.items()
    }
    return Evaluation(len(by_need), plain, summary(list(by_need.values()), samples), by_need)


def measures(ranked: Sequence[T], relevant: set[T]) -> dict[str, float]:
    """The measures of one need, for binary relevance."""
    hits = [firm in relevant for firm in ranked]
    gain = sum(hit / math.log2(place + 2) for place, hit in enumerate(hits[:10]))
    ideal = sum(1 / math.log2(place + 2) for place in range(min(10, len(relevant))))
    places = [place for place, hit in enumerate(hits) if hit]
    return {
        "nDCG@10": gain / ideal,
        "Recall@50": sum(hits[:50]) / len(relevant),
        "Recall@100": sum(hits[:100]) / len(relevant),
        "MRR": 1 / (places[0] + 1) if places else 0.0,
        "MAP": sum((found + 1) / (place + 1) for found, place in enumerate(places)) / len(relevant),
    }


def summary(
    rows: Sequence[Mapping[str, float]], samples: int = SAMPLES, names: Sequence[str] = MEASURES
) -> dict[str, Figure]:
    """Means of the named measures over the needs, with percentile intervals of a bootstrap over needs (fixed seed)."""
    values = np.array([[row[name] for name in names] for row in rows], np.float64)
    draws = np.random.default_rng(0).integers(0, len(rows), (samples, len(rows)))
    means = np.stack([values[draw].mean(axis=0) for draw in draws])
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return {name: Figure(float(values[:, at].mean()), float(low[at]), float(high[at])) for at, name in enumerate(names)}


def _longer_names(enterprises: Path, gaps: Path, relevant: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    names = {query.id: query.terms[0].lower() for query in read_queries(gaps)[0]}
    firms = [(firm.id, [product.name.lower() for product in firm.products]) for firm in read_firms(enterprises)[0]]
    missing = sorted(set(relevant) - set(names))
    if missing:
        raise BadRunError(
            f"{len(missing)} judged needs are not among the gaps, the first is {missing[0]}",
            file=str(gaps),
            hint="give the file that the run was made of",
        )
    return {
        need: {ident for ident, products in firms if ident not in known and any(names[need] in p for p in products)}
        for need, known in ((need, set(firms)) for need, firms in relevant.items())
    }
