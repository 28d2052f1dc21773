"""Reads from the graph how identity stands around some records: all that could be one with them, and who said what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from kg.change import chunks
from kg.identity.cluster import Identity
from kg.identity.decide import Standing
from kg.records import Decision, RecordId
from kg.store import Graph


def standing(graph: Graph, decisions: Sequence[Decision], records: Iterable[str]) -> Standing:
    """Everything that a word on these records could change: records of a name or code with them, or tied by a decision,
    and on from there. Records that the graph does not have are left out.
    """
    partners: dict[str, set[str]] = defaultdict(set)
    for item in decisions:
        first, second = item.records
        partners[first].add(second)
        partners[second].add(first)
    held: dict[RecordId, Identity] = {}
    asked: dict[str, set[str]] = {"ids": set(), "names": set(), "codes": set()}
    wanted: dict[str, set[str]] = {"ids": {*records}, "names": set(), "codes": set()}
    while any(wanted[kind] - asked[kind] for kind in wanted):
        fresh = {kind: wanted[kind] - asked[kind] for kind in wanted}
        for kind, keys in fresh.items():
            asked[kind] |= keys
        for found in _identities(graph, fresh):
            held[found.id] = found
            asked["ids"].add(found.id)
            wanted["ids"] |= partners[found.id]
            wanted["names"].add(found.name_key)
            wanted["codes"] |= {found.credit_code} - {None}  # type: ignore[arg-type]
    return Standing(held, [item for item in decisions if held.keys() & {*item.records}])


def _identities(graph: Graph, wanted: dict[str, set[str]]) -> Iterable[Identity]:
    for kind, keys in wanted.items():
        for part in chunks(sorted(keys)):
            for row in graph.read("identities", **{"ids": [], "names": [], "codes": [], kind: part}):
                yield Identity(**{**row, "id": RecordId(row["id"])})
