"""Early warnings as pages and a workbook show them: each with its rule and sentences, and what is unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from matcher.warning.rule import WarningRule, WarningRules
from matcher.warning.words import says
from web.beijing import today
from web.db.warnings import WarningRun, WarningWord
from web.jobs.chains import templates
from web.jobs.network import network
from web.jobs.warned import Scope, among, scope_of
from web.jobs.warnings import compared, found_on, rules_of
from web.pages.chains.chains import named
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.needs.shortlist import Place, places
from web.words import place
from web.work.today import warnings as work
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from web.deps import Visit

PAGE = 100
"""Warnings of a page; the workbook has MOST of them."""

MOST = 5000

NEW = 7
"""Days in which a warning that was seen first counts as new."""


class Word(BaseModel):
    """What somebody of the reader's organisation said to a warning."""

    at: str
    by: str
    act: str
    note: str
    same: bool = Field(description="said to the facts as they stand")


class WarningRow(BaseModel):
    """A warning of the list."""

    id: str
    rule: str
    rule_says: str
    rules: str
    subject: str
    name: str
    address: str
    region: str
    says: str
    evidence: list[Citation] = []
    facts: int
    first_seen: str
    last_seen: str
    gone: str | None = None
    state: str
    word: Word | None = None
    digest: str


class RuleRow(BaseModel):
    """A rule, what it found in this part, and of whom it does not know what it asks."""

    id: str
    kind: str
    says: str
    on: bool
    found: int
    looked: int | None = Field(
        default=None, description="firms (or nodes) that it asks of; none: of the reader's watches"
    )
    unknown: int | None = None
    bounds: str = ""


class ChainRuns(BaseModel):
    """A chain without two dated runs to compare, with the one day there is."""

    chain: Named
    region: str = ""
    day: str = ""


class WarningsPage(BaseModel):
    """Warnings of a part, with the rules that made them."""

    rows: list[WarningRow]
    count: int
    rules: list[RuleRow]
    rules_name: str
    rules_from: str
    rules_own: bool
    looked: str = Field(default="", description="time of the last look")
    day: str = ""
    region: str = ""
    chain: str = ""
    rule: str = ""
    state: str = ""
    new: bool = False
    chains: list[Named]
    lone: list[ChainRuns] = Field(default=[], description="chains of which no lost last maker can be seen yet")
    places: list[Place]
    as_of: str
    corpus: str
    graph: str
    address: str = ""


class WarningPage(BaseModel):
    """One warning with all its statements and all that was said to it."""

    row: WarningRow
    words: list[Word]
    typed: str = ""
    wrong: bool = False
    code: str = ""


class Asked(BaseModel):
    """The filters of the address."""

    region: str = ""
    chain: str = ""
    rule: str = ""
    state: str = ""
    new: bool = False


def warnings_page(visit: Visit, asked: Asked, number: int = 1, size: int = PAGE) -> WarningsPage:
    """A page of the warnings. Raises WE401, WE032, MA001 (place), MA041 (rules), WE404 (chain), WE015."""
    home, graph = visit.home, visit.graph
    scope, rules, net = scope_of(home, asked.region, asked.chain), rules_of(home), network(home)
    since = (today() - dt.timedelta(NEW - 1)).isoformat() if asked.new else ""
    with home.database().session() as session:
        all_seen = work.listed(session, visit.actor, work.Asked(region=scope.head, state=asked.state, new_since=since))
        last = work.last_run(session)
    inside = [one for one in all_seen if scope.holds(one.row.subject_id, one.row.region)]
    seen = [one for one in inside if asked.rule in ("", one.row.rule)]
    shown = seen[(number - 1) * size : number * size]
    stamp = graph.stamp()
    chains = [Named(id=one.chain.id, name=named(one.chain, visit.lang)) for one in templates(home)]
    return WarningsPage(
        rows=_rows(visit, shown),
        count=len(seen),
        rules=_rules(visit, scope, inside),
        rules_name=rules.name,
        rules_from=rules.effective_from,
        rules_own=rules.own,
        looked=last.at.isoformat() if last else "",
        day=last.day if last else "",
        region=scope.code,
        chain=asked.chain,
        rule=asked.rule,
        state=asked.state,
        new=asked.new,
        chains=chains,
        lone=_lone(visit, scope, chains, rules, asked.rule),
        places=places(net.corpus),
        as_of=stamp.written if stamp else "",
        corpus=net.corpus.stamp,
        graph=stamp.stamp if stamp else "",
    )


