"""One document as the relation rules see it: its reading, names, firm, year, lines, and who a sentence is about."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from kg.records import DocumentId, Fact, Level, Mention
from kg.values.name import name_key
from nlp.names import ROLE_WORDS, Alias, Name
from nlp.reading import ANNUAL_REPORT, OTHER, Reading
from nlp.relations.evidence import enterprise, fact
from nlp.relations.issuer import issuer_of
from nlp.tables import Line, lines_of

_YEAR = re.compile(r"(20\d\d)年年?度?(?:报告|年报)")
_SELF = re.compile(
    r"本公司|我公司|本企业|发行人(?!(?:的|及)?(?:[全各]?[资控子孙参关分]|股东|实际))"
    r"|(?:(?<![\u4e00-\u9fffA-Za-z])|(?<=[年月日末前今期来底内后在因将使若如为以当且而但并使获证经及和起是]))公司(?!法|债|章程|名称|类型)"
)
_NOT_SUBJECT = re.compile(r"(?:被|由|经|向|对|与|给|从|根据|受|依据|通过|按照|关于|来自|参照|代表|获得|取得|了)$")
_GENERIC = re.compile(
    r"^(?:公司|集团|本公司|发行人|控股股东|实际控制人|股东.*|证监会|上交所|深交所|.*证券|.*会计师.*|.)$"
)
_FULL = re.compile(
    r"(?:有限公司|有限责任公司|集团|集团公司|总公司|银行|合作社|合伙企业|[工总]厂|研究[院所]|设计院|[)])$|[A-Za-z.]$"
)
_NO_FIRM = re.compile(r"[子孙分]公司$|控股子公司|保荐|承销|^归属于")
_ENDS_SELF = re.compile(r"^公司$|(?:先生|女士|兼任|担任|决定|[以为的月日年由在将])公司$")
_DATED = re.compile(r"^(?:年度?末?|月份?末?|日)")
_NUMBERED = re.compile(r"^[(](?:\d+|[^()]*年[^()]*)[)]")
_PERIODS = re.compile(r"(?:^|\n)[^\n]{0,24}报告期[^\n]{0,16}[\t指:][^\n]{0,90}")
_PERIOD = re.compile(r"(20\d\d)年?(度|1[-至]\d{1,2}月|\d{1,2}月\d{1,2}日)?")


@dataclass(frozen=True, slots=True)
class Subject:
    """A firm that a sentence names: `own` where it is the document's own firm; the span of its mention."""

    name: str
    own: bool
    start: int
    end: int


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
        table: dict[str, str] = {}
        for alias in self.shorts:
            short = alias.short
            if len(short) >= 2 and short not in ROLE_WORDS and not _GENERIC.match(short):
                table.setdefault(short, _NUMBERED.sub("", alias.full))
        return table

    @cached_property
    def _short_pattern(self) -> re.Pattern[str] | None:
        shorts = sorted(self.full_names, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, shorts))) if shorts else None

    @cached_property
    def _companies(self) -> tuple[list[int], list[Name]]:
        companies = [name for name in self.found if name.company]
        return [name.start for name in companies], companies

    @cached_property
    def _names_others(self) -> bool:
        """Whether the document names another firm than its own."""
        return any(not self.is_own(name.text) for name in self._companies[1])

    def is_own(self, name: str) -> bool:
        """Whether a name is the document's own firm."""
        return self.issuer is not None and name_key(name) == name_key(self.issuer)

    def subjects(self, start: int, end: int) -> list[Subject]:
        """Firms named in a stretch of text, in order; words such as 公司 and 发行人 stand for the document's firm."""
        starts, companies = self._companies
        found: list[Subject] = []
        for at in range(bisect_left(starts, start), len(companies)):
            name = companies[at]
            if name.start >= end:
                break
            if name.end <= end:
                named = self._named(name)
                if named is not None:
                    found.append(named)
        if self._short_pattern:
            for match in self._short_pattern.finditer(self.text, start, end):
                full = self.full_names[match.group()]
                if all(match.end() <= s.start or s.end <= match.start() for s in found):
                    found.append(Subject(full, self.is_own(full), match.start(), match.end()))
        if self.issuer is not None:
            for match in _SELF.finditer(self.text, start, end):
                if all(match.end() <= s.start or s.end <= match.start() for s in found):
                    found.append(Subject(self.issuer, True, match.start(), match.end()))
        return sorted(found, key=lambda subject: subject.start)

    def _named(self, name: Name) -> Subject | None:
        """What a found name stands for; None for what is no firm of its own (其余五家子公司, …分公司)."""
        lead = _DATED if name.start and self.text[name.start - 1].isdigit() else _NUMBERED
        text = lead.sub("", name.text)
        start = name.end - len(text)
        if _NO_FIRM.search(text):
            return None
        if text in self.full_names:
            text = self.full_names[text]
        elif not _FULL.search(text) and _ENDS_SELF.search(text):
            return None if self.issuer is None else Subject(self.issuer, True, name.end - 2, name.end)
        return Subject(text, self.is_own(text), start, name.end)

    def subject(self, start: int, at: int) -> list[Subject]:
        """The firms that the text from `start` to `at` is about: the last one named that is no object, with those
        joined to it by 、 or 和. Empty where none is named."""
        found = [
            s for s in self.subjects(start, at) if not _NOT_SUBJECT.search(self.text[max(0, s.start - 2) : s.start])
        ]
        if not found:
            return []
        joined = [found[-1]]
        for before in reversed(found[:-1]):
            if self.text[before.end : joined[0].start] not in ("、", "和", "及", "与", "以及"):
                break
            joined.insert(0, before)
        return joined

    def named(self, start: int, at: int) -> list[Subject]:
        """As `subject`, where every firm is named in full (not 软件公司, 产生的子公司); else empty."""
        subjects = self.subject(start, at)
        return subjects if all(s.own or (_FULL.search(s.name) and len(s.name) > 4) for s in subjects) else []

    def about(self, start: int, at: int) -> list[str]:
        """As `subject`, by name; in a firm's own description the line's subject, or the firm itself."""
        if self.subject(start, at):
            return [subject.name for subject in self.named(start, at)]
        if self.reading.kind != OTHER or self.issuer is None:
            return []
        above = self.named(self.reading.line(start)[0], at)
        if above:
            return [subject.name for subject in above]
        titled = self.issuer in self.text[:120] and any(s.own for s in self.subjects(max(0, start - 200), at))
        return [self.issuer] if titled or not self._names_others else []

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
