"""Where a statement comes from: its sentence, its document, its date. Every row of every page has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from web.jobs import match

if TYPE_CHECKING:
    from kg.store import Graph


class Citation(BaseModel):
    """The best sentence for a statement; `facts` counts all that say the same."""

    fact: str | None = Field(default=None, description="id of the statement; /evidence/{fact} shows its sentence")
    facts: int = Field(default=1, description="how many statements say so")
    level: str = Field(default="disclosed", description="disclosed, strongly_inferred, declared by the firm, inferred")
    quote: str | None = Field(default=None, description="the sentence")
    page: int | str | None = Field(default=None, description="page of the document; sheet:row for sheets")
    document: str | None = Field(default=None, description="SHA-256 of the document")
    title: str | None = Field(default=None, description="title of the document")
    publisher: str | None = None
    date: str | None = Field(default=None, description="day on which the document was published, else retrieved")


class Named(BaseModel):
    """A thing that has a page of its own: id and name."""

    id: str
    name: str


def citation(row: Mapping[str, Any]) -> Citation:
    """The citation of a row of a query; empty where the graph has no sentence."""
    return Citation(**{name: value for name, value in row["citation"].items() if value is not None})


def citations(graph: Graph, facts: Iterable[str]) -> dict[str, Citation]:
    """Citations by the id of their statement."""
    return {fact: citation({"citation": row}) for fact, row in match.citations(graph, facts).items()}
