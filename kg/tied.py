"""Records and enterprises of a change that stand in the graph as they are projected: they are not written again."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from kg.change import Change, chunks
from kg.projection import LinkKind, Projection
from kg.store import Graph

_IDENTIFIES, _IN = LinkKind("IDENTIFIES", "Record", "Enterprise"), LinkKind("IN", "Record", "Document")


class Tied(NamedTuple):
    """Ids of records with the same row, enterprise and documents as before, and of enterprises with the same row."""

    records: set[str]
    firms: set[str]


def leave_tied(graph: Graph, change: Change, projection: Projection) -> Tied:
    """Take out of the projection what stands as it is; nothing where an interrupted load may have left a part."""
    if not change.whole:
        return Tied(set(), set())
    rows = {row["id"]: row for row in projection.nodes["Record"]}
    firm_of = {row["start"]: row["end"] for row in projection.links[_IDENTIFIES]}
    documents: dict[str, set[str]] = defaultdict(set)
    for row in projection.links[_IN]:
        documents[row["start"]].add(row["end"])
    records = {
        found["record"]["id"]
        for part in chunks(sorted(rows))
        for found in graph.read("records_tied", ids=part)
        if found["record"] == rows[found["record"]["id"]]
        and found["firms"] == [firm_of[found["record"]["id"]]]
        and {*found["documents"]} == documents[found["record"]["id"]]
    }
    projected = {row["id"]: row for row in projection.nodes["Enterprise"]}
    firms = {
        found["enterprise"]["id"]
        for part in chunks(sorted(projected))
        for found in graph.read("enterprises", ids=part)
        if found["enterprise"] == projected[found["enterprise"]["id"]]
    }
    projection.nodes["Record"][:] = [row for row in rows.values() if row["id"] not in records]
    projection.nodes["Enterprise"][:] = [row for row in projected.values() if row["id"] not in firms]
    for kind in (_IDENTIFIES, _IN):
        projection.links[kind][:] = [row for row in projection.links[kind] if row["start"] not in records]
    return Tied(records, firms)
