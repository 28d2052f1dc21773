"""The cultivation pool over the graph: the firms that somebody names, with the place that their records give."""

from __future__ import annotations

import re

from kg.store import Graph
from web.errors import UnusableError
from web.jobs.named import named
from web.work.pool.pool import Firm, Refused

MOST = 500
"""Firms that are named at a time."""
_PARTED = re.compile(r"[\n\r;；]+")


def firms_named(graph: Graph, text: str) -> tuple[list[Firm], list[Refused]]:
    """The firms that a text names, one a line: by id, credit code or whole name; and lines that name none or several.

    Raises UnusableError WE190 for no line or too many.
    """
    said = list(dict.fromkeys(" ".join(part.split()) for part in _PARTED.split(text) if part.strip()))
    if not said or len(said) > MOST:
        raise UnusableError({"firms": "long" if said else "empty"}, "WE190")
    found = named(graph, said)
    ids = sorted({ids[0] for ids in found.values() if len(ids) == 1})
    rows = graph.read("described_firms", ids=ids) if ids else []
    firms = {row["id"]: Firm(row["id"], row["name"], row["region"] or "") for row in rows}
    refused = [
        Refused(one, "WE196", "several firms" if ids_of else "no such firm")
        for one, ids_of in found.items()
        if len(ids_of) != 1
    ]
    return [firms[one] for one in ids if one in firms], refused
