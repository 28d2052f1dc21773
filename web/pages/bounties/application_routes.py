"""Applications to bounties as HTML: written, shared with a team, sent, decided on; links of members; invitations."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import FormDep, UploadDep, first, firsts, number
from web.jobs.applicants import known_of_parties
from web.jobs.fit import firm_id_of
from web.pages.accounts.account import secret
from web.pages.attachment import attachment
from web.pages.bounties.application import application_page, applied_page, apply_page, as_sent
from web.pages.merge import merge_page, merge_reply
from web.work.bounties import application as work
from web.work.bounties import application_broker as brokers
from web.work.bounties import application_decision as decisions
from web.work.bounties import application_team as teams
from web.work.bounties import application_withdrawal as withdrawals
from web.work.bounties.agreement import of_applications
from web.work.bounties.application_file import attach, opened
from web.work.bounties.application_party import own_party

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
WRITES = [Depends(requires(work.RIGHT))]
SENDS = [Depends(requires(work.SENDS))]
BRINGS = [Depends(requires(brokers.BRINGS))]
READERS = (work.RIGHT, work.HOSTS, work.POSTS, work.SCORES)
LEADERS = (work.HOSTS, work.POSTS)
Flag = Annotated[bool, Query()]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
SIZE = 50
"""Applications on a broker's page."""
SHOWN_AGAIN = frozenset(["WE032", "WE134", "WE161", "WE162", "WE164", "WE165", "WE167", "WE168", "WE169"])
"""Codes that are said on the page itself, beside its buttons."""


def _need_any(visit: Visit, rights: tuple[str, ...]) -> None:
    """Raise WebError WE401 or WE032 for who holds none of these rights."""
    if not any(visit.actor.may(right) for right in rights):
        visit.actor.need(rights[0])


@router.get("/bounties/{bounty_id}/apply", dependencies=WRITES)
def apply(visit: VisitDep, bounty_id: str) -> Response:
    """The form of a new application; an organisation that has one is led there."""
    with visit.home.database().session() as session:
        bounty = work.bounty_of(session, bounty_id)
        own = work.own_application(session, visit.actor, bounty_id)
    if own is not None:
        return RedirectResponse(f"/applications/{own.id}", status_code=303)
    return visit.reply("apply.html", apply_page(visit, bounty))


@router.post("/bounties/{bounty_id}/apply", dependencies=WRITES)
def begun(visit: VisitDep, bounty_id: str, form: FormDep) -> Response:
    """Keep a new draft; a form that cannot be used comes back as it was typed."""
    typed = firsts(form)
    with visit.home.database().session() as session:
        bounty = work.bounty_of(session, bounty_id)
        party = own_party(session, visit.actor, bounty)
    known = known_of_parties(visit.home, bounty, [party])
    try:
        with visit.home.database().session() as session:
            row = work.begin(session, visit.actor, bounty_id, typed, known, now())
    except WebError as error:
        if error.code not in ("WE160", "WE162", "WE165"):
            raise
        wrong = error.wrong if isinstance(error, UnusableError) else {}
        answer = visit.reply("apply.html", apply_page(visit, bounty, typed, wrong=wrong, code=error.code))
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/applications/{row.id}", status_code=303)


@router.get("/applications", dependencies=WRITES)
def applications(visit: VisitDep) -> Response:
    """What the reader's organisation leads or is asked to join."""
    with visit.home.database().session() as session:
        rows = work.of_organisation(session, visit.actor)
        agreed = of_applications(session, [row.id for row, _, _ in rows])
    return visit.reply("applications.html", rows=rows, agreed=agreed)


@router.get("/applications/brought", dependencies=BRINGS)
def brought(visit: VisitDep, page: PageNumber = 1) -> Response:
    """A broker's codes, and how far what it brought has come."""
    with visit.home.database().session() as session:
        offered, count = brokers.offers(session, visit.actor), brokers.count_brought(session, visit.actor)
        rows = brokers.brought(session, visit.actor, skip=(page - 1) * SIZE, most=SIZE)
    pager = visit.pager(page, count, SIZE)
    return visit.reply("application_brought.html", page=None, offered=offered, rows=rows, at=now(), pager=pager)


# --- by a link, without an account; before the addresses with an id in the same place -------------------------------


@router.get("/applications/join/{code}")
def join(visit: VisitDep, code: str) -> Response:
    """What a member without an account is asked. Nothing is written."""
    return _joined(visit, code)


@router.post("/applications/join/{code}")
def joined(visit: VisitDep, code: str, form: FormDep) -> Response:
    """The pressed button: confirm, decline. The link ends with it."""
    what = first(form, "do")
    _by_link(visit, code)
    if what not in ("confirm", "decline"):
        raise WebError(f"no such button: {what[:20]}", code="WE422", hint="use the page's buttons")
    with visit.home.database().session() as session:
        found = teams.answer_by_link(session, code, what == "confirm", now())
    return secret(visit.reply("application_join.html", page=None, found=found, done=what))


