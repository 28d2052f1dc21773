"""Courses by year of any set of firms: documents that name them, awards, patents, titles; read once for each graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from matcher.chain.network import Network
from matcher.fields import TIERS
from web.home import Home

Mask = NDArray[np.bool_]

COURSES = ("documents", "awards", "patents", *TIERS, "notice")
"""The courses, in their order: `notice` are lines of public notice of any tier."""

PROVED = frozenset({"recognised", "rechecked"})

_made: WeakKeyDictionary[Network, dict[str, Course]] = WeakKeyDictionary()
_making = Lock()


@dataclass(frozen=True, slots=True)
class Event:
    """Something of a day ("": not known) that concerns firms (rows), so many times, and what says so."""

    day: str
    rows: tuple[int, ...]
    times: int = 1
    source: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A course of a set: counts by year, how many have no year, the newest day and what says so.

    A year without an entry is one of which nothing was read, no zero.
    """

    years: dict[int, int]
    unknown: int
    newest: str
    source: str

    @property
    def total(self) -> int:
        """All that are counted, those without a year too."""
        return sum(self.years.values()) + self.unknown


class Course:
    """Events as arrays, oldest first."""

    def __init__(self, events: Iterable[Event]) -> None:
        ordered = sorted((one for one in events if one.rows), key=lambda one: (one.day, one.source))
        self._days = [one.day for one in ordered]
        self._sources = [one.source for one in ordered]
        self._years = np.array([_year(one.day) for one in ordered], np.int32)
        self._times = np.array([one.times for one in ordered], np.int64)
        self._rows = np.array([row for one in ordered for row in one.rows], np.int64)
        self._starts = np.concatenate([[0], np.cumsum([len(one.rows) for one in ordered])[:-1]]).astype(np.int64)

    def of(self, firms: Mask) -> Counted:
        """The course of the firms of a mask; what concerns several of them counts once."""
        if not self._days:
            return Counted({}, 0, "", "")
        hit = np.logical_or.reduceat(firms[self._rows], self._starts)
        years, place = np.unique(self._years[hit], return_inverse=True)
        counts = np.bincount(place, weights=self._times[hit], minlength=len(years)).astype(int)
        by = dict(zip(years.tolist(), counts.tolist(), strict=True))
        dated = np.flatnonzero(hit & (self._years > 0))
        newest = int(dated[-1]) if len(dated) else None
        return Counted(
            years={year: count for year, count in by.items() if year},
            unknown=by.get(0, 0),
            newest=self._days[newest] if newest is not None else "",
            source=self._sources[newest] if newest is not None else "",
        )


def courses(home: Home, net: Network) -> dict[str, Course]:
    """All courses over the network's firms, made once for each."""
    with _making:
        found = _made.get(net)
        if found is None:
            found = _made[net] = {
                "documents": Course(_documents(home, net)),
                "awards": Course(_awards(net)),
                "patents": Course(_patents(home, net)),
                **{name: Course(_titles(net, name)) for name in (*TIERS, "notice")},
            }
        return found


def _documents(home: Home, net: Network) -> Iterator[Event]:
    for row in home.graph().stream("document_years"):
        yield Event(row["day"] or "", _rows(net, row["firms"]), 1, row["id"])


def _patents(home: Home, net: Network) -> Iterator[Event]:
    for row in home.graph().stream("patent_years"):
        yield Event(row["day"] or "", _rows(net, row["firms"]), row["patents"], row["fact"] or "")


def _awards(net: Network) -> Iterator[Event]:
    """Contracts; one that several won together has a line of each, which is told by title, buyer and day."""
    found: dict[tuple[str, str, str], tuple[list[int], str]] = {}
    for row, items in (net.corpus.held("awards") or {}).items():
        for item in items:
            key = tuple(str(item.value.get(name) or "") for name in ("title", "buyer", "day"))
            found.setdefault((key[0], key[1], key[2]), ([], item.fact or ""))[0].append(row)
    for (_, _, day), (rows, fact) in found.items():
        yield Event(day, tuple(rows), 1, fact)


def _titles(net: Network, name: str) -> Iterator[Event]:
    """Firms that a list of the year names as recognised or rechecked for a tier; for `notice`, as on public notice."""
    for row, items in (net.corpus.held("titles") or {}).items():
        first: dict[int, Event] = {}
        for item in items:
            said = item.value
            proved = said["status"] in PROVED and said["tier"] == name
            if proved or (name == "notice" and said["status"] == "notice"):
                day = str(said.get("dated") or "")
                first.setdefault(_year(day), Event(day, (row,), 1, item.fact or ""))
        yield from first.values()


def _rows(net: Network, firms: Iterable[str]) -> tuple[int, ...]:
    return tuple(row for firm in firms if (row := net.corpus.row(firm)) is not None)


def _year(day: str) -> int:
    """The year of a date, 0 where it is none."""
    head = day[:4]
    return int(head) if len(head) == 4 and head.isdigit() else 0
