"""A firm's own pages as HTML. Editors write drafts, the owner declares, withdraws and sends."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import Form, FormDep, Upload, UploadDep, first, number, whole
from web.pages.attachment import UNKNOWN, attachment
from web.pages.firms.claim import ids_of
from web.pages.firms.my import as_sent, correct_page, declare_page, declared_line, drop_page, my_page, seen_page
from web.pages.merge import kept, merge_page, merge_reply
from web.work.firms import correction as correcting
from web.work.firms import declaration as work
from web.work.firms import declaration_file as dropping
from web.work.firms.declaration_sheet import firm_of, send, withdraw
from web.work.firms.kinds import kind_of
from web.work.firms.visitor import counts, looked

router = APIRouter(
    default_response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(requires("firm.draft"))]
)
files_router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
"""Files that firms sent, for the firm and for who decides on corrections."""
KindName = Annotated[str, Query(max_length=16)]
RowId = Annotated[str, Query(max_length=64)]


@router.get("/my")
def my(visit: VisitDep, undo: RowId = "") -> Response:
    """The firm's first page; with what was withdrawn just now, `undo`, to be put back among the drafts."""
    page = my_page(visit)
    if undo:
        row = work.declaration(visit.home.database(), visit.actor, undo)
        page.withdrawn = declared_line(visit, row) if row.state == "withdrawn" else None
    return visit.reply("my.html", page)


@router.get("/my/declare")
def declare(visit: VisitDep, kind: KindName = "product", draft: RowId = "") -> Response:
    """The form of a declaration, empty or with a draft."""
    if not draft:
        return visit.reply("my_declare.html", declare_page(visit, kind))
    row = work.declaration(visit.home.database(), visit.actor, draft)
    page = declare_page(visit, row.kind, row.values)
    page.id, page.version, page.public = row.id, row.version, row.public
    page.before = kept(as_sent(row))
    return visit.reply("my_declare.html", page)


@router.post("/my/declare")
def written(visit: VisitDep, sent: UploadDep) -> Response:
    """Write a draft, or write it anew; `do=send` declares it at once."""
    form = sent.fields
    home, actor, database = visit.home, visit.actor, visit.home.database()
    kind, draft = first(form, "kind"), first(form, "draft")
    given = {one.name: first(form, one.name) for one in kind_of(kind).fields}
    public = first(form, "public") == "1"
    try:
        entry = work.Written(kind, given, public, _proof(visit, sent), first(form, "key"))
        if draft:
            row = work.change(database, home.ontology, actor, draft, number(form, "version") or 0, entry)
        else:
            row = work.draft(database, home.ontology, actor, entry)
        if first(form, "do") == "send" and row.state == "draft":
            send(home, actor, [row.id])
    except WebError as error:
        if error.code == "WE115":
            return _merge(visit, draft, form, error)
        if error.code not in ("WE114", "WE118", "WE006"):
            raise
        page = declare_page(visit, kind, given, error.wrong if isinstance(error, UnusableError) else None)
        page.code, page.public, page.key = error.code, public, first(form, "key") or page.key
        if draft:
            page.id, page.version, page.before = draft, number(form, "version") or 0, first(form, "before")
        answer = visit.reply("my_declare.html", page)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse("/my#declarations", status_code=303)


def _merge(visit: Visit, row_id: str, form: Form, error: WebError) -> Response:
    """What was typed beside what somebody else wrote into the draft meanwhile."""
    row = work.declaration(visit.home.database(), visit.actor, row_id)
    words = {one.name: one.words[visit.lang] for one in kind_of(row.kind).fields}
    page = merge_page("declaration", error.code, form, as_sent(row), row.version, "/my/declare", "/my", words)
    return merge_reply(visit, page, error)


@router.post("/my/declarations")
def moved(visit: VisitDep, form: FormDep) -> Response:
    """The pressed button: send:ID, withdraw:ID, back:ID (to the drafts), send-all."""
    what, _, which = first(form, "do").partition(":")
    if what == "send-all":
        drafts = [row.id for row in work.declarations(visit.home.database(), visit.actor) if row.state == "draft"]
        send(visit.home, visit.actor, drafts)
    elif what == "send":
        send(visit.home, visit.actor, [which])
    elif what == "withdraw":
        withdraw(visit.home, visit.actor, [which], first(form, "reason")[:200])
        return RedirectResponse(f"/my?undo={which}#declarations", status_code=303)
    elif what == "back":
        work.put_back(visit.home.database(), visit.actor, which)
    else:
        raise WebError(f"no such button: {what[:20]}", code="WE422", hint="use the page's buttons")
    return RedirectResponse("/my#declarations", status_code=303)


@router.get("/my/correct")
def correct(visit: VisitDep, fact: RowId) -> Response:
    """The form of a correction of one statement."""
    return visit.reply("my_correct.html", correct_page(visit, fact))


