"""The portal of bounties as pages, workbooks, a calendar and a feed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from web.deps import Visit, VisitDep
from web.pages.attachment import attachment
from web.pages.bounties.feed import CALENDAR, FEED, calendar, feed
from web.pages.bounties.portal import CARDS, SoughtDep, nodes, portal
from web.pages.bounties.sheet import portal_sheet
from web.pages.bounties.statistics_sheet import statistics_sheet
from web.work.bounties.form import CATEGORIES, FORMS
from web.work.bounties.portal import AskedBounties
from web.work.bounties.statistics import COLUMNS, statistics_of

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/bounties")
def bounties(visit: VisitDep, asked: SoughtDep, page: PageNumber = 1) -> Response:
    """Bounties that take applications, and those about to."""
    return _list(visit, asked, page, archive=False)


@router.get("/bounties/archive")
def archive(visit: VisitDep, asked: SoughtDep, page: PageNumber = 1) -> Response:
    """Bounties whose applications are over, with what came of them."""
    return _list(visit, asked, page, archive=True)


@router.get("/bounties.xlsx")
def bounties_file(visit: VisitDep, asked: SoughtDep) -> Response:
    """The open list as a workbook of exactly the view."""
    return _file(visit, asked, archive=False)


@router.get("/bounties/archive.xlsx")
def archive_file(visit: VisitDep, asked: SoughtDep) -> Response:
    """The archive as a workbook of exactly the view."""
    return _file(visit, asked, archive=True)


@router.get("/bounties.ics")
def deadlines(visit: VisitDep, asked: SoughtDep) -> Response:
    """The deadlines of the bounties that take applications, as a calendar."""
    return attachment(calendar(visit, asked), "bounties.ics", CALENDAR)


@router.get("/bounties.atom")
def news(visit: VisitDep, asked: SoughtDep) -> Response:
    """The bounties that take applications, as a feed."""
    return Response(feed(visit, asked), media_type=FEED, headers={"Cache-Control": "no-cache", "Vary": "Cookie"})


@router.get("/bounties/statistics")
def figures(visit: VisitDep, asked: SoughtDep) -> Response:
    """Public bounties by city, field, class and outcome, and the time to an award."""
    found = portal(visit.home, asked, archive=None)
    return visit.reply(
        "bounty_statistics.html",
        statistics_of(found.cards, found.day),
        found=found,
        given=visit.request.query_params,
        query=visit.request.url.query,
        categories=CATEGORIES,
        forms=FORMS,
        columns=COLUMNS,
    )


@router.get("/bounties/statistics.xlsx")
def figures_file(visit: VisitDep, asked: SoughtDep) -> Response:
    """The same as a workbook, each table with its definition."""
    found = portal(visit.home, asked, archive=None)
    body = statistics_sheet(statistics_of(found.cards, found.day), found, visit.home.ontology, visit.lang)
    return attachment(body, "bounty-statistics.xlsx")


def _file(visit: Visit, asked: AskedBounties, *, archive: bool) -> Response:
    found = portal(visit.home, asked, archive=archive)
    body = portal_sheet(found, visit.home.ontology, nodes(visit.home).names, visit.lang)
    return attachment(body, "bounties-archive.xlsx" if archive else "bounties.xlsx")


def _list(visit: Visit, asked: AskedBounties, page: int, *, archive: bool) -> Response:
    found = portal(visit.home, asked, archive=archive)
    return visit.reply(
        "bounties.html",
        None,
        found=found,
        cards=found.cards[(page - 1) * CARDS : page * CARDS],
        given=visit.request.query_params,
        query=visit.request.url.query,
        categories=CATEGORIES,
        forms=FORMS,
        pager=visit.pager(page, len(found.cards), CARDS),
    )
