"""How well names find their firms: precision of the matches made, recall over the names with a firm, and F1."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.identity.firm import Firm
from kg.identity.score import Cuts

if TYPE_CHECKING:
    from kg.identity.train import Lesson

_PRECISION = 0.972
"""What a cut must keep, where it is chosen: false merges cost more than missed ones."""
_GRID = np.arange(50, 96, 2) / 100
"""Cuts to choose from. Below a half a name is rather of none than of the best: the names with truth hold no short name
of a firm outside the register, and life does."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Names with a firm, matches made, right ones among them, and names whose firm is among the first five."""

    wanted: int = 0
    made: int = 0
    right: int = 0
    among_five: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.wanted + other.wanted,
            self.made + other.made,
            self.right + other.right,
            self.among_five + other.among_five,
        )

    @property
    def precision(self) -> float:
        """Right matches of all matches."""
        return self.right / max(1, self.made)

    @property
    def recall(self) -> float:
        """Right matches of all names with a firm."""
        return self.right / max(1, self.wanted)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / max(1, self.made + self.wanted)

    def said(self) -> dict[str, float]:
        """The figures for a card."""
        named = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        named["recall_at_5"] = self.among_five / max(1, self.wanted)
        return {name: round(value, 4) for name, value in named.items()}


def companies(data: Path) -> Iterator[tuple[str, str | None]]:
    """The companies of ChainKnowledgeGraph (`chainkg/` of the shared data): short name, and full name if it has one."""
    with zipfile.ZipFile(data / "chainkg" / "chainkg.zip") as archive, archive.open("company.json") as file:
        for line in file:
            company = json.loads(line)
            yield company["name"], company.get("fullname") or None


def load_names(data: Path) -> tuple[list[Firm], list[dict[str, Any]]]:
    """The register and the names with truth in `data/names`."""
    firms, queries = (
        [json.loads(line) for line in (data / "names" / name).read_text("utf-8").splitlines() if line.strip()]
        for name in ("firms.jsonl", "queries.dev.jsonl")
    )
    return [Firm(one["id"], one["name"], tuple(one["aliases"]), one["key"], one["region"]) for one in firms], queries


def figures(held: Lesson, scores: NDArray[np.float32], folds: Sequence[int], cuts: Cuts) -> list[Figures]:
    """Figures of each name with truth in these folds, by the scores of its pairs; their sum is that of all."""
    best = _best(held, scores, folds)
    each = [Figures(1)] * _unfound(held, folds, best)
    for row, (score, right, five) in best.items():
        made = score >= (cuts.short if held.short[row] else cuts.full)
        each.append(Figures(int(held.samples[row].truth >= 0), int(made), int(made and right), int(five)))
    return each


def intervals(each: Sequence[Figures], samples: int = 2000) -> dict[str, list[float]]:
    """95 % bootstrap intervals over names (percentiles, fixed seed) of what `Figures.said` says."""
    counts = np.array([(one.wanted, one.made, one.right, one.among_five) for one in each])
    draws = np.random.default_rng(0).integers(0, len(counts), (samples, len(counts)))
    said = [Figures(*counts[draw].sum(axis=0).tolist()).said() for draw in draws]
    ends = {name: np.quantile([one[name] for one in said], (0.025, 0.975)) for name in said[0]}
    return {name: [round(float(end), 4) for end in both] for name, both in ends.items()}


def choose(held: Lesson, scores: NDArray[np.float32], folds: Sequence[int]) -> Cuts:
    """The cuts of the best F1 over these folds that keep the wanted precision over both kinds of names together."""
    best = _best(held, scores, folds)
    kinds = []
    for short in (False, True):
        mine = [(score, right) for row, (score, right, _) in best.items() if bool(held.short[row]) == short]
        wanted = sum(held.samples[row].truth >= 0 for row in best if bool(held.short[row]) == short)
        made = [[right for score, right in mine if score >= cut] for cut in _GRID]
        kinds.append([Figures(wanted, len(one), sum(one)) for one in made])
    options = [
        (both.precision >= _PRECISION, both.f1, float(_GRID[at]), float(_GRID[beside]))
        for at, full in enumerate(kinds[0])
        for beside, short in enumerate(kinds[1])
        if (both := full + short)
    ]
    return Cuts(*max(options)[2:])


def _best(held: Lesson, scores: NDArray[np.float32], folds: Sequence[int]) -> dict[int, tuple[float, bool, bool]]:
    """Of each name: the best score, whether it is the right firm's, whether the right one is among the first five."""
    tested = np.zeros(len(held.asked), bool)
    for fold in folds:
        tested |= held.tested(fold)
    ranked: dict[int, dict[int, float]] = {}
    for at in np.flatnonzero(tested):
        firms = ranked.setdefault(int(held.asked[at]), {})
        score = float(scores[at]) if not held.sure[at] else 1.0 + float(held.sure[at])
        firms[int(held.firm[at])] = max(firms.get(int(held.firm[at]), 0.0), score)
    result = {}
    for row, firms in ranked.items():
        order = sorted(firms, key=lambda firm: (-firms[firm], firm))
        truth = held.samples[row].truth
        result[row] = (firms[order[0]], order[0] == truth, truth in order[:5])
    return result


def _unfound(held: Lesson, folds: Sequence[int], best: dict[int, tuple[float, bool, bool]]) -> int:
    """Names with a firm for which no candidate was found at all."""
    return sum(
        1
        for row, one in enumerate(held.samples)
        if one.kind == "truth" and one.truth >= 0 and int(held.fold_of_sample[row]) in folds and row not in best
    )