def _lone(visit: Visit, scope: Scope, chains: Sequence[Named], rules: WarningRules, rule: str) -> list[ChainRuns]:
    """Chains of this part of which there are not two days to compare; none where no rule that is shown compares any."""
    comparing = [one.id for one in rules.rules if one.kind == "last_maker_lost" and one.on]
    if not comparing or rule not in ("", *comparing):
        return []
    found = compared(visit.home, scope.code)
    none: tuple[str, list[str]] = ("", [])
    return [
        ChainRuns(chain=one, region=found.get(one.id, none)[0], day="".join(found.get(one.id, none)[1]))
        for one in chains
        if scope.chain in ("", one.id) and len(found.get(one.id, none)[1]) < 2
    ]


def warning_page(visit: Visit, warning_id: str) -> WarningPage:
    """One warning. Raises WE401, WE032, WE404."""
    with visit.home.database().session() as session:
        seen = work.one(session, visit.actor, warning_id)
        said = list(work.words_of(session, visit.actor, warning_id))
    return WarningPage(row=_rows(visit, [seen])[0], words=[_word(one, seen.row.digest) for one in said])


def new_in(visit: Visit, scope: Scope, size: int) -> tuple[list[WarningRow], int]:
    """The newest warnings of a part that wait, and how many there are: as many as the page of that state lists.

    Raises WE401, WE032.
    """
    with visit.home.database().session() as session:
        found = work.listed(session, visit.actor, work.Asked(region=scope.head, state=work.WAITING))
    waiting = [one for one in found if scope.holds(one.row.subject_id, one.row.region)]
    return _rows(visit, waiting[:size]), len(waiting)


def run_of(visit: Visit) -> WarningRun | None:
    """The last look of the rules."""
    with visit.home.database().session() as session:
        return work.last_run(session)


def _rows(visit: Visit, seen: Sequence[work.Seen]) -> list[WarningRow]:
    cited = citations(visit.graph, {fact for one in seen for fact in one.row.facts}) if seen else {}
    return [_row(one, cited, visit.lang) for one in seen]


def _row(seen: work.Seen, cited: Mapping[str, Citation], lang: str) -> WarningRow:
    row = seen.row
    chain, _, node = row.subject_id.partition(":")
    region = f"?region={row.region}" if row.region else ""
    return WarningRow(
        id=row.id,
        rule=row.rule,
        rule_says=row.rule_zh if lang == "zh" else row.rule_en,
        rules=row.rules,
        subject=row.subject,
        name=row.name,
        address=f"/firms/{row.subject_id}" if row.subject == "firm" else f"/chains/{chain}/nodes/{node}{region}",
        region=row.region,
        says=says(row.kind, row.told, lang),
        evidence=[cited[fact] for fact in row.facts if fact in cited],
        facts=len(row.facts),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        gone=row.gone,
        state=seen.state,
        word=_word(seen.word, row.digest) if seen.word else None,
        digest=row.digest,
    )


def _word(word: WarningWord, digest: str) -> Word:
    return Word(at=word.at.isoformat(), by=word.by_name, act=word.act, note=word.note, same=word.digest == digest)


def _rules(visit: Visit, scope: Scope, seen: Sequence[work.Seen]) -> list[RuleRow]:
    """All rules, with the numbers of this part of the graph as it is today."""
    found = {one.rule.id: one for one in found_on(visit.home, today().isoformat())}
    rows = []
    for rule in rules_of(visit.home).rules:
        own = found.get(rule.id)
        # what people watch is nobody else's business, not even as a number
        looked, unknown = among(own, scope) if own and rule.kind != "cut_off" else (None, None)
        number = sum(one.row.rule == rule.id for one in seen)
        rows.append(
            RuleRow(
                id=rule.id,
                kind=rule.kind,
                says=rule.says(visit.lang),
                on=rule.on,
                found=number,
                looked=looked,
                unknown=unknown,
                bounds=_bounds(rule),
            )
        )
    return rows


