"""Figures of a set of firms as HTML and as a workbook of the same view."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from web.charts import Bar, bars
from web.deps import Visit, VisitDep
from web.jobs.statistics import AskedSet
from web.pages.attachment import attachment
from web.pages.brain.statistics import BOOKLET, FIRMS, MeasureRow, StatisticsPage, statistics_page
from web.pages.brain.statistics_sheet import MOST, workbook

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

TierName = Literal["", "innovative", "specialised", "little_giant", "champion"]
Words = Annotated[str, Query(max_length=80)]
Within = Annotated[
    str, Query(alias="in", max_length=120, description="measure:group whose firms are listed; without a group: unknown")
]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]

CHARTED = 12
"""Bars of a chart; the table beside it has the rest."""


def asked(
    region: Annotated[Words, Query(description="code of a division (GB/T 2260) or its name")] = "",
    tier: Annotated[TierName, Query(description="firms of this tier, within its term")] = "",
    notice: Annotated[bool, Query(description="with those on public notice or past their term")] = False,
    node: Annotated[Words, Query(description="a node of a chain, as chain:node")] = "",
    list_id: Annotated[Words, Query(alias="list", description="a list of the reader's own organisation")] = "",
    firms: Annotated[str, Query(max_length=8000, description="ids, credit codes or whole names, one a line")] = "",
) -> AskedSet:
    """The set, as the address says it."""
    return AskedSet(region.strip(), tier, notice, node.strip(), list_id.strip(), firms.strip())


SetDep = Annotated[AskedSet, Depends(asked)]


@router.get("/statistics")
def statistics(visit: VisitDep, ask: SetDep, within: Within = "", page: PageNumber = 1) -> Response:
    """Figures of a set of firms beside those that were published of the first little giants."""
    if not visit.graph.stamp():
        return visit.reply("statistics.html", None)
    found = _page(visit, ask, within, (page - 1) * FIRMS)
    return visit.reply(
        "statistics.html",
        found,
        pager=visit.pager(page, found.listed, FIRMS),
        charts=_charts(found, visit.lang),
        booklet=BOOKLET,
    )


@router.get("/statistics.xlsx")
def statistics_file(visit: VisitDep, ask: SetDep, within: Within = "") -> Response:
    """The same view as a workbook, with its firms."""
    found = _page(visit, ask, within, 0, MOST)
    return attachment(workbook(found, visit.lang, visit.site.is_demo(found.graph)), "statistics.xlsx")


def _page(visit: Visit, ask: AskedSet, within: str, skip: int, limit: int = FIRMS) -> StatisticsPage:
    return statistics_page(visit.home, visit.graph, visit.actor, ask, within, visit.lang, skip, limit)


def _charts(page: StatisticsPage, lang: str) -> dict[str, object]:
    """The charts of measures in which a firm is known to be in a group."""
    return {one.id: bars(_bars(one), lang) for one in page.measures if one.distinct}


def _bars(one: MeasureRow) -> tuple[Bar, ...]:
    known = [row for row in one.groups if row.id and (row.firms or not one.open_groups)][:CHARTED]
    shown = known + [row for row in one.groups if not row.id]
    return tuple(Bar(row.words, row.firms, row.address, not row.id) for row in shown)
