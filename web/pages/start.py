"""The first page: what to do here, the needs that are open now, what the graph holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from web.pages.search import NeedCard
from web.pages.sources import SourceGroup, Total, sources_page

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

OPEN = 8


class StartPage(BaseModel):
    """Open needs, totals, and how new the newest document is."""

    needs: list[NeedCard]
    totals: list[Total]
    groups: list[SourceGroup]
    newest: str | None = None


def start_page(home: Home, graph: Graph) -> StartPage:
    """The first page of this graph."""
    sources = sources_page(home, graph)
    return StartPage(
        needs=[NeedCard(**row) for row in graph.read("needs", skip=0, limit=OPEN)],
        totals=sources.totals,
        groups=sources.groups,
        newest=max((group.newest for group in sources.groups if group.newest), default=None),
    )
