"""Files of an inquiry: put to a draft, and taken away by either side."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.inquiries import InquiryFile
from web.db.models import now
from web.deps import VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import UploadDep, first
from web.pages.accounts.account import secret
from web.pages.attachment import UNKNOWN, attachment
from web.pages.inquiries.routes import by_link, inquiry_reply
from web.work.inquiries import file as files
from web.work.inquiries import inquiry as work
from web.work.inquiries.told import ANSWERS

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
WRITES = [Depends(requires(work.RIGHT))]


@router.post("/inquiries/{inquiry_id}/files", dependencies=WRITES)
def attached(visit: VisitDep, inquiry_id: str, sent: UploadDep) -> Response:
    """Put files to a draft, or take one away (`do=remove:ID`)."""
    what, _, file_id = first(sent.fields, "do").partition(":")
    try:
        with visit.home.database().session() as session:
            if what == "remove":
                files.detach(session, visit.actor, inquiry_id, file_id, now())
            else:
                brought = sent.files.get("file", [])
                if not brought:
                    work.one(session, visit.actor, inquiry_id)
                    raise UnusableError({"files": "empty"}, "WE090")
                for one in brought:
                    files.attach(session, visit.actor, inquiry_id, one.name, one.content, now())
    except WebError as error:
        if error.code not in ("WE090", "WE091"):
            raise
        wrong = error.wrong if isinstance(error, UnusableError) else {}
        answer = inquiry_reply(visit, inquiry_id, code=error.code, wrong=wrong)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/inquiries/{inquiry_id}#files", status_code=303)


@router.get("/inquiries/received/{party_id}/files/{file_id}", dependencies=[Depends(requires(ANSWERS))])
def by_account(visit: VisitDep, party_id: str, file_id: str) -> Response:
    """A file as the firm that is asked may see it."""
    with visit.home.database().session() as session:
        row, party = work.by_account(session, visit.actor, party_id)
        return _given(files.for_firm(session, row, party, file_id))


@router.get("/inquiries/{inquiry_id}/files/{file_id}", dependencies=WRITES)
def of_buyer(visit: VisitDep, inquiry_id: str, file_id: str) -> Response:
    """A file as the buyer may see it: a firm's only after the quotes were opened."""
    with visit.home.database().session() as session:
        return _given(files.for_buyer(session, visit.actor, inquiry_id, file_id))


@router.get("/answer/{token}/files/{file_id}")
def of_link(visit: VisitDep, token: str, file_id: str) -> Response:
    """A file as the firm whose link it is may see it."""
    by_link(visit, token)
    with visit.home.database().session() as session:
        row, party, _ = work.by_link(session, token, now())
        answer = _given(files.for_firm(session, row, party, file_id))
    return secret(answer)


def _given(file: InquiryFile) -> Response:
    """To be kept, never shown in place."""
    return attachment(file.data, f"file-{file.id[:8]}.{file.name.rpartition('.')[2].lower()}", UNKNOWN)
