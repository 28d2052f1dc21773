"""The calendar of the cultivation pool, and firms drawn from it for inspection, as HTML and as workbooks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import new_id, now
from web.deps import VisitDep, requires
from web.errors import UnusableError, http_status
from web.forms import FormDep, first, number
from web.pages.attachment import attachment
from web.pages.pool.calendar import MONTHS, CalendarPage, calendar_file, calendar_page
from web.pages.pool.draw import DrawsPage, counts_of, draw_file, draw_page
from web.pages.pool.pool import districts_of
from web.work.pool import draw as pool_draw
from web.work.pool import inspection as pool_inspection
from web.work.pool import pool as work
from web.work.pool.calendar import KINDS

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
SEES = [Depends(requires(work.PROPOSE))]
WRITES = [Depends(requires(work.WRITE))]
Words = Annotated[str, Query(max_length=80)]
Months = Annotated[int, Query(ge=1, le=36)]
FILTERS = ("district", "tier", "state", "name")


@router.get("/pool/calendar", dependencies=SEES)
def days(visit: VisitDep, months: Months = 12, kind: Words = "", district: Words = "") -> Response:
    """Days that wait: ends of validity and rechecks, ends of titles by lists and documents."""
    return visit.reply("pool_calendar.html", _calendar(visit, months, kind, district), kinds=KINDS, choice=MONTHS)


@router.get("/pool/calendar.xlsx", dependencies=SEES)
def days_file(visit: VisitDep, months: Months = 12, kind: Words = "", district: Words = "") -> Response:
    """The same view as a workbook."""
    return attachment(calendar_file(visit, _calendar(visit, months, kind, district)), "pool-calendar.xlsx")


@router.get("/pool/draws", dependencies=SEES)
def draws(visit: VisitDep) -> Response:
    """Draws for inspection, and the form of a new one."""
    typed = {"state": "members", "size": "5", "each": "", "key": new_id()}
    return visit.reply("pool_draws.html", _draws(visit, typed))


@router.post("/pool/draws", dependencies=WRITES)
def draw(visit: VisitDep, form: FormDep) -> Response:
    """Draw `size` firms, of all or of each district (`each`), with a `seed` of one's own or a new one."""
    typed = {name: first(form, name)[:200] for name in (*FILTERS, "title", "size", "each", "seed", "key")}
    asked = work.Asked(*(typed[name] for name in FILTERS))
    size, title, seed = number(form, "size") or 0, typed["title"], typed["seed"]
    try:
        with work.step(visit.home.database(), "") as session:
            row = pool_draw.draw(session, visit.actor, asked, title, size, typed["each"], seed, now(), typed["key"])
    except UnusableError as error:
        answer = visit.reply("pool_draws.html", _draws(visit, typed, error.wrong))
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/pool/draws/{row.id}", status_code=303)


@router.get("/pool/draws/{draw_id}", dependencies=SEES)
def drawn(visit: VisitDep, draw_id: str) -> Response:
    """The firms that were drawn, with all that is needed to draw them again."""
    return visit.reply("pool_draw.html", draw_page(visit, draw_id))


@router.get("/pool/draws/{draw_id}/list.xlsx", dependencies=SEES)
def drawn_file(visit: VisitDep, draw_id: str) -> Response:
    """The same as a workbook, with every firm that could be drawn and its number."""
    return attachment(draw_file(visit, draw_page(visit, draw_id)), "pool-draw.xlsx")


def _calendar(visit: VisitDep, months: int, kind: str, district: str) -> CalendarPage:
    return calendar_page(visit, months, kind if kind in KINDS else "", district)


def _draws(visit: VisitDep, typed: dict[str, str], wrong: dict[str, str] | None = None) -> DrawsPage:
    with visit.home.database().session() as session:
        rows = list(pool_draw.draws(session, visit.actor))
        everything = work.entries(session, visit.actor)
        found = counts_of(pool_inspection.of_draws(session, visit.actor))
    options = districts_of(one.district for one in everything)
    return DrawsPage(rows=rows, districts=options, all=len(everything), typed=typed, wrong=wrong or {}, found=found)
