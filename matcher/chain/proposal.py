"""Who could take up a node in a region: firms here that are near to it, firms elsewhere to attract, who needs it here,
and whose trade borders on it (延链)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matcher.chain.network import Asked, Network
from matcher.chain.path import End, Path, Step
from matcher.chain.supply import bought
from matcher.conditions import Condition, Conditions
from matcher.rank import Ranked, Ranking

COUNT = 10
"""Firms of each kind that are proposed."""

SEEN = 1000
"""Firms of a ranking among which makers elsewhere are looked for."""

NAMES = 300
"""Product names at a node whose neighbours by relation are looked at."""

PATHS = 3
"""Ways from a firm to the node that are told."""

LEAST: Mapping[str, float] = {"listed": 0.1, "nearest_product": 0.6, "patents": 0.5, "awards": 0.5}
"""Values of features of which one must be reached by a firm that is called near; set by hand."""

Ground = Literal["need", "depends", "contract", "feeds"]
"""Why a firm needs what is made at a node: it asks for it, says it depends on it, bought it, or makes what it goes
into; the surest first."""

GROUNDS: tuple[Ground, ...] = ("need", "depends", "contract", "feeds")


@dataclass(frozen=True, slots=True)
class Maker:
    """A firm elsewhere that makes something at the node: where it is ranked, and the way from it to the node."""

    entry: Ranked
    path: Path


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who needs it: a firm (its id is empty where only the name of who asks is known), with the ways to the node.

    `placed`: it is known to be in the region; else its place is unknown.
    """

    firm: End
    placed: bool
    grounds: tuple[tuple[Ground, Path], ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """A firm here whose trade borders on the node; `entry` says where the matcher ranks it for the node itself."""

    firm: End
    entry: Ranked | None
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """For a node and a region (code): who could make it, who needs it; counts of makers with none of them proposed.

    `unplaced` makers have no known place: they may be here or elsewhere, and are proposed in neither list.
    """

    node: str
    region: str
    makers_here: int
    makers_all: int
    unplaced: int
    local_near: tuple[Ranked, ...]
    elsewhere: tuple[Maker, ...]
    buyers: tuple[Buyer, ...]
    extensions: tuple[Extension, ...]


def proposals(network: Network, node: str, region: str, asked: Iterable[Asked] = (), count: int = COUNT) -> Proposals:
    """Propose firms for a node in a region (code), at most `count` of each kind, best first; `asked` are open needs.

    Raises BadQueryError (MA001) for a node that no chain has.
    """
    node = network.known(node)
    at_node = np.zeros(len(network.corpus), bool)
    at_node[network.placement.firms(node)] = True
    here, elsewhere = network.within(region), network.outside(region)
    ranking = ranked(network, node, region, at_node)
    return Proposals(
        node=node,
        region=region,
        makers_here=int((at_node & here).sum()),
        makers_all=int(at_node.sum()),
        unplaced=int((at_node & ~here & ~elsewhere).sum()),
        local_near=tuple(near(ranking, count)),
        elsewhere=tuple(_elsewhere(network, node, region, at_node, count)),
        buyers=tuple(_buyers(network, node, asked, here, elsewhere, at_node))[:count],
        extensions=tuple(_extensions(network, node, here & ~at_node, ranking))[:count],
    )


def ranked(network: Network, node: str, region: str, without: NDArray[np.bool_], most: int = SEEN) -> Ranking:
    """The `most` best firms of a region ("" for everywhere) for what stands at a node, those of `without` (by row)
    left out."""
    ids = frozenset(network.corpus.ids[row] for row in np.flatnonzero(without).tolist())
    conditions = _placed(region, "within") if region else Conditions()
    return network.ranker.rank(replace(network.query(node), without=ids, conditions=conditions), most)


def near(ranking: Ranking, count: int) -> Iterator[Ranked]:
    """The best of a ranking that something of LEAST speaks for."""
    for entry in ranking.entries[: 3 * count]:
        values = {part.feature: part.value for part in entry.contributions if part.value is not None}
        if any(values.get(feature, 0.0) >= least for feature, least in LEAST.items()):
            yield entry
            count -= 1
        if not count:
            return


def _placed(region: str, op: str) -> Conditions:
    return Conditions((Condition("region", op, region, unknown="drop", reason="按地区提出"),))


def _elsewhere(network: Network, node: str, region: str, at_node: NDArray[np.bool_], count: int) -> Iterator[Maker]:
    ranking = network.ranker.rank(replace(network.query(node), conditions=_placed(region, "not_within")), SEEN)
    rows = ranking.scene.rows[ranking.order]
    for place in np.flatnonzero(at_node[rows])[:count].tolist():
        yield Maker(ranking.entries[place], network.stands(int(rows[place]), node))


def _buyers(
    network: Network,
    node: str,
    asked: Iterable[Asked],
    here: NDArray[np.bool_],
    elsewhere: NDArray[np.bool_],
    at_node: NDArray[np.bool_],
) -> list[Buyer]:
    found: dict[End, list[tuple[Ground, Path]]] = defaultdict(list)
    placed: dict[End, bool] = {}
    for ground, firm, path in _grounds(network, node, asked, here, at_node):
        row = network.corpus.row(firm.id) if firm.id else None
        if row is not None and elsewhere[row]:
            continue
        placed[firm] = row is not None and bool(here[row])
        if sum(kind == ground for kind, _ in found[firm]) < PATHS:
            found[firm].append((ground, path))
    ordered = sorted(
        found, key=lambda firm: (not placed[firm], GROUNDS.index(found[firm][0][0]), -len(found[firm]), firm.id)
    )
    return [Buyer(firm, placed[firm], tuple(found[firm])) for firm in ordered]


def _grounds(
    network: Network, node: str, asked: Iterable[Asked], here: NDArray[np.bool_], at_node: NDArray[np.bool_]
) -> Iterator[tuple[Ground, End, Path]]:
    """Who needs it, the surest ground first."""
    for need in asked:
        name = next((name for name in need.names if node in network.places(name)), None)
        if name is not None:
            firm, product = End("firm", need.buyer or "", need.buyer_name), End("product", name, name)
            steps = (Step("POSTED", firm, need.end), Step("ASKS_FOR", need.end, product), network.at(name, node))
            yield "need", firm, steps
    for row, name, _, item in network.depends:
        if here[row] and node in network.places(name):
            product = End("product", name, name)
            step = Step("DEPENDS_ON", network.firm(row), product, item.fact)
            yield "depends", network.firm(row), (step, network.at(name, node))
    for place in network.supplies.to(np.flatnonzero(here)).tolist():
        what = network.supplies.known[place].what
        if what and node in network.places(what):
            step = network.supplies.step(place)
            yield "contract", step.end, (step, network.at(bought(what), node))
    for after in network.flow.after[node]:
        for row in network.placement.firms(after).tolist():
            if here[row] and not at_node[row]:
                yield "feeds", network.firm(row), (*network.stands(row, after), network.flow.step(node, after))


def _extensions(network: Network, node: str, could: NDArray[np.bool_], ranking: Ranking) -> Iterator[Extension]:
    """Firms that could (bool by row) whose products go into the node, or are made of what is made there."""
    ways: dict[int, list[Sequence[str]]] = defaultdict(list)
    flow = network.flow
    for other in (*flow.before[node], *flow.after[node]):
        for row in network.placement.firms(other).tolist():
            if could[row]:
                ways[row].append((other,))
    names = [network.corpus.product_names[row] for row in network.placement.products(node)[:NAMES].tolist()]
    for name in dict.fromkeys((*flow.nodes[node].products, *names)):
        for how, other in network.corpus.neighbours.get(name, ()):
            if how in ("input", "output"):
                for row in network.makers([other]).tolist():
                    if could[row]:
                        ways[row].append((how, other, name))
    scene = ranking.scene.rows
    places = np.searchsorted(scene, list(ways)) if ways else np.zeros(0, np.int64)
    score = {
        row: float(ranking.scores[at]) if at < len(scene) and scene[at] == row else -np.inf
        for row, at in zip(ways, places.tolist(), strict=True)
    }
    for row in sorted(ways, key=lambda row: (-score[row], -len(ways[row]), row)):
        firm = network.firm(row)
        paths = tuple(_way(network, node, row, way) for way in ways[row][:PATHS])
        yield Extension(firm, ranking.place_of(firm.id) if np.isfinite(score[row]) else None, paths)


def _way(network: Network, node: str, row: int, way: Sequence[str]) -> Path:
    """The way from a firm to the node: over a neighbouring node, or over a relation of products."""
    if len(way) == 1:
        other = way[0]
        before, after = (other, node) if other in network.flow.before[node] else (node, other)
        return (*network.stands(row, other), network.flow.step(before, after))
    how, other, name = way
    made = next(one for one in network.corpus.firms[row].products if one.name == other)
    own, at_node = End("product", other, other), End("product", name, name)
    start, end = (own, at_node) if how == "input" else (at_node, own)
    return (
        Step("PRODUCES", network.firm(row), own, made.fact),
        Step("INPUT_OF", start, end),
        network.at(name, node),
    )
