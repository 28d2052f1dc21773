"""The calendar of a pool as its page shows it: its own days, and ends of titles by lists and documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from pydantic import BaseModel

from kg.ontology import Ontology
from kg.tier import Course, courses
from web.beijing import today
from web.db.pool import PoolEntry
from web.jobs.honours import honours_of
from web.pages.evidence.citation import Citation, citations
from web.pages.pool.pool import STATES, Option, definitions, districts_of
from web.words import place
from web.work.pool import pool as work
from web.work.pool.calendar import Due, calendar, months_later
from web.work.pool.difficulty import difficulties
from web.work.pool.inspection import to_mend
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from kg.store import Graph
    from web.deps import Visit

MONTHS = (3, 6, 12, 24, 36)
PAST = 6
"""Months before today of which days that are over are shown too."""
WORDS = {
    "recheck": ("复核", "recheck"),
    "until": ("培育有效期到期", "end of validity in the pool"),
    "title": ("称号到期", "end of a title"),
    "mend": ("整改截止", "to be mended by"),
    "answer": ("困难答复截止", "answer to a difficulty due"),
    "ban": ("可以再入库", "may come back"),
}


class DueRow(BaseModel):
    """A day with its firm; of a title with its sentence."""

    day: str
    said: str
    kind: str
    past: bool
    entry: str
    firm: str
    firm_id: str
    district: str
    state: str
    tier: str
    reckoned: bool
    unsure: bool
    address: str
    words: str
    source: Citation | None = None


class CalendarPage(BaseModel):
    """Days of the next months, by month."""

    today: str
    until: str
    months: int
    kind: str
    district: str
    districts: list[Option]
    by_month: list[tuple[str, list[DueRow]]]
    count: int
    firms: int
    written: str | None = None


def calendar_page(visit: Visit, months: int, kind: str, district: str) -> CalendarPage:
    """The days that wait. Raises WebError WE401, WE032, and what the graph raises where it does not answer."""
    day = today()
    since, until = months_later(day, -PAST).isoformat(), months_later(day, months).isoformat()
    with visit.home.database().session() as session:
        everything = list(work.entries(session, visit.actor))
        rows = work.entries(session, visit.actor, work.Asked(district=district)) if district else everything
        asked = difficulties(session, visit.actor) if visit.actor.may(work.WRITE) else []
        mending = to_mend(session, [visit.actor.organisation])
    found = calendar(rows, titles_of(visit.graph, rows, day), asked, since, until, mending)
    lines = _rows(visit.graph, [one for one in found if kind in ("", one.kind)], day)
    stamp = visit.graph.stamp()
    return CalendarPage(
        today=day.isoformat(),
        until=until,
        months=months,
        kind=kind,
        district=district,
        districts=districts_of(one.district for one in everything),
        by_month=[(month, list(group)) for month, group in groupby(lines, key=lambda row: row.day[:7])],
        count=len(lines),
        firms=len(rows),
        written=stamp.written if stamp else None,
    )


def titles_of(graph: Graph, rows: Sequence[PoolEntry], day: dt.date) -> dict[str, list[Course]]:
    """The courses of the entries' firms, by the ids that the entries have, whatever they lead to now."""
    asked = sorted({one.firm_id for one in rows})
    leads = {row["id"]: str(row["firm"]) for row in graph.read("watched_ids", ids=asked)} if asked else {}
    said = honours_of(graph, leads.values()) if leads else {}
    lines = {firm: [line for line, _ in found] for firm, found in said.items()}
    return {ident: courses(lines[firm], day.isoformat()) for ident, firm in leads.items() if firm in lines}


def _rows(graph: Graph, found: Sequence[Due], day: dt.date) -> list[DueRow]:
    cited = citations(graph, {one.fact for one in found if one.fact})
    return [
        DueRow(
            day=one.day,
            said=one.said,
            kind=one.kind,
            past=one.day < day.isoformat(),
            entry=one.entry.id,
            firm=one.entry.firm_name,
            firm_id=one.entry.firm_id,
            district=one.entry.district,
            state=one.entry.state,
            tier=one.tier or one.entry.tier,
            reckoned=one.reckoned,
            unsure=one.unsure,
            address=one.address,
            words=one.words,
            source=cited.get(one.fact) if one.fact else None,
        )
        for one in found
    ]


def calendar_file(visit: Visit, page: CalendarPage) -> bytes:
    """The same view as a workbook, with the sentence of each title."""
    english = visit.lang != "zh"
    ontology = Ontology.load()
    heads = (
        ("日期", "day"), ("事项", "what"), ("企业", "firm"), ("区县", "district"), ("状态", "state"), ("梯度", "tier"),
        ("怎么得来", "how it is known"), ("原文", "sentence"), ("文件", "document"), ("发布日期", "published"),
    )  # fmt: skip
    entered = ("本单位登记", "entered by the organisation")[english]
    reckoned = ("没有写明，按三年推算", "not stated, reckoned as three years")[english]
    stated = ("文件写明", "stated by the document")[english]
    rows = []
    for _, lines in page.by_month:
        for one in lines:
            how = entered if one.kind != "title" else reckoned if one.reckoned else stated
            source = one.source or Citation()
            rows.append(
                (one.said, WORDS[one.kind][english], one.firm, place(one.district), STATES[one.state][english],
                 ontology.label(f"tier.{one.tier}", visit.lang), how, source.quote, source.title, source.date)
            )  # fmt: skip
    with visit.home.database().session() as session:
        about = definitions(visit, work.entries(session, visit.actor, work.Asked(district=page.district)))
    about.append(("日期范围", f"至 {page.until}") if not english else ("range", f"until {page.until}"))
    sheet = Sheet("calendar" if english else "日历", [head[english] for head in heads], rows)
    return workbook([sheet], "definitions" if english else "口径", about)
