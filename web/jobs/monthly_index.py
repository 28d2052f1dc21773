"""The monthly index of awards and needs by cluster: what happened is placed in chains by name, and counted by month.

The recipe, for a cluster c, a month m and a base month b: A(m) and N(m) are the contracts and the published needs and
bounties of the month that ask for something at a node of one of the chains that plans place in c;
index(m) = 100 (A(m) + N(m)) / (A(b) + N(b)), and none where the base is zero. The same graph gives the same figures for
a month; `seen` leaves out what came from documents that arrived after a day, so that what is loaded later changes none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from matcher.chain.network import Network
from web.home import Home

RECIPE = "bulian-index-1"
"""Name of the recipe: another formula gets another name."""

FURTHEST = 120
"""Months between the base and the month."""

_made: WeakKeyDictionary[Network, list[Happening]] = WeakKeyDictionary()
_making = Lock()


@dataclass(frozen=True, slots=True)
class Happening:
    """A contract or a published need: its month ("": not known), the chains that it is placed in, firms as rows.

    `arrived` is the day on which its first document came or was published ("": not known), `documents` are their ids.
    """

    kind: str
    id: str
    month: str
    chains: frozenset[str]
    rows: tuple[int, ...]
    arrived: str
    documents: frozenset[str] = frozenset()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of a plan, the chains (id: name) in it, and the document (id, title, day) that names it."""

    id: str
    name: str
    plan: str
    grade: str
    valid_from: str
    valid_to: str
    chains: Mapping[str, str]
    document: str = ""
    title: str = ""
    published: str = ""


@dataclass(slots=True)
class Month:
    """What is counted of a cluster in a month."""

    awards: int = 0
    needs: int = 0
    documents: set[str] = field(default_factory=set)
    facts: list[str] = field(default_factory=list)

    @property
    def sum(self) -> int:
        """Awards and needs together."""
        return self.awards + self.needs


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is counted in no month or no cluster: without a month, placed in no chain, of a firm of unknown place."""

    undated: int
    unplaced: int
    elsewhere_unknown: int


@dataclass(frozen=True, slots=True)
class Series:
    """The months of a cluster from the base to the last one."""

    cluster: Cluster
    base: str
    months: Mapping[str, Month]

    def index(self, month: str) -> float | None:
        """100 times the month over the base; None where the base is zero."""
        base = self.months[self.base].sum
        return 100 * self.months[month].sum / base if base else None


@dataclass(frozen=True, slots=True)
class Index:
    """All clusters of a plan, with what is not known, and a digest of recipe and figures."""

    plan: str
    base: str
    month: str
    region: str
    seen: str
    series: tuple[Series, ...]
    unknown: Unknown
    digest: str


def clusters(home: Home) -> list[Cluster]:
    """The clusters of all plans that are loaded, the newest plan first."""
    found = [
        Cluster(
            id=row["id"],
            name=row["name"] or row["id"],
            plan=row["plan"] or "",
            grade=row["grade"] or "",
            valid_from=row["valid_from"] or "",
            valid_to=row["valid_to"] or "",
            chains={one["id"]: one["name"] for one in row["chains"]},
            document=row["document"] or "",
            title=row["title"] or "",
            published=row["published"] or "",
        )
        for row in home.graph().read("plan_clusters")
    ]
    return sorted(found, key=lambda one: (one.valid_from, one.plan), reverse=True)


def happenings(home: Home, net: Network) -> list[Happening]:
    """All contracts and published needs of the graph, placed in chains; made once for each."""
    with _making:
        if net not in _made:
            _made[net] = [*_awards(home, net), *_needs(home, net)]
        return _made[net]


def _awards(home: Home, net: Network) -> Iterable[Happening]:
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in home.graph().stream("dated_awards"):
        found.setdefault(row["id"], []).append(row)
    for ident, rows in found.items():
        days = [day for row in rows if (day := row["signed"] or row["published"])]
        came = [day for row in rows if (day := row["retrieved"] or row["published"])]
        yield Happening(
            kind="award",
            id=ident,
            month=_month(min(days, default="")),
            chains=_chains(net, [rows[0]["title"]]),
            rows=_rows(net, (row["firm"] for row in rows)),
            arrived=min(came, default="")[:10],
            documents=frozenset(row["document"] for row in rows if row["document"]),
            facts=tuple(row["fact"] for row in rows if row["fact"]),
        )


def _needs(home: Home, net: Network) -> Iterable[Happening]:
    for row in home.graph().stream("dated_needs"):
        day = row["published"] or ""
        names = row["products"] or [row["title"] or ""]
        poster = [row["poster"]] if row["poster"] else []
        yield Happening("need", row["id"], _month(day), _chains(net, names), _rows(net, poster), day[:10])


def _chains(net: Network, names: Iterable[str]) -> frozenset[str]:
    return frozenset(node.partition(":")[0] for name in names if name for node in net.places(name))


def _rows(net: Network, firms: Iterable[str]) -> tuple[int, ...]:
    return tuple(row for firm in firms if (row := net.corpus.row(firm)) is not None)


def _month(day: str) -> str:
    """The month of a day or month; "" for a year alone."""
    return day[:7] if len(day) >= len("2026-01") else ""


def months(base: str, month: str) -> list[str]:
    """All months from the base to the month, at most `FURTHEST` + 1."""
    at, last = _number(base), _number(month)
    return [f"{one // 12:04}-{one % 12 + 1:02}" for one in range(at, min(last, at + FURTHEST) + 1)]


def earlier(month: str, by: int) -> str:
    """The month so many months before."""
    one = _number(month) - by
    return f"{one // 12:04}-{one % 12 + 1:02}"


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def monthly(
    found: Sequence[Happening],
    of: Sequence[Cluster],
    base: str,
    month: str,
    region: str = "",
    within: NDArray[np.bool_] | None = None,
    placed: NDArray[np.bool_] | None = None,
    seen: str = "",
) -> Index:
    """The index of clusters of one plan. `within` are the firms of the region, `placed` those of known place."""
    wanted = months(base, month)
    series = tuple(Series(one, base, {name: Month() for name in wanted}) for one in of)
    undated = unplaced = nowhere = 0
    for one in found:
        if seen and one.arrived > seen:
            continue
        if within is not None and not any(within[row] for row in one.rows):
            nowhere += not one.rows or (placed is not None and not all(placed[row] for row in one.rows))
            continue
        if not one.month:
            undated += 1
            continue
        if one.month not in series[0].months if series else True:
            continue
        if not one.chains:
            unplaced += 1
            continue
        for each in series:
            if not one.chains.isdisjoint(each.cluster.chains):
                _count(each.months[one.month], one)
    figures = [
        [
            each.cluster.id,
            sorted(each.cluster.chains),
            [[m, each.months[m].awards, each.months[m].needs] for m in wanted],
        ]
        for each in series
    ]
    said = json.dumps([RECIPE, base, month, region, seen, figures], ensure_ascii=False)
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    plan = of[0].plan if of else ""
    return Index(plan, base, month, region, seen, series, Unknown(undated, unplaced, nowhere), digest)


def _count(month: Month, one: Happening) -> None:
    if one.kind == "award":
        month.awards += 1
    else:
        month.needs += 1
    month.documents |= one.documents
    month.facts += one.facts[:1]
