"""The audit log as a page and as files, each with the view that it was asked for."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from web import tables
from web.accounts.audit import EXPORTED, Asked, Line, Lines, events
from web.accounts.people import organisations
from web.beijing import BEIJING
from web.deps import Visit, VisitDep
from web.pages.attachment import attachment
from web.words import moment
from web.workbook import Sheet, workbook

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
ROWS = 100
Text = Annotated[str, Query(max_length=120)]
Day = Annotated[str, Query(pattern=r"^(\d{4}-\d\d-\d\d)?$")]

HEAD = {
    "zh": ("编号", "时间（北京）", "谁", "登录名", "对象", "对象编号", "从", "到", "说明", "组织", "摘要 SHA-256"),
    "en": ("number", "time (Beijing)", "who", "login", "subject", "subject id", "from", "to", "reason", "organisation",
           "digest (SHA-256)"),
}  # fmt: skip
_ABOUT = {"zh": "口径", "en": "about"}
_OWN = {"zh": "（属于该组织）", "en": "(the organisation's own)"}


def view(who: Text = "", subject: Text = "", since: Day = "", until: Day = "", organisation: Text = "") -> Asked:
    """What the form asks for; a day that is none is left out."""
    return Asked(who.strip(), subject.strip(), _day(since), _day(until), organisation.strip())


ViewDep = Annotated[Asked, Depends(view)]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@router.get("/audit")
def audit(visit: VisitDep, asked: ViewDep, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """Who did what and when, newest first."""
    found = events(visit.home.database(), visit.actor, asked, (page - 1) * ROWS, ROWS)
    all_of_them = visit.actor.may("audit.read")
    return visit.reply(
        "audit.html",
        rows=found.rows,
        count=found.count,
        asked=asked,
        places=organisations(visit.home.database()) if all_of_them else [],
        most=EXPORTED,
        pager=visit.pager(page, found.count, ROWS),
        query=visit.request.url.query,
    )


@router.get("/audit.csv")
def audit_csv(visit: VisitDep, asked: ViewDep) -> Response:
    """The same view as CSV."""
    found, head, lines = _exported(visit, asked)
    body = tables.csv_bytes(head, (_cells(row, visit.lang) for row in found.rows), lines)
    return attachment(body, "audit.csv")


@router.get("/audit.xlsx")
def audit_xlsx(visit: VisitDep, asked: ViewDep) -> Response:
    """The same view as a workbook."""
    found, head, lines = _exported(visit, asked)
    sheet = Sheet("audit", head, [_cells(row, visit.lang) for row in found.rows])
    return attachment(workbook([sheet], _ABOUT[visit.lang], lines), "audit.xlsx")


def _exported(visit: Visit, asked: Asked) -> tuple[Lines, tuple[str, ...], list[tuple[str, str]]]:
    """The rows of a file, its head, and what a reader of the file needs to know."""
    found = events(visit.home.database(), visit.actor, asked, 0, EXPORTED)
    now = dt.datetime.now(dt.UTC).isoformat()
    lines = [
        ("source", "event"),
        ("asked", moment(now)),
        ("rows", f"{len(found.rows)} / {found.count}"),
        ("who", asked.who),
        ("subject", asked.subject),
        ("since", str(asked.since or "")),
        ("until", str(asked.until or "")),
        ("organisation", asked.organisation),
    ]
    return found, HEAD[visit.lang], lines


def _cells(row: Line, lang: str) -> tuple[object, ...]:
    return (
        row.number,
        row.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        row.name or row.actor,
        row.login,
        row.subject,
        row.subject_id,
        row.before,
        row.to,
        _OWN[lang] if row.reason is None else row.reason,
        row.organisation,
        row.digest,
    )
