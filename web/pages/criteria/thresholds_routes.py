"""Thresholds of an operator as HTML: seen, changed with a preview of the effect, saved once it was confirmed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.beijing import today
from web.db.models import now
from web.deps import VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import FormDep, first, whole
from web.pages.criteria.thresholds import thresholds_page, typed_page, with_effect
from web.work.analysis import thresholds as work

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
Number = Annotated[int | None, Query(ge=1, le=10**6, description="a former version, whose rows are put into the form")]


@router.get("/thresholds", dependencies=[Depends(requires(work.READ))])
def several(visit: VisitDep, version: Number = None) -> Response:
    """The thresholds that hold, with every former version."""
    return visit.reply("thresholds.html", thresholds_page(visit, today(), version))


@router.post("/thresholds", dependencies=[Depends(requires(work.WRITE))])
def changed(visit: VisitDep, form: FormDep) -> Response:
    """Preview the effect of the rows as they were typed; with `do` save, keep what was previewed, with its `reason`."""
    page, rows = typed_page(visit, form, today())
    if page.wrong:
        page.code = "WE201"
        answer = visit.reply("thresholds.html", page)
        answer.status_code = 422
        return answer
    try:
        if first(form, "do") == "save":
            before = whole(first(form, "number")) or 0
            with visit.home.database().session() as session:
                work.save(session, visit.actor, rows, first(form, "seen"), before, page.reason, now())
            return RedirectResponse("/thresholds#history", status_code=303)
        with_effect(visit, page, rows, today())
        return visit.reply("thresholds.html", page)
    except WebError as error:
        if error.code not in ("WE201", "WE202"):
            raise
        page.wrong, page.code = error.wrong if isinstance(error, UnusableError) else {}, error.code
        with_effect(visit, page, rows, today())
        answer = visit.reply("thresholds.html", page)
        answer.status_code = http_status(error)
        return answer
