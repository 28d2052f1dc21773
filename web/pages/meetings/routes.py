"""Meetings as HTML: the day of who organises it, wishes of both sides, the programme, a firm's own side."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import Form, FormDep, first, number, whole
from web.pages.attachment import attachment
from web.pages.meetings.meeting import (
    TYPED,
    FormPage,
    as_sent,
    day_page,
    firm_page,
    firms_named,
    known_names,
    new_form,
    points_of,
    programme_file,
    wish_page,
)
from web.pages.merge import kept, merge_page, merge_reply
from web.work.meetings import meeting as work
from web.work.meetings import wish
from web.work.meetings.form import Typed, read, typed_of
from web.work.meetings.note import write_note
from web.work.meetings.plan import assign

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
ORGANISES = [Depends(requires(work.ORGANISE))]
WISHES = [Depends(requires(work.WISH))]
Short = Annotated[str, Query(max_length=200)]
Several = Annotated[list[str], Query(max_length=200)]
AGAIN = ("WE101", "WE102", "WE103", "WE104", "WE105", "WE106", "WE107", "WE108")
"""Codes with which the page comes again, as it stands now."""


@router.get("/meetings", dependencies=WISHES)
def days(visit: VisitDep) -> Response:
    """The organisation's days, and those to which the reader's firm was called."""
    with visit.home.database().session() as session:
        rows, called = work.of_organisation(session, visit.actor), work.called(session, visit.actor)
    return visit.reply("meetings.html", rows=rows, called=called)


@router.get("/meetings/new", dependencies=ORGANISES)
def new(visit: VisitDep, need: Several = [], firm: Several = [], list: Short = "") -> Response:  # noqa: B006
    """The form of a day, for needs and firms that are named, or for one of the organisation's lists."""
    return visit.reply("meeting_form.html", new_form(visit, need, firm, list))


@router.post("/meetings/new", dependencies=ORGANISES)
def written(visit: VisitDep, form: FormDep) -> Response:
    """Keep a draft; a form that cannot be used comes back as it was typed."""
    typed = _typed(form)
    needs, names, choice = known_names(visit, None)
    try:
        day = read(typed, needs, firms_named(visit, typed.firms, names), now())
    except UnusableError as error:
        return _form(visit, FormPage(typed=typed, choice=choice, action="/meetings/new", wrong=error.wrong), error)
    with visit.home.database().session() as session:
        row = work.write(session, visit.actor, day, now(), typed.key)
    return RedirectResponse(f"/meetings/{row.id}", status_code=303)


@router.get("/meetings/called/{party_id}", dependencies=WISHES)
def called(visit: VisitDep, party_id: str) -> Response:
    """A day as the reader's firm was called to it: its wishes, its slots."""
    return visit.reply("meeting_called.html", firm_page(visit, party_id))


@router.post("/meetings/called/{party_id}", dependencies=WISHES)
def firm_wishes(visit: VisitDep, party_id: str, form: FormDep) -> Response:
    """Wishes of the firm: `w:NEED`, `most`, `absent`."""
    typed = {name.removeprefix("w:"): values[0] for name, values in form.items() if name.startswith("w:")}
    most, absent = first(form, "most"), form.get("absent", [])
    try:
        with work.step(visit.home.database(), party_id) as session:
            wish.firm_wishes(session, visit.actor, party_id, typed, most, absent, first(form, "seen"), now())
    except WebError as error:
        if error.code not in (*AGAIN, "WE100"):
            raise
        there = firm_page(visit, party_id)
        page = firm_page(visit, party_id, typed=there.typed | typed, most=most, absent=absent, code=error.code)
        page.wrong = error.wrong if isinstance(error, UnusableError) else {}
        page.now = {
            name: there.typed.get(name, "") for name, text in typed.items() if text != there.typed.get(name, "")
        }
        return _again(visit.reply("meeting_called.html", page), error)
    return RedirectResponse(f"/meetings/called/{party_id}", status_code=303)


