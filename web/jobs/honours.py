"""What lists and documents say of firms' honours, as lines of their course on the ladder of tiers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from kg.store import Graph
from kg.tier import Said

Lines = list[tuple[Said, dict[str, Any]]]
"""Statements that say tier and status, each with its row (which holds its `citation`)."""


def honours(graph: Graph, firm_id: str) -> Lines:
    """The statements on one firm."""
    return honours_of(graph, [firm_id]).get(firm_id, [])


def honours_of(graph: Graph, firms: Iterable[str]) -> dict[str, Lines]:
    """The statements on several firms, asked at once; firms without any are left out."""
    found: dict[str, Lines] = {}
    for row in graph.read("firm_honours", ids=sorted(set(firms))):
        values = json.loads(row["values"] or "{}")
        if not (values.get("tier") and values.get("status")):
            continue
        date = values.get("dated") or row["valid_from"] or row["observed"]
        end = row["valid_to"] if values["status"] != "revoked" else None
        fact = row["citation"]["fact"]
        said = Said(values["tier"], values["status"], date, values.get("batch"), end, fact, row["level"])
        found.setdefault(row["firm"], []).append((said, row))
    return found