def _joined(visit: Visit, code: str) -> Response:
    _by_link(visit, code)
    with visit.home.database().session() as session:
        found = teams.by_link(session, code, now())
        team = work.members(session, found.row)
    return secret(visit.reply("application_join.html", page=None, found=found, team=team, code=code, done=""))


def _by_link(visit: Visit, code: str) -> None:
    """Look at a link; wrong ones are counted by address. Raises WebError WE166, WE093."""
    with visit.site.attempts.links("join", visit.host), visit.home.database().session() as session:
        teams.by_link(session, code, now())


# --- one application -----------------------------------------------------------------------------------------------


@router.get("/applications/{application_id}")
def application(visit: VisitDep, application_id: str, partners: Flag = False) -> Response:
    """An application, as whoever may see it sees it."""
    _need_any(visit, READERS)
    return visit.reply("application.html", application_page(visit, application_id, with_partners=partners))


@router.post("/applications/{application_id}/edit", dependencies=WRITES)
def edited(visit: VisitDep, application_id: str, form: FormDep) -> Response:
    """Keep a draft as it is written now."""
    typed = firsts(form)
    try:
        with visit.home.database().session() as session:
            work.edit(session, visit.actor, application_id, typed, number(form, "version") or 0, now())
    except WebError as error:
        page, here = application_page(visit, application_id), f"/applications/{application_id}"
        if error.code == "WE163":
            names = {member.id: member.firm_name for member in page.team}
            stands = as_sent(page.row)
            merged = merge_page("application", error.code, form, stands, page.row.version, f"{here}/edit", here, names)
            return merge_reply(visit, merged, error)
        return _again(visit, application_id, error, typed=page.typed | typed)
    return _to(application_id)


@router.post("/applications/{application_id}/members", dependencies=WRITES)
def member(visit: VisitDep, application_id: str, form: FormDep) -> Response:
    """Ask a member, or take one out (`do`: ask, or `out:` and its id)."""
    what, name = first(form, "do"), first(form, "name").strip()
    firm = first(form, "firm").strip() or None
    if what == "ask" and firm is None and name:
        firm, name = _firm(visit, name)
    try:
        with visit.home.database().session() as session:
            if what.startswith("out:"):
                teams.take_out(session, visit.actor, application_id, what.removeprefix("out:"), now())
            else:
                teams.ask(session, visit.actor, application_id, name, firm, first(form, "task"), now())
    except WebError as error:
        return _again(visit, application_id, error, member=firsts(form))
    return _to(application_id, "#team")


def _firm(visit: Visit, name: str) -> tuple[str | None, str]:
    """The one firm of the graph that an id or a whole name means; else none, and the name as it was typed."""
    from kg.errors import BulianError

    try:
        return firm_id_of(visit.graph, name)
    except BulianError:
        return None, name


@router.post("/applications/{application_id}/members/answer", dependencies=SENDS)
def answered(visit: VisitDep, application_id: str, form: FormDep) -> Response:
    """The reader's own organisation confirms or declines (`do`)."""
    try:
        with visit.home.database().session() as session:
            confirms = first(form, "do") == "confirm"
            teams.answer(session, visit.actor, application_id, confirms, now())
    except WebError as error:
        return _again(visit, application_id, error)
    return _to(application_id) if confirms else RedirectResponse("/applications", status_code=303)


@router.post("/applications/{application_id}/members/{member_id}/letter", dependencies=SENDS)
def letter(visit: VisitDep, application_id: str, member_id: str) -> Response:
    """A new link for a member without an account, shown this once; the link before it ends."""
    with visit.home.database().session() as session:
        seen = work.one(session, visit.actor, application_id)
        asked, code = teams.link(session, visit.actor, application_id, member_id, now())
    base = str(visit.request.base_url).rstrip("/")
    address = f"{base}/applications/join/{code}"
    return secret(visit.reply("application_letter.html", page=None, seen=seen, member=asked, address=address))


@router.post("/applications/{application_id}/broker", dependencies=SENDS)
def broker(visit: VisitDep, application_id: str, form: FormDep) -> Response:
    """Write a broker's code into the application; an empty one takes the broker out."""
    try:
        with visit.home.database().session() as session:
            brokers.take_broker(session, visit.actor, application_id, first(form, "broker"), now())
    except WebError as error:
        return _again(visit, application_id, error)
    return _to(application_id, "#broker")


@router.post("/applications/{application_id}/files", dependencies=WRITES)
def attached(visit: VisitDep, application_id: str, sent: UploadDep) -> Response:
    """Add attachments to a draft."""
    try:
        with visit.home.database().session() as session:
            attach(session, visit.actor, application_id, sent.files.get("file", []), now())
    except WebError as error:
        return _again(visit, application_id, error)
    return _to(application_id, "#files")


