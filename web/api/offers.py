"""Policies and offers to firms, and how a firm stands on each, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from web.api.shape import NOT_FOUND
from web.beijing import today
from web.deps import VisitDep
from web.pages.criteria.offers import FirmOffers, OfferRow, OffersPage, firm_offers, offer_page
from web.pages.criteria.offers_routes import AskedDep
from web.pages.evidence.citation import Named
from web.pages.firms.firm import present

router = APIRouter(tags=["offers"])


@router.get("/offers", summary="Policies and offers to firms")
def several(page: AskedDep) -> OffersPage:
    """Of a kind, for firms of a region, open today or all; each with its source and date."""
    return page


@router.get("/offers/{offer_id}", summary="A policy or offer", responses=NOT_FOUND)
def one(visit: VisitDep, offer_id: Annotated[str, Path(min_length=1, max_length=64)]) -> OfferRow:
    """Whom it is for, what is asked, its source."""
    return offer_page(visit.home, offer_id, today(), visit.lang)


@router.get("/firms/{firm_id}/offers", summary="A firm on every policy and offer", responses=NOT_FOUND)
def firm(visit: VisitDep, firm_id: Annotated[str, Path(min_length=1, max_length=400)]) -> FirmOffers:
    """Each condition: pass, miss or unknown, what it rests on, the paper that would settle it; by documents alone."""
    key, name = present(visit.graph, firm_id)
    return firm_offers(visit.home, visit.graph, Named(id=key, name=name), today(), visit.lang)
