"""Bounties that everybody sees, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from web.deps import VisitDep
from web.pages.bounty_portal import CARDS, BountiesPage, SoughtDep, bounties_page, portal
from web.work.bounty_statistics import BountyStatistics, statistics_of

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
