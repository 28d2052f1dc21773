"""Watches as HTML: begun from the page of a thing, changed and ended in a list, with the addresses for cards."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.db.watches import Watch
from web.deps import Visit, VisitDep, requires
from web.errors import WebError
from web.forms import Form, FormDep, first
from web.pages.today.watch import meant, watches_page
from web.work.today import notify_address, watches
from web.work.today.watches import WRITE

router = APIRouter(
    default_response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(requires(WRITE))]
)

WatchId = Annotated[str, Query(max_length=64)]
Done = Annotated[str, Query(max_length=20, description="what was done just now")]


@router.get("/watches")
def listed(visit: VisitDep, done: Done = "", id: WatchId = "") -> Response:
    """What the reader watches, and where cards go; with the watch `id` that ended just now, to be taken up again."""
    ended = None
    if done == "end" and id:
        with visit.home.database().session() as session, suppress(WebError):
            ended = watches.one(session, visit.actor, id)
    return _page(visit, done, ended=ended)


def _page(
    visit: Visit, done: str = "", amiss: str = "", typed: dict[str, str] | None = None, ended: Watch | None = None
) -> Response:
    empty = {"way": "mail", "target": "", "quiet_from": "20", "quiet_until": "8"}
    answer = visit.reply(
        "watches.html", watches_page(visit), done=done, amiss=amiss, typed=empty | (typed or {}), ended=ended
    )
    answer.status_code = 422 if amiss else 200
    return answer


@router.post("/watches")
def changed(visit: VisitDep, form: FormDep) -> Response:
    """Begin, change or end a watch; begun twice it is the same one."""
    what, now_is = first(form, "do"), now()
    with visit.home.database().session() as session:
        if what == "end":
            watches.end(session, visit.actor, first(form, "id"), now_is)
        elif what == "change":
            watches.change(session, visit.actor, first(form, "id"), _number(form, "best"))
        elif what == "start":
            kind, (subject, name) = first(form, "kind"), meant(visit, first(form, "kind"), first(form, "subject"))
            watches.start(session, visit.actor, kind, subject, name, now_is)
        else:
            raise WebError(f"nothing to do: {what[:40]}", code="WE422", hint="use the page's form")
    undo = f"&id={quote(first(form, 'id'))}" if what == "end" else ""
    return RedirectResponse(f"/watches?done={what}{undo}", status_code=303)


@router.post("/watches/addresses")
def addressed(visit: VisitDep, form: FormDep) -> Response:
    """Add an address for cards, or take one away; one that cannot be used is shown again as it was typed."""
    try:
        with visit.home.database().session() as session:
            if first(form, "do") == "remove":
                notify_address.remove(session, visit.actor, first(form, "id"), now())
            else:
                quiet = (_number(form, "quiet_from"), _number(form, "quiet_until"))
                way, target = first(form, "way"), first(form, "target")
                notify_address.add(session, visit.actor, way, target, lang=visit.lang, quiet=quiet)
    except WebError as error:
        if error.code != "WE147":
            raise
        return _page(
            visit, amiss=error.code, typed={name: first(form, name) for name in ("way", "target", *_HOURS)}
        )  # fmt: skip
    return RedirectResponse("/watches?done=address#addresses", status_code=303)


_HOURS = ("quiet_from", "quiet_until")


def _number(form: Form, name: str) -> int:
    """A whole number of the form; what is none is out of every range."""
    with suppress(ValueError):
        return int(first(form, name))
    return -1
