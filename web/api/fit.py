"""Needs that fit a firm, why it stands where it stands, papers that would open more, its supposed partners, and firms
that could hold a tier, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from web.api.shape import NOT_FOUND
from web.deps import VisitDep
from web.pages.criteria.discover import DiscoverPage, discover_page
from web.pages.criteria.discover_routes import AskDep
from web.pages.firms.fit import FirmNeeds, PapersPage, firm_needs, papers_page
from web.pages.firms.fit_routes import FirmWanted, MostDep, NeedWanted
from web.pages.firms.why import WhyPage, why_page
from web.pages.method import MethodPage, method_page
from web.pages.needs.routes import Form, FreeText, PlaceCode
from web.pages.supply.supposed import SupposedPage, supposed_page

router = APIRouter()


@router.get("/firms/{firm_id}/needs", tags=["firms"], summary="Open needs ranked for a firm", responses=NOT_FOUND)
def needs_of_firm(
    visit: VisitDep, firm_id: Annotated[str, Path(min_length=1, max_length=400)], most: MostDep
) -> FirmNeeds:
    """By the ranker that makes the needs' own lists; what it lacks for each, and what a paper would change."""
    return firm_needs(visit.home, visit.graph, firm_id, visit.lang, most)


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


@router.get("/discover", tags=["firms"], summary="Firms that hold no tier and look like those that do")
def discover(visit: VisitDep, ask: AskDep) -> DiscoverPage:
    """Ranked, each with what is known (with its sentences) and what is not; who was left out, and why."""
    return discover_page(visit.home, visit.graph, ask, visit.lang)


@router.get("/why", tags=["needs"], summary="A firm on a need: why there, why not listed", responses=NOT_FOUND)
def why(visit: VisitDep, want: Form, firm: FirmWanted, need: NeedWanted = "", text: FreeText = "") -> WhyPage:
    """Rank, points line by line beside a firm that stands higher, what would raise the rank, conditions, risks.

    Either `need` or `text` is given; conditions are those of the need's list. Nothing of the text is kept.
    """
    return why_page(visit.home, visit.graph, need, text, firm, want, visit.lang)


@router.get("/method", tags=["needs"], summary="How lists are ranked")
def method(visit: VisitDep) -> MethodPage:
    """The note for committees, in the reader's language, with the lines and points of the scorecards in use."""
    return method_page(visit.lang)
