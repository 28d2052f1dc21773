"""Sentences that a document on paper cites, numbered in the order in which they are met, with their annex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kg.ontology import Ontology
from web.jobs.report import Table
from web.pages.evidence.citation import Citation
from web.pages.firms.record_words import RecordWords, Words

Row = tuple[Any, ...]


class CitedWords(RecordWords):
    """A record in words whose sentences have numbers."""

    def __init__(self, ontology: Ontology, lang: str) -> None:
        super().__init__(ontology, lang)
        self._cited: dict[str, tuple[int, Citation]] = {}

    def cite(self, source: Citation | None) -> str:
        """The number of a sentence, in brackets; nothing where there is none."""
        if source is None or source.fact is None:
            return ""
        at, _ = self._cited.setdefault(source.fact, (len(self._cited) + 1, source))
        return f"[{at}]"

    def annex(self, title: Words) -> Table:
        """Every sentence that was cited, with document, page, date and level."""
        rows = [
            (
                at, one.quote, one.title, one.publisher, str(one.page if one.page is not None else ""), one.date,
                self.label(f"level.{one.level}"), one.document, one.fact,
            )
            for at, one in self._cited.values()
        ]  # fmt: skip
        head = (
            ("编号", "number"), ("原文", "sentence"), ("文件", "document"), ("发布者", "publisher"), ("页", "page"),
            ("日期", "date"), ("可信度", "level"), ("文件摘要（SHA-256）", "document (SHA-256)"), ("依据编号", "fact"),
        )  # fmt: skip
        return self.titled(title, head, rows)

    def titled(self, name: Words, head: Sequence[Words], rows: Sequence[Row], note: str = "") -> Table:
        """A table in the language, of rows that are in it."""
        return Table(self.say(name), self.say(name), tuple(map(self.say, head)), tuple(rows), note)
