"""The portal of bounties as HTML: open ones, and the archive of those whose applications are over."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from web.deps import Visit, VisitDep
from web.pages.bounty_portal import CARDS, SoughtDep, portal
from web.work.bounty_form import CATEGORIES, FORMS
from web.work.bounty_portal import AskedBounties

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
