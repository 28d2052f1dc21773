"""Objections to the notices of a bounty as HTML: a form for everybody while a notice runs, answers by the host."""

from __future__ import annotations

from secrets import token_urlsafe

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import Form, FormDep, first, firsts
from web.pages.bounties.work import work_section
from web.work.bounties.bounty import HOST, seen
from web.work.bounties.objection import answer, object_to

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@router.get("/bounties/{bounty_id}/objections")
def objections(visit: VisitDep, bounty_id: str) -> Response:
    """The notice that runs with a form, and the answers to earlier objections; for the host what waits."""
    return _page(visit, bounty_id, {})


@router.post("/bounties/{bounty_id}/objections")
def objected(visit: VisitDep, bounty_id: str, form: FormDep) -> Response:
    """Object. So many from one address are taken in a while as wrong passwords are."""
    attempts, address = visit.site.attempts, f"objection {visit.host}"
    try:
        attempts.check(address)
    except WebError as error:
        raise WebError("too many objections from this address", code="WE173", hint=error.hint) from error
    typed = {name: first(form, name) for name in ("text", "author", "contact")}
    try:
        with visit.home.database().session() as session:
            object_to(session, bounty_id, typed, first(form, "key"), visit.actor.user, now())
    except UnusableError as error:
        return _page(visit, bounty_id, form, error)
    attempts.failed(address)
    return RedirectResponse(f"/bounties/{bounty_id}/objections?sent=1", status_code=303)


@router.post("/bounties/{bounty_id}/objections/{objection_id}", dependencies=[Depends(requires(HOST))])
def answered(visit: VisitDep, bounty_id: str, objection_id: str, form: FormDep) -> Response:
    """The host's verdict and answer, which everybody sees."""
    try:
        with visit.home.database().session() as session:
            answer(
                session, visit.actor, bounty_id, objection_id, first(form, "verdict"), first(form, "answer"), now()
            )  # fmt: skip
    except UnusableError as error:
        return _page(visit, bounty_id, form, error, objection_id)
    return RedirectResponse(f"/bounties/{bounty_id}/objections", status_code=303)


def _page(visit: Visit, bounty_id: str, form: Form, error: UnusableError | None = None, of: str = "") -> Response:
    with visit.home.database().session() as session:
        bounty = seen(session, visit.actor, bounty_id)
    section = work_section(visit, bounty)
    reply = visit.reply(
        "objections.html",
        None,
        work=section,
        typed=firsts(form),
        wrong=error.wrong if error else {},
        of=of,
        sent="sent" in visit.request.query_params,
        key=first(form, "key") or token_urlsafe(12),
    )
    if error:
        reply.status_code = http_status(error)
    return reply
