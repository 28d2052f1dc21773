"""What was taken out at somebody's word: shown where it stood, with day and reason, and nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from kg.store import Graph


class TakenOut(BaseModel):
    """One retraction: of all statements on a firm, or of one."""

    relation: str | None = Field(default=None, description="relation of the one statement; absent for the whole firm")
    at: str = Field(description="when, as ISO 8601")
    reason: str


def taken_out(graph: Graph, firm_id: str) -> list[TakenOut]:
    """All that was taken out of a firm's page, newest first."""
    return [TakenOut(**row) for row in graph.read("firm_retractions", id=firm_id)]


def why_taken_out(graph: Graph, fact_id: str) -> TakenOut | None:
    """By which word a statement was taken out; None where it was not."""
    return next((TakenOut(**row) for row in graph.read("fact_retraction", id=fact_id)), None)
