"""Policies and offers as HTML and as a workbook, and how a firm stands on each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from web.beijing import today
from web.deps import VisitDep
from web.pages.attachment import attachment
from web.pages.criteria.offers import OffersPage, firm_offers, offer_page, offers_file, offers_page
from web.pages.criteria.routes import Own, kept_of
from web.pages.evidence.citation import Named
from web.pages.firms.firm import present

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


def asked(
    visit: VisitDep,
    kind: Annotated[str, Query(max_length=16, description="kind of offer")] = "",
    region: Annotated[
        str, Query(pattern=r"^(\d{6})?$", description="code of a division: what firms there may have")
    ] = "",
    open: Annotated[bool, Query(description="open today alone")] = False,
) -> OffersPage:
    """The list as the address asks for it."""
    return offers_page(visit.home, today(), visit.lang, kind, region, open)


AskedDep = Annotated[OffersPage, Depends(asked)]


@router.get("/offers")
def several(visit: VisitDep, page: AskedDep) -> Response:
    """Policies and offers: open ones by their last day, then those to come and those that are over."""
    return visit.reply("offers.html", page)


@router.get("/offers.xlsx")
def several_file(visit: VisitDep, page: AskedDep) -> Response:
    """The same view as a workbook."""
    return attachment(offers_file(page, visit.lang), "offers.xlsx")


@router.get("/offers/{offer_id}")
def one(visit: VisitDep, offer_id: str) -> Response:
    """One offer: whom it is for, what is asked, its source."""
    return visit.reply("offer.html", offer_page(visit.home, offer_id, today(), visit.lang))


@router.get("/firms/{firm_id}/offers")
def firm(visit: VisitDep, firm_id: str, own: Own = "") -> Response:
    """How the firm stands on every offer: by documents, for its own people with the figures that they kept."""
    key, name = present(visit.graph, firm_id)
    kept = kept_of(visit, key)
    given = list(kept.given) if kept is not None and own != "no" else []
    page = firm_offers(visit.home, visit.graph, Named(id=key, name=name), today(), visit.lang, given)
    answer = visit.reply("firm_offers.html", page, kept=kept)
    if kept is not None:
        answer.headers["Cache-Control"] = "no-store"
    return answer
