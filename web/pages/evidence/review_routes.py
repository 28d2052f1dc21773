"""The review of doubtful pairs as HTML, for who decides on identity."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kg.identity.review import DOUBTS
from web.deps import Visit, VisitDep, requires
from web.errors import WebError
from web.forms import FormDep, first
from web.jobs import review
from web.jobs.decisions import Asked, decide, plan
from web.jobs.review import Case, Filter
from web.pages.evidence.review import ANSWERS, PAIRS, pair_page, queue_page

router = APIRouter(
    default_response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(requires("identity.decide"))]
)
Act = Annotated[str | None, Query(max_length=64)]


def chosen(
    view: Literal["open", "merged", "kept"] = "open",
    name: Annotated[str, Query(max_length=100)] = "",
    place: Annotated[str, Query(pattern=r"^(\d{2,6})?$")] = "",
    doubt: Literal["", "score", "place", "large", "third", "undone"] = "",
) -> Filter:
    """The pairs that are gone through."""
    return Filter(view, name.strip(), place, doubt)


FilterDep = Annotated[Filter, Depends(chosen)]


@router.get("/review")
def queue(
    visit: VisitDep, wanted: FilterDep, page: Annotated[int, Query(ge=1, le=100_000)] = 1, done: Act = None
) -> Response:
    """The pairs of a view."""
    found = queue_page(visit.home, wanted, page, done)
    pages = visit.pager(page, found.count, PAIRS)
    return visit.reply("review.html", found, pager=pages, query=_query(wanted), doubts=DOUBTS)


@router.get("/review/{case_id}")
def pair(
    visit: VisitDep,
    wanted: FilterDep,
    case_id: str,
    done: Act = None,
    again: Literal["same", "different"] | None = None,
) -> Response:
    """A pair side by side; `first` is the first of the view, `again` an answer that has to be given a second time."""
    if case_id == "first":
        return _to(review.beside(visit.home, None, wanted), wanted, done)
    return visit.reply("pair.html", pair_page(visit.home, case_id, wanted, done, again), query=_query(wanted))


@router.post("/review/{case_id}")
def decided(visit: VisitDep, wanted: FilterDep, case_id: str, form: FormDep) -> Response:
    """The pressed answer: same or different with the token of the effect that was shown, unsure, or undo:ACT."""
    kind, _, token = first(form, "do").partition(":")
    if kind == "undo":
        gone = Asked("undo", act=token, reason=first(form, "reason"), who=visit.actor.user)
        decide(visit.home, gone, plan(visit.home, gone).effect.token)
        return _to(case_id if case_id != "queue" else None, wanted)
    present = review.case(visit.home, case_id)
    if kind == "unsure":
        review.put_off(visit.home, case_id, visit.actor.user)
        return _to(_next(visit, present, wanted), wanted)
    if kind not in ANSWERS:
        raise WebError(f"no such answer: {kind[:20]}", code="WE422", hint="same, different, unsure or undo")
    try:
        done = review.answer(visit.home, case_id, kind, token or None, first(form, "reason"), visit.actor.user)
    except WebError as error:
        if error.code != "WE031":
            raise
        return _to(case_id, wanted, again=kind)
    return _to(_next(visit, present, wanted), wanted, done.act)


def _next(visit: Visit, present: Case, wanted: Filter) -> str | None:
    """The pair after one that was answered; behind the last, the first that is left."""
    after = review.beside(visit.home, present, wanted)
    return after or review.beside(visit.home, None, wanted, but=present.id)


def _query(wanted: Filter) -> str:
    said = {"view": "" if wanted.view == "open" else wanted.view, "name": wanted.name}
    return urlencode(
        {name: value for name, value in {**said, "place": wanted.place, "doubt": wanted.doubt}.items() if value}
    )


def _to(case_id: str | None, wanted: Filter, done: str | None = None, again: str | None = None) -> Response:
    """On to a pair, or back to the queue where there is none."""
    more = {name: value for name, value in (("done", done), ("again", again)) if value}
    query = "&".join(filter(None, (_query(wanted), urlencode(more))))
    return RedirectResponse(f"/review{'/' + case_id if case_id else ''}{'?' + query if query else ''}", status_code=303)
