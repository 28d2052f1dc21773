"""Courses by year of a set of firms as a page, a picture and a workbook show them, each with its definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import numpy as np
from pydantic import BaseModel, Field

from matcher.wording import value_name
from web.jobs.network import network
from web.jobs.statistics import AskedSet, chosen, nodes
from web.jobs.trends import COURSES, courses
from web.pages.brain.statistics import NodeChoice
from web.pages.evidence.citation import Citation, citations
from web.pages.needs.shortlist import Place, places
from web.words import place
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from web.deps import Visit

_TITLES = {
    "documents": ("文件", "documents"),
    "awards": ("中标和合同", "awards"),
    "patents": ("专利", "patents"),
    "notice": ("公示", "public notices"),
}
_DEFINED = {
    "documents": (
        "提到这组企业的文件，按发布日期的年份",
        "documents that name a firm of the set, by year of publication",
    ),
    "awards": (
        "这组企业的合同和中标，按签订或公告的年份；几家同中的算一次",
        "contracts of these firms, by year of signing or notice; one won by several counts once",
    ),
    "patents": (
        "这组企业的专利，按申请年，没有的按授权年；几家共有的算一次",
        "patents of these firms, by year of filing, else of grant; one of several owners counts once",
    ),
    "notice": (
        "名单公示这组企业的家数，按名单年份，任何梯度；公示不是认定",
        "firms on public notice of any tier, by year of the list; a notice is no recognition",
    ),
}


class CourseRow(BaseModel):
    """A course: counts by year, those without a year, and the newest thing that is counted."""

    id: str
    title: str
    definition: str
    years: dict[int, int]
    total: int
    unknown: int
    newest: str
    source: Citation | None = None
    document: str = Field(default="", description="the newest document, where documents are counted")


class TrendsPage(BaseModel):
    """The courses of a set of firms; a year that is missing was not read, it is no zero."""

    region: str
    node: str
    count: int
    courses: list[CourseRow]
    years: list[int]
    places: list[Place]
    nodes: list[NodeChoice]
    address: str
    as_of: str
    corpus: str
    graph: str


def trends_page(visit: Visit, region: str, node: str) -> TrendsPage:
    """The courses of the firms of a place and a node. Raises MA001, WE404, WE015."""
    home, graph = visit.home, visit.graph
    firms = chosen(home, graph, visit.actor, AskedSet(region=region, node=node))
    net = network(home)
    counted = {name: course.of(firms.rows) for name, course in courses(home, net).items()}
    cited = citations(graph, {one.source for name, one in counted.items() if one.source and name != "documents"})
    rows = []
    for name in COURSES:
        one = counted[name]
        rows.append(
            CourseRow(
                id=name,
                title=title_of(name, visit.lang),
                definition=_defined(name, visit.lang),
                years=one.years,
                total=one.total,
                unknown=one.unknown,
                newest=one.newest,
                source=cited.get(one.source),
                document=one.source if name == "documents" else "",
            )
        )
    stamp = graph.stamp()
    return TrendsPage(
        region=firms.region,
        node=node,
        count=int(np.count_nonzero(firms.rows)),
        courses=rows,
        years=sorted({year for one in rows for year in one.years}, reverse=True),
        places=places(net.corpus),
        nodes=[NodeChoice(id=one, chain=chain, name=name) for one, chain, name in nodes(home)],
        address=urlencode({key: value for key, value in (("region", firms.region), ("node", node)) if value}),
        as_of=stamp.written if stamp else "",
        corpus=net.corpus.stamp,
        graph=stamp.stamp if stamp else "",
    )


def title_of(name: str, lang: str) -> str:
    """The name of a course."""
    return _TITLES[name][lang != "zh"] if name in _TITLES else value_name("tier", name, lang)


def _defined(name: str, lang: str) -> str:
    if name in _DEFINED:
        return _DEFINED[name][lang != "zh"]
    tier = value_name("tier", name, lang)
    return (
        f"名单认定或复核通过为{tier}的家数，按名单年份"
        if lang == "zh"
        else f"firms that a list of the year names as {tier}"
    )


def trends_file(page: TrendsPage, lang: str, demo: bool) -> bytes:
    """The same as XLSX."""
    at = lang != "zh"
    head = [("年", "year")[at], *(one.title for one in page.courses)]
    rows: list[list[object]] = [[year, *(one.years.get(year) for one in page.courses)] for year in page.years]
    rows.append([("年份不详", "year unknown")[at], *(one.unknown for one in page.courses)])
    defined = [
        [one.title, one.definition, one.total, one.unknown, one.newest, one.source.quote if one.source else "",
         one.source.title if one.source else one.document, one.source.fact if one.source else ""]
        for one in page.courses
    ]  # fmt: skip
    names = (
        ("序列", "course"), ("口径", "definition"), ("合计", "total"), ("年份不详", "year unknown"),
        ("最新日期", "newest"), ("最新一条的原文", "its sentence"), ("文件", "document"), ("依据编号", "fact"),
    )  # fmt: skip
    sheets = [
        Sheet(("逐年", "by year")[at], head, rows),
        Sheet(("口径和来源", "definitions")[at], [pair[at] for pair in names], defined),
    ]
    return workbook(sheets, ("说明", "about")[at], _about(page, at, demo))


def _about(page: TrendsPage, at: bool, demo: bool) -> Iterator[tuple[str, str]]:
    if demo:
        yield ("演示数据", "demo data")[at], ("企业都是虚构的", "the firms are invented")[at]
    yield ("所在地", "place")[at], place(page.region) or ("不限", "any")[at]
    yield ("环节", "node")[at], page.node or ("不限", "any")[at]
    yield ("企业数", "firms")[at], str(page.count)
    yield ("图谱截至", "graph as of")[at], f"{page.as_of}, {page.graph}"
    yield ("语料", "corpus")[at], page.corpus
    yield (
        ("怎么读", "how to read it")[at],
        ("空着的年份是没有读到，不是零", "an empty year was not read, it is no zero")[at],
    )
