"""A document's text in pages that a browser can show: its own pages, and very long ones in parts."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.documents import DocumentError
from web.errors import WebError

if TYPE_CHECKING:
    from kg.documents import DocumentStore

LONGEST = 12_000
"""Signs of a part: TXT and HTML have one page however long they are."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text with where its parts and its own pages begin."""

    text: str
    parts: Sequence[int]
    pages: Sequence[int]

    def part_at(self, offset: int) -> int:
        """Number of the part, from one, in which an offset lies."""
        return max(1, bisect.bisect_right(self.parts, offset))

    def page_at(self, offset: int) -> int:
        """Number of the document's own page, from one, in which an offset lies."""
        return max(1, bisect.bisect_right(self.pages, offset))

    def span(self, part: int) -> tuple[int, int]:
        """Start and end of a part in the text."""
        return self.parts[part - 1], self.parts[part] if part < len(self.parts) else len(self.text)

    def page_span(self, page: int) -> tuple[int, int]:
        """Start and end of one of the document's own pages."""
        return self.pages[page - 1], self.pages[page] if page < len(self.pages) else len(self.text)

    def slice(self, start: int, end: int) -> str:
        """A piece of the text, without the lone surrogates of damaged files, which no answer can carry."""
        return self.text[start:end].encode("utf-8", "replace").decode("utf-8")


def page_text(documents: DocumentStore, document_id: str) -> PageText:
    """The text of a document. Raises WE404 where the store does not have it."""
    try:
        text, pages = documents.text(document_id), documents.pages(document_id) or [0]
    except DocumentError as error:
        raise WebError(
            f"the text of document {document_id[:12]} is not here", code="WE404", hint="load the document again"
        ) from error
    ends = [*pages[1:], max(len(text), pages[-1] + 1)]
    parts = [low for start, end in zip(pages, ends, strict=True) for low in range(start, max(end, start + 1), LONGEST)]
    return PageText(text, parts, pages)
