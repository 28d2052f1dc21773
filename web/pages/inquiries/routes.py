"""Inquiries as HTML: the buyer's side, the letter, the comparison; and the side of the firm that is asked."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import Form, FormDep, Upload, UploadDep, first, firsts, number
from web.pages.accounts.account import secret
from web.pages.attachment import attachment
from web.pages.firms.claim import qr
from web.pages.inquiries.inquiry import (
    FIELDS,
    AskedPage,
    FormPage,
    Letter,
    Shown,
    as_sent,
    asked_by,
    compared_page,
    form_of,
    named,
    new_form,
    typed_of,
)
from web.pages.inquiries.record import declared_of
from web.pages.merge import merge_page, merge_reply
from web.work.inquiries import file as files
from web.work.inquiries import inquiry as work
from web.work.inquiries import quote as quotes
from web.work.inquiries.form import MOST_PARTIES
from web.work.inquiries.told import ANSWERS as ANSWER

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
WRITES = [Depends(requires(work.RIGHT))]
OPENS = [Depends(requires(work.OPENS))]
ANSWERS = [Depends(requires(ANSWER))]
Firms = Annotated[list[str], Query(max_length=MOST_PARTIES)]
Short = Annotated[str, Query(max_length=200)]


@router.get("/inquiries", dependencies=WRITES)
def inquiries(visit: VisitDep) -> Response:
    """The organisation's inquiries."""
    with visit.home.database().session() as session:
        rows = work.of_organisation(session, visit.actor)
    return visit.reply("inquiries.html", rows=rows)


@router.get("/inquiries/new", dependencies=WRITES)
def new(visit: VisitDep, need: Short = "", title: Short = "", firm: Firms = []) -> Response:  # noqa: B006
    """The form of an inquiry, for a need and firms of its list, or freely."""
    return _form(visit, new_form(need, title, firm, now()))


@router.post("/inquiries/new", dependencies=WRITES)
def written(visit: VisitDep, form: FormDep) -> Response:
    """Write a draft; a form that cannot be used comes back as it was typed."""
    sent = _sent(form)
    try:
        asked = asked_by(visit, sent)
        with visit.home.database().session() as session:
            row = work.write(session, visit.actor, asked, now())
    except UnusableError as error:
        sent.wrong = error.wrong
        return _form(visit, sent, 422)
    return RedirectResponse(f"/inquiries/{row.id}", status_code=303)


@router.get("/inquiries/{inquiry_id}/edit", dependencies=WRITES)
def edited(visit: VisitDep, inquiry_id: str) -> Response:
    """The form of a draft; an inquiry that is none any more leads to its page."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, inquiry_id)
        parties = work.parties(session, row)
    if row.state != "draft":
        return RedirectResponse(f"/inquiries/{inquiry_id}", status_code=303)
    return _form(visit, form_of(row, parties))


@router.post("/inquiries/{inquiry_id}/edit", dependencies=WRITES)
def edit(visit: VisitDep, inquiry_id: str, form: FormDep) -> Response:
    """Change a draft; where somebody else changed it meanwhile, both are merged by who sent it."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, inquiry_id)
        present = form_of(row, work.parties(session, row))
    sent = _sent(form)
    sent.address, sent.names = present.address, present.names
    sent.version, sent.before = number(form, "version") or 0, first(form, "before")
    try:
        asked = asked_by(visit, sent)
        with visit.home.database().session() as session:
            work.edit(session, visit.actor, inquiry_id, asked, sent.version, now())
    except UnusableError as error:
        sent.wrong = error.wrong
        return _form(visit, sent, 422)
    except work.Stale as error:
        with visit.home.database().session() as session:
            row = work.one(session, visit.actor, inquiry_id)
            stands = form_of(row, work.parties(session, row))
        here = f"/inquiries/{inquiry_id}"
        page = merge_page("inquiry", error.code, form, as_sent(stands), stands.version, stands.address, here)
        return merge_reply(visit, page, error)
    except WebError as error:
        return _again(visit, inquiry_id, error)
    return RedirectResponse(f"/inquiries/{inquiry_id}", status_code=303)


def _sent(form: Form) -> FormPage:
    typed = {name: first(form, name) for name in FIELDS}
    return FormPage(typed=typed, kinds=form.get("kinds", []), record=form.get("record", []))


def _form(visit: Visit, page: FormPage, status: int = 200) -> Response:
    answer = visit.reply("inquiry_form.html", named(visit, page))
    answer.status_code = status
    return answer


@router.get("/inquiries/received", dependencies=ANSWERS)
def received(visit: VisitDep) -> Response:
    """What the reader's firm is asked."""
    with visit.home.database().session() as session:
        rows = work.received(session, visit.actor)
    return visit.reply("inquiries_received.html", rows=rows)


