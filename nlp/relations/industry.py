"""IN_INDUSTRY: the class of GB/T 4754 in which a firm places itself.

Reads the row 所属行业 of firms' own sheets (name, GB/T 4754, code) and sentences by 《国民经济行业分类》 with a
code. Writes Enterprise → Industry, key `GB/T 4754:code`, for the finest class named. Limits: the edition of 2002,
whose codes mean other classes, and the classes of the securities regulator are left; so are names without a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.records import Fact, Mention
from nlp.filing import Filing
from nlp.reading import ANNOUNCEMENT

_ROW = re.compile(r"所属行业[:\t]([^\n\t()]{2,30})[(]GB/?T ?4754(?:-20(?:11|17))?[ :-]?([A-T]?\d{2,4})[)]")
_BY = re.compile(r"国民经济行业分类")
_OLD = re.compile(r"4754[-—–]*2002")
_PLACED = re.compile(r"(?:所属|所处)(?:的)?行业|属于|归属于")
_CODE = re.compile(
    r"[“(]?(?P<first>[A-T]? ?\d{3,4})(?:小类)?[“:-]?(?P<name>[\u4e00-\u9fff]{4,24})[”)]"
    r"|(?P<named>[\u4e00-\u9fff]{4,24})[”]?[(](?:行业|分类)?(?:代码)?[:]?(?P<code>[A-T]? ?\d{3,4})[)]"
)
_NOT = re.compile(r"业务|产品(?!结构)|子公司|客户|供应商|上市公司行业分类|证监会")


def industry_facts(filing: Filing) -> list[Fact]:
    """At most one fact for each firm: the sheet's row, else the first sentence."""
    if filing.reading.kind == ANNOUNCEMENT:
        return []
    found: dict[str, Fact] = {}
    for fact in (*_rows(filing), *_sentences(filing)):
        found.setdefault(fact.source.name, fact)
    return list(found.values())


def _industry(name: str, code: str) -> Mention:
    return Mention("Industry", name, f"GB/T 4754:{code.strip().lstrip('ABCDEFGHIJKLMNOPQRST ')}")


def _rows(filing: Filing) -> Iterator[Fact]:
    if filing.issuer is None:
        return
    for match in _ROW.finditer(filing.text):
        target = _industry(match[1], match[2])
        yield filing.fact("IN_INDUSTRY", filing.issuer, target, {}, match.span(), "industry.row_rule")


def _sentences(filing: Filing) -> Iterator[Fact]:
    text = filing.text
    for match in _BY.finditer(text):
        start, end = filing.reading.sentence(match.start(), match.end(), 400)
        rest = text[match.end() : end]
        placed = _PLACED.search(rest)
        if placed is None or _OLD.search(text, start, end):
            continue
        at = match.end() + placed.start()
        firms = filing.named(match.end(), at)
        if len(firms) != 1 or _NOT.search(text, firms[0].end, at):
            continue
        codes = list(_CODE.finditer(text, at, end))
        if not codes or "证监会" in text[at : codes[0].start()]:
            continue
        best = max(codes, key=lambda m: len(re.sub(r"\D", "", m["first"] or m["code"])))
        target = _industry(best["name"] or best["named"], best["first"] or best["code"])
        yield filing.fact("IN_INDUSTRY", firms[0].name, target, {}, (start, end), "industry.class_rule")
