"""Shortlists as HTML: decisions on firms, notes, freezing, versions, what differs, and the exported file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import new_id
from web.deps import Visit, VisitDep
from web.errors import WebError, http_status
from web.forms import Form as Sent
from web.forms import FormDep, first, firsts, number
from web.jobs.feedback import REASONS
from web.jobs.list_content import decide_on, need_asked, present
from web.pages.attachment import attachment
from web.pages.lists.compare import of_list, of_need
from web.pages.lists.lists import diff_page, list_page, lists_page, version_page
from web.pages.lists.report import report_file
from web.pages.lists.suppliers import laid_over
from web.pages.merge import merge_page, merge_reply
from web.pages.needs.conditions import asked
from web.pages.needs.routes import Form
from web.work.lists import shortlists
from web.work.lists.frozen import exported
from web.work.lists.shortlists import Asked, Decided
from web.work.lists.states import LIST

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
Number = Annotated[int, Query(ge=0, le=100_000)]
VersionNumber = Annotated[int, Path(ge=1, le=100_000)]
Firms = Annotated[list[str], Query(max_length=20, description="ids of two or three firms")]
LATER = frozenset({"WE062", "WE081", "WE082", "WE085"})
"""What the list itself shows beside its form, with what was typed."""


@router.get("/lists")
def lists(visit: VisitDep) -> Response:
    """The organisation's lists."""
    return visit.reply("lists.html", lists_page(visit.home, visit.actor))


@router.post("/needs/{need_id}/keep")
def keep(visit: VisitDep, need_id: str, want: Form, form: FormDep) -> Response:
    """Decide on a firm from the need's page: the organisation's list of the need is begun where there is none."""
    visit.actor.need(shortlists.RIGHT)
    query, _ = asked(need_asked(visit.home, visit.actor, need_id), want)
    back = visit.request.url.query
    with visit.home.database().session() as session:
        row = shortlists.current(session, visit.actor, need_id)
        if row is None:
            row = shortlists.begin(session, visit.actor, Asked(query, back, want.top), first(form, "key"))
    firm = first(form, "firm")
    if firm:
        try:
            decide_on(visit.home, visit.actor, row.id, _decided(form))
        except WebError as error:
            if error.code in LATER:
                return _again(visit, row.id, error, form)
            raise
    to = f"/needs/{need_id}{'?' + back if back else ''}#keep-{firm}" if firm else f"/lists/{row.id}"
    return RedirectResponse(to, status_code=303)


@router.get("/lists/{list_id}")
def one(visit: VisitDep, list_id: str) -> Response:
    """A list as it is now."""
    return _shown(visit, list_id)


@router.post("/lists/{list_id}/firms")
def decide(visit: VisitDep, list_id: str, form: FormDep) -> Response:
    """Decide on a firm of a list."""
    try:
        item = decide_on(visit.home, visit.actor, list_id, _decided(form))
    except WebError as error:
        if error.code in LATER:
            return _again(visit, list_id, error, form)
        raise
    return RedirectResponse(f"/lists/{list_id}#firm-{item.firm_id}", status_code=303)


@router.post("/lists/{list_id}/notes")
def note(visit: VisitDep, list_id: str, form: FormDep) -> Response:
    """Write a note on a list or one of its firms."""
    firm = first(form, "firm")
    with visit.home.database().session() as session:
        row = shortlists.one(session, visit.actor, list_id)
        shortlists.note(session, visit.actor, row, first(form, "text"), firm, first(form, "key"))
    return RedirectResponse(f"/lists/{list_id}#{'firm-' + firm if firm else 'notes'}", status_code=303)


@router.post("/lists/{list_id}/freeze")
def freeze(visit: VisitDep, list_id: str, form: FormDep) -> Response:
    """Freeze the list as it is now. `after` is the version that its page showed: sent twice, it is frozen once."""
    row, content = present(visit.home, visit.actor, list_id, whole=True)
    try:
        with visit.home.database().session() as session:
            row = shortlists.one(session, visit.actor, list_id)
            last = shortlists.newest(session, row)
            if str(last.number if last else 0) == first(form, "after"):
                last = shortlists.freeze(session, visit.actor, row, content)
    except WebError as error:
        if error.code in LATER:
            return _again(visit, list_id, error, form)
        raise
    return RedirectResponse(f"/lists/{list_id}/versions/{last.number if last else 0}", status_code=303)


