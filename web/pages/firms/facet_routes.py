"""Firms and products by name and condition as HTML and as a workbook of exactly the view."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from web.deps import Visit, VisitDep
from web.pages.attachment import attachment
from web.pages.firms.search_facets import FOUND, PAGE, FacetPage, facet_sheet, facets_page
from web.pages.needs.routes import own

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
Text = Annotated[str, Query(max_length=400)]
Kind = Literal["firm", "product"]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
Own = Annotated[dict[str, str], Depends(own)]


@router.get("/search/by")
def by(visit: VisitDep, given: Own, q: Text = "", kind: Kind = "firm", page: PageNumber = 1) -> Response:
    """Firms or products by name and condition, with how many each further condition leaves."""
    found = facets_page(visit.home, visit.graph, q, kind, given, visit.lang, page)
    pager = visit.pager(page, found.left, PAGE)
    return visit.reply("search_by.html", found, block="found", pager=pager, sheet=_sheet_address(visit))


@router.get("/search/by.xlsx")
def sheet(visit: VisitDep, given: Own, q: Text = "", kind: Kind = "firm") -> Response:
    """The same view as a workbook, all of it (at most FOUND lines)."""
    found: FacetPage = facets_page(visit.home, visit.graph, q, kind, given, visit.lang, 1, FOUND)
    stamp = visit.graph.stamp()
    data = facet_sheet(found, visit.lang, stamp is not None and visit.site.is_demo(stamp.stamp))
    return attachment(data, "search.xlsx")


def _sheet_address(visit: Visit) -> str:
    asked = [pair for pair in visit.request.query_params.multi_items() if pair[1] and pair[0] not in ("page", "lang")]
    return f"/search/by.xlsx?{urlencode(asked)}"
