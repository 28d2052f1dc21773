"""Needs that fit a firm, and papers that would open more, as HTML."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.deps import VisitDep
from web.pages.firms.fit import FITS, MOST_FITS, firm_needs, firm_worth, papers_page
from web.pages.firms.why import why_page
from web.pages.needs.draft import unpublished
from web.pages.needs.draft_invited import invited_need, invited_needs
from web.pages.needs.routes import Form, FreeText, PlaceCode, asking

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
FirmWanted = Annotated[str, Query(min_length=1, max_length=200, description="id or whole name")]
WorthDep = Annotated[bool, Query(description="with what a paper would change")]


def _most(
    every: Annotated[bool, Query(alias="all", description=f"{MOST_FITS} needs instead of {FITS}")] = False,
) -> int:
    return MOST_FITS if every else FITS


MostDep = Annotated[int, Depends(_most)]
NeedWanted = Annotated[str, Query(max_length=200, description="id of a published need or bounty")]


@router.get("/firms/{firm_id}/needs")
def needs_of_firm(visit: VisitDep, firm_id: str, most: MostDep, worth: WorthDep = False) -> Response:
    """The open needs and bounties ranked for a firm. What a paper would change comes with `worth`: at once where the
    address asks for it, else as a part that browsers with scripts fetch.
    """
    if worth and visit.partial:
        told = firm_worth(visit.home, visit.graph, firm_id, visit.lang)
        return visit.reply("firm_needs.html", told, block="worth", worth=True, worth_at="")
    page = firm_needs(visit.home, visit.graph, firm_id, visit.lang, most, worth)
    if page.firm.id != firm_id:
        return RedirectResponse(f"/firms/{page.firm.id}/needs", status_code=307)
    return visit.reply(
        "firm_needs.html",
        page,
        invited=invited_needs(visit, page.firm.id),
        most=MOST_FITS,
        every_at="" if most == MOST_FITS else visit.address(all=1),
        worth=worth,
        worth_at=visit.address(worth=1),
    )


@router.get("/drafts/{need_id}/invited")
def invited(visit: VisitDep, need_id: str) -> Response:
    """A need to which the reader's own firm was invited."""
    page, firm = invited_need(visit, need_id)
    return visit.reply("draft_invited.html", page, firm=firm)


@router.get("/papers")
def papers(visit: VisitDep, place: PlaceCode = "") -> Response:
    """Which certificate, title or proof would open most open needs to the firms of a place."""
    return visit.reply("papers.html", papers_page(visit.home, visit.graph, place, visit.lang), block="papers")


@router.get("/why")
def why(visit: VisitDep, want: Form, firm: FirmWanted, need: NeedWanted = "", text: FreeText = "") -> Response:
    """One firm on one need, for whoever asks: rank, reasons, what would raise it, why it is not listed, risks."""
    own = unpublished(visit.home, visit.graph, visit.actor, need)
    page = why_page(visit.home, visit.graph, need, text, firm, want, visit.lang, own)
    return visit.reply("why.html", page, own=own is not None, **asking(visit))
