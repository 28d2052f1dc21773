"""The list of published needs and bounties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from web.pages.firms.search import NeedCard

if TYPE_CHECKING:
    from kg.store import Graph

NEEDS = 50
LABELS = {"need": "Need", "bounty": "Bounty"}

Kind = Literal["need", "bounty"]


class NeedsPage(BaseModel):
    """Some of the needs and bounties, open ones first, by deadline."""

    kind: Kind | None = None
    needs: list[NeedCard]
    more: bool


def needs_page(graph: Graph, number: int, kind: Kind | None = None) -> NeedsPage:
    """Page `number` of the list, from one; of needs and bounties, or of one kind of them."""
    label = LABELS[kind] if kind else None
    rows = graph.read("needs", label=label, skip=(number - 1) * NEEDS, limit=NEEDS + 1)
    return NeedsPage(kind=kind, needs=[NeedCard(**row) for row in rows[:NEEDS]], more=len(rows) > NEEDS)
