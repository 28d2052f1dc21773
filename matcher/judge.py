"""Conditions over a whole corpus at once: firms of equal values are judged once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.conditions import AnyOf, Condition, Part, Truth
from matcher.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of one part of a need's conditions, for each firm: its truth, and whether the firm passes it."""

    part: Part
    truth: NDArray[np.int8]
    passes: NDArray[np.bool_]

    def of(self, rows: NDArray[Any]) -> Judgement:
        """The same for some of the firms."""
        return Judgement(self.part, self.truth[rows], self.passes[rows])


@dataclass(frozen=True, slots=True)
class Cost:
    """What a hard condition costs among the candidates: how many it removes, and how many it alone keeps out.

    Of `unknown` firms nothing is known that would decide it (they are kept or dropped as the condition says).
    """

    label: str
    removes: int
    alone: int
    unknown: int
    candidates: int


def judge(part: Part, corpus: Corpus) -> Judgement:
    """Judge every firm of the corpus; the same as `part.truth` and `part.passes` of each."""
    if isinstance(part, Condition):
        codes, distinct = corpus.column(part.field)
        truths = part.truths(distinct)
        kept = [not part.hard or part.kept(truth) for truth in truths]
        return Judgement(part, np.array(truths, np.int8)[codes], np.array(kept, bool)[codes])
    if isinstance(part, AnyOf):
        members = [judge(member, corpus) for member in part.members]
        truth = reduce(np.maximum, (one.truth for one in members))
        return Judgement(part, truth, np.logical_or.reduce([one.passes for one in members]))
    everyone = Judgement(part, np.full(len(corpus), Truth.TRUE, np.int8), np.ones(len(corpus), bool))
    inner = [everyone, *(judge(one, corpus) for one in part.parts())]
    truth = reduce(np.minimum, (one.truth for one in inner))
    return Judgement(part, truth, np.logical_and.reduce([one.passes for one in inner]))


def failures(judgements: Sequence[Judgement], firms: int) -> NDArray[np.int64]:
    """How many of the parts each firm fails."""
    total = np.zeros(firms, np.int64)
    for one in judgements:
        total += ~one.passes
    return total


def costs(judgements: Sequence[Judgement], failed: NDArray[np.int64]) -> tuple[Cost, ...]:
    """The cost of each part, given how many parts each firm fails."""
    return tuple(
        Cost(
            one.part.label,
            removes=int((~one.passes).sum()),
            alone=int((~one.passes & (failed == 1)).sum()),
            unknown=int((one.truth == Truth.UNKNOWN).sum()),
            candidates=len(failed),
        )
        for one in judgements
    )
