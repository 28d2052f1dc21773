"""What lists and documents say of a firm's honours, as lines of its course on the ladder of tiers."""

from __future__ import annotations

import json
from typing import Any

from kg.store import Graph
from kg.tier import Said


def honours(graph: Graph, firm_id: str) -> list[tuple[Said, dict[str, Any]]]:
    """Each statement that says tier and status, with its row (which holds its `citation`)."""
    found = []
    for row in graph.read("firm_honours", id=firm_id):
        values = json.loads(row["values"] or "{}")
        if not (values.get("tier") and values.get("status")):
            continue
        date = values.get("dated") or row["valid_from"] or row["observed"]
        end = row["valid_to"] if values["status"] != "revoked" else None
        fact = row["citation"]["fact"]
        found.append((Said(values["tier"], values["status"], date, values.get("batch"), end, fact, row["level"]), row))
    return found
