"""A firm on the criteria of tiers, as HTML; with the reader's own figures, which are not kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from matcher.assess.inputs import Given, inputs
from web.beijing import today
from web.deps import VisitDep
from web.errors import WebError
from web.forms import Form, FormDep, first, firsts
from web.pages.asof import AsOfDep
from web.pages.citation import Named
from web.pages.criteria import CriteriaPage, criteria_page
from web.pages.firm import present
from web.work.typed import number_of

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

YEARS = 3
"""So many whole years are asked for in the form."""

FLAGS = {"yes": 1.0, "no": 0.0}


@router.get("/firms/{firm_id}/criteria")
def criteria(visit: VisitDep, firm_id: str, at: AsOfDep) -> Response:
    """How the firm stands on each tier on a day, by what documents say."""
    return _reply(visit, _page(visit, firm_id, at.day), {}, day=at.day)


@router.post("/firms/{firm_id}/criteria")
def own_figures(visit: VisitDep, firm_id: str, form: FormDep) -> Response:
    """The same with figures of the reader's own, for this answer alone. A wrong one is said beside it."""
    given, wrong = [], None
    try:
        given = list(own_given(form, today().year - 1))
    except WebError as error:
        wrong = error
    return _reply(visit, _page(visit, firm_id, None, given), form, wrong)


def own_given(form: Form, last: int) -> Iterator[Given]:
    """The figures of a form: a field is the id of an input, with @ and the year for those of a year. Amounts in 万元.

    Raises WebError WE422 for what is no number, with the field.
    """
    for one in inputs().values():
        years = range(last, last - YEARS, -1) if one.kind == "yearly" else (None,)
        for year in years:
            said = first(form, field_of(one.id, year)).strip().replace(",", "")
            if not said:
                continue
            if one.kind == "flag":
                if said in FLAGS:
                    yield Given(one.id, FLAGS[said], said="own")
                continue
            value = number_of(said)
            if value is None or abs(value) >= 1e13:
                raise WebError(f"{one.zh}: {said[:40]}", code="WE422", hint="write a number", place=one.id)
            yield Given(one.id, value * 10_000 if one.unit == "CNY" else value, year, said="own")


def field_of(name: str, year: int | None) -> str:
    """The field of the form for an input."""
    return name if year is None else f"{name}@{year}"


def _page(visit: VisitDep, firm_id: str, day: str | None, own: list[Given] | None = None) -> CriteriaPage:
    key, name = present(visit.graph, firm_id)
    on = dt.date.fromisoformat(day) if day else today()
    return criteria_page(visit.home, visit.graph, Named(id=key, name=name), on, visit.lang, own or [])


def _reply(
    visit: VisitDep, page: CriteriaPage, form: Form, wrong: WebError | None = None, day: str | None = None
) -> Response:
    last = today().year - 1
    answer = visit.reply(
        "criteria.html",
        page,
        asked=[
            {"id": one.id, "kind": one.kind, "unit": one.unit, "words": one.named(visit.lang)}
            for one in inputs().values()
        ],
        years=[last - place for place in range(YEARS)],
        typed=firsts(form),
        wrong=wrong,
        as_of=day,
    )
    if form:
        answer.headers["Cache-Control"] = "no-store"
    return answer
