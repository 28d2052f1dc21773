"""Firms that a reader names: by id, that of a record, credit code or a whole name that a record bears."""

from __future__ import annotations

from collections.abc import Sequence

from kg.store import Graph
from kg.values.name import name_key


def named(graph: Graph, said: Sequence[str]) -> dict[str, list[str]]:
    """The ids of the firms that each of the words means: one, none or several."""
    found: dict[str, list[str]] = {one: [] for one in said}
    for row in graph.read("firms_said", said=[{"text": one, "name_key": name_key(one)} for one in said]):
        found[row["said"]].append(str(row["id"]))
    return found