@router.get("/inquiries/received/{party_id}", dependencies=ANSWERS)
def asked(visit: VisitDep, party_id: str) -> Response:
    """One inquiry as the firm sees it."""
    return _asked(visit, "", party_id)


@router.post("/inquiries/received/{party_id}", dependencies=ANSWERS)
def answered(visit: VisitDep, party_id: str, sent: UploadDep) -> Response:
    """The pressed button: read, answer, decline."""
    return _answered(visit, "", party_id, sent)


@router.get("/inquiries/{inquiry_id}", dependencies=WRITES)
def one(visit: VisitDep, inquiry_id: str) -> Response:
    """An inquiry of the organisation."""
    return inquiry_reply(visit, inquiry_id)


@router.post("/inquiries/{inquiry_id}/state", dependencies=WRITES)
def state(visit: VisitDep, inquiry_id: str, form: FormDep) -> Response:
    """The pressed button: sent, withdrawn, closed."""
    what = first(form, "to")
    try:
        with visit.home.database().session() as session:
            if what == "sent":
                work.send(session, visit.actor, inquiry_id, now())
            elif what == "withdrawn":
                work.withdraw(session, visit.actor, inquiry_id, now(), first(form, "reason"))
            elif what == "closed":
                quotes.close(session, visit.actor, inquiry_id, now())
            else:
                work.one(session, visit.actor, inquiry_id)
                raise WebError(f"no such button: {what[:20]}", code="WE422", hint="use the page's buttons")
    except WebError as error:
        return _again(visit, inquiry_id, error)
    return RedirectResponse(f"/inquiries/{inquiry_id}", status_code=303)


@router.post("/inquiries/{inquiry_id}/parties/{party_id}/letter", dependencies=WRITES)
def letter(visit: VisitDep, inquiry_id: str, party_id: str) -> Response:
    """A letter with a new link, shown this once; the link before it ends."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, inquiry_id)
        party, code = work.link(session, visit.actor, inquiry_id, party_id, now())
    page = Letter(row=row, party=party, code=code, base=str(visit.request.base_url).rstrip("/"))
    return secret(visit.reply("inquiry_letter.html", page))


@router.get("/inquiries/{inquiry_id}/letters/{party_id}.svg", dependencies=WRITES)
def letter_svg(visit: VisitDep, inquiry_id: str, party_id: str, code: Short = "") -> Response:
    """The address of a letter's link as a QR code; only for the link that holds now."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, inquiry_id)
        party = work.party_of(session, row, party_id)
        if work.by_link(session, code, now())[1].id != party.id:
            raise WebError("no such page", code="WE404", hint="make the letter anew")
    base = str(visit.request.base_url).rstrip("/")
    return secret(Response(qr(f"{base}/answer/{code}"), media_type="image/svg+xml"))


@router.post("/inquiries/{inquiry_id}/open", dependencies=OPENS)
def opening(visit: VisitDep, inquiry_id: str) -> Response:
    """Open all quotes together."""
    try:
        with visit.home.database().session() as session:
            quotes.open_quotes(session, visit.actor, inquiry_id, now())
    except WebError as error:
        return _again(visit, inquiry_id, error)
    return RedirectResponse(f"/inquiries/{inquiry_id}/compare", status_code=303)


@router.get("/inquiries/{inquiry_id}/compare", dependencies=WRITES)
def compare(visit: VisitDep, inquiry_id: str) -> Response:
    """Opened quotes side by side."""
    return visit.reply("inquiry_compare.html", compared_page(visit, inquiry_id))


@router.get("/inquiries/{inquiry_id}/compare.xlsx", dependencies=WRITES)
def compare_file(visit: VisitDep, inquiry_id: str) -> Response:
    """The same as a workbook."""
    from web.pages.inquiries.sheet import compared_file

    page = compared_page(visit, inquiry_id)
    return attachment(compared_file(page, visit.lang), f"inquiry-{inquiry_id}.xlsx")


@router.post("/inquiries/{inquiry_id}/parties/{party_id}/decision", dependencies=WRITES)
def decision(visit: VisitDep, inquiry_id: str, party_id: str, form: FormDep) -> Response:
    """Choose a firm, or not, with a reason."""
    typed = {name: first(form, name) for name in ("decision", "reason", "note")}
    try:
        with visit.home.database().session() as session:
            quotes.decide(
                session,
                visit.actor,
                inquiry_id,
                party_id,
                typed["decision"],
                typed["reason"],
                typed["note"],
                number(form, "version") or 0,
                now(),
            )
    except WebError as error:
        if error.code not in ("WE097", "WE098"):
            raise
        page = compared_page(visit, inquiry_id)
        page.code, page.at_party, page.typed = error.code, party_id, typed
        page.wrong = error.wrong if isinstance(error, UnusableError) else {}
        answer = visit.reply("inquiry_compare.html", page)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/inquiries/{inquiry_id}/compare#p-{party_id}", status_code=303)


