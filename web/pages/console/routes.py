"""The console as HTML, and its answers as files. Whatever is sent is asked on the analysts' copy, through the gate."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from kg.errors import BulianError
from web import tables
from web.deps import VisitDep
from web.forms import Form, FormDep, first
from web.pages.attachment import attachment
from web.pages.console.answer import SHOWS
from web.pages.console.asked import FIELD, ROWS, given, problem_of
from web.pages.console.console import ConsolePage, ask, asked_origin, asked_page, empty_page, renew
from web.work.analysis.saved_query import SAVE

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

_FILE_ROWS = ROWS[-1]


@router.get("/console")
def console(
    visit: VisitDep,
    example: Annotated[str, Query(max_length=80)] = "",
    query: Annotated[str, Query(max_length=20_000)] = "",
) -> Response:
    """The form, filled from an example or a query of the address; nothing is asked by a link."""
    return _reply(visit, empty_page(visit.home, example, query, given(visit.request.query_params.items())))


@router.post("/console")
def asked(visit: VisitDep, form: FormDep) -> Response:
    """What the pressed button asks for: run, confirm (beyond the budget), cost, cancel, fields, a file, renew."""
    what, query, limit = first(form, "do") or "run", first(form, "query"), _limit(form)
    texts = given((name, values[0]) for name, values in form.items() if values)
    if what in tables.MAKERS:
        return _file(visit, what, query, texts, limit)
    cancelled = visit.home.analysts.tickets.cancel(first(form, "ticket")) if what == "cancel" else None
    if what == "renew":
        renew(visit.home)
    ticket, show = first(form, "ticket")[:64], first(form, "show")
    page = asked_page(visit.home, query, texts, limit, what, show=show, lang=visit.lang, ticket=ticket)
    status = 202 if page.making else 422 if page.problem else 200
    return _reply(visit, page, status, cancelled)


def _file(visit: VisitDep, what: str, query: str, texts: dict[str, str], limit: int) -> Response:
    page = asked_page(visit.home, query, texts, limit, "fields")
    try:
        table = ask(visit.home, query, texts, _FILE_ROWS)
        if table is None:
            page.making = True
            return _reply(visit, page, 202)
        body = tables.MAKERS[what](table, asked_origin(visit.home, query, page.parameters))
    except BulianError as error:
        page.problem = problem_of(error)
        return _reply(visit, page, 422)
    return attachment(body, f"answer.{what}")


def _limit(form: Form) -> int:
    asked = first(form, "limit")
    return next((rows for rows in ROWS if str(rows) == asked), ROWS[0])


def _reply(visit: VisitDep, page: ConsolePage, status: int = 200, cancelled: bool | None = None) -> Response:
    answer = visit.reply(
        "console.html",
        page,
        limits=ROWS,
        field=FIELD,
        file_rows=_FILE_ROWS,
        shows=SHOWS,
        cancelled=cancelled,
        may_save=visit.actor.known and visit.actor.may(SAVE),
    )
    answer.status_code = status
    return answer
