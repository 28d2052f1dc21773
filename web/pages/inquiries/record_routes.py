"""Fields of a firm's record in an inquiry as HTML: taken over one by one; own notes; the letter to a county."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import VisitDep, requires
from web.errors import WebError, http_status
from web.forms import FormDep, first, number
from web.pages.inquiries.record import NotesPage, cover_of, record_page
from web.work.inquiries import inquiry as work
from web.work.inquiries.record import notes_of, take

router = APIRouter(
    default_response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(requires(work.RIGHT))]
)


@router.get("/inquiries/notes")
def notes(visit: VisitDep) -> Response:
    """The organisation's own notes on firms, taken over from their answers."""
    with visit.home.database().session() as session:
        found = list(notes_of(session, visit.actor))
    return visit.reply("inquiry_notes.html", NotesPage(notes=found))


@router.get("/inquiries/{inquiry_id}/parties/{party_id}/record")
def record(visit: VisitDep, inquiry_id: str, party_id: str) -> Response:
    """What a firm answered on its record, beside the graph and own notes; once the quotes are open."""
    return visit.reply("inquiry_record.html", record_page(visit, inquiry_id, party_id))


@router.post("/inquiries/{inquiry_id}/parties/{party_id}/record")
def taken(visit: VisitDep, inquiry_id: str, party_id: str, form: FormDep) -> Response:
    """Take one answer over as the organisation's own note."""
    field, after = first(form, "field"), number(form, "after") or 0
    overwrite = first(form, "overwrite") == "1"
    try:
        with visit.home.database().session() as session:
            take(session, visit.actor, inquiry_id, party_id, field, after, overwrite, now())
    except WebError as error:
        if error.code not in ("WE121", "WE122"):
            raise
        page = record_page(visit, inquiry_id, party_id)
        page.code, page.at_field = error.code, field
        answer = visit.reply("inquiry_record.html", page)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/inquiries/{inquiry_id}/parties/{party_id}/record#f-{field}", status_code=303)


@router.get("/inquiries/{inquiry_id}/parties/{party_id}/cover")
def cover(visit: VisitDep, inquiry_id: str, party_id: str) -> Response:
    """A letter that asks the office of the firm's county to pass the inquiry on, to be printed."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, inquiry_id)
        party = work.party_of(session, row, party_id)
    return visit.reply("inquiry_cover.html", cover_of(visit, row, party, now()))