@router.get("/applications/{application_id}/files/{file_id}")
def file(visit: VisitDep, application_id: str, file_id: str) -> Response:
    """An attachment, to be kept, never shown in place."""
    _need_any(visit, READERS)
    with visit.home.database().session() as session:
        name, data = opened(session, visit.actor, application_id, file_id)
    ending = name.rpartition(".")[2] if "." in name and name.rpartition(".")[2].isalnum() else "bin"
    plain = f"application-{file_id}.{ending if ending.isascii() else 'bin'}"
    return attachment(data, plain, "application/octet-stream")


@router.post("/applications/{application_id}/state")
def state(visit: VisitDep, application_id: str, form: FormDep) -> Response:
    """The pressed button (`to`), with its `reason`: of the lead, the host or the poster."""
    _need_any(visit, (work.SENDS, work.HOSTS, work.AWARDS))
    to, reason = first(form, "to"), first(form, "reason")
    try:
        take_step(visit, application_id, to, reason)
    except WebError as error:
        return _again(visit, application_id, error, reason=reason)
    return _to(application_id)


def take_step(visit: Visit, application_id: str, to: str, reason: str) -> None:
    """A step of the lead, the host or the poster. Raises as the functions of `web.work` for it."""
    actor, at, database = visit.actor, now(), visit.home.database()
    with database.session() as session:
        seen = work.one(session, actor, application_id)
        parties = work.parties(session, seen.row)
    asks = to in ("submitted", "checked")
    known = known_of_parties(visit.home, seen.bounty, parties) if asks else None
    with database.session() as session:
        if to == "team_confirming":
            work.share(session, actor, application_id, at)
        elif to == "draft":
            work.reopen(session, actor, application_id, at)
        elif to == "submitted" and known is not None:
            work.submit(session, actor, application_id, known, at)
        elif to == "withdrawn":
            withdrawals.withdraw(session, actor, application_id, reason, at)
        elif to in ("withdraw_yes", "withdraw_no"):
            withdrawals.answer_withdrawal(session, actor, application_id, to == "withdraw_yes", reason, at)
        elif to == "checked" and known is not None:
            decisions.recheck(session, actor, application_id, known, at)
        else:
            decisions.decide(session, actor, application_id, to, reason, at)


def _to(application_id: str, where: str = "") -> Response:
    return RedirectResponse(f"/applications/{application_id}{where}", status_code=303)


def _again(visit: Visit, application_id: str, error: WebError, **more: Any) -> Response:
    """The application once more with why nothing was done, and what was typed."""
    if error.code not in SHOWN_AGAIN | {"WE160"}:
        raise error
    wrong = error.wrong if isinstance(error, UnusableError) else {}
    answer = visit.reply(
        "application.html", application_page(visit, application_id, wrong=wrong, code=error.code, **more)
    )
    answer.status_code = http_status(error)
    return answer


# --- host and poster -----------------------------------------------------------------------------------------------


@router.get("/bounties/{bounty_id}/applications")
def applied(visit: VisitDep, bounty_id: str, solvers: Flag = False) -> Response:
    """The applications to a bounty for its host and poster; with `solvers` the firms that the matcher ranks for it."""
    _need_any(visit, LEADERS)
    return visit.reply("bounty_applied.html", applied_page(visit, bounty_id, with_solvers=solvers))


@router.post("/bounties/{bounty_id}/invitations")
def invited(visit: VisitDep, bounty_id: str, form: FormDep) -> Response:
    """Invite a firm (`firm`: its id) to apply."""
    _need_any(visit, LEADERS)
    try:
        with visit.home.database().session() as session:
            told = decisions.invite(session, visit.actor, bounty_id, first(form, "firm")[:96], now())
    except WebError as error:
        if error.code not in SHOWN_AGAIN:
            raise
        answer = visit.reply("bounty_applied.html", applied_page(visit, bounty_id, with_solvers=True, code=error.code))
        answer.status_code = http_status(error)
        return answer
    return visit.reply("bounty_applied.html", applied_page(visit, bounty_id, with_solvers=True, told=told))


@router.post("/bounties/{bounty_id}/broker", dependencies=BRINGS)
def offered(visit: VisitDep, bounty_id: str, form: FormDep) -> Response:
    """A broker's code for a solver, shown this once."""
    with visit.home.database().session() as session:
        bounty = work.bounty_of(session, bounty_id)
    try:
        with visit.home.database().session() as session:
            code = brokers.offer(session, visit.actor, bounty_id, first(form, "share"), now())
    except UnusableError as error:
        answer = visit.reply("application_broker.html", page=None, bounty=bounty, code="", share=first(form, "share"))
        answer.status_code = http_status(error)
        return answer
    return secret(
        visit.reply("application_broker.html", page=None, bounty=bounty, code=code, share=first(form, "share"))
    )