@router.post("/meetings/called/{party_id}/notes/{meeting_id}", dependencies=WISHES)
def firm_note(visit: VisitDep, party_id: str, meeting_id: str, form: FormDep) -> Response:
    """A note of the firm on one of its meetings, for itself alone."""
    text = first(form, "text")
    try:
        with work.step(visit.home.database(), meeting_id) as session:
            day, party = work.as_firm(session, visit.actor, party_id)
            if meeting_id not in {one.id for one in work.meetings(session, day, work.SHOWN, party.firm_id)}:
                raise WebError("no such meeting of the firm", code="WE404", hint="see the day")
            write_note(session, visit.actor, meeting_id, text, now(), first(form, "key"))
    except WebError as error:
        if error.code not in AGAIN:
            raise
        page = firm_page(visit, party_id, code=error.code, at_meeting=meeting_id, text=text)
        return _again(visit.reply("meeting_called.html", page), error)
    return RedirectResponse(f"/meetings/called/{party_id}#m-{meeting_id}", status_code=303)


@router.get("/meetings/{day_id}", dependencies=WISHES)
def day(visit: VisitDep, day_id: str) -> Response:
    """A day of the organisation with its programme."""
    return visit.reply("meeting.html", day_page(visit, day_id))


@router.get("/meetings/{day_id}/edit", dependencies=ORGANISES)
def edited(visit: VisitDep, day_id: str) -> Response:
    """The form of a draft; a day that is none any more leads to its page."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, day_id, work.ORGANISE)
    if row.state != "draft":
        return RedirectResponse(f"/meetings/{day_id}", status_code=303)
    typed = typed_of(row)
    page = FormPage(typed=typed, choice=known_names(visit, row)[2], action=f"/meetings/{day_id}/edit")
    page.before = kept(as_sent(typed))
    return visit.reply("meeting_form.html", page)


@router.post("/meetings/{day_id}/edit", dependencies=ORGANISES)
def changed(visit: VisitDep, day_id: str, form: FormDep) -> Response:
    """Keep a draft as it is written now; where somebody else changed it meanwhile, both are merged by who sent it."""
    typed = _typed(form)
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, day_id, work.ORGANISE)
    needs, names, choice = known_names(visit, row)
    needs |= {one["need"]: one["title"] for one in row.needs if one["need"]}
    page = FormPage(typed=typed, choice=choice, action=f"/meetings/{day_id}/edit", before=first(form, "before"))
    try:
        written = read(typed, needs, firms_named(visit, typed.firms, names), now())
        with work.step(visit.home.database(), day_id) as session:
            work.edit(session, visit.actor, day_id, written, whole(typed.version) or 0, now())
    except UnusableError as error:
        page.wrong = error.wrong
        return _form(visit, page, error)
    except WebError as error:
        if error.code == "WE103":
            with visit.home.database().session() as session:
                stands = typed_of(work.one(session, visit.actor, day_id, work.ORGANISE))
            here = f"/meetings/{day_id}"
            merging = merge_page("day", error.code, form, as_sent(stands), stands.version, page.action, here)
            return merge_reply(visit, merging, error)
        if error.code != "WE101":
            raise
        page.code = error.code
        return _form(visit, page, error)
    return RedirectResponse(f"/meetings/{day_id}", status_code=303)


@router.post("/meetings/{day_id}/state", dependencies=ORGANISES)
def state(visit: VisitDep, day_id: str, form: FormDep) -> Response:
    """The pressed button: calling, assigned (with `seed`), confirmed, held, followed_up, cancelled (`reason`)."""
    to, version, database = first(form, "to"), number(form, "version") or 0, visit.home.database()
    steps = {"calling": work.call, "confirmed": work.confirm, "held": work.hold, "followed_up": work.follow_up}
    try:
        if to == "assigned":
            assign(database, visit.actor, day_id, version, now(), points_of(visit), _seed(first(form, "seed")))
        elif to == "cancelled":
            with work.step(database, day_id) as session:
                work.cancel(session, visit.actor, day_id, version, now(), first(form, "reason"))
        elif to in steps:
            with work.step(database, day_id) as session:
                steps[to](session, visit.actor, day_id, version, now())
        else:
            with database.session() as session:
                work.one(session, visit.actor, day_id, work.ORGANISE)
            raise WebError(f"no such button: {to[:20]}", code="WE422", hint="use the page's buttons")
    except WebError as error:
        if error.code not in AGAIN:
            raise
        return _again(visit.reply("meeting.html", day_page(visit, day_id, code=error.code)), error)
    return RedirectResponse(f"/meetings/{day_id}", status_code=303)


@router.get("/meetings/{day_id}/wishes", dependencies=WISHES)
def wishes(visit: VisitDep, day_id: str) -> Response:
    """The buyer's wishes per need and firm."""
    return visit.reply("meeting_wishes.html", wish_page(visit, day_id))


