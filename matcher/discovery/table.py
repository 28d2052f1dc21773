"""The traits of all firms of a corpus, their standing on the ladder of tiers and their places; kept beside the corpus.

Made once for each state of the graph, so that a question is an addition over arrays.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from kg.values.region import Regions
from matcher.corpus import Corpus
from matcher.discovery.likeness import Near, likeness, nearest
from matcher.discovery.trait import LIKENESS, NAMES, TRAITS
from matcher.fields import TIERS, region_code
from matcher.firm import Firm
from matcher.index import Index
from matcher.risk import courses_of
from matcher.strings import opened

VERSION = 1
"""Of what is kept: with another one it is made again."""

NONE, LISTED, NOTICE, PAST, REVOKED, ENDED = range(6)
"""How a firm stands on a tier: on no list; within its term (or a review implies it); on public notice alone; past a
reckoned term without a review that was read; removed; past the end that its list states."""

NAMED = (LISTED, NOTICE, PAST)
"""An authority named the firm for the tier, and nothing that was read takes that back."""


@dataclass(frozen=True)
class Table:
    """`values` [firms, traits] with NaN for unknown, `standing` [firms, tiers], `places` [firms] (GB/T 2260, 0 for
    unknown) and `by_name` [firms]: whether the place is only that which the firm's name begins with."""

    values: NDArray[np.float64]
    standing: NDArray[np.int8]
    places: NDArray[np.int32]
    by_name: NDArray[np.bool_]

    @classmethod
    def of(cls, corpus: Corpus) -> Table:
        """Read the firms' fields; likeness stays unknown, as it depends on the tier that is asked for."""
        values = np.full((len(corpus), len(TRAITS)), np.nan)
        for column, trait in enumerate(TRAITS):
            held = {name: one for name in trait.fields if (one := corpus.held(name)) is not None}
            rows = np.unique(np.concatenate([np.zeros(0, np.int32), *(one.rows for one in held.values())]))
            for row in rows.tolist():
                seen = trait.read({name: one[row] for name, one in held.items() if row in one}, corpus.as_of)
                if seen is not None:
                    values[row, column] = seen.value
        places, by_name = _places(corpus)
        return cls(values, _standings(corpus), places, by_name)

    def trait(self, name: str) -> NDArray[np.float64]:
        """The column of a trait."""
        return np.asarray(self.values[:, NAMES.index(name)])

    def named(self, tier: str) -> NDArray[np.bool_]:
        """Which firms were named for this tier or a higher one."""
        return np.asarray(np.isin(self.standing[:, TIERS.index(tier) :], NAMED).any(axis=1))


class Kept:
    """The table of an index' corpus, and for each tier its nearest listed firms, in a folder beside the corpus."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._near: dict[str, Near] = {}
        folder = index.corpus.folder
        self._folder = folder / f"discovery-{VERSION}" if folder is not None else None

    @cached_property
    def table(self) -> Table:
        """The table, read or made."""
        names = ("values", "standing", "places", "by_name")

        def make() -> tuple[NDArray[Any], ...]:
            made = Table.of(self.index.corpus)
            return tuple(getattr(made, name) for name in names)

        return Table(*self._arrays("table", names, make))

    def near(self, tier: str) -> Near:
        """The firms named for the tier that each firm is nearest to."""
        if tier not in self._near:
            rows, cosines = self._arrays(
                f"near-{tier}",
                ("rows", "cosines"),
                lambda: nearest(self.index, np.flatnonzero(self.table.named(tier))),
            )
            self._near[tier] = (rows, cosines)
        return self._near[tier]

    def likeness(self, tier: str) -> NDArray[np.float64]:
        """Likeness of each firm to those named for the tier."""
        return likeness(self.near(tier)[1])

    def values(self, tier: str) -> NDArray[np.float64]:
        """All traits of all firms, likeness to those named for the tier among them."""
        values = np.array(self.table.values)
        values[:, NAMES.index(LIKENESS.name)] = self.likeness(tier)
        return values

    def _arrays(
        self, part: str, names: tuple[str, ...], make: Callable[[], tuple[NDArray[Any], ...]]
    ) -> tuple[NDArray[Any], ...]:
        """The arrays of a part, from its folder or made and kept there, whole or not at all."""
        if self._folder is None:
            return make()
        self._folder.mkdir(exist_ok=True)
        folder, aside = self._folder / part, self._folder / f".{part}"
        with FileLock(self._folder / f".{part}.lock"):
            if not folder.is_dir():
                shutil.rmtree(aside, ignore_errors=True)
                aside.mkdir()
                for name, array in zip(names, make(), strict=True):
                    np.save(aside / f"{name}.npy", array)
                aside.rename(folder)
        return tuple(opened(folder / f"{name}.npy") for name in names)


def standing_of(firm: Firm, as_of: date) -> dict[str, int]:
    """How a firm stands on each tier that a list names it for."""
    found = {}
    for course, _ in courses_of(firm, as_of):
        stated = any(step.kind == "end" and not step.reckoned for step in course.steps)
        found[course.tier] = {
            "recognised": LISTED,
            "implied": LISTED,
            "notice": NOTICE,
            "revoked": REVOKED,
        }.get(course.standing, ENDED if stated else PAST)
    return found


def _standings(corpus: Corpus) -> NDArray[np.int8]:
    standing = np.zeros((len(corpus), len(TIERS)), np.int8)
    for field in ("tier", "titles"):  # lists state titles; a file of firms may give the tier alone
        for row, items in (corpus.holders.get(field) or {}).items():
            if field == "tier":
                for item in items:
                    if item.value in TIERS:
                        standing[row, TIERS.index(item.value)] = LISTED
                continue
            for tier, how in standing_of(Firm("", fields={field: items}), corpus.as_of).items():
                standing[row, TIERS.index(tier)] = how
    return standing


def _places(corpus: Corpus) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """The most exact place that is stated for each firm, else the one that its name begins with."""
    codes, distinct = corpus.column("region")
    stated = np.array([_exact([code for value in held if (code := region_code(str(value)))]) for held in distinct])
    places = stated[codes].astype(np.int32) if len(stated) else np.zeros(len(corpus), np.int32)
    by_name = np.zeros(len(corpus), bool)
    regions = Regions.load()
    for row in np.flatnonzero(places == 0).tolist():
        span = regions.at(corpus.firms[row].name, 0)
        if span is not None:
            places[row], by_name[row] = int(span.region.code), True
    return places, by_name


def _exact(codes: list[str]) -> int:
    return int(max(codes, key=lambda code: (len(code.rstrip("0")), code)).ljust(6, "0")[:6]) if codes else 0
