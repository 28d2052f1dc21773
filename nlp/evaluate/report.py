"""What an evaluation says: judged pairs of wanted and found, scores by field, errors as a readable list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SAMPLES = 1000
"""Bootstrap samples of the documents."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing wanted, found, or both, in one document.

    `wanted` and `found` are what a person reads in the list of errors, None where there is none; `right` says that
    what was found counts. `at` tells apart the outcomes of a field in a document: a start, or a number.
    """

    document: str
    field: str
    wanted: str | None
    found: str | None
    right: bool = False
    at: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one field; precision, recall and F1 are 0 where nothing was found or wanted."""

    wanted: int
    found: int
    hit: int
    low: float = 0.0
    high: float = 0.0
    """95 % bootstrap interval of F1 over documents."""

    @property
    def precision(self) -> float:
        """Hits among what was found."""
        return self.hit / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Hits among what was wanted."""
        return self.hit / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.hit / (self.wanted + self.found) if self.wanted + self.found else 0.0

    def to_json(self) -> dict[str, Any]:
        """As `bulian eval --json` prints it."""
        ratios = {"precision": self.precision, "recall": self.recall, "f1": self.f1, "low": self.low, "high": self.high}
        counts = {"wanted": self.wanted, "found": self.found, "hit": self.hit}
        return counts | {name: round(value, 4) for name, value in ratios.items()}


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of one set and the scores of its fields, in the order in which the fields first appear."""

    set: str
    outcomes: tuple[Outcome, ...]
    scores: Mapping[str, Score]

    @classmethod
    def of(cls, set: str, outcomes: Iterable[Outcome], samples: int = SAMPLES) -> Report:
        """Score the outcomes."""
        all_of_them = tuple(outcomes)
        fields = dict.fromkeys(one.field for one in all_of_them)
        return cls(
            set,
            all_of_them,
            {name: _score([one for one in all_of_them if one.field == name], samples) for name in fields},
        )

    def errors(self) -> list[Outcome]:
        """What was missed, printed for nothing, or printed wrong."""
        return [one for one in self.outcomes if not one.right]

    def frozen(self) -> list[tuple[str, str, int, str]]:
        """The run without its texts, sorted: document, field, place, one of hit, missed, wrong, extra."""
        return sorted((one.document, one.field, one.at, _word(one)) for one in self.outcomes)


def _word(one: Outcome) -> str:
    if one.right:
        return "hit"
    if one.found is None:
        return "missed"
    return "extra" if one.wanted is None else "wrong"


def _score(outcomes: Sequence[Outcome], samples: int) -> Score:
    counts: dict[str, Counter[str]] = {}
    for one in outcomes:
        here = counts.setdefault(one.document, Counter())
        here["wanted"] += one.wanted is not None
        here["found"] += one.found is not None
        here["hit"] += one.right
    rows = np.array([(one["wanted"], one["found"], one["hit"]) for one in counts.values()])
    chance = np.random.default_rng(len(rows))  # the same documents give the same interval
    sums = rows[chance.integers(len(rows), size=(samples, len(rows)))].sum(axis=1)
    low, high = np.quantile(2 * sums[:, 2] / np.maximum(1, sums[:, 0] + sums[:, 1]), (0.025, 0.975))
    wanted, found, hit = (int(total) for total in rows.sum(axis=0))
    return Score(wanted, found, hit, float(low), float(high))
