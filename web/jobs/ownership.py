"""Who stands above whom by SUBSIDIARY_OF, over all levels, and who is of one group with whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.store import Graph
from web.jobs.team import Above, parents

Ancestry = Mapping[str, Mapping[str, Above]]
"""For each firm those above it by id, each with the statements that lead there; firms without any are left out."""


def ancestry(graph: Graph, ids: Iterable[str]) -> dict[str, dict[str, Above]]:
    """All firms above each of these, however many steps up: where one is reached, those above it are too."""
    direct: dict[str, tuple[Above, ...]] = {}
    asked = set(ids)
    waiting = sorted(asked)
    seen: set[str] = set()
    while waiting:
        seen |= set(waiting)
        found = parents(graph, waiting)
        direct |= found
        waiting = sorted({one.id for rows in found.values() for one in rows} - seen)
    return {ident: rows for ident in asked if (rows := _all_above(ident, direct))}


def _all_above(ident: str, direct: Mapping[str, Iterable[Above]]) -> dict[str, Above]:
    found: dict[str, Above] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [(ident, ())]
    while waiting:
        at, facts = waiting.pop(0)
        for one in direct.get(at, ()):
            if one.id != ident and one.id not in found:
                found[one.id] = Above(one.id, one.name, (*facts, *one.facts))
                waiting.append((one.id, found[one.id].facts))
    return found


def groups_of(graph: Graph, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """The ids by which each of these firms is of one group with another: its own and those of all firms above it."""
    asked = list(dict.fromkeys(ids))
    above = ancestry(graph, asked)
    return {ident: frozenset([ident, *above.get(ident, ())]) for ident in asked}
