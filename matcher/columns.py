"""The fields of a corpus' firms, each as arrays: who has it, with which values and facts, and how conditions see it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.firm import Firm, Item
from matcher.strings import Strings, opened

DERIVED = {"founded": "age"}
"""Fields whose values are reckoned from another one, where that is known."""

Ints = NDArray[np.int32]
Codes = tuple[Ints, list[tuple[Any, ...]]]
"""For each firm a place in the list of distinct values."""


class Held(Mapping[int, tuple[Item, ...]]):
    """The firms that have a field, by row, with its values; read when they are asked for."""

    def __init__(self, rows: Ints, items: Strings, firms: int) -> None:
        self.rows = rows
        self.items_of = items
        self._firms = firms

    @cached_property
    def _places(self) -> Ints:
        places = np.full(self._firms, -1, np.int32)
        places[self.rows] = np.arange(len(self.rows), dtype=np.int32)
        return places

    def places(self, rows: NDArray[Any]) -> NDArray[Any]:
        """For each row its place among those who have the field, -1 for one that has it not."""
        return self._places[rows] if self._firms else np.full(len(rows), -1, np.int32)

    def __getitem__(self, row: int) -> tuple[Item, ...]:
        if row not in self:
            raise KeyError(row)
        return tuple(Item(value, fact) for value, fact in json.loads(self.items_of[int(self._places[row])]))

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and 0 <= row < self._firms and bool(self._places[row] >= 0)

    def __iter__(self) -> Iterator[int]:
        return iter(self.rows.tolist())

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Columns:
    """Fields by name: `held` of each that some firm has, `codes` and `distinct` (values as JSON) as conditions see it.

    `distinct[name][codes[name][row]]` are the values of a firm; a derived field has codes and is held by nobody.
    """

    held: Mapping[str, Held]
    codes: Mapping[str, Ints]
    distinct: Mapping[str, Strings]

    @classmethod
    def of(cls, firms: Sequence[Firm], as_of: date) -> Columns:
        """The fields of firms."""
        rows: dict[str, list[int]] = {}
        items: dict[str, list[str]] = {}
        for row, firm in enumerate(firms):
            for name, found in firm.fields.items():
                rows.setdefault(name, []).append(row)
                items.setdefault(name, []).append(dumped([(item.value, item.fact) for item in found]))
        held = {
            name: Held(np.array(rows[name], np.int32), Strings.of(items[name]), len(firms)) for name in sorted(rows)
        }
        codes, distinct = {}, {}
        for name in sorted({*held, *(DERIVED[name] for name in held if name in DERIVED)}):
            places = {dumped(()): 0}
            codes[name] = np.zeros(len(firms), np.int32)
            of = held.get(name) or held[next(one for one, other in DERIVED.items() if other == name)]
            for row in of:
                codes[name][row] = places.setdefault(dumped(firms[row].values(name, as_of)), len(places))
            distinct[name] = Strings.of(places)
        return cls(held, codes, distinct)

    def changed(self, rows: NDArray[np.int32], fresh: Columns) -> Columns:
        """The columns where firm r is the firm `rows[r]` of these, or where that is -1 the next firm of `fresh`."""
        kept = rows >= 0
        held, codes, distinct = {}, {}, {}
        nobody = Held(np.zeros(0, np.int32), Strings.of(()), 0)
        for name in sorted({*self.held, *fresh.held}):
            old, new = self.held.get(name, nobody), fresh.held.get(name, nobody)
            places = np.full(len(rows), -2, np.int64)  # -2: has no such field, -1: the next of the fresh ones
            places[kept] = np.where(old.places(rows[kept]) >= 0, old.places(rows[kept]), -2)
            places[~kept] = np.where(new.places(np.arange(int((~kept).sum()))) >= 0, -1, -2)
            some = np.flatnonzero(places > -2)
            held[name] = Held(some.astype(np.int32), old.items_of.spliced(places[some], new.items_of), len(rows))
        held = {name: one for name, one in held.items() if len(one)}
        for name in sorted({*self.codes, *fresh.codes}):
            if name not in held and not any(name == DERIVED.get(one) for one in held):
                continue
            values = list(self.distinct.get(name, ("[]",)))
            known = {value: place for place, value in enumerate(values)}
            more = [known.setdefault(value, len(known)) for value in fresh.distinct.get(name, ("[]",))]
            codes[name] = np.zeros(len(rows), np.int32)
            if name in self.codes:
                codes[name][kept] = self.codes[name][rows[kept]]
            if name in fresh.codes:
                codes[name][~kept] = np.array(more, np.int32)[fresh.codes[name]]
            distinct[name] = Strings.of(known)
        return Columns(held, codes, distinct)

    def column(self, name: str) -> Codes | None:
        """The column of a field, None where no firm has it."""
        if name not in self.codes:
            return None
        return self.codes[name], [tuple(json.loads(values)) for values in self.distinct[name]]

    def save(self, folder: Path) -> list[str]:
        """Write each field by its number; gives the names in the order of their numbers."""
        names = list(self.codes)
        for number, name in enumerate(names):
            np.save(folder / f"field{number}.codes.npy", self.codes[name])
            self.distinct[name].save(folder, f"field{number}.distinct")
            if name in self.held:
                np.save(folder / f"field{number}.rows.npy", self.held[name].rows)
                self.held[name].items_of.save(folder, f"field{number}.items")
        return names

    @classmethod
    def open(cls, folder: Path, names: Sequence[str], firms: int) -> Columns:
        """Map what `save` wrote."""
        held, codes, distinct = {}, {}, {}
        for number, name in enumerate(names):
            codes[name] = opened(folder / f"field{number}.codes.npy")
            distinct[name] = Strings.open(folder, f"field{number}.distinct")
            if (folder / f"field{number}.rows.npy").is_file():
                rows = opened(folder / f"field{number}.rows.npy")
                held[name] = Held(rows, Strings.open(folder, f"field{number}.items"), firms)
        return cls(held, codes, distinct)


def dumped(value: object) -> str:
    """As JSON, in the one form that stored lines have."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
