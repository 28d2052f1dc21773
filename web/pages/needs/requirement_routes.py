"""A technical requirement as HTML: pasted, read, edited, handed on. Nothing of it is kept by the server."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.deps import VisitDep
from web.forms import FormDep, first
from web.pages.attachment import attachment
from web.pages.needs.requirement import (
    BAD_CELL,
    MATCH_SIGNS,
    MAX_SIGNS,
    OPERATORS,
    RequirementPage,
    line_of,
    match_text,
    read_page,
    typed_page,
    with_row,
    without_row,
)

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
_FILE = "requirement.json"


@router.get("/requirement")
def requirement(visit: VisitDep) -> Response:
    """The empty form."""
    return _reply(visit, RequirementPage())


@router.post("/requirement")
def edited(visit: VisitDep, form: FormDep) -> Response:
    """What the pressed button asks for: read, check, add, remove:N, json, match."""
    what, _, place = first(form, "do").partition(":")
    if what in ("", "read"):
        page = read_page(visit.home, first(form, "title"), first(form, "text"))
        return _reply(visit, page, 422 if page.wrong else 200)
    page = typed_page(visit.home, form)
    if what == "add":
        return _reply(visit, with_row(page))
    if what == "remove":
        return _reply(visit, without_row(page, place))
    if what == "check" or not page.usable:
        return _reply(visit, page, 200 if what == "check" else 422)
    if what == "json":
        body = json.dumps(line_of(page), ensure_ascii=False, indent=1) + "\n"
        return attachment(body, _FILE)
    if what == "match":
        return RedirectResponse(f"/match?{urlencode({'text': match_text(page)})}", status_code=303)
    return _reply(visit, page)


def _reply(visit: VisitDep, page: RequirementPage, status: int = 200) -> Response:
    limits = {"signs": MAX_SIGNS, "match": MATCH_SIGNS}
    answer = visit.reply("requirement.html", page, operators=OPERATORS, limits=limits, bad_cell=BAD_CELL)
    answer.status_code = status
    return answer
