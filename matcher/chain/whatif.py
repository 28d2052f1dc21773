"""What if a maker disappears, a place is cut off, an import stops: which nodes, firms and needs are hit, by which path,
and who could step in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.chain.goods import plain
from matcher.chain.network import Asked, Network
from matcher.chain.path import End, Path, Step
from matcher.chain.proposal import near, ranked
from matcher.errors import BadQueryError
from matcher.rank import Ranked

STEPS = 3
"""How far supplies and nodes are followed downstream."""

COUNT = 20
SOUGHT, NEAR = 5, 3
"""Nodes without a maker for which near firms are sought (each is a ranking of its own), and how many of each."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens: firms (ids) are gone, a place (code) is cut off with all its firms, or an import stops: of a
    product by name, or of what stands at a node (`chain:node`). `chain` keeps the answer to one chain."""

    firms: tuple[str, ...] = ()
    region: str | None = None
    imported: str | None = None
    chain: str | None = None


@dataclass(frozen=True, slots=True)
class HitNode:
    """A node that loses makers. `left` are some who still make it, `near` firms that do not make it yet (sought where
    nobody is left), `after` the nodes behind it with their paths."""

    node: End
    chain: str
    before: int
    lost: int
    left: tuple[End, ...]
    near: tuple[Ranked, ...]
    after: tuple[tuple[End, Path], ...]


@dataclass(frozen=True, slots=True)
class HitFirm:
    """A firm or body downstream: the path of statements that leads to it; `sole`: no other supplier of it is known."""

    firm: End
    path: Path
    sole: bool


@dataclass(frozen=True, slots=True)
class HitNeed:
    """An open need for what stands at a node that loses makers, with the makers that are left."""

    need: End
    path: Path
    left: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What a scenario hits: counts are of all, lists hold the worst first."""

    scenario: Scenario
    lost: int
    nodes: tuple[HitNode, ...]
    node_count: int
    firms: tuple[HitFirm, ...]
    firm_count: int
    needs: tuple[HitNeed, ...]


def what_if(network: Network, scenario: Scenario, asked: Iterable[Asked] = (), count: int = COUNT) -> Impact:
    """Reckon a scenario over the present network; `asked` are the open needs.

    An import hits the firms that say that they import the thing (or what stands at its node), and nobody else: what
    was not said is not known. Raises BadQueryError (MA001) for an unknown firm, or a scenario that says nothing.
    """
    lost = lost_firms(network, scenario)
    dependent = dict(_dependent(network, scenario.imported)) if scenario.imported else {}
    begin = np.flatnonzero(lost) if not scenario.imported else np.array(sorted(dependent), np.int64)
    nodes = list(_nodes(network, scenario, lost))
    reach = network.supplies.reach(begin, STEPS)
    members = np.flatnonzero(reach.steps >= 1)
    gone = np.zeros(len(network.supplies), bool)
    gone[begin] = True
    other = network.supplies.suppliers(gone)
    hit = [HitFirm(network.firm(row), (step,), False) for row, step in dependent.items()]
    for member in sorted(members.tolist(), key=lambda at: (int(reach.steps[at]), other[at] > 0, at))[:count]:
        path = network.supplies.path(reach, member)
        hit.append(HitFirm(network.supplies.end(member), path, not scenario.imported and int(other[member]) == 0))
    at = {row[0]: row[1] - row[2] for row in nodes}
    return Impact(
        scenario=scenario,
        lost=int(lost.sum()),
        nodes=tuple(_told(network, nodes[:count], lost)),
        node_count=len(nodes),
        firms=tuple(hit[: count + len(dependent)]),
        firm_count=len(members) + len(dependent),
        needs=tuple(_needs(network, asked, at))[:count],
    )


def lost_firms(network: Network, scenario: Scenario) -> NDArray[np.bool_]:
    """Which firms a scenario takes away: bool [firms]; an import takes none. Raises BadQueryError (MA001)."""
    said = [bool(scenario.firms), bool(scenario.region), bool(scenario.imported)]
    if sum(said) != 1:
        raise BadQueryError("a scenario is one of firms, a region, an import", hint="name exactly one of them")
    lost = np.zeros(len(network.corpus), bool)
    for ident in scenario.firms:
        row = network.corpus.row(ident)
        if row is None:
            raise BadQueryError(f"no firm {ident[:80]}", hint="the id of a firm, as its page has it")
        lost[row] = True
    return network.within(scenario.region) if scenario.region else lost


def _imported(network: Network, said: str) -> tuple[str, tuple[str, ...]]:
    """The plain name of what is imported ("" for a node), and the nodes where it stands."""
    return ("", (said,)) if said in network.flow.nodes else (plain(said), network.places(said))


def _dependent(network: Network, said: str) -> Iterator[tuple[int, Step]]:
    """The firms that say that they import the thing, or one of its nodes, with the statement as a step; once a firm."""
    name, places = _imported(network, said)
    told: set[int] = set()
    for row, what, imported, item in network.depends:
        if imported and row not in told and (what == name or not set(places).isdisjoint(network.places(what))):
            told.add(row)
            yield row, Step("DEPENDS_ON", network.firm(row), End("product", what, what), item.fact)


def _nodes(network: Network, scenario: Scenario, lost: NDArray[np.bool_]) -> Iterator[tuple[str, int, int]]:
    """Nodes with makers before and how many are lost: those of whom nobody is left first, then by who is left."""
    pairs, idents = network.placement.pairs, network.placement.nodes
    before = np.bincount(pairs[:, 1], minlength=len(idents))
    gone = np.bincount(pairs[lost[pairs[:, 0]], 1], minlength=len(idents))
    hit = np.flatnonzero(gone)
    for at in sorted(hit.tolist(), key=lambda at: (int(before[at] - gone[at]), -int(gone[at]), at)):
        if scenario.chain is None or idents[at].startswith(f"{scenario.chain}:"):
            yield idents[at], int(before[at]), int(gone[at])
    for ident in _imported(network, scenario.imported)[1] if scenario.imported else ():
        yield ident, int(before[idents.index(ident)]), 0


def _told(network: Network, nodes: Iterable[tuple[str, int, int]], lost: NDArray[np.bool_]) -> Iterator[HitNode]:
    sought = 0
    for ident, before, gone in nodes:
        rows = network.placement.firms(ident)
        left = rows[~lost[rows]]
        found: tuple[Ranked, ...] = ()
        if before == gone and sought < SOUGHT:
            sought += 1
            found = tuple(near(ranked(network, ident, "", lost, 9 * NEAR), NEAR))
        after = network.flow.reach([ident], STEPS) if before - gone <= 1 else {}
        yield HitNode(
            node=network.flow.end(ident),
            chain=network.flow.chain_of[ident].name,
            before=before,
            lost=gone,
            left=tuple(network.firm(row) for row in left[:3].tolist()),
            near=found,
            after=tuple((network.flow.end(end), path) for end, path in after.items()),
        )


def _needs(network: Network, asked: Iterable[Asked], left: dict[str, int]) -> Iterator[HitNeed]:
    for one in asked:
        for name in one.names:
            for node in network.places(name):
                if node in left:
                    product = End("product", name, name)
                    path = (Step("ASKS_FOR", one.end, product, source=one.id), network.at(name, node))
                    yield HitNeed(one.end, path, left[node])
                    break
            else:
                continue
            break
