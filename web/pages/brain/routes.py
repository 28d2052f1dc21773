"""The industrial brain as HTML: the page of a city, courses by year, the monthly index of clusters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from web.deps import VisitDep
from web.pages.attachment import attachment
from web.pages.brain.city import city_page
from web.pages.brain.monthly_index import Asked, index_csv, index_file, index_page
from web.pages.brain.trends import title_of, trends_file, trends_page

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
Words = Annotated[str, Query(max_length=120)]
RegionDep = Annotated[str, Query(max_length=80, description="code or name of a place; without it everywhere")]


@router.get("/city")
def city(visit: VisitDep, region: RegionDep = "") -> Response:
    """What there is to know of a place today."""
    if visit.graph.stamp() is None:
        return visit.reply("city.html", None)
    return visit.reply("city.html", city_page(visit, region.strip()))


@router.get("/trends")
def trends(visit: VisitDep, region: RegionDep = "", node: Words = "") -> Response:
    """Documents, awards, patents and titles of a set of firms by year."""
    if visit.graph.stamp() is None:
        return visit.reply("trends.html", None)
    return visit.reply("trends.html", trends_page(visit, region.strip(), node.strip()))


@router.get("/trends.svg")
def trends_picture(visit: VisitDep, region: RegionDep = "", node: Words = "") -> Response:
    """The same as a picture."""
    from web.charts import years

    page = trends_page(visit, region.strip(), node.strip())
    series = {title_of(one.id, visit.lang): one.years for one in page.courses if one.years}
    return Response(
        years(series, visit.lang), media_type="image/svg+xml", headers={"Cache-Control": "private, no-cache"}
    )


@router.get("/trends.xlsx")
def trends_as_file(visit: VisitDep, region: RegionDep = "", node: Words = "") -> Response:
    """The same as a workbook."""
    page = trends_page(visit, region.strip(), node.strip())
    return attachment(trends_file(page, visit.lang, visit.site.is_demo(page.graph)), "trends.xlsx")


def asked(
    plan: Annotated[Words, Query(description="a plan of clusters; without it the newest")] = "",
    month: Annotated[Words, Query(description="2026-01; without it the month before this one")] = "",
    base: Annotated[Words, Query(description="the base month; without it a year before")] = "",
    region: RegionDep = "",
    seen: Annotated[Words, Query(description="documents that arrived by this day alone")] = "",
    cluster: Annotated[Words, Query(description="a cluster whose months are shown")] = "",
) -> Asked:
    """What the address says."""
    return Asked(plan=plan, month=month, base=base, region=region.strip(), seen=seen, cluster=cluster)


AskedDep = Annotated[Asked, Depends(asked)]


@router.get("/monthly-index")
def monthly_index(visit: VisitDep, ask: AskedDep) -> Response:
    """The index of awards and needs of the clusters of a plan in a month."""
    if visit.graph.stamp() is None:
        return visit.reply("monthly_index.html", None)
    return visit.reply("monthly_index.html", index_page(visit, ask))


@router.get("/monthly-index.csv")
def monthly_index_csv(visit: VisitDep, ask: AskedDep) -> Response:
    """The same as CSV, with its recipe."""
    page = index_page(visit, ask)
    return attachment(index_csv(page, visit.lang, visit.site.is_demo(page.graph)), "monthly-index.csv")


@router.get("/monthly-index.xlsx")
def monthly_index_file(visit: VisitDep, ask: AskedDep) -> Response:
    """The same as a workbook, with the months of the chosen cluster."""
    page = index_page(visit, ask)
    return attachment(index_file(page, visit.lang, visit.site.is_demo(page.graph)), "monthly-index.xlsx")
