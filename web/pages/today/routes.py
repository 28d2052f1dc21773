"""The start page of who has signed in, and the inbox, as HTML."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import VisitDep, requires
from web.errors import WebError
from web.forms import FormDep, first
from web.pages.today.desk import desk_page, inbox_page
from web.work.today import digest
from web.work.today.watch_changes import KINDS
from web.work.today.watches import WRITE

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

Kind = Annotated[str, Query(max_length=24, description="kind of change; empty: all")]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/desk")
def desk(visit: VisitDep) -> Response:
    """What waits for the reader today; who has not signed in is led to do so."""
    if not visit.actor.known:
        raise WebError("this is for who has signed in", code="WE401", hint="sign in, or ask the operator")
    return visit.reply("desk.html", desk_page(visit))


@router.get("/inbox", dependencies=[Depends(requires(WRITE))])
def inbox(visit: VisitDep, kind: Kind = "", unread: bool = False, page: PageNumber = 1) -> Response:
    """The reader's notices, unread first, by day."""
    found = inbox_page(visit, kind if kind in KINDS else "", unread, page)
    pager = visit.pager(page, found.count, digest.PAGE)
    return visit.reply("inbox.html", found, pager=pager, kinds=KINDS, unread=unread)


@router.post("/inbox", dependencies=[Depends(requires(WRITE))])
def marked(visit: VisitDep, form: FormDep) -> Response:
    """Mark notices as read (`id`, as often as there are), or take that back (`do`: unread)."""
    with visit.home.database().session() as session:
        digest.mark_read(session, visit.actor, form.get("id", [])[:1000], now(), read=first(form, "do") != "unread")
    kind = first(form, "kind")
    return RedirectResponse(f"/inbox{f'?kind={kind}' if kind in KINDS else ''}", status_code=303)
