"""The organisation's own supplier sheet as HTML: upload, look through, take, say which firm a row means."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kg.errors import BulianError
from web.deps import VisitDep, requires
from web.errors import http_status
from web.forms import FormDep, UploadDep, first
from web.jobs.supplier_sheet import look, take
from web.pages.lists.suppliers import suppliers_page
from web.work.lists import suppliers

router = APIRouter(
    default_response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(requires(suppliers.RIGHT))]
)
SHOWN = 50
"""Refused rows that are named."""


@router.get("/suppliers")
def sheet(visit: VisitDep) -> Response:
    """The sheet, and a form for a new one."""
    page = suppliers_page(visit.home, visit.actor)
    return visit.reply("list_suppliers.html", page, looked=None, error=None, most=SHOWN)


@router.post("/suppliers")
def upload(visit: VisitDep, sent: UploadDep) -> Response:
    """Look a sheet through, or take the one that was looked through (`token`)."""
    token = first(sent.fields, "token")
    looked, error = None, None
    try:
        if token:
            take(visit.home, visit.actor, token)
            return RedirectResponse("/suppliers", status_code=303)
        file = next(iter(sent.files.get("sheet", [])), None)
        looked = look(visit.home, visit.actor, file.name if file else "", file.content if file else b"")
    except BulianError as problem:
        error = problem
    page = suppliers_page(visit.home, visit.actor)
    answer = visit.reply("list_suppliers.html", page, looked=looked, error=error, most=SHOWN)
    answer.status_code = http_status(error) if error else 200
    return answer


@router.post("/suppliers/{row_id}")
def choose(visit: VisitDep, row_id: str, form: FormDep) -> Response:
    """Say which firm a row means, or that it is none of those that were asked."""
    with visit.home.database().session() as session:
        suppliers.choose(session, visit.actor, row_id, first(form, "firm"))
    return RedirectResponse(f"/suppliers#row-{row_id}", status_code=303)
