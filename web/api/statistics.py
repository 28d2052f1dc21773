"""Figures of a set of firms as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from web.api.paging import PARTS, PagingDep
from web.api.shape import NOT_FOUND
from web.deps import VisitDep
from web.pages.brain.statistics import FIRMS, StatisticsPage, statistics_page
from web.pages.brain.statistics_routes import SetDep, Within

router = APIRouter(tags=["firms"])


@router.get("/statistics", summary="Figures of a set of firms beside published ones", responses={**NOT_FOUND, **PARTS})
def statistics(
    visit: VisitDep,
    ask: SetDep,
    part: PagingDep,
    within: Within = "",
    skip: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = FIRMS,
) -> StatisticsPage:
    """Each measure with its definition, those of whom nothing is known, and what was published of the first 248."""
    start = part.start(skip)
    found = statistics_page(visit.home, visit.graph, visit.actor, ask, within, visit.lang, start, limit)
    if found.listed > start + limit:
        part.next(start + limit)
    return found
