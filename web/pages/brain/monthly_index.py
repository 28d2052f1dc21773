"""The monthly index as a page, a CSV and a workbook show it: figures, recipe, documents, and what is not known."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from web import tables
from web.beijing import today
from web.errors import WebError
from web.jobs.monthly_index import (
    FURTHEST,
    RECIPE,
    Cluster,
    Index,
    Series,
    clusters,
    earlier,
    happenings,
    monthly,
    months,
)
from web.jobs.network import network, region_of
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.needs.shortlist import Place, places
from web.words import place
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from web.deps import Visit

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class MonthRow(BaseModel):
    """A cluster in a month."""

    month: str
    awards: int
    needs: int
    index: float | None
    documents: int


class ClusterRow(BaseModel):
    """A cluster in the month that is asked for, beside its base, with the document that names it."""

    id: str
    name: str
    grade: str
    chains: list[Named]
    base: MonthRow
    month: MonthRow
    document: str = ""
    title: str = ""
    published: str = ""
    course: list[MonthRow] = []
    evidence: list[Citation] = Field(default=[], description="of the month, where the cluster is chosen")


class IndexPage(BaseModel):
    """The index of the clusters of a plan in a month."""

    plan: str
    plan_name: str
    plans: list[Named]
    valid_from: str
    valid_to: str
    base: str
    month: str
    seen: str
    region: str
    cluster: str
    rows: list[ClusterRow]
    chosen: ClusterRow | None = None
    undated: int
    unplaced: int
    nowhere: int
    recipe: str
    digest: str
    address: str
    places: list[Place]
    as_of: str
    corpus: str
    graph: str


class Asked(BaseModel):
    """What the address asks for; empty: the newest plan, the month before this one, the base a year before it."""

    plan: str = ""
    month: str = ""
    base: str = ""
    region: str = ""
    seen: str = ""
    cluster: str = ""


def index_page(visit: Visit, asked: Asked) -> IndexPage:
    """The index. Raises WE422 (no month or day), WE404 (no such plan or cluster), MA001 (place), WE015."""
    home, net = visit.home, network(visit.home)
    month = asked.month or earlier(today().isoformat()[:7], 1)
    base = asked.base or earlier(month if _MONTH.fullmatch(month) else "2000-01", 12)
    seen = asked.seen or today().isoformat()
    _check(base, month, seen)
    known = clusters(home)
    plans = list(dict.fromkeys(one.plan for one in known))
    plan = asked.plan or (plans[0] if plans else "")
    of = [one for one in known if one.plan == plan]
    if asked.plan and not of:
        raise WebError(f"no plan {plan[:80]}", code="WE404", hint="take one of the list")
    code = region_of(asked.region) if asked.region else ""
    within = net.within(code) if code else None
    placed = within | net.outside(code) if within is not None else None
    made = monthly(happenings(home, net), of, base, month, code, within, placed, seen)
    chosen = next((one for one in made.series if one.cluster.id == asked.cluster), None)
    if asked.cluster and chosen is None:
        raise WebError(f"no cluster {asked.cluster[:80]}", code="WE404", hint="take one of the list")
    cited = citations(visit.graph, chosen.months[month].facts if chosen else ())
    said = {"plan": plan, "month": month, "base": base, "region": code, "seen": seen}
    return _page(visit, made, of, plans, chosen, cited, said, asked.cluster)


def _page(
    visit: Visit,
    made: Index,
    of: list[Cluster],
    plans: list[str],
    chosen: Series | None,
    cited: dict[str, Citation],
    said: dict[str, str],
    cluster: str,
) -> IndexPage:
    stamp, net = visit.graph.stamp(), network(visit.home)
    rows = [_row(one, made.month, cited, whole=one is chosen) for one in made.series]
    first = of[0] if of else None
    return IndexPage(
        plan=made.plan,
        plan_name=made.plan,
        plans=[Named(id=one, name=one) for one in plans],
        valid_from=first.valid_from if first else "",
        valid_to=first.valid_to if first else "",
        base=made.base,
        month=made.month,
        seen=made.seen,
        region=made.region,
        cluster=cluster,
        rows=rows,
        chosen=next((one for one in rows if one.id == cluster), None),
        undated=made.unknown.undated,
        unplaced=made.unknown.unplaced,
        nowhere=made.unknown.elsewhere_unknown,
        recipe=RECIPE,
        digest=made.digest,
        address=urlencode({name: value for name, value in said.items() if value}),
        places=places(net.corpus),
        as_of=stamp.written if stamp else "",
        corpus=net.corpus.stamp,
        graph=stamp.stamp if stamp else "",
    )


def _check(base: str, month: str, seen: str) -> None:
    for name, said in (("base", base), ("month", month)):
        if not _MONTH.fullmatch(said):
            raise WebError(f"no month {said[:20]!r}", code="WE422", hint="2026-01", place=name)
    try:
        dt.date.fromisoformat(seen)
    except ValueError as error:
        raise WebError(f"no day {seen[:20]!r}", code="WE422", hint="2026-01-31", place="seen") from error
    if not base <= month or month not in months(base, month):
        raise WebError(
            "the base is not within the ten years before the month", code="WE422", hint=f"at most {FURTHEST} months"
        )


def _row(one: Series, month: str, cited: dict[str, Citation], *, whole: bool) -> ClusterRow:
    facts = dict.fromkeys(one.months[month].facts) if whole else ()
    return ClusterRow(
        id=one.cluster.id,
        name=one.cluster.name,
        grade=one.cluster.grade,
        chains=[Named(id=key, name=name) for key, name in one.cluster.chains.items()],
        base=_month(one, one.base),
        month=_month(one, month),
        document=one.cluster.document,
        title=one.cluster.title,
        published=one.cluster.published,
        course=[_month(one, name) for name in one.months] if whole else [],
        evidence=[cited[fact] for fact in facts if fact in cited],
    )


def _month(one: Series, month: str) -> MonthRow:
    said = one.months[month]
    return MonthRow(
        month=month, awards=said.awards, needs=said.needs, index=one.index(month), documents=len(said.documents)
    )


_HEADS = (
    ("集群", "cluster"), ("等级", "grade"), ("产业链", "chains"), ("基期", "base month"),
    ("基期中标", "awards of the base"),
    ("基期需求", "needs of the base"), ("月份", "month"), ("中标", "awards"), ("需求", "needs"), ("指数", "index"),
    ("文件数", "documents"), ("集群出处", "source of the cluster"),
)  # fmt: skip


def _cells(page: IndexPage) -> Iterator[list[object]]:
    for one in page.rows:
        yield [
            one.name, one.grade, "、".join(chain.name for chain in one.chains), page.base, one.base.awards,
            one.base.needs, page.month, one.month.awards, one.month.needs,
            None if one.month.index is None else round(one.month.index, 1), one.month.documents,
            f"{one.title}（{one.published}）" if one.title else "",
        ]  # fmt: skip


def index_csv(page: IndexPage, lang: str, demo: bool) -> bytes:
    """The table of clusters as CSV, its recipe below it."""
    at = lang != "zh"
    return tables.csv_bytes([pair[at] for pair in _HEADS], _cells(page), _about(page, at, demo))


def index_file(page: IndexPage, lang: str, demo: bool) -> bytes:
    """The same as XLSX, with the months of the chosen cluster."""
    at = lang != "zh"
    sheets = [Sheet(("指数", "index")[at], [pair[at] for pair in _HEADS], list(_cells(page)))]
    if page.chosen:
        names = (("月份", "month"), ("中标", "awards"), ("需求", "needs"), ("指数", "index"), ("文件数", "documents"))
        rows = [
            [one.month, one.awards, one.needs, None if one.index is None else round(one.index, 1), one.documents]
            for one in page.chosen.course
        ]
        sheets.append(Sheet(("逐月", "by month")[at], [pair[at] for pair in names], rows))
    return workbook(sheets, ("口径", "definition")[at], _about(page, at, demo))


def _about(page: IndexPage, at: bool, demo: bool) -> Iterator[tuple[str, str]]:
    if demo:
        yield ("演示数据", "demo data")[at], ("企业都是虚构的", "the firms are invented")[at]
    yield ("规划", "plan")[at], f"{page.plan_name}, {page.valid_from}–{page.valid_to}"
    yield ("口径编号", "recipe")[at], page.recipe
    yield (
        ("公式", "formula")[at],
        (
            "指数 = 100 ×（当月中标 + 当月需求）÷（基期中标 + 基期需求）；基期为零时没有指数",
            "index = 100 × (awards + needs of the month) / (awards + needs of the base month); none where that is zero",
        )[at],
    )
    yield ("基期", "base month")[at], page.base
    yield ("所在地", "place")[at], place(page.region) or ("不限", "any")[at]
    yield ("只算收到日不晚于", "documents that arrived by")[at], page.seen
    yield ("没有月份的", "without a month")[at], str(page.undated)
    yield ("归不到产业链的", "placed in no chain")[at], str(page.unplaced)
    yield ("所在地不详的", "of unknown place")[at], str(page.nowhere)
    yield ("校验", "digest")[at], page.digest
    yield ("图谱截至", "graph as of")[at], f"{page.as_of}, {page.graph}"
