"""All firms on all measures as arrays, made once for each state of the graph, and the figures of a set of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.columns import Codes
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
        rows = {firm: row for row, firm in enumerate(corpus.id_list)}
        self._classes = {
            name: {rows[firm]: items for firm, items in held.items() if firm in rows} for name, held in classes.items()
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
        """Firms of equal values are read once: a column costs what its different values cost."""
        combos, of = self._combos(measure)
        read_as = [read(measure, fields, self.corpus.as_of) for fields in combos]
        groups: dict[str, int] = {one.id: place for place, one in enumerate(measure.groups)}
        pairs = [
            (combo, groups.setdefault(group, len(groups)))
            for combo, said in enumerate(read_as)
            if said is not None
            for group in said.groups
        ]
        row, group = _spread(pairs, of)
        met = [said is not None and any(one in measure.met for one in said.groups) for said in read_as]
        values = [np.nan if said is None or said.value is None else said.value for said in read_as]
        return Column(
            measure,
            tuple(groups),
            row,
            group,
            known=np.array([said is not None for said in read_as], bool)[of],
            met=np.array(met, bool)[of],
            values=np.array(values, np.float64)[of],
        )

    def _combos(self, measure: Measure) -> tuple[list[dict[str, tuple[Item, ...]]], NDArray[np.intp]]:
        """The different values that firms have in the fields of a measure, and for each firm its place among them."""
        reader = READERS.get(measure.id)
        if reader is None:
            return [{}], np.zeros(len(self.corpus), np.intp)
        columns = [self._codes(name) for name in reader.fields]
        codes, of = np.unique(np.stack([codes for codes, _ in columns], axis=1), axis=0, return_inverse=True)
        combos = [
            {
                name: tuple(map(Item, distinct[code]))
                for name, (_, distinct), code in zip(reader.fields, columns, row, strict=True)
                if distinct[code]
            }
            for row in codes.tolist()
        ]
        return combos, of.reshape(-1)

    def _codes(self, name: str) -> Codes:
        """For each firm the place of its values among the different ones of a field."""
        if name not in self._classes:
            return self.corpus.column(name)
        codes, values = np.zeros(len(self.corpus), np.int32), [()]
        places: dict[tuple[Any, ...], int] = {(): 0}
        for row, items in self._classes[name].items():
            held = tuple(item.value for item in items)
            codes[row] = places.setdefault(held, len(places))
            if codes[row] == len(values):
                values.append(held)
        return codes, values


def _spread(pairs: Sequence[tuple[int, int]], of: NDArray[np.intp]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Pairs of combination and group as pairs of row and group, where `of` gives each row's combination."""
    order = np.argsort(of, kind="stable")
    starts = np.searchsorted(of[order], np.arange(int(of.max(initial=-1)) + 2))
    rows = [order[starts[combo] : starts[combo + 1]] for combo, _ in pairs]
    groups = [np.full(len(found), group, np.int32) for (_, group), found in zip(pairs, rows, strict=True)]
    empty = np.zeros(0, np.int32)
    return np.concatenate([empty, *rows]).astype(np.int32), np.concatenate([empty, *groups])


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
