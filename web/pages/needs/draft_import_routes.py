"""Needs from files as HTML: from a text or a tender, and from a bill of materials."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from kg.errors import BulianError
from web.db.models import new_id, now
from web.deps import Visit, VisitDep, requires
from web.forms import FormDep, UploadDep, first
from web.pages.needs.draft_bom import bom_page, load_bill, upload_page
from web.pages.needs.draft_read import ReadPage, confirmed, read_file, read_need
from web.pages.needs.draft_routes import FAILED, form_reply
from web.pages.needs.requirement import MAX_SIGNS, NO_TEXT
from web.work.needs.lines import accept, bill, lines
from web.work.needs.needs import WRITE

router = APIRouter(
    default_response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(requires(WRITE))]
)
NO_FILE = "WE138"
Count = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/drafts/read")
def reading(visit: VisitDep) -> Response:
    """The form for a text or a file."""
    return _reply(visit, "draft_read.html", ReadPage())


@router.post("/drafts/read")
def read(visit: VisitDep, sent: UploadDep) -> Response:
    """What the text says, to be confirmed; or the form of a need, filled with what was confirmed."""
    form = sent.fields
    if first(form, "do") == "fill":
        return form_reply(visit, confirmed(form, new_id()), source=first(form, "name")[:200])
    typed = first(form, "text")
    files = sent.files.get("file", [])
    page = read_file(files[0]) if files else ReadPage(text=typed)
    page.title = first(form, "title")[:200] or page.title
    if not page.wrong:
        page = read_need(visit.home, page, now())
    if page.wrong and files:
        page.text = typed
    if page.wrong == NO_TEXT and not files:
        page.reason = ""
    return _reply(visit, "draft_read.html", page, FAILED if page.wrong else 200)


@router.get("/drafts/bom")
def bom(visit: VisitDep) -> Response:
    """The form for a bill of materials, with the bills that there are."""
    return _reply(visit, "draft_bom.html", upload_page(visit.home, visit.actor))


@router.post("/drafts/bom")
def bom_sent(visit: VisitDep, sent: UploadDep) -> Response:
    """Read a bill; the same file a second time leads to the same bill."""
    files = sent.files.get("file", [])
    try:
        if not files:
            raise BulianError("no file", code=NO_FILE, hint="choose a sheet: XLSX, XLS or CSV")
        batch = load_bill(visit.home, visit.actor, files[0])
    except BulianError as error:
        return _reply(visit, "draft_bom.html", upload_page(visit.home, visit.actor, error), FAILED)
    return RedirectResponse(f"/drafts/bom/{batch}", status_code=303)


@router.get("/drafts/bom/{batch_id}")
def bom_lines(visit: VisitDep, batch_id: str, new: Count | None = None, already: Count = 0) -> Response:
    """A bill with its lines, and what was made of them."""
    page = bom_page(visit.home, visit.graph, visit.actor, batch_id)
    return _reply(visit, "draft_bom.html", page, new=new, already=already)


@router.post("/drafts/bom/{batch_id}")
def bom_taken(visit: VisitDep, batch_id: str, form: FormDep) -> Response:
    """Make drafts of the ticked lines, or of all; the others stay out."""
    with visit.home.database().session() as session:
        batch = bill(session, visit.actor, batch_id)
        every = [row.id for row in lines(session, batch)]
        chosen = every if first(form, "do") == "all" else [one for one in form.get("line", []) if one in every]
        meant = {row_id: first(form, f"as-{row_id}") for row_id in chosen}
        made = accept(session, visit.actor, batch, meant, now())
    told = f"?new={len(made.new)}&already={len(made.already)}"
    return RedirectResponse(f"/drafts/bom/{batch_id}{told}", status_code=303)


def _reply(visit: Visit, template: str, page: BaseModel, status: int = 200, **more: object) -> Response:
    context: dict[str, object] = {"new": None, "already": 0, "signs": MAX_SIGNS, **more}
    answer = visit.reply(template, page, None, **context)
    answer.status_code = status
    return answer
