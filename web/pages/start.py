"""The first page: what to do here, the needs that are open now, what the graph holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from web.pages.evidence.sources import Total, totals
from web.pages.firms.search import NeedCard

if TYPE_CHECKING:
    from kg.store import Graph

OPEN = 8


class StartPage(BaseModel):
    """Open needs, totals, and how new the newest document is."""

    needs: list[NeedCard]
    totals: list[Total]
    newest: str | None = None


def start_page(graph: Graph) -> StartPage:
    """The first page of this graph."""
    return StartPage(
        needs=[NeedCard(**row) for row in graph.read("needs", label=None, skip=0, limit=OPEN)],
        totals=totals(graph),
        newest=next((row["date"] for row in graph.read("newest_document")), None),
    )
