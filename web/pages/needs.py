"""The list of published needs and bounties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from web.pages.search import NeedCard

if TYPE_CHECKING:
    from kg.store import Graph

NEEDS = 50


class NeedsPage(BaseModel):
    """Some of the needs, open ones first, by deadline."""

    needs: list[NeedCard]
    more: bool


def needs_page(graph: Graph, number: int) -> NeedsPage:
    """Page `number` of the list, from one."""
    rows = graph.read("needs", skip=(number - 1) * NEEDS, limit=NEEDS + 1)
    return NeedsPage(needs=[NeedCard(**row) for row in rows[:NEEDS]], more=len(rows) > NEEDS)
