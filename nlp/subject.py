"""Who a clause is about: the firms that a text names, the one that a figure belongs to, and the one carried over.

A firm is named in full, by a short name that the document defines, by 公司, 本公司 and 发行人 (the document's own), or
by the short name of the document's own firm that its text uses without defining it. Of the firms of a sentence the
last one that is no object (向X, 据X) is its subject, with those joined to it by 、 or 和. A clause that names no firm
carries on with the subject of the sentence before it in the same line, unless somebody else stands between. Between
the subject and a figure `other_party` looks for those who have no name: a competitor, a subsidiary, the industry.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.values.name import name_key, split_name
from nlp.aliases import settled
from nlp.names import ROLE_WORDS, Alias, Name
from nlp.reading import OTHER, Reading

_SELF = re.compile(
    r"本公司|我公司|本企业|发行人(?!(?:的|及)?(?:[全各]?[资控子孙参关分]|股东|实际))"
    r"|(?:(?<![\u4e00-\u9fffA-Za-z])|(?<=[年月日末前今期来底内后在因将使若如为以当且而但并使获证经及和起是]))公司(?!法|债|章程|名称|类型)"
)
_NOT_SUBJECT = re.compile(r"(?:被|由|经|向|对|与|给|从|根据|据|受|依据|通过|按照|关于|来自|参照|代表|获得|取得|了)$")
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
_JOINED = ("、", "和", "及", "与", "以及")
_OTHER_PARTY = re.compile(
    r"(?:全资|控股|参股|下属)?[子孙]公司|竞争对手|同行|可比公司|控股股东|实际控制人|母公司(?!(?:普通股)?(?:股东|所有者))|供应商(?!集中|单一)"
    r"|前[一二三四五六七八九十\d]+大?(?!名?大?(?:客户|供应商))[名家强位]?(?:企业|厂商|公司|品牌)|(?:外资|合资|进口|国外|国际|其他|主要)(?:品牌|企业|厂商|公司|巨头)"
    r"|(?:国内|国产|本土|行业|同类)(?:内)?(?:企业|厂商|厂家|公司)|行业龙头(?=企业|公司)"
)
_CARRIES_ON = re.compile(r"竞争对手|同行业|可比|行业内|国外|外资|客户|供应商|股东")
_SHORT_FREE = 3
_SHORT_LEAST, _SHORT_MOST = 3, 6
_NO_SHORT = r"(?!集团|控股|实业|投资|国际|有限|股份有限|公司|置业|房地产|[\u4e00-\u9fff]{0,4}(?:有限公司|集团|基金))"


@dataclass(frozen=True, slots=True)
class Subject:
    """A firm that a sentence names: `own` where it is the document's own firm; the span of its mention."""

    name: str
    own: bool
    start: int
    end: int


def full_names(shorts: Sequence[Alias], text: str) -> dict[str, str]:
    """Short names of firms and what they stand for, without words for roles."""
    table: dict[str, str] = {}
    for alias in filter(None, (settled(one, text) for one in shorts)):
        short = alias.short
        if len(short) >= 2 and short not in ROLE_WORDS and not _GENERIC.match(short):
            table.setdefault(short, alias.full)
    return table


