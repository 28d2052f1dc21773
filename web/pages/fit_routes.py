"""Needs that fit a firm, and papers that would open more, as HTML."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.deps import VisitDep
from web.pages.fit import firm_needs, papers_page
from web.pages.need_routes import PlaceCode

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@router.get("/firms/{firm_id}/needs")
def needs_of_firm(visit: VisitDep, firm_id: str) -> Response:
    """The open needs and bounties ranked for a firm, and what a paper would change."""
    page = firm_needs(visit.home, visit.graph, firm_id, visit.lang)
    if page.firm.id != firm_id:
        return RedirectResponse(f"/firms/{page.firm.id}/needs", status_code=307)
    return visit.reply("firm_needs.html", page)


@router.get("/papers")
def papers(visit: VisitDep, place: PlaceCode = "") -> Response:
    """Which certificate, title or proof would open most open needs to the firms of a place."""
    return visit.reply("papers.html", papers_page(visit.home, visit.graph, place, visit.lang), block="papers")
