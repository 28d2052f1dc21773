"""Bounties that everybody sees, as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from web.api.shape import NOT_FOUND
from web.deps import VisitDep
from web.errors import WebError
from web.jobs.bounties import shown_as
from web.jobs.needs import shown_gap
from web.pages.bounties.page import bounty_page
from web.pages.bounties.portal import CARDS, BountiesPage, SoughtDep, bounties_page, portal
from web.work.bounties.statistics import BountyStatistics, statistics_of

router = APIRouter(tags=["needs"])


@router.get("/bounties", summary="Public bounties by the filters of the portal")
def bounties(
    visit: VisitDep,
    asked: SoughtDep,
    after: Annotated[str, Query(max_length=80, description="`next` of the answer before")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = CARDS,
) -> BountiesPage:
    """By deadline, whatever their state, or those of each `state` that is asked for; a hidden poster stays hidden."""
    return bounties_page(visit.home, asked, after, limit)


@router.get("/bounties/statistics", summary="Public bounties counted, and the time to an award")
def statistics(visit: VisitDep, asked: SoughtDep) -> BountyStatistics:
    """By city, field, class of the six foundations and outcome; what is not said is a group of its own."""
    found = portal(visit.home, asked, archive=None)
    return statistics_of(found.cards, found.day)


class AnsweredQuestion(BaseModel):
    """A question that was answered; who asked is not said."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    answer: str
    answered: dt.datetime


class BountyDetail(BaseModel):
    """What everybody sees of a bounty beyond its card; sums in yuan."""

    id: str
    title: str
    state: str
    poster: str = Field(description="its pseudonym where the poster is hidden")
    organiser: str
    text: str
    deadline: str | None
    extended_from: str | None
    category: str
    field: str
    amount: float | None
    city_grant: float | None
    due: str | None
    ip: str
    participation: list[str]
    targets: list[dict[str, Any]]
    rules: str
    rules_source: str | None
    gap: str | None
    questions: list[AnsweredQuestion]
    demo: bool


@router.get("/bounties/{bounty_id}", summary="A public bounty", responses=NOT_FOUND)
def bounty(visit: VisitDep, bounty_id: Annotated[str, Path(min_length=1, max_length=80)]) -> BountyDetail:
    """What its page shows to everybody; one that is not public is not there, whoever asks."""
    page = bounty_page(visit, bounty_id)
    if not page.public:
        raise WebError("no such bounty", code="WE404", hint="see the list of bounties")
    row = page.row
    return BountyDetail(
        **{name: getattr(row, name) for name in ("id", "title", "organiser", "text", "deadline", "extended_from")},
        **{name: getattr(row, name) for name in ("category", "field", "due", "ip", "participation", "targets", "demo")},
        state=shown_as(row) or row.state,
        poster=row.pseudonym if row.anonymous else row.buyer,
        amount=None if row.amount is None else row.amount / 100,
        city_grant=None if row.city_grant is None else row.city_grant / 100,
        rules=page.rules.title,
        rules_source=page.rules.source or None,
        gap=shown_gap(row),
        questions=[AnsweredQuestion.model_validate(one) for one in page.questions if one.answered],
    )
