"""More of what an organisation keeps for itself, as JSON: its needs, suppliers, a firm's own part,
and what waits for the operator. All of it is read here alone."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from web.api.shape import OWN, Given, Ident
from web.beijing import today
from web.deps import VisitDep, requires
from web.jobs.feedback import rows as feedback_rows
from web.jobs.feedback import standing
from web.jobs.list_content import need_asked
from web.pages.accounts.webhook import WebhooksPage, webhooks_page
from web.pages.evidence.review import PairPage, QueuePage, pair_page, queue_page
from web.pages.evidence.review_routes import FilterDep
from web.pages.firms.claim import ClaimsPage, claims_page
from web.pages.firms.my import MyPage, SeenPage, my_page, seen_page
from web.pages.lists.compare import ComparePage, of_need
from web.pages.lists.routes import Firms
from web.pages.lists.suppliers import SuppliersPage, suppliers_page
from web.pages.needs.conditions import asked
from web.pages.needs.draft import OwnNeed, find, own_need, shortlist_of
from web.pages.needs.draft_invited import InvitedNeed, invited_need
from web.pages.needs.routes import Form
from web.pages.needs.shortlist import ShortlistPage
from web.work.firms import claim as claims_work
from web.work.firms import correction as correcting
from web.work.lists import suppliers
from web.work.needs import needs as need_work
from web.work.today import webhook as webhook_work

router = APIRouter(tags=["own"], responses=OWN)
MINE = [Depends(requires("firm.draft"))]
DECIDES = [Depends(requires("identity.decide"))]


class OwnNeedPage(BaseModel):
    """A need of the organisation with what became of it, and its list."""

    need: OwnNeed
    shortlist: ShortlistPage


class FeedbackLine(Given):
    """What somebody said of a firm of a need's list; `counts`: nothing later was said of it."""

    number: int
    at: dt.datetime
    need_id: str
    firm_id: str
    act: str
    reason: str
    note: str
    counts: bool = False


@router.get(
    "/own/needs/{need_id}", summary="A need of the organisation", dependencies=[Depends(requires(need_work.WRITE))]
)
def need(visit: VisitDep, need_id: Ident, want: Form) -> OwnNeedPage:
    """With its list by the ranker of published ones, under the conditions of the address."""
    row = find(visit.home, visit.actor, need_id)
    return OwnNeedPage(
        need=own_need(visit.home, visit.graph, visit.actor, row),
        shortlist=shortlist_of(visit.home, visit.graph, row, want, visit.lang),
    )


@router.get("/own/invited/{need_id}", summary="A need to which the own firm was invited")
def invited(visit: VisitDep, need_id: Ident) -> InvitedNeed:
    """What an invited firm reads of it, and nothing of who else was."""
    return invited_need(visit, need_id)[0]


@router.get("/needs/{need_id}/compare", tags=["needs"], summary="Firms of a need's list side by side")
def compare_of_need(visit: VisitDep, need_id: Ident, want: Form, firm: Firms = []) -> ComparePage:  # noqa: B006
    """Two or three, by evidence, under the conditions of the address."""
    query, _ = asked(need_asked(visit.home, visit.actor, need_id), want, visit.lang)
    return of_need(visit.home, need_id, query, firm, visit.lang)


@router.get(
    "/suppliers", summary="The organisation's supplier sheet", dependencies=[Depends(requires(suppliers.RIGHT))]
)
def supplier_sheet(visit: VisitDep) -> SuppliersPage:
    """Its rows with the firms that they mean; those that ask something first."""
    return suppliers_page(visit.home, visit.actor)


@router.get("/my", summary="The own firm", dependencies=MINE)
def my(visit: VisitDep) -> MyPage:
    """The record in short, what the firm declared, needs that fit, corrections, files."""
    return my_page(visit)


@router.get("/my/seen", summary="What others see of the own firm", dependencies=MINE)
def seen(visit: VisitDep) -> SeenPage:
    """And what is private, and how many organisations looked, by kind and week."""
    return seen_page(visit, today())


@router.get("/webhooks", summary="Addresses that are told", dependencies=[Depends(requires(webhook_work.RIGHT))])
def webhooks(visit: VisitDep) -> WebhooksPage:
    """Of the organisation's own systems, with the newest deliveries; never a secret."""
    return webhooks_page(visit)


# --- what waits for the operator --------------------------------------------------------------------------------------


@router.get("/claims", summary="Claims and corrections", dependencies=[Depends(requires("claim.decide"))])
def claims(visit: VisitDep) -> ClaimsPage:
    """Those that wait for the operator, and what was decided."""
    database, actor = visit.home.database(), visit.actor
    rows = correcting.corrections(database, actor) if actor.may("correction.decide") else []
    return claims_page(visit, claims_work.claims(database, actor), rows)


@router.get("/review", summary="Pairs of firms that could be one", dependencies=DECIDES)
def queue(visit: VisitDep, wanted: FilterDep, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> QueuePage:
    """The likeliest first, by pages."""
    return queue_page(visit.home, wanted, page, None)


@router.get("/review/{case_id}", summary="A pair side by side", dependencies=DECIDES)
def pair(visit: VisitDep, wanted: FilterDep, case_id: Ident) -> PairPage:
    """What differs and agrees, records and sentences of both, what each answer would do, the history."""
    return pair_page(visit.home, case_id, wanted)


@router.get("/feedback", summary="What came of lists", dependencies=[Depends(requires("feedback.write"))])
def feedback(visit: VisitDep, need: Annotated[str, Query(max_length=64)] = "") -> list[FeedbackLine]:
    """Newest first, of all needs or of one, at most 200."""
    found = feedback_rows(visit.home, need or None)
    counting = {row.number for row in standing(found).values()}
    return [
        FeedbackLine.model_validate(row).model_copy(update={"counts": row.number in counting}) for row in found[:200]
    ]
