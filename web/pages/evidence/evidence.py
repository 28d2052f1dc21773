"""The evidence page: a statement's sentence inside the page of its document, or the row of its sheet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from web.errors import WebError
from web.pages.evidence.citation import Citation, citation
from web.pages.evidence.disagreement import Said, otherwise
from web.pages.evidence.pagetext import PageText, page_text
from web.pages.evidence.retraction import TakenOut, why_taken_out
from web.pages.evidence.sheet import SheetRow, sheet_row

if TYPE_CHECKING:
    from kg.documents import DocumentStore
    from kg.store import Graph

SAME = 20


class Source(BaseModel):
    """The document, as its reader needs it to find the original."""

    id: str
    title: str | None = None
    name: str | None = None
    kind: str | None = None
    media: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: str | None = None
    retrieved: str | None = None
    licence: str | None = None
    source: str | None = Field(default=None, description="manifest by which a list came")
    demo: bool = False


def source(document: dict[str, Any]) -> Source:
    """A document of the graph."""
    return Source(**{name: document[name] for name in Source.model_fields if document.get(name) is not None})


class Around(BaseModel):
    """The sentence with the text of its page before and after it."""

    page: int = Field(description="page of the document, from one")
    pages: int
    part: int = Field(description="page of the view /documents/{id}?page=, which shows long pages in parts")
    parts: int
    before: str
    sentence: str
    after: str


class End(BaseModel):
    """Subject or object of a statement."""

    label: str
    id: str | None = None
    name: str | None = None


class EvidencePage(BaseModel):
    """One statement with its proof."""

    id: str
    relation: str
    subject: End
    subject_name: str = Field(description="the subject as the document names it")
    object: End | None = None
    object_name: str | None = Field(default=None, description="the object as the document names it")
    values: dict[str, Any] = {}
    level: str
    method: str | None = None
    state: str = Field(description="active, superseded or retracted")
    valid_from: str | None = None
    valid_to: str | None = None
    quote: str
    place: int | str = Field(description="page, or sheet:row")
    document: Source
    around: Around | None = None
    row: SheetRow | None = Field(default=None, description="for sheets, the row column by column")
    same: list[Citation] = Field(default=[], description="other statements that say the same of the same firm")
    otherwise: list[Said] = Field(default=[], description="statements that give another value of the same thing")
    taken_out: TakenOut | None = Field(
        default=None, description="by which word it was taken out: then it shows no more"
    )


def evidence_page(graph: Graph, documents: DocumentStore, fact_id: str) -> EvidencePage:
    """A statement by its id. Raises WE404."""
    rows = graph.read("fact", id=fact_id)
    if not rows:
        raise WebError(
            f"no statement {fact_id[:80]}", code="WE404", hint="its document was read again since; look the firm up"
        )
    row = rows[0]
    fact = row["fact"]
    word = why_taken_out(graph, fact_id) if fact["state"] == "retracted" else None
    if word is not None:
        return _without_words(fact, row, word)
    around, sheet = _place(documents, fact)
    values = json.loads(fact.get("values") or "{}")
    same, different = _others(graph, fact_id, fact["relation"], values)
    return EvidencePage(
        id=fact_id,
        relation=fact["relation"],
        subject=End(**row["firm"]),
        subject_name=fact.get("subject_name") or "",
        object=End(**row["object"]) if row["object"] else None,
        object_name=fact.get("object_name"),
        values=values,
        level=fact["level"],
        method=fact.get("method"),
        state=fact.get("state", "active"),
        valid_from=fact.get("valid_from"),
        valid_to=fact.get("valid_to"),
        quote=fact.get("quote") or "",
        place=fact.get("page", 1),
        document=source(row["document"]),
        around=around,
        row=sheet,
        same=same,
        otherwise=different,
    )


def _without_words(fact: dict[str, Any], row: dict[str, Any], word: TakenOut) -> EvidencePage:
    """A statement that was taken out: which firm's, of which relation and document, and why; not what it said."""
    return EvidencePage(
        id=fact["id"],
        relation=fact["relation"],
        subject=End(**row["firm"]),
        subject_name=row["firm"]["name"] or "",
        level=fact["level"],
        state=fact["state"],
        quote="",
        place=fact.get("page", 1),
        document=source(row["document"]),
        taken_out=word,
    )


def _others(graph: Graph, fact_id: str, relation: str, values: dict[str, Any]) -> tuple[list[Citation], list[Said]]:
    """Other statements on the same firm and thing: those that agree, and those that give another value."""
    same, different = [], []
    for found in graph.read("fact_same", id=fact_id, limit=SAME):
        theirs = otherwise(relation, values, json.loads(found["values"] or "{}")) if found["alike"] else {}
        if theirs:
            different.append(Said(values=theirs, source=citation(found)))
        else:
            same.append(citation(found))
    return same, different


def _place(documents: DocumentStore, fact: dict[str, Any]) -> tuple[Around | None, SheetRow | None]:
    """The sentence in its page, or the row of a sheet; neither where the store has lost the document."""
    start, end, place = fact.get("start", 0), fact.get("end", 0), fact.get("page", 1)
    try:
        text = page_text(documents, fact["document"])
    except WebError:
        return None, None
    if isinstance(place, str):
        return None, sheet_row(text, place, start, end)
    return sentence(text, start, end), None


def sentence(text: PageText, start: int, end: int) -> Around:
    """The sentence at start:end inside its page."""
    part = text.part_at(start)
    first, last = text.span(part)
    return Around(
        part=part,
        parts=len(text.parts),
        page=text.page_at(start),
        pages=len(text.pages),
        before=text.slice(first, start),
        sentence=text.slice(start, end),
        after=text.slice(end, max(last, end)),
    )
