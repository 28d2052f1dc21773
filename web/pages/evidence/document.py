"""A document page by page, with every statement that was read from it marked in its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from web.errors import WebError
from web.pages.evidence.evidence import Source, source
from web.pages.evidence.pagetext import PageText, page_text
from web.pages.evidence.sheet import SheetRow, sheet_rows

if TYPE_CHECKING:
    from kg.documents import DocumentStore
    from kg.store import Graph

STATEMENTS = 300
SHEET_ROWS = 50


class Piece(BaseModel):
    """A run of text; marked where a statement was read from it."""

    text: str
    fact: str | None = None


class Read(BaseModel):
    """A statement that was read from the document."""

    id: str
    relation: str
    subject: str | None = None
    object: str | None = None
    level: str
    page: int | str | None = None


class DocumentPage(BaseModel):
    """One page of a document."""

    document: Source
    facts: int = Field(description="statements in the whole document")
    page: int
    pages: int
    pieces: list[Piece] = []
    rows: list[SheetRow] = Field(default=[], description="for sheets, the rows of this page")
    statements: list[Read] = []
    cut: bool = Field(default=False, description="whether long pages are shown in parts")


def source_of(graph: Graph, document_id: str) -> tuple[Source, int]:
    """A document that is in the graph, with the number of its statements. Raises WE404."""
    rows = graph.read("document", id=document_id)
    if not rows:
        raise WebError(f"no document {document_id[:80]}", code="WE404", hint="see the list of documents")
    return source(rows[0]["document"]), rows[0]["facts"]


def document_page(graph: Graph, documents: DocumentStore, document_id: str, number: int) -> DocumentPage:
    """Page `number`, from one. Raises WE404 where the document has no such page."""
    kept, facts = source_of(graph, document_id)
    text = page_text(documents, document_id)
    if kept.source:
        return _sheet(graph, kept, facts, text, number)
    if number > len(text.parts):
        raise WebError(f"the document has {len(text.parts)} pages", code="WE404", hint="turn back to its first page")
    start, end = text.span(number)
    rows = graph.read("document_statements", id=document_id, start=start, end=end, limit=STATEMENTS)
    return DocumentPage(
        document=kept,
        facts=facts,
        page=number,
        pages=len(text.parts),
        pieces=_pieces(text, start, end, rows),
        statements=[Read(**{name: row[name] for name in Read.model_fields if name in row}) for row in rows],
        cut=len(text.parts) > len(text.pages),
    )


def _pieces(text: PageText, start: int, end: int, rows: Sequence[dict[str, Any]]) -> list[Piece]:
    """The text in runs; where sentences overlap, the first one is marked."""
    pieces, at = [], start
    for row in rows:
        low, high = max(row["start"], at), min(row["end"], end)
        if low >= high:
            continue
        if low > at:
            pieces.append(Piece(text=text.slice(at, low)))
        pieces.append(Piece(text=text.slice(low, high), fact=row["id"]))
        at = high
    if at < end:
        pieces.append(Piece(text=text.slice(at, end)))
    return pieces


def _sheet(graph: Graph, kept: Source, facts: int, text: PageText, number: int) -> DocumentPage:
    """Some rows of a list or sheet, with what was read from them."""
    pages = max(1, -(-len(text.pages) // SHEET_ROWS))
    if number > pages:
        raise WebError(f"the document has {pages} pages", code="WE404", hint="turn back to its first page")
    rows = list(sheet_rows(text, (number - 1) * SHEET_ROWS, number * SHEET_ROWS))
    found = graph.read("document_rows", id=kept.id, places=[row.place for row in rows])
    return DocumentPage(
        document=kept,
        facts=facts,
        page=number,
        pages=pages,
        rows=rows,
        statements=[Read(**row) for row in found],
    )