@router.post("/meetings/{day_id}/wishes", dependencies=WISHES)
def wished(visit: VisitDep, day_id: str, form: FormDep) -> Response:
    """Wishes of the buyer: `w:NEED:FIRM`."""
    typed = {name.removeprefix("w:"): values[0] for name, values in form.items() if name.startswith("w:")}
    pairs = {(need, firm): text for name, text in typed.items() for need, _, firm in [name.partition(":")]}
    try:
        with work.step(visit.home.database(), day_id) as session:
            wish.buyer_wishes(session, visit.actor, day_id, pairs, first(form, "seen"), now())
    except WebError as error:
        if error.code not in (*AGAIN, "WE100"):
            raise
        there = wish_page(visit, day_id)
        page = wish_page(visit, day_id, typed=there.typed | typed, code=error.code)
        page.wrong = error.wrong if isinstance(error, UnusableError) else {}
        page.now = {
            name: there.typed.get(name, "") for name, text in typed.items() if text != there.typed.get(name, "")
        }
        return _again(visit.reply("meeting_wishes.html", page), error)
    return RedirectResponse(f"/meetings/{day_id}/wishes", status_code=303)


@router.post("/meetings/{day_id}/meetings/{meeting_id}", dependencies=ORGANISES)
def settled(visit: VisitDep, day_id: str, meeting_id: str, form: FormDep) -> Response:
    """Confirm a single meeting, or take that back; say that it was held or missed (`to`)."""
    try:
        with work.step(visit.home.database(), meeting_id) as session:
            work.settle(session, visit.actor, day_id, meeting_id, first(form, "to"), now())
    except WebError as error:
        if error.code not in AGAIN:
            raise
        return _again(visit.reply("meeting.html", day_page(visit, day_id, code=error.code)), error)
    return RedirectResponse(f"/meetings/{day_id}#m-{meeting_id}", status_code=303)


@router.post("/meetings/{day_id}/meetings/{meeting_id}/notes", dependencies=WISHES)
def noted(visit: VisitDep, day_id: str, meeting_id: str, form: FormDep) -> Response:
    """A note of the organisation on a meeting, for itself alone."""
    text = first(form, "text")
    try:
        with work.step(visit.home.database(), meeting_id) as session:
            row = work.one(session, visit.actor, day_id)
            if meeting_id not in {one.id for one in work.meetings(session, row)}:
                raise WebError("no such meeting of the day", code="WE404", hint="see the day")
            write_note(session, visit.actor, meeting_id, text, now(), first(form, "key"))
    except WebError as error:
        if error.code not in AGAIN:
            raise
        page = day_page(visit, day_id, code=error.code, at_meeting=meeting_id, typed=text)
        return _again(visit.reply("meeting.html", page), error)
    return RedirectResponse(f"/meetings/{day_id}#m-{meeting_id}", status_code=303)


@router.get("/meetings/{day_id}/programme.xlsx", dependencies=WISHES)
def programme(visit: VisitDep, day_id: str) -> Response:
    """The programme as a workbook, with a sheet for each firm."""
    return attachment(programme_file(visit, day_id), f"programme-{day_id}.xlsx")


def _typed(form: Form) -> Typed:
    return Typed(**{name: first(form, name) for name in TYPED})


def _seed(text: str) -> int | None:
    """The seed that was typed; None where none was, which keeps the one before. Raises WebError WE108."""
    seed = whole(text)
    if seed is None and text.strip():
        raise WebError("a seed is a number of at most nine digits", code="WE108", hint="leave it empty to keep it")
    return seed


def _form(visit: Visit, page: FormPage, error: WebError) -> Response:
    return _again(visit.reply("meeting_form.html", page), error)


def _again(answer: HTMLResponse, error: WebError) -> HTMLResponse:
    answer.status_code = http_status(error)
    return answer
