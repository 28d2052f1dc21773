"""Where a statement stands in the stored text of its document: a slice of the text, or cells of a sheet's row."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from typing import Any

from kg.documents import DocumentStore


class Opened:
    """The text of one document, ready to be opened at any statement. Raises KG201 or KG202."""

    def __init__(self, documents: DocumentStore, document_id: str) -> None:
        self.text = documents.text(document_id)
        self.pages = documents.pages(document_id) or [0]
        self._rows: dict[str, tuple[int, int]] | None = None

    def row(self, place: str) -> str | None:
        """The row at a place (sheet:row) as `column: value` lines; None where there is none."""
        if self._rows is None:
            ends = [*self.pages[1:], len(self.text)]
            self._rows = {}
            for start, end in zip(self.pages, ends, strict=True):
                head = self.text.find("\n", start, end)
                if head >= 0:
                    self._rows.setdefault(self.text[start:head], (head + 1, end))
        found = self._rows.get(place)
        return None if found is None else self.text[found[0] : found[1]].removesuffix("\n\n")

    def fault(self, fact: Mapping[str, Any]) -> str | None:
        """What keeps a Fact's row from opening where it says; None where its quote stands there."""
        quote, page = fact.get("quote") or "", fact.get("page")
        start, end = fact.get("start", -1), fact.get("end", -1)
        if not quote:
            return "it quotes nothing"
        if isinstance(page, str):
            row = self.row(page)
            if row is None:
                return f"there is no row {page}"
            return None if row[start:end] == quote else f"row {page} says {row[start:end]!r} at {start}:{end}"
        if self.text[start:end] != quote:
            return f"the text says {self.text[start:end]!r} at {start}:{end}"
        if page != (at := max(1, bisect.bisect_right(self.pages, start))):
            return f"it is on page {at}, not {page}"
        return None
