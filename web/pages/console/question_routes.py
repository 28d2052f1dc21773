"""Questions without Cypher as HTML and as files, and the pictures around nodes. All of it reads the analysts' copy."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from web import tables
from web.deps import VisitDep
from web.errors import WebError
from web.pages.attachment import attachment
from web.pages.console.answer import SHOWS
from web.pages.console.around import around_page
from web.pages.console.asked import FIELD, ROWS, given
from web.pages.console.question import question_file, question_page, questions_page

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

Words = Annotated[str, Query(max_length=400)]
Name = Annotated[str, Query(max_length=20)]


@router.get("/questions")
def listed(visit: VisitDep, q: Words = "") -> Response:
    """Questions by topic, or those that a text asks for."""
    return visit.reply("questions.html", questions_page(q, visit.lang))


@router.get("/questions/{name}")
def asked(
    visit: VisitDep, name: str, run: Name = "", show: Name = "table", limit: Annotated[int, Query()] = ROWS[0]
) -> Response:
    """The form of a question, with its answer where `run` is in the address; `run=confirmed`: whatever it costs."""
    rows = limit if limit in ROWS else ROWS[0]
    page = question_page(
        visit.home,
        name,
        given(visit.request.query_params.items()),
        visit.lang,
        rows,
        run=bool(run),
        show=show,
        confirmed=run == "confirmed",
    )
    may_save = visit.actor.known and visit.actor.may("query.save")
    answer = visit.reply("question.html", page, limits=ROWS, field=FIELD, shows=SHOWS, may_save=may_save)
    wrong = page.problem or (run and any(one.wrong for one in page.fields))
    answer.status_code = 202 if page.making else 422 if wrong else 200
    return answer


@router.get("/questions/{name}/answer.{kind}")
def as_file(visit: VisitDep, name: str, kind: Literal["csv", "xlsx", "json"]) -> Response:
    """The answer as a file with its definitions."""
    found = question_file(visit.home, name, given(visit.request.query_params.items()), visit.lang)
    if found is None:
        raise WebError("the copy is being made", code="WE048", hint="try again in a while")
    return attachment(tables.MAKERS[kind](*found), f"{name}.{kind}")


@router.get("/around/{label}/{key:path}")
def around(
    visit: VisitDep,
    label: str,
    key: str,
    back: Annotated[str, Query(max_length=4000)] = "",
    via: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006
) -> Response:
    """The picture around a node."""
    page = around_page(visit.home, label, key, back, via)
    answer = visit.reply("around.html", page)
    answer.status_code = 202 if page.making else 200
    return answer
