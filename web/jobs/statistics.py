"""A set of firms of the graph as somebody asks for it, and its figures; the table of all firms is made once a state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from kg.store import Graph
from matcher.chain.network import Network
from matcher.chain.placement import node_id
from matcher.discovery.table import LISTED, NAMED, Kept
from matcher.fields import TIERS
from matcher.firm import Item
from matcher.statistics.measure import FOUNDATION, INDUSTRY
from matcher.statistics.table import Rows, Table
from nlp.foundation.scheme import LEARNT, scheme
from web.accounts.actor import Actor
from web.errors import WebError
from web.home import Home
from web.jobs.chains import templates
from web.jobs.named import named
from web.jobs.network import network, region_of
from web.work.lists import shortlists

FOUR = "siji-2016"
"""The four foundations, of which the first little giants' share was published."""

MOST = 500
"""Firms that may be named one by one."""

_PARTED = re.compile(r"[\n\r\t,，;；、]+")
_made: WeakKeyDictionary[Network, Figures] = WeakKeyDictionary()
_making = Lock()


@dataclass(frozen=True, slots=True)
class AskedSet:
    """Which firms: those of a place, of a tier (`notice`: also on notice or past their term), at a node of a chain
    (`chain:node`), kept on a list of the reader's own, or named one by one. All that is given holds at once.
    """

    region: str = ""
    tier: str = ""
    notice: bool = False
    node: str = ""
    list_id: str = ""
    firms: str = ""


@dataclass(frozen=True, slots=True)
class FirmSet:
    """The firms of a set as rows, the names that mean none or several, and the title of a list."""

    rows: Rows
    region: str = ""
    not_found: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Figures:
    """The table of all firms and the names of classes of industry by their code."""

    table: Table
    industries: Mapping[str, str]


def figures(home: Home, net: Network) -> Figures:
    """The table over the network's corpus, made once for each."""
    with _making:
        found = _made.get(net)
        if found is None:
            found = _made[net] = _read(home, net)
        return found


def _read(home: Home, net: Network) -> Figures:
    industries: dict[str, tuple[Item, ...]] = {}
    fields: dict[str, tuple[Item, ...]] = {}
    names: dict[str, str] = {}
    four = {each.source: each.name for each in scheme(FOUR).classes}
    for row in home.graph().stream("firm_classes", scheme=LEARNT):
        for one in row["industries"]:
            names.setdefault(re.sub(r"^.*?(\d*)$", r"\1", str(one["value"])), str(one["name"] or ""))
        if row["industries"]:
            industries[row["id"]] = _items(row["industries"])
        classed = [one | {"value": four[one["value"]]} for one in row["fields"] if one["value"] in four]
        if classed:
            fields[row["id"]] = _items(classed)
    return Figures(Table(net.corpus, {INDUSTRY: industries, FOUNDATION: fields}), names)


def _items(rows: list[Mapping[str, Any]]) -> tuple[Item, ...]:
    return tuple(Item(row["value"], row["fact"]) for row in rows)


def chosen(home: Home, graph: Graph, actor: Actor, ask: AskedSet) -> FirmSet:
    """The firms of a set; with nothing asked for, all.

    Raises MA001 (no such place), WE404 (no such node or list), WE422 (too many names), WE401 and WE032 (a list without
    the right to it), WE015 (nothing loaded).
    """
    net = network(home)
    rows = np.ones(len(net.corpus), bool)
    region, title = "", ""
    not_found: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    if ask.region:
        region = region_of(ask.region)
        rows &= net.within(region)
    if ask.tier:
        standing = Kept(net.ranker.index).table.standing[:, TIERS.index(ask.tier)]
        rows &= np.isin(standing, NAMED if ask.notice else (LISTED,))
    if ask.node:
        rows &= _among(net, _makers(home, net, ask.node))
    if ask.list_id:
        title, listed = _listed(home, actor, ask.list_id)
        rows &= _among(net, _rows(net, listed))
    if ask.firms.strip():
        named, not_found, several = _named(net, graph, ask.firms)
        rows &= _among(net, named)
    return FirmSet(rows, region, not_found, several, title)


def nodes(home: Home) -> Iterator[tuple[str, str, str]]:
    """All nodes of chains as `chain:node`, with the names of both in Chinese."""
    for template in templates(home):
        for node in template.chain.nodes:
            yield node_id(template.chain, node), template.chain.name, node.name


def _makers(home: Home, net: Network, node: str) -> list[int]:
    if node not in net.placement.nodes:
        raise WebError(f"no node {node[:80]}", code="WE404", hint="chain:node, as the list of chains has them")
    return list(map(int, net.placement.firms(node)))


def _listed(home: Home, actor: Actor, list_id: str) -> tuple[str, list[str]]:
    with home.database().session() as session:
        row = shortlists.one(session, actor, list_id)
        kept = shortlists.items(session, row)
        return row.title, [firm for firm, item in kept.items() if item.state not in ("", "rejected")]


def said_in(text: str) -> list[str]:
    """The names of a pasted text, each once. Raises WebError WE422 for too many."""
    said = list(dict.fromkeys(part.strip() for part in _PARTED.split(text) if part.strip()))
    if len(said) > MOST:
        raise WebError(f"{len(said)} firms are named", code="WE422", hint=f"at most {MOST} at once", place="firms")
    return said


def _named(net: Network, graph: Graph, text: str) -> tuple[list[int], tuple[str, ...], tuple[str, ...]]:
    """The firms that a text names, as rows; the names that mean none, and those that mean several."""
    found = {one: _rows(net, ids) for one, ids in named(graph, said_in(text)).items()}
    rows = [rows[0] for rows in found.values() if len(rows) == 1]
    none = tuple(one for one, rows in found.items() if not rows)
    return rows, none, tuple(one for one, rows in found.items() if len(rows) > 1)


def _rows(net: Network, firms: list[str]) -> list[int]:
    return [row for firm in firms if (row := net.corpus.row(firm)) is not None]


def _among(net: Network, rows: list[int]) -> Rows:
    found = np.zeros(len(net.corpus), bool)
    found[rows] = True
    return found
