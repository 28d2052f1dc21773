"""Difficulties of firms in the pool as HTML: raised by the firm, given to a department, answered, kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import new_id, now
from web.deps import VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import FormDep, first
from web.pages.pool.difficulty import (
    DifficultiesPage,
    authorities,
    difficulty_page,
    own_entries,
    own_page,
)
from web.work.pool import difficulty
from web.work.pool import pool as work
from web.work.pool.told import RAISE

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
State = Annotated[str, Query(max_length=16)]
AGAIN = ("WE192", "WE197")
FIELDS = ("entry", "kind", "title", "text", "key")


@router.get("/my/pool", dependencies=[Depends(requires(RAISE))])
def own(visit: VisitDep) -> Response:
    """The firm's own entries, its difficulties with their answers, and the form of a new one."""
    return visit.reply("pool_mine.html", own_page(visit, {"key": new_id()}))


@router.post("/my/pool", dependencies=[Depends(requires(RAISE))])
def raised(visit: VisitDep, form: FormDep) -> Response:
    """Raise a difficulty to the bureau in whose pool the firm is (`entry`); a wrong form comes back as typed."""
    typed = {name: first(form, name) for name in FIELDS}
    entry = next((one for one in own_entries(visit) if one.id == typed["entry"]), None)
    try:
        if entry is None:
            raise UnusableError({"entry": "empty"}, "WE190")
        with work.step(visit.home.database(), entry.id) as session:
            row = difficulty.raise_one(
                session, visit.actor, entry, typed["kind"], typed["title"], typed["text"], now(), typed["key"]
            )
    except UnusableError as error:
        page = own_page(visit, typed)
        page.wrong = error.wrong
        answer = visit.reply("pool_mine.html", page)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/difficulties/{row.id}", status_code=303)


@router.get("/pool/difficulties", dependencies=[Depends(requires(work.WRITE))])
def several(visit: VisitDep, state: State = "") -> Response:
    """Difficulties of the organisation's pool and those given to it, open ones first."""
    with visit.home.database().session() as session:
        rows = list(difficulty.difficulties(session, visit.actor, state if state in difficulty.DIFFICULTY.ways else ""))
    return visit.reply("pool_difficulties.html", DifficultiesPage(rows=rows, state=state))


@router.get("/difficulties/{difficulty_id}")
def one(visit: VisitDep, difficulty_id: str) -> Response:
    """A difficulty with all that was said, for its firm, the bureau and the department."""
    return visit.reply("pool_difficulty.html", difficulty_page(visit, difficulty_id), authorities=authorities(visit))


@router.post("/difficulties/{difficulty_id}")
def said(visit: VisitDep, difficulty_id: str, form: FormDep) -> Response:
    """The pressed button (`do`): assign (`department`, `deadline`), answer, again, close; each with its `text`."""
    do, text = first(form, "do"), first(form, "text")
    typed = {"do": do, "text": text, "department": first(form, "department"), "deadline": first(form, "deadline")}
    try:
        with work.step(visit.home.database(), difficulty_id) as session:
            row, side = difficulty.one_difficulty(session, visit.actor, difficulty_id)
            if first(form, "steps") != str(row.steps):
                raise WebError("it was answered meanwhile", code="WE192", hint="look at it again", place=row.id)
            if do == "assign":
                difficulty.assign(session, visit.actor, row, typed["department"], typed["deadline"], text, now())
            elif do in ("answer", "again", "close"):
                step = {"answer": difficulty.answer, "again": difficulty.again, "close": difficulty.close}[do]
                step(session, visit.actor, row, side, text, now())
            else:
                raise WebError(f"no such button: {do[:20]}", code="WE422", hint="use the page's buttons")
    except WebError as error:
        if not isinstance(error, UnusableError) and error.code not in AGAIN:
            raise
        page = difficulty_page(visit, difficulty_id)
        page.typed, page.code = typed, error.code
        page.wrong = error.wrong if isinstance(error, UnusableError) else {}
        answer = visit.reply("pool_difficulty.html", page, authorities=authorities(visit))
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/difficulties/{difficulty_id}", status_code=303)
