"""Needs that fit a firm, papers that would open more, and the customers and suppliers that it may have, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from web.api.shape import NOT_FOUND
from web.deps import VisitDep
from web.pages.fit import FirmNeeds, PapersPage, firm_needs, papers_page
from web.pages.need_routes import PlaceCode
from web.pages.supposed import SupposedPage, supposed_page

router = APIRouter()


@router.get("/firms/{firm_id}/needs", tags=["firms"], summary="Open needs ranked for a firm", responses=NOT_FOUND)
def needs_of_firm(visit: VisitDep, firm_id: Annotated[str, Path(min_length=1, max_length=400)]) -> FirmNeeds:
    """By the ranker that makes the needs' own lists; what it lacks for each, and what a paper would change."""
    return firm_needs(visit.home, visit.graph, firm_id, visit.lang)


@router.get(
    "/firms/{firm_id}/supposed",
    tags=["firms"],
    summary="Customers and suppliers that a firm may have: inferred",
    responses=NOT_FOUND,
)
def supposed(visit: VisitDep, firm_id: Annotated[str, Path(min_length=1, max_length=400)]) -> SupposedPage:
    """Reckoned from known contracts, each step with its path, points and sentences; no facts. What is stated anywhere
    is not among them, and nothing of them is kept or ranked by."""
    return supposed_page(visit.home, visit.graph, firm_id)


@router.get("/papers", tags=["needs"], summary="Papers by the open needs that they would open")
def papers(visit: VisitDep, place: PlaceCode = "") -> PapersPage:
    """Summed over the firms of a place (all firms without one), each firm reckoned alone."""
    return papers_page(visit.home, visit.graph, place, visit.lang)
