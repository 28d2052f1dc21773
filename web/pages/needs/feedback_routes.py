"""What came of lists as HTML: the log, and the form below each firm of a need's list."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.deps import VisitDep, requires
from web.forms import FormDep, first
from web.jobs.feedback import Said, log, published, rows, standing
from web.pages.needs.conditions import asked
from web.pages.needs.routes import Form

router = APIRouter(
    default_response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(requires("feedback.write"))]
)
LOGGED = 200
"""Rows of the log that the page lists."""


@router.get("/feedback")
def feedback(visit: VisitDep, need: Annotated[str, Query(max_length=64)] = "") -> Response:
    """What was logged, newest first, of all needs or of one."""
    found = rows(visit.home, need or None)
    counting = {row.number for row in standing(found).values()}
    return visit.reply("feedback.html", rows=found[:LOGGED], counting=counting, need=need, most=LOGGED)


@router.post("/needs/{need_id}/feedback")
def said(visit: VisitDep, need_id: str, want: Form, form: FormDep) -> Response:
    """Log what came of a firm, under the conditions of the list that was looked at."""
    query, _ = asked(published(visit.home, need_id), want)
    firm = first(form, "firm")
    log(
        visit.home,
        query,
        Said(firm, first(form, "act"), first(form, "reason"), first(form, "note"), first(form, "corpus")),
    )
    back = visit.request.url.query
    return RedirectResponse(f"/needs/{need_id}{'?' + back if back else ''}#said-{firm}", status_code=303)
