"""All firms on all measures as arrays, made once for each state of the graph, and the figures of a set of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.corpus import Corpus
from matcher.firm import Item
from matcher.statistics.measure import READERS, Measure, Said, measures, read

Rows = NDArray[np.bool_]
Classes = Mapping[str, Mapping[str, tuple[Item, ...]]]
"""For each field that the corpus has not, the firms (by id) that have it, with its values."""


@dataclass(frozen=True)
class Column:
    """One measure of all firms: pairs of `row` and `group`; `known`, `met` and `values` [firms], NaN for no value."""

    measure: Measure
    groups: tuple[str, ...]
    row: NDArray[np.int32]
    group: NDArray[np.int32]
    known: Rows
    met: Rows
    values: NDArray[np.float64]

    def within(self, group: str) -> Rows:
        """Which firms are in a group; of the empty one, those of which nothing is known."""
        if not group:
            return ~self.known
        found = np.zeros(len(self.known), bool)
        if group in self.groups:
            found[self.row[self.group == self.groups.index(group)]] = True
        return found


@dataclass(frozen=True, slots=True)
class Count:
    """A measure of a set of firms.

    `groups` are in the measure's order, else those of most firms first; a firm may be in several. `unknown` firms are
    in none. `met` and `missed` answer the measure's question, where it has one; all other firms are `open`, those of
    which nothing is known and, where only presence can be proved, all that were not met.
    """

    measure: Measure
    firms: int
    groups: tuple[tuple[str, int], ...]
    unknown: int
    met: int | None
    missed: int | None
    mean: float | None
    valued: int

    @property
    def open(self) -> int:
        """Firms of which the question has no answer."""
        return self.firms - (self.met or 0) - (self.missed or 0)

    @property
    def share(self) -> float | None:
        """Percent of those of which it is known; None where presence alone can be proved, or nothing is known."""
        known = (self.met or 0) + (self.missed or 0)
        return 100 * self.met / known if self.met is not None and known and not self.measure.presence else None

    @property
    def least(self) -> float | None:
        """Percent of all that is sure: as if none of the open ones met it."""
        return 100 * self.met / self.firms if self.met is not None and self.firms else None

    @property
    def most(self) -> float | None:
        """Percent of all that is possible: as if all of the open ones met it."""
        return 100 * (self.met + self.open) / self.firms if self.met is not None and self.firms else None


class Table:
    """The columns of a corpus. `classes` gives what the corpus has not (`measure.INDUSTRY`, `measure.FOUNDATION`)."""

    def __init__(self, corpus: Corpus, classes: Classes) -> None:
        self.corpus = corpus
        self._classes = {
            name: {row: items for firm, items in held.items() if (row := corpus.row(firm)) is not None}
            for name, held in classes.items()
        }
        self.columns = {one.id: self._column(one) for one in measures().values()}

    def said(self, row: int) -> dict[str, Said]:
        """What is known of one firm, by measure."""
        found = {}
        for one in measures().values():
            said = read(one, self._fields(one, row), self.corpus.as_of)
            if said is not None:
                found[one.id] = said
        return found

    def counts(self, rows: Rows) -> list[Count]:
        """All measures of the firms of a set."""
        return [_count(one, rows) for one in self.columns.values()]

    def _held(self, name: str) -> Mapping[int, tuple[Item, ...]]:
        return self._classes.get(name) or self.corpus.held(name) or {}

    def _fields(self, measure: Measure, row: int) -> dict[str, tuple[Item, ...]]:
        reader = READERS.get(measure.id)
        return {name: held[row] for name in reader.fields if row in (held := self._held(name))} if reader else {}

    def _column(self, measure: Measure) -> Column:
        firms = len(self.corpus)
        known, met = np.zeros(firms, bool), np.zeros(firms, bool)
        values = np.full(firms, np.nan)
        groups: dict[str, int] = {one.id: place for place, one in enumerate(measure.groups)}
        pairs: list[tuple[int, int]] = []
        for row, said in self._read(measure):
            known[row] = True
            met[row] = any(group in measure.met for group in said.groups)
            values[row] = np.nan if said.value is None else said.value
            pairs += [(row, groups.setdefault(group, len(groups))) for group in said.groups]
        array: NDArray[Any] = np.array(pairs, np.int32).reshape(-1, 2)
        return Column(measure, tuple(groups), array[:, 0], array[:, 1], known, met, values)

    def _read(self, measure: Measure) -> Iterator[tuple[int, Said]]:
        reader = READERS.get(measure.id)
        rows = sorted({row for name in reader.fields for row in self._held(name)}) if reader else []
        for row in rows:
            said = read(measure, self._fields(measure, row), self.corpus.as_of)
            if said is not None:
                yield row, said


def _count(column: Column, rows: Rows) -> Count:
    measure, firms = column.measure, int(np.count_nonzero(rows))
    numbers = np.bincount(column.group[rows[column.row]], minlength=len(column.groups)).tolist()
    groups = [(group, count) for group, count in zip(column.groups, numbers, strict=True) if count or measure.groups]
    if not measure.groups:
        groups.sort(key=lambda pair: (-pair[1], pair[0]))
    known, met = int(np.count_nonzero(column.known & rows)), int(np.count_nonzero(column.met & rows))
    values = column.values[rows & ~np.isnan(column.values)]
    return Count(
        measure=measure,
        firms=firms,
        groups=tuple(groups),
        unknown=firms - known,
        met=met if measure.met else None,
        missed=(0 if measure.presence else known - met) if measure.met else None,
        mean=float(values.mean()) if len(values) else None,
        valued=len(values),
    )
