"""Chains over the graph: the network that questions about them are asked of, and the needs that are open now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from weakref import WeakKeyDictionary

from kg.store import Graph
from kg.values.name import name_key
from kg.values.region import Regions
from matcher.chain.network import Asked, Listed, Network
from matcher.chain.path import Path
from matcher.chain.supply import Supplies, Supply
from matcher.errors import BadQueryError
from matcher.fields import region_code
from web.home import Home
from web.jobs.chains import placement, placer

_made: WeakKeyDictionary[Home, Network] = WeakKeyDictionary()
_making = Lock()


def network(home: Home) -> Network:
    """The network over the present corpus, made once for each. Raises WebError WE015 where nothing is loaded."""
    ranker, by = home.ranker(), placer(home)
    with _making:
        found = _made.get(home)
        if found is None or found.ranker is not ranker or found.placer is not by:
            supplies = Supplies(ranker.corpus, known_supplies(home.graph()))
            listed = (Listed(**row) for row in home.graph().read("flags"))
            found = Network(ranker, by, placement(home, ranker.corpus), supplies, listed)
            _made[home] = found
        return found


def known_supplies(graph: Graph) -> Iterable[Supply]:
    """Whom the graph says that somebody supplies."""
    return (Supply(**row) for row in graph.stream("supplies"))


def open_needs(graph: Graph) -> list[Asked]:
    """The public needs and bounties that are open."""
    return [
        Asked(row["id"], row["title"], tuple(row["products"]), buyer.get("id"), buyer.get("name") or "")
        for row in graph.read("open_needs")
        for buyer in [row["buyer"] or {}]
    ]


def region_of(said: str) -> str:
    """The code of a region that is given by code or name. Raises BadQueryError (MA001) where it is none."""
    code = region_code(said)
    if code is None or Regions.load().by_code(code) is None:
        raise BadQueryError(f"no place {said[:40]!r}", hint="a GB/T 2260 code such as 330200, or a name")
    return code


def stated_links(graph: Graph, paths: Iterable[Path]) -> Mapping[tuple[str, str], str]:
    """For each step of paths that says that one product goes into another, the statement in the graph, by names."""
    pairs = sorted({(step.start.id, step.end.id) for path in paths for step in path if step.relation == "INPUT_OF"})
    keys: Sequence[tuple[str, str]] = [(name_key(start), name_key(end)) for start, end in pairs]
    rows = graph.read("product_links", pairs=[list(pair) for pair in keys]) if keys else []
    facts = {(row["start"], row["end"]): row["fact"] for row in rows if row["fact"]}
    return {pair: facts[key] for pair, key in zip(pairs, keys, strict=True) if key in facts}
