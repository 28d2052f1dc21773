"""Early warnings as HTML: the list by region, chain, rule and state; one with its evidence; its acknowledgement."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import VisitDep, requires
from web.errors import WebError, http_status
from web.forms import FormDep, first
from web.pages.attachment import attachment
from web.pages.brain.warnings import MOST, PAGE, Asked, warning_page, warnings_file, warnings_page
from web.work.today.warnings import READ, WRITE, say

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(requires(READ))])
Words = Annotated[str, Query(max_length=80)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
StateName = Literal["", "waiting", "open", "changed", "acknowledged", "gone"]


def asked(
    region: Annotated[Words, Query(description="code or name of a place")] = "",
    chain: Annotated[Words, Query(description="id of a chain: its nodes, and firms that make something there")] = "",
    rule: Annotated[Words, Query(description="id of a rule")] = "",
    state: Annotated[StateName, Query(description="without it all that are not gone; waiting: open or changed")] = "",
    new: Annotated[bool, Query(description="first seen in the last seven days")] = False,
) -> Asked:
    """The filters of the address."""
    return Asked(region=region.strip(), chain=chain.strip(), rule=rule.strip(), state=state, new=new)


AskedDep = Annotated[Asked, Depends(asked)]


@router.get("/warnings")
def several(visit: VisitDep, ask: AskedDep, page: PageNumber = 1) -> Response:
    """The early warnings that were found, each with its rule and its evidence."""
    if visit.graph.stamp() is None:
        return visit.reply("warnings.html", None)
    found = warnings_page(visit, ask, page)
    pager, query = visit.pager(page, found.count, PAGE), visit.request.url.query
    return visit.reply("warnings.html", found, pager=pager, query=query)


@router.get("/warnings.xlsx")
def as_file(visit: VisitDep, ask: AskedDep) -> Response:
    """The same view as a workbook."""
    found = warnings_page(visit, ask, 1, MOST)
    return attachment(warnings_file(found, visit.lang, visit.site.is_demo(found.graph)), "warnings.xlsx")


@router.get("/warnings/{warning_id}")
def one(visit: VisitDep, warning_id: str) -> Response:
    """A warning with all its sentences, and what the reader's organisation said to it."""
    return visit.reply("warning.html", warning_page(visit, warning_id))


@router.post("/warnings/{warning_id}", dependencies=[Depends(requires(WRITE))])
def said(visit: VisitDep, warning_id: str, form: FormDep) -> Response:
    """Acknowledge a warning (`do`) with a `note`, or open it again; `digest` is what was looked at."""
    do, note = first(form, "do"), first(form, "note")
    try:
        with visit.home.database().session() as session:
            say(session, visit.actor, warning_id, do, note, first(form, "digest"), now())
    except WebError as error:
        if error.code not in ("WE261", "WE262"):
            raise
        page = warning_page(visit, warning_id)
        page.typed, page.wrong, page.code = note, error.code == "WE261", error.code
        answer = visit.reply("warning.html", page)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/warnings/{warning_id}", status_code=303)
