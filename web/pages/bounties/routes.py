"""Bounties as HTML: written, handed in, moved through their stages, asked about."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.beijing import day_of
from web.db.bounties import Bounty
from web.db.models import Need, now
from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import Form, FormDep, UploadDep, first, firsts, number
from web.pages.attachment import attachment
from web.pages.bounties.application import section_of
from web.pages.bounties.page import bounty_page, names_of, submit_choices
from web.pages.bounties.work import work_section
from web.pages.merge import merge_page, merge_reply
from web.pages.needs.requirement import read_page
from web.work.bounties import bounty as work
from web.work.bounties import file as files
from web.work.bounties import question as asked
from web.work.bounties import steps
from web.work.bounties.form import CHOICES, OPERATORS, PARTICIPATION, read, typed_of, typed_targets
from web.work.bounties.rules import FOLDER
from web.work.bounties.waiting import waiting

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
WRITES = [Depends(requires(work.WRITE))]
SIZE = 100
"""Bounties on one page of one's own."""
OF_BOUNTIES = ("stages", "returned", "award", "agreements", "changes", "reported")
"""What waits of `web.work.bounties.waiting` by bounty."""
ROWS = 3
"""Empty rows of targets below those that are there."""


@router.get("/bounties/mine")
def mine(visit: VisitDep, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """The bounties of which the reader's organisation is poster, host or county office; those that wait for it are
    marked.
    """
    with visit.home.database().session() as session:
        rows = work.mine(session, visit.actor, skip=(page - 1) * SIZE, most=SIZE)
        count = work.count_mine(session, visit.actor)
        waits = waiting(session, visit.actor, day_of(now()))
    return visit.reply(
        "bounties_mine.html",
        None,
        rows=rows,
        waits={ident for kind, ids in waits.items() if kind in OF_BOUNTIES for ident in ids},
        pager=visit.pager(page, count, SIZE),
    )


@router.get("/bounties/new", dependencies=WRITES)
def new(visit: VisitDep, need: str = "") -> Response:
    """The empty form; of a need of one's own, with what it says."""
    typed: dict[str, list[str]] = {"key": [token_urlsafe(12)], "need": [need]}
    if need:
        with visit.home.database().session() as session:
            row = session.get(Need, need)
            if row is None or not visit.actor.owns(row.organisation_id):
                raise WebError("no such need", code="WE404", hint="see your needs: /drafts")
            typed |= {"title": [row.title], "text": [row.text], "products": ["\n".join(row.products)]}
    return _form(visit, typed, "/bounties/new")


@router.post("/bounties/new", dependencies=WRITES)
def made(visit: VisitDep, form: FormDep) -> Response:
    """Keep a new draft, or read the targets of the text into the table."""
    if first(form, "do") == "read":
        return _form(visit, _with_targets(visit, form), "/bounties/new")
    try:
        columns = read(form)
        with visit.home.database().session() as session:
            need_id = first(form, "need") or None
            row = work.create(session, visit.actor, columns, now(), key=first(form, "key"), need_id=need_id)
    except UnusableError as error:
        return _form(visit, form, "/bounties/new", error)
    return RedirectResponse(f"/bounties/{row.id}", status_code=303)


@router.get("/bounties/{bounty_id}/edit", dependencies=WRITES)
def edit(visit: VisitDep, bounty_id: str) -> Response:
    """The form of a draft or a returned bounty."""
    with visit.home.database().session() as session:
        row = work.own(session, visit.actor, bounty_id)
    typed = typed_of(row) | {"version": [str(row.version)]}
    return _form(visit, typed, f"/bounties/{bounty_id}/edit", bounty=row)


@router.post("/bounties/{bounty_id}/edit", dependencies=WRITES)
def edited(visit: VisitDep, bounty_id: str, form: FormDep) -> Response:
    """Keep it as it is written now; where somebody else changed it, both versions side by side."""
    address = f"/bounties/{bounty_id}/edit"
    with visit.home.database().session() as session:
        row = work.own(session, visit.actor, bounty_id)
    if first(form, "do") == "read":
        return _form(visit, _with_targets(visit, form), address, bounty=row)
    try:
        with visit.home.database().session() as session:
            work.edit(session, visit.actor, bounty_id, read(form), number(form, "version") or 0, now())
    except UnusableError as error:
        return _form(visit, form, address, error, row)
    except work.StaleBountyError as error:
        page = merge_page(
            "bounty", str(error.code), form, typed_of(error.row), error.row.version, address, f"/bounties/{bounty_id}"
        )  # fmt: skip
        return merge_reply(visit, page, error)
    return RedirectResponse(f"/bounties/{bounty_id}", status_code=303)


def _with_targets(visit: Visit, form: Form) -> Form:
    """The form with the targets that the reader of requirements finds in its text."""
    found = read_page(visit.home, first(form, "title"), first(form, "text")).rows
    rows = [
        {
            "name": one.name,
            "operator": {"≥": ">=", "≤": "<="}.get(one.operator, one.operator),
            "value": one.value,
            "value_max": one.value_max,
            "unit": one.unit,
            "method": one.method,
        }
        for one in found
    ]
    return {**form, **typed_targets(rows)}


def _form(
    visit: Visit, typed: Form, address: str, error: UnusableError | None = None, bounty: Bounty | None = None
) -> Response:
    choices = {name: values for name, values, _ in CHOICES}
    choices |= {"participation": PARTICIPATION, "operator": OPERATORS}
    answer = visit.reply(
        "bounty_form.html",
        None,
        typed=typed,
        one=firsts(typed),
        wrong=error.wrong if error else {},
        address=address,
        bounty=bounty,
        choices=choices,
        rows=len(typed.get("t_name", [])) + ROWS,
    )
    if error:
        answer.status_code = http_status(error)
    return answer


@router.get("/bounties/{bounty_id}")
def bounty(visit: VisitDep, bounty_id: str) -> Response:
    """The page of one bounty, as the reader may see it."""
    return _page(visit, bounty_id)


def _page(visit: Visit, bounty_id: str, error: WebError | None = None, form: Form | None = None) -> Response:
    page = bounty_page(visit, bounty_id)
    more: dict[str, Any] = {"applications": section_of(visit, page.row)} if page.public else {}
    answer = visit.reply(
        "bounty_page.html",
        None,
        shown=page,
        work=work_section(visit, page.row),
        choices=submit_choices(visit) if page.writes and visit.actor.may(work.SUBMIT) else None,
        error=error,
        wrong=error.wrong if isinstance(error, UnusableError) else {},
        typed=firsts(form or {}),
        key=token_urlsafe(12),
        **more,
    )
    if error is not None:
        answer.status_code = http_status(error)
    return answer


SHOWN_AGAIN = frozenset(["WE032", "WE151", "WE152", "WE153", "WE154", "WE155", "WE158", "WE159"])
"""Codes that are said on the bounty's page."""


@router.post("/bounties/{bounty_id}/step")
def step(visit: VisitDep, bounty_id: str, form: FormDep) -> Response:
    """A pressed button: submit, one of the stages, extend, ask, answer, accept the words before the attachments."""
    to, actor = first(form, "to"), visit.actor
    names = _names(visit, bounty_id) if to == "submitted" else []
    try:
        with visit.home.database().session() as session:
            match to:
                case "submitted":
                    rules, host, county = (first(form, name) for name in ("rules", "host", "county"))
                    folder = visit.home.settings.home / FOLDER
                    looked = first(form, "looked") == "yes"
                    steps.submit(
                        session, actor, bounty_id, rules, host, county, now(), folder, looked=looked, names=names
                    )
                case "extend":
                    steps.extend(session, actor, bounty_id, first(form, "until"), now())
                case "ask":
                    asked.ask(session, actor, bounty_id, first(form, "text"), first(form, "key"), now())
                case "answer":
                    asked.answer(session, actor, bounty_id, first(form, "question"), first(form, "text"), now())
                case "consent":
                    files.consent(session, actor, bounty_id, first(form, "words"), now())
                case _:
                    reason, days = first(form, "reason"), number(form, "days", 3)
                    steps.move(session, actor, bounty_id, to, reason, days, now())
    except WebError as error:
        if error.code not in SHOWN_AGAIN:
            raise
        return _page(visit, bounty_id, error, form)
    return RedirectResponse(f"/bounties/{bounty_id}", status_code=303)


def _names(visit: Visit, bounty_id: str) -> list[str]:
    """The names of the poster of one's own bounty, for the words that are marked in it."""
    with visit.home.database().session() as session:
        row = work.own(session, visit.actor, bounty_id, work.SUBMIT)
    return names_of(visit, row)


@router.post("/bounties/{bounty_id}/files", dependencies=WRITES)
def attached(visit: VisitDep, bounty_id: str, sent: UploadDep) -> Response:
    """Add attachments to a draft."""
    try:
        with visit.home.database().session() as session:
            guarded = first(sent.fields, "guarded") == "yes"
            files.attach(session, visit.actor, bounty_id, sent.files.get("file", []), guarded, now())
    except WebError as error:
        if error.code not in SHOWN_AGAIN:
            raise
        return _page(visit, bounty_id, error, sent.fields)
    return RedirectResponse(f"/bounties/{bounty_id}#files", status_code=303)


@router.get("/bounties/{bounty_id}/files/{file_id}")
def file(visit: VisitDep, bounty_id: str, file_id: str) -> Response:
    """An attachment, for who may see it."""
    with visit.home.database().session() as session:
        name, data = files.opened(session, visit.actor, bounty_id, file_id)
    ending = name.rpartition(".")[2]
    return attachment(data, f"attachment.{ending}" if ending.isascii() and ending.isalnum() else "attachment")