# --- without an account --------------------------------------------------------------------------------------------


@router.get("/answer")
def code_form(visit: VisitDep) -> Response:
    """Where the code of a letter is typed."""
    return secret(visit.reply("inquiry_code.html"))


@router.post("/answer")
def code_typed(visit: VisitDep, form: FormDep) -> Response:
    """The code of a letter leads to what it opens."""
    code = first(form, "code").strip()[:80]
    by_link(visit, code)
    return secret(RedirectResponse(f"/answer/{''.join(code.split())}", status_code=303), 303)


@router.get("/answer/{token}")
def asked_by_link(visit: VisitDep, token: str) -> Response:
    """What the link opens: who asks what until when; the rest once the button is pressed. Nothing is written."""
    return _asked(visit, token, "")


def opened(visit: VisitDep, token: str) -> None:
    """The link is looked up before the files that come with its form are read. Raises as `by_link`."""
    by_link(visit, token)


@router.post("/answer/{token}", dependencies=[Depends(opened)])
def answered_by_link(visit: VisitDep, token: str, sent: UploadDep) -> Response:
    """The pressed button: read, answer, decline."""
    return _answered(visit, token, "", sent)


def by_link(visit: Visit, token: str) -> str:
    """The id of the party that a link opens; wrong ones are counted. Raises WebError WE092, WE093."""
    with visit.site.attempts.links("answer", visit.host), visit.home.database().session() as session:
        return work.by_link(session, token, now())[1].id


def _asked(visit: Visit, token: str, party_id: str, **more: Any) -> HTMLResponse:
    if token:
        by_link(visit, token)
    with visit.home.database().session() as session:
        if token:
            row, party, _ = work.by_link(session, token, now())
        else:
            row, party = work.by_account(session, visit.actor, party_id)
        last = quotes.mine(session, party)
        kept = files.of_inquiry(session, row)
    declared = {} if token or last or party.state == "unread" else declared_of(visit, row, party.firm_id)
    page = AskedPage(
        row=row,
        party=party,
        action=f"/answer/{token}" if token else f"/inquiries/received/{party_id}",
        files=kept,
        mine=list(last.answers.get("files", ())) if last else [],
        typed=typed_of(row, last) | {code: known.value for code, known in declared.items()},
        declared=declared,
        shown=party.state != "unread",
        over=now() >= row.deadline,
        answered=last.at if last else None,
        late=bool(last and last.late),
    )
    for name, value in more.items():
        setattr(page, name, value)
    answer = visit.reply("inquiry_asked.html", page)
    secret(answer)
    return answer


def _answered(visit: Visit, token: str, party_id: str, sent: Upload) -> Response:
    what, typed = first(sent.fields, "do"), firsts(sent.fields)
    database, named = visit.home.database(), list[dict[str, Any]]()
    try:
        if what == "answer":  # files stay, whatever is wrong with the rest of the form
            with database.session() as session:
                row, party, who = work.answering(session, visit.actor, token, party_id, now())
                named = files.named(session, party, sent.fields.get("kept", []))
                new = [
                    files.keep(session, row, party, one.name, one.content, who) for one in sent.files.get("file", [])
                ]
                named = files.named(session, party, [*(one["id"] for one in named), *(one.id for one in new)])
        with database.session() as session:
            row, party, who = work.answering(session, visit.actor, token, party_id, now())
            if what == "read":
                work.read(session, row, party, who, now())
            elif what == "answer":
                quotes.answer(session, row, party, typed, who, now(), named)
            elif what == "decline":
                quotes.decline(session, row, party, typed.get("reason", ""), who, now())
            else:
                raise WebError(f"no such button: {what[:20]}", code="WE422", hint="use the page's buttons")
    except UnusableError as error:
        answer = _asked(visit, token, party_id, typed=typed, wrong=error.wrong, shown=True, mine=named)
        answer.status_code = 422
        return answer
    to = f"/answer/{token}" if token else f"/inquiries/received/{party_id}"
    return secret(RedirectResponse(to, status_code=303), 303)


def inquiry_reply(visit: Visit, inquiry_id: str, **more: Any) -> HTMLResponse:
    """The page of an inquiry of the organisation."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, inquiry_id)
        parties, kept = work.parties(session, row), files.of_inquiry(session, row)
    may_open = visit.actor.may(work.OPENS) and visit.actor.user != row.made_by
    page = Shown(row=row, parties=parties, files=kept, over=now() >= row.deadline, may_open=may_open, **more)
    return visit.reply("inquiry.html", page)


def _again(visit: Visit, inquiry_id: str, error: WebError) -> Response:
    """The inquiry once more, with why the button did nothing."""
    if error.code not in ("WE091", "WE094", "WE095", "WE099"):
        raise error
    answer = inquiry_reply(visit, inquiry_id, code=error.code)
    answer.status_code = http_status(error)
    return answer
