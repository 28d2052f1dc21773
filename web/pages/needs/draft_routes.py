"""Needs of one's own organisation as HTML: written, ranked, approved, published, ended."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from matcher.errors import BadQueryError
from web.db.models import Need, new_id, now
from web.deps import Visit, VisitDep, requires
from web.errors import WebError
from web.forms import Form, FormDep, first
from web.jobs.fit import firm_id_of
from web.jobs.needs import OUTCOMES, deliver
from web.pages.lists.lists import keeping
from web.pages.lists.suppliers import laid_over
from web.pages.merge import merge_page, merge_reply
from web.pages.needs.conditions import Wanted, asked
from web.pages.needs.draft import drafts_page, find, names_of, own_need, own_query, preview, shortlist_of
from web.pages.needs.draft_first_use import first_use
from web.pages.needs.draft_form import (
    DraftForm,
    Typed,
    as_sent,
    of_need,
    show_costs,
    show_products,
    typed,
    with_places,
    with_product,
)
from web.pages.needs.feedback import UNHEARD
from web.pages.needs.routes import Form as WantedForm
from web.pages.needs.routes import PageNumber, asking
from web.work.needs.needs import WRITE, Stale, close, create, edit, publish, send_back, submit, withdraw
from web.work.needs.products import look_up

router = APIRouter(
    default_response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(requires(WRITE))]
)

STALE, FAILED = 409, 422
Like = Annotated[str, Query(max_length=64, description="a need of one's own")]
Done = Annotated[str, Query(max_length=20, description="what was done just now")]


@router.get("/drafts")
def drafts(visit: VisitDep, page: PageNumber = 1, done: Done = "") -> Response:
    """The needs of the reader's organisation, newest first."""
    found = drafts_page(visit.home, visit.actor, page)
    return visit.reply("drafts.html", found, pager=visit.pager(page, found.count, 50), done=done)


@router.get("/drafts/new")
def new(visit: VisitDep, like: Like = "") -> Response:
    """The empty form, or one filled like another need of one's own: what was withdrawn or has ended is written anew."""
    page = of_need(None, new_id())
    if like:
        page = of_need(find(visit.home, visit.actor, like)).model_copy(
            update={"id": None, "version": 0, "key": page.key, "before": "", "kept": []}
        )
    return form_reply(visit, page)


@router.post("/drafts/new")
def made(visit: VisitDep, form: FormDep) -> Response:
    """Keep a new draft, or show the form again: with costs and suggestions where these are asked for."""
    sent = _typed(visit, form, None)
    if (again := _again(visit, form, sent)) is not None:
        return again
    assert sent.written is not None
    with visit.home.database().session() as session:
        need, _ = create(
            session, visit.actor, sent.written, now(), key=sent.page.key[:64], source=first(form, "source")
        )
    return _to(need)


@router.get("/drafts/{need_id}/edit")
def edited(visit: VisitDep, need_id: str) -> Response:
    """The form of a draft; a need that is none any more leads to its page."""
    need = find(visit.home, visit.actor, need_id)
    return form_reply(visit, of_need(need)) if need.state == "draft" else _to(need)


@router.post("/drafts/{need_id}/edit")
def changed(visit: VisitDep, need_id: str, form: FormDep) -> Response:
    """Keep a draft as it is written now; where somebody else changed it meanwhile, show both."""
    need = find(visit.home, visit.actor, need_id)
    sent = _typed(visit, form, need)
    if (again := _again(visit, form, sent)) is not None:
        return again
    assert sent.written is not None
    try:
        with visit.home.database().session() as session:
            edit(session, visit.actor, need_id, sent.written, sent.page.version, now())
    except Stale as stale:
        stands = as_sent(of_need(stale.need))
        if "buyer" not in form:  # an organisation is its own buyer
            del stands["buyer"]
        here = f"/drafts/{need_id}"
        page = merge_page("need", stale.code, form, stands, stale.need.version, f"{here}/edit", here)
        return merge_reply(visit, page, stale)
    except WebError as error:
        if error.code != "WE013":
            raise
        sent.page.stuck = find(visit.home, visit.actor, need_id).state
        return form_reply(visit, sent.page, STALE)
    return _to(need, "saved")


@router.get("/drafts/{need_id}")
def draft(visit: VisitDep, need_id: str, want: WantedForm, done: Done = "") -> Response:
    """A need of one's own with its shortlist: the list that everybody sees of a published one."""
    need = find(visit.home, visit.actor, need_id)
    page = shortlist_of(visit.home, visit.graph, need, want, visit.lang)
    own = own_need(visit.home, visit.graph, visit.actor, need)
    more = {**UNHEARD, **asking(visit, need=need_id)}
    more |= {**keeping(visit.home, visit.actor, need_id), **laid_over(visit, page.entries)}
    if need.first_use:
        more["first_use"] = first_use(visit.home, visit.graph, asked(own_query(visit.graph, need), want, visit.lang)[0])
    return visit.reply(
        "draft.html",
        page,
        block="shortlist",
        address=f"/drafts/{need_id}",
        draft=own,
        done=done,
        outcomes=OUTCOMES,
        **more,
    )


