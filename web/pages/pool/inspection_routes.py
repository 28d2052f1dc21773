"""Inspections of firms of the pool as HTML: written down for the firms of a draw or for one, mended, corrected."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import new_id, now
from web.deps import VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import Form, FormDep, first, whole
from web.pages.pool.draw import draw_page
from web.pages.pool.inspection import inspection_page
from web.pages.pool.pool import entry_page
from web.work.pool import inspection as pool_inspection
from web.work.pool import pool as work

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
SEES = [Depends(requires(work.PROPOSE))]
WRITES = [Depends(requires(work.WRITE))]


@router.post("/pool/draws/{draw_id}", dependencies=WRITES)
def found(visit: VisitDep, draw_id: str, form: FormDep) -> Response:
    """Write the same finding down for the ticked `entry`s of a draw: `day`, `inspector`, `result`, `finding`,
    `deadline`.
    """
    chosen, typed = form.get("entry", []), _typed(form)
    error: UnusableError | None = None
    done = work.Done()
    try:
        with work.step(visit.home.database(), draw_id) as session:
            draw = pool_inspection.draw_of(session, visit.actor, draw_id)
            done = pool_inspection.record(session, visit.actor, chosen, typed, now(), draw, first(form, "key"))
    except UnusableError as unusable:
        error = unusable
    page = draw_page(visit, draw_id)
    page.refused, page.done = done.refused, None if error else len(done.done)
    if error:
        page.wrong, page.chosen, page.typed = error.wrong, chosen, typed | {"key": first(form, "key")}
    answer = visit.reply("pool_draw.html", page)
    answer.status_code = http_status(error) if error else 200
    return answer


@router.post("/pool/{entry_id}/inspections", dependencies=WRITES)
def one_found(visit: VisitDep, entry_id: str, form: FormDep) -> Response:
    """Write down what an inspection of a firm found, without a draw."""
    typed = _typed(form)
    try:
        with work.step(visit.home.database(), entry_id) as session:
            pool_inspection.record(session, visit.actor, [entry_id], typed, now(), key=first(form, "key"))
    except UnusableError as error:
        page = entry_page(visit, entry_id)
        page.typed |= typed | {"key": first(form, "key") or new_id()}
        page.wrong, page.code = error.wrong, error.code
        answer = visit.reply("pool_entry.html", page)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/pool/{entry_id}#inspections", status_code=303)


@router.get("/pool/{entry_id}/inspections/{inspection_id}", dependencies=SEES)
def one(visit: VisitDep, entry_id: str, inspection_id: str) -> Response:
    """An inspection with every row of it, and the form that says what was mended."""
    return visit.reply("pool_inspection.html", inspection_page(visit, entry_id, inspection_id))


@router.post("/pool/{entry_id}/inspections/{inspection_id}", dependencies=WRITES)
def changed(visit: VisitDep, entry_id: str, inspection_id: str, form: FormDep) -> Response:
    """One row more: `mended` with a `note`, another `deadline`, or a correction; `number` is that of the row seen."""
    typed, number = _typed(form), whole(first(form, "number")) or 0
    try:
        with work.step(visit.home.database(), entry_id) as session:
            pool_inspection.change(session, visit.actor, entry_id, inspection_id, typed, number, now())
    except WebError as error:
        if not isinstance(error, UnusableError) and error.code != "WE192":
            raise
        page = inspection_page(visit, entry_id, inspection_id)
        page.typed, page.code = typed, error.code
        page.wrong = error.wrong if isinstance(error, UnusableError) else {}
        answer = visit.reply("pool_inspection.html", page)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/pool/{entry_id}/inspections/{inspection_id}", status_code=303)


def _typed(form: Form) -> dict[str, str]:
    return {name: first(form, name) for name in pool_inspection.FIELDS}