def _bounds(rule: WarningRule) -> str:
    return "; ".join(
        f"{name}: {', '.join(map(str, value)) if isinstance(value, tuple) else f'{value:g}'}"
        for name, value in rule.bounds.items()
    )


STATES = {
    "waiting": ("待看和依据变了的", "open or with changed facts"),
    "open": ("待看", "open"),
    "changed": ("依据变了", "facts changed"),
    "acknowledged": ("已确认", "acknowledged"),
    "gone": ("已消失", "gone"),
}
"""States in words."""

_HEADS = (
    ("企业或环节", "firm or node"), ("编号", "id"), ("所在地", "place"), ("规则", "rule"), ("规则原文", "its words"),
    ("说的是", "says"), ("首次发现", "first seen"), ("最近发现", "last seen"), ("状态", "state"), ("确认人", "by"),
    ("说明", "note"),
)  # fmt: skip
_SOURCES = (
    ("企业或环节", "firm or node"), ("规则", "rule"), ("原文", "sentence"), ("文件", "document"),
    ("发布者", "publisher"), ("日期", "date"), ("可信度", "level"), ("依据编号", "fact"),
)  # fmt: skip
_RULES = (
    ("规则", "rule"), ("原文", "words"), ("界限", "bounds"), ("发现", "found"), ("问到", "asked of"),
    ("不详", "unknown"),
)  # fmt: skip


def warnings_file(page: WarningsPage, lang: str, demo: bool) -> bytes:
    """The view as XLSX: warnings, their sentences, the rules, and what it all rests on."""
    at = lang != "zh"

    def head(pairs: Sequence[tuple[str, str]]) -> list[str]:
        return [pair[at] for pair in pairs]

    rows = [
        [
            one.name, one.address, place(one.region), one.rule, one.rule_says, one.says, one.first_seen, one.last_seen,
            STATES[one.state][at], one.word.by if one.word else "", one.word.note if one.word else "",
        ]
        for one in page.rows
    ]  # fmt: skip
    sources = [
        [one.name, one.rule, said.quote, said.title, said.publisher, said.date, said.level, said.fact]
        for one in page.rows
        for said in one.evidence
    ]
    rules = [[one.id, one.says, one.bounds, one.found, one.looked, one.unknown] for one in page.rules]
    sheets = [
        Sheet(("预警", "warnings")[at], head(_HEADS), rows),
        Sheet(("依据", "sources")[at], head(_SOURCES), sources),
        Sheet(("规则", "rules")[at], head(_RULES), rules),
    ]
    return workbook(sheets, ("口径", "definition")[at], _about(page, at, demo))


def _about(page: WarningsPage, at: bool, demo: bool) -> Iterator[tuple[str, str]]:
    every = ("不限", "any")[at]
    if demo:
        yield ("演示数据", "demo data")[at], ("企业都是虚构的", "the firms are invented")[at]
    yield ("所在地", "place")[at], place(page.region) or every
    yield ("产业链", "chain")[at], page.chain or every
    yield ("规则", "rule")[at], page.rule or every
    yield ("状态", "state")[at], page.state or ("未消失的", "all that are not gone")[at]
    yield ("条数", "warnings")[at], f"{len(page.rows)} / {page.count}"
    yield ("规则集", "set of rules")[at], f"{page.rules_name}, {page.rules_from}"
    yield ("上次查看", "last look")[at], page.looked
    yield ("图谱截至", "graph as of")[at], f"{page.as_of}, {page.graph}"
    yield (
        ("怎么算", "how it is counted")[at],
        (
            "界限是本系统或操作员自定的，不是官方标准；没有读到的算不详，不算正常也不算异常；不打分",
            "bounds are this system's or its operator's, no official standard; what was not read is unknown, neither "
            "well nor ill; nothing is scored",
        )[at],
    )