@router.post("/my/correct")
def wrong(visit: VisitDep, sent: UploadDep) -> Response:
    """Write a correction; `do=send` sends it at once."""
    form, database = sent.fields, visit.home.database()
    fact = first(form, "fact")[:64]
    shown = correct_page(visit, fact)
    typed = {name: first(form, name) for name in form if name.startswith("right.") or name in ("reason", "words")}
    right = {name.removeprefix("right."): text for name, text in typed.items() if name.startswith("right.")}
    try:
        row = correcting.write(
            database,
            visit.home.ontology,
            visit.actor,
            correcting.Wrong(
                fact,
                shown.relation,
                f"{shown.name}\n{shown.quote}".strip(),
                typed.get("reason", ""),
                typed.get("words", ""),
                right,
                _proof(visit, sent),
                first(form, "key"),
            ),
        )
        if first(form, "do") == "send" and row.state == "draft":
            correcting.send(database, visit.actor, row.id)
    except WebError as error:
        if error.code not in ("WE114", "WE118"):
            raise
        page = correct_page(visit, fact, typed, error.wrong if isinstance(error, UnusableError) else None)
        page.code, page.key = error.code, first(form, "key") or page.key
        answer = visit.reply("my_correct.html", page)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse("/my#corrections", status_code=303)


@router.post("/my/corrections")
def sent_on(visit: VisitDep, form: FormDep) -> Response:
    """The pressed button: send:ID."""
    what, _, which = first(form, "do").partition(":")
    if what != "send":
        raise WebError(f"no such button: {what[:20]}", code="WE422", hint="use the page's buttons")
    correcting.send(visit.home.database(), visit.actor, which)
    return RedirectResponse("/my#corrections", status_code=303)


@router.post("/my/drop")
def dropped(visit: VisitDep, sent: UploadDep) -> Response:
    """Read a catalogue, a datasheet or a photo; what it says is then shown to be confirmed."""
    firm = firm_of(visit.home, work.own_firm(visit.actor))
    file = next(iter(sent.files.get("file", [])), None)
    row = dropping.drop(
        visit.home,
        visit.actor,
        firm.name,
        file.name if file else "",
        file.content if file else b"",
        first(sent.fields, "key"),
    )
    return RedirectResponse(f"/my/drop/{row.id}", status_code=303)


@router.get("/my/drop/{file_id}")
def read(visit: VisitDep, file_id: str) -> Response:
    """What a file says, each with its sentence."""
    work.own_firm(visit.actor)
    file = dropping.file_of(visit.home.database(), visit.actor, file_id)
    have = {row.id for row in work.declarations(visit.home.database(), visit.actor)}
    taken = [number for number in range(len(file.found)) if dropping.draft_id(file.id, number) in have]
    return visit.reply("my_drop.html", drop_page(visit, file, taken))


@router.post("/my/drop/{file_id}")
def confirmed(visit: VisitDep, file_id: str, form: FormDep) -> Response:
    """Make drafts of what was ticked; `do=send` declares them at once."""
    chosen = [place for text in form.get("take", []) if (place := whole(text)) is not None]
    rows = dropping.confirm(visit.home, visit.actor, file_id, chosen)
    drafts = [row.id for row in rows if row.state == "draft"]
    if first(form, "do") == "send" and drafts:
        send(visit.home, visit.actor, drafts)
    return RedirectResponse("/my#declarations", status_code=303)


@files_router.get("/my/files/{file_id}")
def file(visit: VisitDep, file_id: str) -> Response:
    """A file as it was sent, to be kept, never shown in place."""
    if not visit.actor.may("correction.decide"):
        visit.actor.need("firm.draft")
    row = dropping.file_of(visit.home.database(), visit.actor, file_id)
    suffix = row.name.rpartition(".")[2].lower()
    name = f"file-{row.id[:8]}.{suffix}" if suffix.isalnum() and suffix.isascii() else f"file-{row.id[:8]}"
    return attachment(row.data, name, UNKNOWN)


@router.get("/my/seen")
def seen(visit: VisitDep) -> Response:
    """What others see of the firm, and how many looked."""
    return visit.reply("my_seen.html", seen_page(visit, now().date()))


def is_own(visit: Visit, firm_id: str | None) -> bool:
    """Whether the actor writes for this firm, by its present id."""
    enterprise = visit.actor.enterprise
    if enterprise is None or firm_id is None or not visit.actor.may("firm.draft"):
        return False
    return enterprise == firm_id or enterprise in ids_of(visit.graph, firm_id)


def noted(visit: Visit, firm_id: str, answer: Response) -> Response:
    """A firm's page, and a note that it was looked at, written after it was sent."""
    if counts(visit.actor, firm_id):
        answer.background = BackgroundTask(looked, visit.home.database(), visit.actor, firm_id, now().date())
    return answer


def _proof(visit: Visit, sent: Upload) -> str | None:
    """The id of the file that a form brought as proof, if any; the same form brings it once."""
    file = next(iter(sent.files.get("proof", [])), None)
    if file is None:
        return None
    key = hashlib.sha256(f"proof {first(sent.fields, 'key')}".encode() + file.content).hexdigest()[:24]
    return dropping.keep(visit.home.database(), visit.actor, file.name, file.content, key).id
