"""Saved queries and their snapshots as HTML and as files, for analysts."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web import tables
from web.db.models import now
from web.deps import VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import FormDep, first, whole
from web.jobs.query import wanted_values
from web.jobs.saved_queries import again, snapshot
from web.pages.attachment import attachment
from web.pages.console.answer import SHOWS
from web.pages.console.asked import given
from web.pages.console.question import one as question_of
from web.pages.console.saved import one_page, saved_page, shown_answer, snapshot_file, snapshot_page
from web.work.analysis import saved_query as work

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
READS = [Depends(requires(work.READ))]
SAVES = [Depends(requires(work.SAVE))]


@router.get("/queries", dependencies=READS)
def listed(visit: VisitDep, done: Annotated[str, Query(max_length=8)] = "") -> Response:
    """Own and shared queries, and the newest snapshots."""
    return visit.reply("saved.html", saved_page(visit), done=done)


@router.post("/queries", dependencies=SAVES)
def kept(visit: VisitDep, form: FormDep) -> Response:
    """Keep a query: `title`, `question` or `query` with its parameters, `rows`, `shared`, `every`."""
    values = given((name, texts[0]) for name, texts in form.items() if texts)
    name = first(form, "question")
    query = question_of(name).cypher if name else first(form, "query")
    if not name:
        wanted_values(query, values)  # a text that the gate refuses is not kept
    wanted = work.Wanted(
        first(form, "title"), query, values, name, whole(first(form, "rows")) or work.ROWS[0],
        bool(first(form, "shared")), first(form, "every"),
    )  # fmt: skip
    with visit.home.database().session() as session:
        row = work.save(session, visit.actor, wanted, now(), first(form, "ticket")[:64])
    return RedirectResponse(f"/queries/{row.id}", status_code=303)


@router.get("/queries/{query_id}", dependencies=READS)
def one(visit: VisitDep, query_id: str) -> Response:
    """A saved query with its snapshots."""
    return _one(visit, query_id)


@router.post("/queries/{query_id}", dependencies=SAVES)
def changed(visit: VisitDep, query_id: str, form: FormDep) -> Response:
    """Change an own query (`title`, `shared`, `every`, with its `version`), or take it away (`do=end`)."""
    try:
        with visit.home.database().session() as session:
            row = work.one(session, visit.actor, query_id)
            if first(form, "do") == "end":
                work.end(session, visit.actor, row, now())
            else:
                wanted = work.Wanted(
                    first(form, "title"), row.query, {}, row.question, row.rows, bool(first(form, "shared")),
                    first(form, "every"),
                )  # fmt: skip
                work.change(session, visit.actor, row, wanted, whole(first(form, "version")) or 0, now())
    except WebError as error:
        if error.code not in ("WE210", "WE212"):
            raise
        return _one(visit, query_id, error)
    return RedirectResponse(
        "/queries?done=end" if first(form, "do") == "end" else f"/queries/{query_id}", status_code=303
    )


@router.post("/queries/{query_id}/snapshots", dependencies=SAVES)
def taken(visit: VisitDep, query_id: str) -> Response:
    """Ask a saved query now, and keep the answer."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, query_id)
    made = snapshot(visit.home, visit.actor, row, now())
    if made is None:
        raise WebError("the copy is being made", code="WE048", hint="try again in a while")
    return RedirectResponse(f"/snapshots/{made.id}", status_code=303)


@router.get("/snapshots/{snapshot_id}", dependencies=READS)
def kept_answer(visit: VisitDep, snapshot_id: str, show: Annotated[str, Query(max_length=8)] = "table") -> Response:
    """An answer as it was on its day."""
    return visit.reply("snapshot.html", snapshot_page(visit, snapshot_id, show), shows=SHOWS)


@router.post("/snapshots/{snapshot_id}", dependencies=READS)
def asked_again(visit: VisitDep, snapshot_id: str) -> Response:
    """The same query asked again, and whether its answer is the same; nothing is kept."""
    page = snapshot_page(visit, snapshot_id, "table")
    found = again(visit.home, page.row)
    if found is None:
        page.making = True
    else:
        table, page.same, page.graph = found
        page.now = None if page.same else shown_answer(visit, page.row, table)
    return visit.reply("snapshot.html", page, shows=SHOWS)


@router.get("/snapshots/{snapshot_id}/answer.{kind}", dependencies=READS)
def as_file(visit: VisitDep, snapshot_id: str, kind: Literal["csv", "xlsx", "json"]) -> Response:
    """A snapshot as a file."""
    return attachment(tables.MAKERS[kind](*snapshot_file(visit, snapshot_id)), f"snapshot-{snapshot_id}.{kind}")


def _one(visit: VisitDep, query_id: str, error: WebError | None = None) -> Response:
    page = one_page(visit, query_id)
    if error is not None:
        page.code = error.code
        page.wrong = error.wrong if isinstance(error, UnusableError) else {}
    answer = visit.reply("saved_one.html", page, every=work.EVERY)
    answer.status_code = http_status(error) if error else 200
    return answer
