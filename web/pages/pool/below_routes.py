"""Pools of the counties below a city as HTML: counted, and one of them as its list; read, never written."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from web.deps import VisitDep, requires
from web.pages.attachment import attachment
from web.pages.pool.below import counties_file, counties_page
from web.pages.pool.pool import PAGE, pool_file, pool_page
from web.pages.pool.routes import AskedDep
from web.work.pool import pool as work

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
COUNTS = [Depends(requires(work.READ))]
SEES = [Depends(requires(work.PROPOSE))]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/pool/counties", dependencies=COUNTS)
def counties(visit: VisitDep) -> Response:
    """The pools of the counties below the reader's city, counted, with their age."""
    return visit.reply("pool_counties.html", counties_page(visit))


@router.get("/pool/counties.xlsx", dependencies=COUNTS)
def counties_as_file(visit: VisitDep) -> Response:
    """The same as a workbook, with the firms for who may see them."""
    return attachment(counties_file(visit), "pool-counties.xlsx")


@router.get("/pool/counties/{organisation_id}", dependencies=SEES)
def county(visit: VisitDep, organisation_id: str, asked: AskedDep, page: PageNumber = 1) -> Response:
    """The pool of one of them, as its list."""
    found = pool_page(visit, asked, page, organisation_id)
    return visit.reply("pool.html", found, pager=visit.pager(page, found.count, PAGE))


@router.get("/pool/counties/{organisation_id}/list.xlsx", dependencies=SEES)
def county_as_file(visit: VisitDep, organisation_id: str, asked: AskedDep) -> Response:
    """The same view with its history as a workbook."""
    return attachment(pool_file(visit, asked, organisation_id), "pool-county.xlsx")
