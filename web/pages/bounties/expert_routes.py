"""Expert review as HTML: assigned and opened by the host, answered and scored by experts."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import FormDep, first, firsts
from web.pages.bounties.expert import review_page, round_page, sides_of
from web.work.bounties import expert_review as work
from web.work.bounties.application import HOSTS, SCORES
from web.work.bounties.bounty import hosted

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
HOST = [Depends(requires(HOSTS))]
EXPERT = [Depends(requires(SCORES))]


@router.get("/bounties/{bounty_id}/reviews", dependencies=HOST)
def reviews(visit: VisitDep, bounty_id: str) -> Response:
    """Who looks at a bounty or its applications; once opened, what they found."""
    return visit.reply("bounty_reviews.html", round_page(visit, bounty_id))


@router.post("/bounties/{bounty_id}/reviews", dependencies=HOST)
def assigned(visit: VisitDep, bounty_id: str, form: FormDep) -> Response:
    """Ask an expert (`expert`) to look at the bounty, or at the ticked applications (`application`)."""
    expert = first(form, "expert")[:64]
    try:
        with visit.home.database().session() as session:
            bounty = hosted(session, visit.actor, bounty_id)
        posters, groups = sides_of(visit, bounty, [expert])
        with visit.home.database().session() as session:
            wanted = form.get("application", [])[:500]
            work.assign(session, visit.actor, bounty_id, expert, wanted, posters, groups, now())
    except WebError as error:
        return _again(visit, bounty_id, error)
    return RedirectResponse(f"/bounties/{bounty_id}/reviews", status_code=303)


@router.post("/bounties/{bounty_id}/reviews/open", dependencies=HOST)
def opening(visit: VisitDep, bounty_id: str) -> Response:
    """Open all scores of the stage together."""
    try:
        with visit.home.database().session() as session:
            work.open_round(session, visit.actor, bounty_id, now())
    except WebError as error:
        return _again(visit, bounty_id, error)
    return RedirectResponse(f"/bounties/{bounty_id}/reviews#ranking", status_code=303)


@router.post("/bounties/{bounty_id}/reviews/{review_id}/release", dependencies=HOST)
def released(visit: VisitDep, bounty_id: str, review_id: str, form: FormDep) -> Response:
    """Take an assignment back that has no scores yet, with a `reason`."""
    try:
        with visit.home.database().session() as session:
            work.release(session, visit.actor, review_id, first(form, "reason"), now())
    except WebError as error:
        return _again(visit, bounty_id, error, review_id)
    return RedirectResponse(f"/bounties/{bounty_id}/reviews", status_code=303)


def _again(visit: Visit, bounty_id: str, error: WebError, seat: str = "") -> Response:
    if error.code not in ("WE134", "WE167", "WE168"):
        raise error
    answer = visit.reply("bounty_reviews.html", round_page(visit, bounty_id, code=error.code, at_seat=seat))
    answer.status_code = http_status(error)
    return answer


@router.get("/expert", dependencies=EXPERT)
def asked(visit: VisitDep) -> Response:
    """What the reader is asked to look at."""
    with visit.home.database().session() as session:
        rows = work.of_expert(session, visit.actor)
    return visit.reply("expert.html", rows=rows)


@router.get("/expert/{review_id}", dependencies=EXPERT)
def review(visit: VisitDep, review_id: str) -> Response:
    """One of them."""
    return visit.reply("expert_review.html", review_page(visit, review_id))


@router.post("/expert/{review_id}", dependencies=EXPERT)
def reviewed(visit: VisitDep, review_id: str, form: FormDep) -> Response:
    """The pressed button (`do`): accept, conflict, score. After a conflict there is no more to see."""
    what, typed = first(form, "do"), firsts(form)
    page = review_page(visit, review_id)
    posters, groups = sides_of(visit, page.bounty, [visit.actor.user])
    try:
        with visit.home.database().session() as session:
            if what == "accept":
                row = work.accept(session, visit.actor, review_id, posters, groups, now())
            elif what == "conflict":
                row = work.declare(session, visit.actor, review_id, typed.get("conflict", ""), now())
            elif what == "score":
                row = work.score(session, visit.actor, review_id, typed, posters, groups, now())
            else:
                raise WebError(f"no such button: {what[:20]}", code="WE422", hint="use the page's buttons")
    except WebError as error:
        if error.code not in ("WE134", "WE160", "WE167"):
            raise
        wrong = error.wrong if isinstance(error, UnusableError) else {}
        answer = visit.reply(
            "expert_review.html",
            page.model_copy(update={"typed": page.typed | typed, "wrong": wrong, "code": error.code}),
        )
        answer.status_code = http_status(error)
        return answer
    to = "/expert" if row.state == "conflicted" else f"/expert/{review_id}"
    return RedirectResponse(to, status_code=303)
