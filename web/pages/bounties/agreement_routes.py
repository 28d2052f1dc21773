"""Award, agreements and milestones of bounties as HTML: each step by the side that takes it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import File, Form, FormDep, Upload, UploadDep, first, firsts, number, whole
from web.pages.attachment import attachment
from web.pages.bounties.thread import thread_page
from web.pages.bounties.work import agreement_page, award_page
from web.work.bounties import agreement as work
from web.work.bounties import award as awards
from web.work.bounties import milestone as milestones
from web.work.bounties.agreement_product import RIGHT as DECLARES
from web.work.bounties.agreement_product import declare
from web.work.bounties.application import AWARDS, HOSTS, POSTS, RIGHT

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
READERS = (RIGHT, POSTS, HOSTS)


def _need_any(visit: VisitDep) -> None:
    """Raise WebError WE401 or WE032 for who can be no side of an agreement."""
    if not any(visit.actor.may(right) for right in READERS):
        visit.actor.need(READERS[0])


# --- the award -----------------------------------------------------------------------------------------------------


@router.get("/bounties/{bounty_id}/award", dependencies=[Depends(requires(AWARDS))])
def award(visit: VisitDep, bounty_id: str) -> Response:
    """The poster's choice among the applications in talks."""
    return _award(visit, bounty_id, {})


@router.post("/bounties/{bounty_id}/award", dependencies=[Depends(requires(AWARDS))])
def awarded(visit: VisitDep, bounty_id: str, form: FormDep) -> Response:
    """The choice with its reasons, or nobody (流榜). What cannot be used comes back as it was typed."""
    try:
        with visit.home.database().session() as session:
            if first(form, "do") == "nobody":
                awards.no_taker(session, visit.actor, bounty_id, first(form, "reason"), now())
            else:
                reasons = {name.removeprefix("reason."): values[0] for name, values in form.items() if values}
                days = number(form, "days", 3)
                awards.award(session, visit.actor, bounty_id, form.get("chosen", []), reasons, now(), days)
    except WebError as error:
        if error.code not in ("WE151", "WE154", "WE170", "WE174"):
            raise
        return _award(visit, bounty_id, form, error)
    return RedirectResponse(f"/bounties/{bounty_id}#work", status_code=303)


def _award(visit: Visit, bounty_id: str, form: Form, error: WebError | None = None) -> Response:
    page = award_page(visit, bounty_id)
    return _said(visit, "award.html", error, award=page, typed=firsts(form), chosen=form.get("chosen", []))


def _said(visit: Visit, template: str, error: WebError | None, **more: Any) -> HTMLResponse:
    """A page with what was wrong beside it, under the status of the error."""
    wrong = error.wrong if isinstance(error, UnusableError) else {}
    answer = visit.reply(template, None, error=error, wrong=wrong, **more)
    if error is not None:
        answer.status_code = http_status(error)
    return answer


# --- the host's steps ----------------------------------------------------------------------------------------------


@router.post("/bounties/{bounty_id}/work", dependencies=[Depends(requires(HOSTS))])
def step(visit: VisitDep, bounty_id: str, form: FormDep) -> Response:
    """A step of the host once there are solvers: contracts, project, work, settlement, the end of a dispute."""
    with visit.home.database().session() as session:
        milestones.host_step(session, visit.actor, bounty_id, first(form, "to"), first(form, "reason"), now())
    return RedirectResponse(f"/bounties/{bounty_id}#work", status_code=303)


# --- the whole thread ----------------------------------------------------------------------------------------------


@router.get("/bounties/{bounty_id}/thread")
def thread(visit: VisitDep, bounty_id: str) -> Response:
    """From the node's gap to its state after the acceptance, as the reader may see it."""
    return visit.reply("bounty_thread.html", None, shown=thread_page(visit, bounty_id))


# --- one agreement -------------------------------------------------------------------------------------------------


@router.get("/agreements/{agreement_id}")
def agreement(visit: VisitDep, agreement_id: str) -> Response:
    """An agreement as poster, solver, a member of the team or the host sees it."""
    _need_any(visit)
    return _agreement(visit, agreement_id, {})


