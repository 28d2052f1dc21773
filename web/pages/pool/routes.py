"""The cultivation pool as HTML: the list with steps for several firms, entry, an entry with its history, counts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import Form, FormDep, first, whole
from web.jobs.pool import firms_named
from web.pages.attachment import attachment
from web.pages.pool.pool import PAGE, EnterPage, counts_page, entry_page, pool_file, pool_page
from web.work.pool import pool as work

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
SEES = [Depends(requires(work.PROPOSE))]
WRITES = [Depends(requires(work.WRITE))]
COUNTS = [Depends(requires(work.READ))]
Words = Annotated[str, Query(max_length=80)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
AGAIN = ("WE191", "WE192", "WE193")
"""Codes with which the page comes again, as it stands now, with what was typed."""


def asked(district: Words = "", tier: Words = "", state: Words = "", name: Words = "") -> work.Asked:
    """The filters of the address."""
    return work.Asked(district, tier, state, name)


AskedDep = Annotated[work.Asked, Depends(asked)]


@router.get("/pool", dependencies=SEES)
def pool(visit: VisitDep, asked: AskedDep, page: PageNumber = 1) -> Response:
    """The organisation's pool, by district."""
    found = pool_page(visit, asked, page)
    return visit.reply("pool.html", found, pager=visit.pager(page, found.count, PAGE))


@router.post("/pool", dependencies=WRITES)
def several(visit: VisitDep, asked: AskedDep, form: FormDep, page: PageNumber = 1) -> Response:
    """The same step for the ticked `entry`s (id:version): `to`, fields that are not empty, `reason`."""
    chosen = [(one, whole(version) or 0) for one, _, version in (text.partition(":") for text in form.get("entry", []))]
    typed = values_of(form, filled=True)
    error: UnusableError | None = None
    done = work.Done()
    try:
        with work.step(visit.home.database(), "") as session:
            done = work.move_several(
                session, visit.actor, chosen, first(form, "to"), typed, first(form, "reason"), now()
            )
    except UnusableError as unusable:
        error = unusable
    found = pool_page(visit, asked, page)
    found.refused, found.done = done.refused, None if error else len(done.done)
    if error:
        found.wrong, found.code, found.chosen = error.wrong, error.code, [one for one, _ in chosen]
        found.typed = typed | {"to": first(form, "to"), "reason": first(form, "reason")}
    answer = visit.reply("pool.html", found, pager=visit.pager(page, found.count, PAGE))
    answer.status_code = http_status(error) if error else 200
    return answer


@router.get("/pool.xlsx", dependencies=SEES)
def as_file(visit: VisitDep, asked: AskedDep) -> Response:
    """The same view with its history as a workbook."""
    return attachment(pool_file(visit, asked), "pool.xlsx")


@router.get("/pool/new", dependencies=SEES)
def new(visit: VisitDep, firm: Annotated[list[str], Query(max_length=96)] = [], tier: Words = "") -> Response:  # noqa: B006
    """The form by which firms enter; `firm`: those that are named already."""
    typed = {"firms": "\n".join(firm[:50]), "tier": tier or work.TIERS[1], "state": "candidate"}
    return visit.reply("pool_new.html", EnterPage(typed=typed))


@router.post("/pool/new", dependencies=SEES)
def entered(visit: VisitDep, form: FormDep) -> Response:
    """Take the named firms in; those that cannot be stay in the form with the reason."""
    typed = {name: first(form, name) for name in ("firms", "state", "reason", *work.FIELDS)}
    page = EnterPage(typed=typed)
    try:
        firms, unknown = firms_named(visit.graph, typed["firms"])
        with work.step(visit.home.database(), "") as session:
            done = work.add(session, visit.actor, firms, typed["state"], values_of(form), typed["reason"], now())
    except UnusableError as error:
        page.wrong = error.wrong
        answer = visit.reply("pool_new.html", page)
        answer.status_code = http_status(error)
        return answer
    page.done, page.refused = len(done.done), [*unknown, *done.refused]
    if not page.refused:
        only = done.done[0].id if len(done.done) == 1 else ""
        return RedirectResponse(f"/pool/{only}" if only else "/pool", status_code=303)
    page.typed["firms"] = "\n".join(one.name for one in page.refused)
    return visit.reply("pool_new.html", page)


@router.get("/pool/counts", dependencies=COUNTS)
def counts(visit: VisitDep) -> Response:
    """How many firms are in which state, by district and tier; names none."""
    return visit.reply("pool_counts.html", counts_page(visit))


@router.get("/pool/{entry_id}", dependencies=SEES)
def entry(visit: VisitDep, entry_id: str) -> Response:
    """A firm of the pool with its whole history."""
    return visit.reply("pool_entry.html", entry_page(visit, entry_id))


@router.post("/pool/{entry_id}", dependencies=WRITES)
def moved(visit: VisitDep, entry_id: str, form: FormDep) -> Response:
    """Move an entry (`to`), or change what is known of it, with the `version` that was looked at."""
    typed = {name: first(form, name) for name in ("to", "reason", *work.FIELDS)}
    version = whole(first(form, "version")) or 0
    try:
        with work.step(visit.home.database(), entry_id) as session:
            row = work.one(session, visit.actor, entry_id, work.WRITE)
            work.move(session, visit.actor, row, typed["to"], values_of(form), typed["reason"], now(), version)
    except WebError as error:
        if not isinstance(error, UnusableError) and error.code not in AGAIN:
            raise
        page = entry_page(visit, entry_id)
        page.typed, page.code = page.typed | typed, error.code
        page.wrong = error.wrong if isinstance(error, UnusableError) else {}
        answer = visit.reply("pool_entry.html", page)
        answer.status_code = http_status(error)
        return answer
    return RedirectResponse(f"/pool/{entry_id}", status_code=303)


def values_of(form: Form, *, filled: bool = False) -> dict[str, str]:
    """The fields of an entry that a form brings; `filled`: those alone that are not empty."""
    return {name: first(form, name) for name in work.FIELDS if name in form and (first(form, name) or not filled)}
