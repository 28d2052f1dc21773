"""Sources: which documents the graph stands on, how old they are, what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from web.jobs.refusals import newest_refusals
from web.jobs.sources import by_source
from web.pages.evidence.feeds import FeedLine, feed_lines

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

DOCUMENTS = 50
GROUPS = 200
"""Publishers with a kind of documents that a page shows."""
REFUSALS = 100


class SourceGroup(BaseModel):
    """Documents of one publisher and kind."""

    publisher: str
    kind: str
    source: str = Field(description="manifest by which lists came; empty for filings")
    documents: int
    facts: int
    oldest: str | None = None
    newest: str | None = None
    licence: str | None = None


class DocumentLine(BaseModel):
    """A document in a list."""

    id: str
    title: str | None = None
    name: str | None = None
    date: str | None = None
    facts: int


class Refusal(BaseModel):
    """Input that was not taken, as reports name it."""

    file: str | None = None
    place: str | None = None
    code: str
    reason: str
    hint: str | None = None


class Total(BaseModel):
    """How many things of one label the graph holds."""

    label: str
    count: int


class SourcesPage(BaseModel):
    """All sources, or the documents of one of them."""

    groups: list[SourceGroup] = []
    count: int = Field(default=0, description="groups in all")
    totals: list[Total] = []
    publisher: str | None = None
    kind: str | None = None
    documents: list[DocumentLine] = []
    refusals: list[Refusal] = []
    feeds: list[FeedLine] = Field(default=[], description="sources that are looked at on a schedule")


TOTALS = ("Document", "Fact", "Enterprise", "Product", "Contract", "Patent", "Honour", "Need", "Bounty")


def sources_page(home: Home, graph: Graph, skip: int = 0, most: int | None = None) -> SourcesPage:
    """Sources with their counts, `most` of them (None: all), and what the newest imports refused."""
    found = by_source(home, graph)
    end = None if most is None else skip + most
    return SourcesPage(
        groups=[SourceGroup(**row) for row in found[skip:end]],
        count=len(found),
        totals=totals(graph),
        refusals=[Refusal(**row) for row in newest_refusals(home, REFUSALS)],
        feeds=feed_lines(home),
    )


def totals(graph: Graph) -> list[Total]:
    """How much of what the graph holds, from the store's own counters."""
    counts = graph.counts().labels
    return [Total(label=label, count=counts[label]) for label in TOTALS if label in counts]


def documents_of(graph: Graph, publisher: str, kind: str, skip: int = 0) -> SourcesPage:
    """Documents of one publisher and kind, newest first."""
    rows = graph.read("documents_of_source", publisher=publisher, kind=kind, skip=skip, limit=DOCUMENTS)
    return SourcesPage(publisher=publisher, kind=kind, documents=[DocumentLine(**row) for row in rows])
