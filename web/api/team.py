"""Teams for a need or a bounty, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from web.api.shape import NOT_FOUND
from web.deps import VisitDep
from web.pages.meetings.team import TeamPage, team_page
from web.pages.meetings.team_routes import TeamAsk

router = APIRouter()


@router.get("/needs/{need_id}/team", tags=["needs"], summary="Who together could answer a need", responses=NOT_FOUND)
def team(visit: VisitDep, need_id: Annotated[str, Path(min_length=1, max_length=400)], ask: TeamAsk) -> TeamPage:
    """Firms that cover its targets and the stages from materials to application, each with its sentences; what stays
    uncovered and why; what is proved of the choice."""
    return team_page(visit.home, visit.graph, need_id, ask, visit.lang)
