"""Teams as HTML: for a need, and for a bounty."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from matcher.team.choose import MOST
from matcher.team.team import ALTERNATIVES, SIZE
from web.deps import Visit, VisitDep
from web.jobs.team import Ask
from web.pages.meetings.team import team_page

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

_LINES = re.compile(r"[\r\n]+")


def asked(
    size: Annotated[int, Query(ge=1, le=MOST, description="members at most")] = SIZE,
    without: Annotated[
        str, Query(max_length=4000, description="firms not to be members, nor their groups: ids or names, one a line")
    ] = "",
    alternatives: Annotated[int, Query(ge=0, le=10, description="other teams to look for")] = ALTERNATIVES,
) -> Ask:
    """What is asked of a team, as the address says it."""
    return Ask(size, tuple(filter(None, map(str.strip, _LINES.split(without)))), alternatives)


TeamAsk = Annotated[Ask, Depends(asked)]


@router.get("/needs/{need_id}/team")
def team_of_need(visit: VisitDep, need_id: str, ask: TeamAsk) -> Response:
    """Who together could answer a need or a bounty."""
    return _reply(visit, need_id, ask, False)


@router.get("/bounties/{bounty_id}/team")
def team_of_bounty(visit: VisitDep, bounty_id: str, ask: TeamAsk) -> Response:
    """Who together could answer a bounty."""
    return _reply(visit, bounty_id, ask, True)


def _reply(visit: Visit, need_id: str, ask: Ask, bounty: bool) -> Response:
    page = team_page(visit.home, visit.graph, need_id, ask, visit.lang, bounty)
    return visit.reply("team.html", page, address=visit.request.url.path, most=MOST)