@router.post("/agreements/{agreement_id}")
def agreed(visit: VisitDep, agreement_id: str, form: FormDep) -> Response:
    """Write the terms, accept them by their hash, propose a change, or bring a dispute before the host."""
    _need_any(visit)
    actor, typed = visit.actor, firsts(form)
    try:
        with visit.home.database().session() as session:
            match first(form, "do"):
                case "write":
                    work.write(session, actor, agreement_id, form, now())
                case "accept":
                    work.accept(session, actor, agreement_id, first(form, "digest"), now())
                case "propose":
                    work.propose(session, actor, agreement_id, typed, now())
                case "dispute":
                    milestones.dispute(session, actor, agreement_id, first(form, "words"), now())
                case other:
                    raise WebError(f"no such button: {other[:20]}", code="WE422", hint="use the page's buttons")
    except WebError as error:
        return _refused(visit, agreement_id, form, error)
    return RedirectResponse(f"/agreements/{agreement_id}", status_code=303)


@router.post("/agreements/{agreement_id}/changes/{change_id}")
def answered(visit: VisitDep, agreement_id: str, change_id: str, form: FormDep) -> Response:
    """Consent to a change of the other side, or refuse it."""
    _need_any(visit)
    try:
        with visit.home.database().session() as session:
            work.respond(session, visit.actor, change_id, first(form, "do") == "consent", now())
    except WebError as error:
        return _refused(visit, agreement_id, form, error)
    return RedirectResponse(f"/agreements/{agreement_id}#changes", status_code=303)


@router.post("/agreements/{agreement_id}/milestones/{milestone_id}", dependencies=[Depends(_need_any)])
def moved(visit: VisitDep, agreement_id: str, milestone_id: str, sent: UploadDep) -> Response:
    """Report a milestone with what was measured and its test reports, accept or refuse it, say that it was paid."""
    form = sent.fields
    actor, words = visit.actor, first(form, "words")
    try:
        with visit.home.database().session() as session:
            match first(form, "do"):
                case "report":
                    milestones.report(session, actor, milestone_id, words, firsts(form), now(), _reports(sent))
                case "accept":
                    judged = [int(one) for one in form.get("judged", []) if one.isdecimal() and len(one) < 4]
                    milestones.accept(session, actor, milestone_id, words, now(), judged)
                case "refuse":
                    milestones.refuse(session, actor, milestone_id, words, now())
                case "pay":
                    milestones.pay(session, actor, milestone_id, now())
                case other:
                    raise WebError(f"no such button: {other[:20]}", code="WE422", hint="use the page's buttons")
    except WebError as error:
        return _refused(visit, agreement_id, form, error)
    return RedirectResponse(f"/agreements/{agreement_id}#plan", status_code=303)


@router.post("/agreements/{agreement_id}/product", dependencies=[Depends(requires(DECLARES))])
def product(visit: VisitDep, agreement_id: str, form: FormDep) -> Response:
    """Make a draft of the new product's declaration, and lead to its form."""
    database, ontology = visit.home.database(), visit.home.ontology
    row = declare(database, ontology, visit.actor, agreement_id, first(form, "product"))
    address = f"/my/declare?draft={row.id}" if row.state == "draft" else "/my#declarations"
    return RedirectResponse(address, status_code=303)


def _reports(sent: Upload) -> dict[int, File]:
    """The test report of each target, by its number."""
    named = ((whole(name.removeprefix("file."), 3), files) for name, files in sent.files.items())
    return {number: files[0] for number, files in named if number and files}


@router.get("/agreements/{agreement_id}/milestones/{milestone_id}/files/{file_id}")
def file(visit: VisitDep, agreement_id: str, milestone_id: str, file_id: str) -> Response:
    """A test report, for the sides, the team and the host."""
    _need_any(visit)
    with visit.home.database().session() as session:
        name, data = milestones.opened(session, visit.actor, agreement_id, milestone_id, file_id)
    return attachment(data, f"report.{name.rpartition('.')[2].lower()}")


SHOWN_AGAIN = frozenset(["WE032", "WE170", "WE175", "WE176", "WE177", "WE178", "WE179"])
"""Codes that are said on the agreement's page, which keeps what was typed."""


def _refused(visit: Visit, agreement_id: str, form: Form, error: WebError) -> Response:
    if error.code not in SHOWN_AGAIN:
        raise error
    return _agreement(visit, agreement_id, form, error)


def _agreement(visit: Visit, agreement_id: str, form: Form, error: WebError | None = None) -> Response:
    page = agreement_page(visit, agreement_id)
    return _said(visit, "agreement.html", error, shown=page, typed=firsts(form), form=form)
