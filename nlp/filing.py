"""One document as the relation rules see it: reading, names, firm, year, lines; `nlp.subject` tells who is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from kg.records import DocumentId, Fact, Level, Mention
from nlp.names import Alias, Name
from nlp.reading import ANNUAL_REPORT, Reading
from nlp.relations.evidence import enterprise, fact
from nlp.relations.issuer import issuer_of
from nlp.subject import Subject, Subjects, full_names
from nlp.tables import Line, lines_of

_YEAR = re.compile(r"(20\d\d)年年?度?(?:报告|年报)")
_PERIODS = re.compile(r"(?:^|\n)[^\n]{0,24}报告期[^\n]{0,16}[\t指:][^\n]{0,90}")
_PERIOD = re.compile(r"(20\d\d)年?(度|1[-至]\d{1,2}月|\d{1,2}月\d{1,2}日)?")


class Filing:
    """What the rules of a document share. Spans count in `reading.text` unless a name says otherwise."""

    def __init__(
        self, reading: Reading, found: Sequence[Name], shorts: Sequence[Alias], name: str, document: DocumentId
    ) -> None:
        self.reading = reading
        self.text = reading.text
        self.found = found
        self.shorts = shorts
        self.name = name
        self.document = document

    @cached_property
    def issuer(self) -> str | None:
        """The firm that the document is about."""
        return issuer_of(self.reading, self.found)

    @cached_property
    def year(self) -> str | None:
        """The year of an annual report."""
        if self.reading.kind != ANNUAL_REPORT:
            return None
        match = _YEAR.search(re.sub(r"\s", "", self.reading.source.text[:1_500]))
        return match[1] if match else None

    @cached_property
    def periods(self) -> tuple[str | None, ...]:
        """The periods of 报告期 as the glossary names them, in its order; None for a part of a year."""
        for match in _PERIODS.finditer(self.text):
            head = re.split(r"指|[\t:]", match.group(), maxsplit=1)[-1]
            found: list[str | None] = [
                m[1] if (m[2] or "度") == "度" else None for m in _PERIOD.finditer(head.replace(" ", ""))
            ]
            if len(found) >= 2 and None not in found[:1] and "日" not in head:
                return tuple(found)
        return ()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the document's own text, in normal form."""
        return lines_of(self.reading.source)

    @cached_property
    def full_names(self) -> dict[str, str]:
        """Short names of firms and what they stand for."""
        return full_names(self.shorts, self.text)

    @cached_property
    def who(self) -> Subjects:
        """Who the clauses of the document are about."""
        return Subjects(self.reading, self.found, self.full_names, self.issuer)

    def is_own(self, name: str) -> bool:
        """Whether a name is the document's own firm."""
        return self.who.is_own(name)

    def subjects(self, start: int, end: int) -> list[Subject]:
        """Firms named in a stretch of text, in order."""
        return self.who.mentions(start, end)

    def subject(self, start: int, at: int) -> list[Subject]:
        """The firms that the text from `start` to `at` is about."""
        return self.who.of(start, at)

    def named(self, start: int, at: int) -> list[Subject]:
        """As `subject`, where every firm is named in full; else empty."""
        return self.who.named(start, at)

    def about(self, start: int, at: int) -> list[str]:
        """As `named`, by name; in a firm's own description the line's subject, or the firm itself."""
        return self.who.about(start, at)

    def fact(
        self,
        relation: str,
        source: str | Mention,
        target: Mention | None,
        properties: Mapping[str, Any],
        span: tuple[int, int],
        method: str,
        level: Level = "disclosed",
        valid_from: str | None = None,
        valid_to: str | None = None,
    ) -> Fact:
        """A fact that quotes a span of the reading."""
        mention = enterprise(source) if isinstance(source, str) else source
        made = fact(
            self.reading,
            self.name,
            self.document,
            relation,
            mention,
            target,
            properties,
            span,
            method,
            level,
            valid_from,
        )
        return replace(made, valid_to=valid_to) if valid_to else made

    def fact_at(
        self,
        relation: str,
        source: str | Mention,
        target: Mention | None,
        properties: Mapping[str, Any],
        span: tuple[int, int],
        method: str,
        level: Level = "disclosed",
    ) -> Fact:
        """A fact that quotes a span of the document's own text, as the rows of tables give it."""
        text = self.reading.source
        start, end = span
        return Fact(
            doc=self.name,
            document=self.document,
            relation=relation,
            source=enterprise(source) if isinstance(source, str) else source,
            target=target,
            properties={key: value for key, value in properties.items() if value is not None},
            page=text.page_of(start),
            start=start,
            end=end,
            quote=text.text[start:end],
            method=method,
            level=level,
        )