@router.post("/drafts/{need_id}")
def moved(visit: VisitDep, need_id: str, form: FormDep) -> Response:
    """What the pressed button asks for: submit, withdraw, close."""
    what, reason = first(form, "do"), first(form, "reason")
    try:
        with visit.home.database().session() as session:
            if what == "submit":
                need = submit(session, visit.actor, need_id)
            elif what == "withdraw":
                need = withdraw(session, visit.actor, need_id, reason)
            elif what == "close":
                need = close(session, visit.actor, need_id, first(form, "outcome"), reason)
            else:
                raise WebError(f"nothing to do: {what[:40]}", code="WE422", hint="use the page's form")
    except WebError as error:
        if error.code not in ("WE132", "WE134"):
            raise
        answer = draft(visit, need_id, Wanted({}), error.code)
        answer.status_code = FAILED
        return answer
    _bring(visit, need)
    return _to(need, what)


@router.get("/drafts/{need_id}/publish")
def shown(visit: VisitDep, need_id: str) -> Response:
    """Exactly what becomes public of a need."""
    return _preview(visit, need_id)


@router.post("/drafts/{need_id}/publish")
def published(visit: VisitDep, need_id: str, form: FormDep) -> Response:
    """Approve a need as its preview showed it, or return it to draft with a reason."""
    need = find(visit.home, visit.actor, need_id)
    try:
        if first(form, "do") == "return":
            with visit.home.database().session() as session:
                need = send_back(session, visit.actor, need_id, first(form, "reason"))
            return _to(need, "returned")
        names = names_of(visit.home, visit.graph, need)
        with visit.home.database().session() as session:
            need = publish(
                session,
                visit.actor,
                need_id,
                first(form, "digest"),
                now(),
                names=names,
                confirmed=bool(first(form, "confirmed")),
            )
    except WebError as error:
        if error.code not in ("WE131", "WE134", "WE135", "WE136", "WE137"):
            raise
        return _preview(visit, need_id, error.code, STALE if error.code == "WE135" else FAILED)
    _bring(visit, need)
    return _to(need, "published")


def _preview(visit: Visit, need_id: str, amiss: str = "", status: int = 200) -> Response:
    need = find(visit.home, visit.actor, need_id)
    page = preview(visit.home, visit.graph, visit.actor, need, now(), visit.lang)
    answer = visit.reply("draft_publish.html", page, amiss=amiss)
    answer.status_code = status
    return answer


def _bring(visit: Visit, need: Need) -> None:
    """Bring what became public to the graph at once; where another command writes, it goes with that one's end."""
    if need.visibility != "public":
        return
    try:
        with visit.home.writing("publish"):
            deliver(visit.home)
    except WebError as error:
        if error.code != "WE006":
            raise


def _to(need: Need, done: str = "") -> Response:
    return RedirectResponse(f"/drafts/{need.id}{f'?done={done}' if done else ''}", status_code=303)


def form_reply(visit: Visit, page: DraftForm, status: int = 200, **more: Any) -> Response:
    """The form as a page."""
    shown_page: BaseModel = with_places(page, visit.home.corpus())
    answer = visit.reply("draft_form.html", shown_page, **more)
    answer.status_code = status
    return answer


def _typed(visit: Visit, form: Form, need: Need | None) -> Typed:
    """The sent form; firms that are to be invited are looked up by id, name or credit code."""
    invited = []
    unknown = []
    for line in filter(None, map(str.strip, first(form, "invited").split("\n"))):
        try:
            invited.append(firm_id_of(visit.graph, line)[0])
        except WebError:
            unknown.append(line)
    before = need.conditions if need is not None else {}
    sent = typed(form, before, now(), need.id if need is not None else None)
    if unknown and sent.page.reach == "invited":
        sent.page.wrong["invited"] = "unknown"
        sent.written = None
    elif sent.written is not None:
        sent.written = replace(sent.written, invited=tuple(invited))
    return sent


def _again(visit: Visit, form: Form, sent: Typed) -> Response | None:
    """The form once more, where something is wrong or a look at costs or suggestions was asked for."""
    what, _, rest = first(form, "do").partition(":")
    if what == "take":
        said, _, meant = rest.partition("→")
        with_product(sent.page, said, meant)
    if what in ("", "keep") and sent.written is not None:
        return None
    home, ranker = visit.home, visit.home.ranker()
    named = [name.strip() for name in sent.page.products.split("\n") if name.strip()]
    show_products(sent.page, look_up(ranker, home.embedder(), named))
    with suppress(BadQueryError):
        show_costs(sent, ranker)
    return form_reply(visit, sent.page, FAILED if what in ("", "keep") else 200)