class Subjects:
    """The firms of one document; spans count in the text of its reading."""

    def __init__(self, reading: Reading, found: Sequence[Name], full: Mapping[str, str], issuer: str | None) -> None:
        self._reading = reading
        self._text = reading.text
        self._issuer = issuer
        self._companies = [name for name in found if name.company]
        self._starts = [name.start for name in self._companies]
        own = _undefined_short(self._text, issuer) if issuer else None
        self._full = dict(full) | ({own: issuer} if own and issuer and own not in full else {})
        self._own_short = own if own not in full else None

    @cached_property
    def _short_pattern(self) -> re.Pattern[str] | None:
        shorts = sorted(self._full, key=len, reverse=True)
        marks = [re.escape(short) + (_NO_SHORT if short == self._own_short else "") for short in shorts]
        return re.compile("|".join(marks)) if marks else None

    @cached_property
    def names_others(self) -> bool:
        """Whether the document names another firm than its own."""
        return any(not self.is_own(name.text) for name in self._companies)

    def is_own(self, name: str) -> bool:
        """Whether a name is the document's own firm."""
        return self._issuer is not None and name_key(name) == name_key(self._issuer)

    def mentions(self, start: int, end: int) -> list[Subject]:
        """Firms named in a stretch of text, in order; words such as 公司 and 发行人 stand for the document's firm."""
        found: list[Subject] = []
        for at in range(bisect_left(self._starts, start), len(self._companies)):
            name = self._companies[at]
            if name.start >= end:
                break
            if name.end <= end:
                named = self._named(name)
                if named is not None:
                    found.append(named)
        if self._short_pattern:
            for match in self._short_pattern.finditer(self._text, start, end):
                full = self._full[match.group()]
                if _apart(match, found):
                    found.append(Subject(full, self.is_own(full), match.start(), match.end()))
        if self._issuer is not None:
            for match in _SELF.finditer(self._text, start, end):
                if _apart(match, found):
                    found.append(Subject(self._issuer, True, match.start(), match.end()))
        return sorted(found, key=lambda subject: subject.start)

    def _named(self, name: Name) -> Subject | None:
        """What a found name stands for; None for what is no firm of its own (其余五家子公司, …分公司)."""
        lead = _DATED if name.start and self._text[name.start - 1].isdigit() else _NUMBERED
        text = lead.sub("", name.text)
        start = name.end - len(text)
        if _NO_FIRM.search(text):
            return None
        if text in self._full:
            text = self._full[text]
        elif not _FULL.search(text) and _ENDS_SELF.search(text):
            return None if self._issuer is None else Subject(self._issuer, True, name.end - 2, name.end)
        return Subject(text, self.is_own(text), start, name.end)

    def of(self, start: int, at: int) -> list[Subject]:
        """The firms that the text from `start` to `at` is about; empty where none is named."""
        found = [
            s for s in self.mentions(start, at) if not _NOT_SUBJECT.search(self._text[max(0, s.start - 2) : s.start])
        ]
        if not found:
            return []
        joined = [found[-1]]
        for before in reversed(found[:-1]):
            if self._text[before.end : joined[0].start] not in _JOINED:
                break
            joined.insert(0, before)
        return joined

    def named(self, start: int, at: int) -> list[Subject]:
        """As `of`, where every firm is named in full (not 软件公司, 产生的子公司); else empty."""
        subjects = self.of(start, at)
        return subjects if all(s.own or is_full(s.name) for s in subjects) else []

    def about(self, start: int, at: int) -> list[str]:
        """As `of`, by name; in a firm's own description the line's subject, or the firm itself."""
        if self.of(start, at):
            return [subject.name for subject in self.named(start, at)]
        if self._reading.kind != OTHER or self._issuer is None:
            return []
        above = self.named(self._reading.line(start)[0], at)
        if above:
            return [subject.name for subject in above]
        titled = self._issuer in self._text[:120] and any(s.own for s in self.mentions(max(0, start - 200), at))
        return [self._issuer] if titled or not self.names_others else []

    def carried(self, start: int) -> Subject | None:
        """The document's own firm, where the sentence before `start` in the same line is about it and nobody else."""
        before = self._reading.sentence(start - 1, start - 1)[0] if start else start
        if self._reading.line(max(0, start - 1))[0] > before or before >= start - 1:
            return None
        found = self.mentions(before, start)
        if not found or not all(s.own for s in found) or _CARRIES_ON.search(self._text, before, start):
            return None
        return found[-1]

    def other_party(self, start: int, end: int) -> bool:
        """Whether somebody without a name, or without a full one, stands in a stretch behind a subject."""
        return bool(_OTHER_PARTY.search(self._text, start, end)) or bool(self.mentions(start, end))


def is_full(name: str) -> bool:
    """Whether a name is a firm's full one, not a part such as 软件公司."""
    return bool(_FULL.search(name)) and len(name) > 4


def _apart(match: re.Match[str], found: Sequence[Subject]) -> bool:
    return all(match.end() <= s.start or s.end <= match.start() for s in found)


def _undefined_short(text: str, issuer: str) -> str | None:
    """The longest beginning of the firm's own part of its name that the text uses on its own: 贝峤 of 贝峤食品股份.

    At least three signs, as two are too often a part of other firms' names, and three uses on its own.
    """
    parts = split_name(issuer)
    core = parts.brand + parts.trade
    for length in range(min(len(core), _SHORT_MOST), _SHORT_LEAST - 1, -1):
        short = core[:length]
        ends = issuer[issuer.find(core) + length :][:1]
        alone = re.compile(re.escape(short) + _NO_SHORT + (f"(?!{re.escape(ends)})" if ends else ""))
        if sum(1 for _ in zip(range(_SHORT_FREE), alone.finditer(text), strict=False)) >= _SHORT_FREE:
            return short
    return None