@router.post("/lists/{list_id}/state")
def state(visit: VisitDep, list_id: str, form: FormDep) -> Response:
    """Say that a list is decided, or put it away."""
    to = first(form, "to")
    with visit.home.database().session() as session:
        row = shortlists.one(session, visit.actor, list_id)
        if to not in ("decided", "archived"):
            raise WebError(f"no such state: {to[:20]}", code="WE081", hint="decided or archived")
        LIST.move(session, row, to, visit.actor.user, reason=first(form, "reason")[: shortlists.NOTE])
    return RedirectResponse(f"/lists/{list_id}", status_code=303)


@router.get("/lists/{list_id}/versions/{number}")
def version(visit: VisitDep, list_id: str, number: VersionNumber) -> Response:
    """A frozen version."""
    page = version_page(visit.home, visit.actor, list_id, number)
    return visit.reply("list_version.html", page, **laid_over(visit))


@router.get("/lists/{list_id}/versions/{number}/export")
def export(visit: VisitDep, list_id: str, number: VersionNumber) -> Response:
    """A frozen version as one file, for `bulian replay`."""
    page = version_page(visit.home, visit.actor, list_id, number)
    return attachment(exported(page.content), f"list-{list_id}-v{number}.json")


@router.get("/lists/{list_id}/versions/{number}/report.{kind}")
def report(visit: VisitDep, list_id: str, number: VersionNumber, kind: Literal["docx", "xlsx"]) -> Response:
    """The sourcing report of a frozen version."""
    page = version_page(visit.home, visit.actor, list_id, number)
    stamp = page.content["corpus"]["graph"]
    data = report_file(page.content, kind, visit.lang, bool(stamp) and visit.site.is_demo(stamp))
    return attachment(data, f"report-{list_id}-v{number}.{kind}")


@router.get("/lists/{list_id}/diff")
def diff(visit: VisitDep, list_id: str, before: Number, after: Number = 0) -> Response:
    """What a version and a later one, or the list as it is now, do not share."""
    return visit.reply("list_diff.html", diff_page(visit.home, visit.actor, list_id, before, after))


@router.get("/lists/{list_id}/compare")
def compare_of_list(visit: VisitDep, list_id: str, firm: Firms = []) -> Response:  # noqa: B006 (FastAPI copies it)
    """Two or three firms of a list side by side."""
    return visit.reply("list_compare.html", of_list(visit.home, visit.actor, list_id, firm, visit.lang))


@router.get("/needs/{need_id}/compare")
def compare_of_need(visit: VisitDep, need_id: str, want: Form, firm: Firms = []) -> Response:  # noqa: B006
    """Two or three firms of a need's list side by side, under the conditions of the form."""
    query, _ = asked(need_asked(visit.home, visit.actor, need_id), want, visit.lang)
    page = of_need(visit.home, need_id, query, firm, visit.lang)
    return visit.reply("list_compare.html", page)


def _decided(form: Sent) -> Decided:
    return Decided(
        first(form, "firm"),
        first(form, "state"),
        first(form, "reason") if first(form, "state") == "rejected" else "",
        first(form, "note") if "note" in form else None,
        number(form, "version"),
    )


def _shown(visit: Visit, list_id: str, **more: Any) -> HTMLResponse:
    page = list_page(visit.home, visit.actor, list_id)
    typed = {"typed": {}, "error": None, "key": new_id()} | more
    over = laid_over(visit, page.content["items"])
    return visit.reply("list.html", page, reasons=REASONS, **over, **typed)


def _again(visit: Visit, list_id: str, error: WebError, form: Sent) -> Response:
    """The list once more, with what was typed and why it was not taken; what another decided meanwhile to be merged."""
    if isinstance(error, shortlists.Stale):
        stands = {name: [str(error.now[name])] for name in ("state", "reason", "note")}
        here, firm = f"/lists/{list_id}", error.now["firm_id"]
        page = merge_page(
            "item", error.code, form, stands, error.now["version"], f"{here}/firms", f"{here}#firm-{firm}"
        )
        return merge_reply(visit, page, error)
    typed = firsts(form)
    answer = _shown(visit, list_id, typed=typed, error=error)
    answer.status_code = http_status(error)
    return answer
