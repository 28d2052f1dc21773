"""The open needs and bounties as the graph shows them and as they are ranked, read once for each state of both."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from matcher.query import Query
from matcher.target import Figure
from web.db.models import Need, Outbox
from web.home import Home
from web.jobs.match import queries_of
from web.jobs.targets import targets_of, wanted

if TYPE_CHECKING:
    from kg.store import Graph

OPEN = ("active", "open")
"""States of needs and bounties that may still be answered. A deadline ends them by a change of state, not by itself."""

MOST = 1000
"""Open needs that are looked at."""

KEPT_SECONDS = 60.0
"""After so long they are read again in any case. A load shows its needs again after its stamp: who posted a need may
change under the same state."""


@dataclass(frozen=True, slots=True)
class OpenNeed:
    """A published need or bounty that is open, as the graph shows it, and as it is ranked; `targets` are the figures
    that it asks for.
    """

    card: dict[str, Any]
    query: Query
    targets: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, of which state, and when by the monotonic clock."""

    state: tuple[Any, ...]
    at: float
    needs: tuple[OpenNeed, ...]


_READ: WeakKeyDictionary[Home, _Read] = WeakKeyDictionary()


def open_needs(home: Home, graph: Graph) -> tuple[OpenNeed, ...]:
    """The needs and bounties that the graph shows as open, by deadline.

    As long as nothing changed it is the very same tuple, by which others may keep what they make of it.
    """
    state, now = _state(home, graph), time.monotonic()
    kept = _READ.get(home)
    if kept is not None and kept.state == state and now < kept.at + KEPT_SECONDS:
        return kept.needs
    needs = _read(home, graph)
    if kept is not None and kept.needs == needs:
        needs = kept.needs
    _READ[home] = _Read(state, now, needs)
    return needs


def _state(home: Home, graph: Graph) -> tuple[Any, ...]:
    """What changes with each load, each need that is written and each that is brought to the graph."""
    stamp = graph.stamp()
    with home.database().session() as session:
        written = session.execute(select(func.count(), func.sum(Need.version)).select_from(Need)).one()
        brought = session.execute(select(func.count(Outbox.done), func.max(Outbox.done))).one()
    return (stamp and stamp.stamp, graph.url, *written, *brought)


def _read(home: Home, graph: Graph) -> tuple[OpenNeed, ...]:
    rows = graph.read("needs", label=None, skip=0, limit=MOST)
    here = [row for row in rows if row["state"] in OPEN]
    ids = [row["id"] for row in here]
    known, own = queries_of(home, graph, ids), targets_of(home)
    found = []
    for row in here:
        query = known.get(row["id"]) or _query(row)
        found.append(OpenNeed(row, query, tuple(wanted(query, own.get(row["id"], ())))))
    return tuple(found)


def _query(row: dict[str, Any]) -> Query:
    """A need that stands in the graph alone, as where the graph is a copy: by its title and products."""
    without = frozenset([row["buyer"]["id"]] if row["buyer"] else [])
    return Query(row["id"], row["title"], tuple(product["name"] for product in row["products"]), without=without)
