"""A firm on the criteria of tiers, as HTML; with figures of one's own, which a firm's own people may keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matcher.assess.inputs import Given, inputs
from web.beijing import today
from web.db.models import now
from web.deps import VisitDep
from web.errors import WebError
from web.forms import Form, FormDep, first, firsts
from web.pages.asof import AsOfDep
from web.pages.criteria.criteria import CriteriaPage, Kept, criteria_page
from web.pages.evidence.citation import Named
from web.pages.firms.firm import present
from web.work.firms import own_figures
from web.work.typed import number_of

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

YEARS = 3
"""So many whole years are asked for in the form."""

FLAGS = {"yes": 1.0, "no": 0.0}
Own = Annotated[Literal["", "no"], Query(description="no: without the figures that the firm's own people kept")]


@router.get("/firms/{firm_id}/criteria")
def criteria(visit: VisitDep, firm_id: str, at: AsOfDep, own: Own = "") -> Response:
    """How the firm stands on each tier on a day, by what documents say; for its own people with what they kept."""
    key, name = present(visit.graph, firm_id)
    kept = kept_of(visit, key)
    given = list(kept.given) if kept is not None and own != "no" else []
    typed = {field_of(one.input, one.year): typed_of(one) for one in kept.given} if kept is not None else {}
    page = _page(visit, Named(id=key, name=name), at.day, given)
    return _reply(visit, page, typed, kept, day=at.day, used=bool(given))


@router.post("/firms/{firm_id}/criteria")
def own(visit: VisitDep, firm_id: str, form: FormDep) -> Response:
    """The same with figures of the reader's own, for this answer alone; a wrong one is said beside it.

    The firm's own people may also keep them (`do` is keep), or delete what is kept (drop).
    """
    key, name = present(visit.graph, firm_id)
    do, last = first(form, "do"), today().year - 1
    if do in ("keep", "drop"):
        visit.actor.need(own_figures.RIGHT)
        if kept_of(visit, key) is None:
            raise WebError("this is not your firm", code="WE032", hint="figures are kept on the page of your own firm")
    given, wrong = [], None
    try:
        given = list(own_given(form, last))
    except WebError as error:
        wrong = error
    if do == "drop" or (do == "keep" and wrong is None):
        with visit.home.database().session() as session:
            if do == "drop":
                own_figures.drop(session, visit.actor, now())
            else:
                own_figures.keep(session, visit.actor, given, range(last, last - YEARS, -1), now())
        return RedirectResponse(f"/firms/{key}/criteria#{'own' if do == 'drop' else 'summary'}", status_code=303)
    page = _page(visit, Named(id=key, name=name), None, given)
    return _reply(visit, page, firsts(form), kept_of(visit, key), wrong)


def kept_of(visit: VisitDep, firm_id: str) -> Kept | None:
    """What the firm's own people kept; None for anybody else."""
    actor = visit.actor
    if actor.enterprise is None or actor.organisation is None or not actor.may(own_figures.RIGHT):
        return None
    if actor.enterprise != firm_id and present(visit.graph, actor.enterprise)[0] != firm_id:
        return None
    with visit.home.database().session() as session:
        rows = list(own_figures.own_figures(session, actor))
    return Kept.of(rows, visit.lang)


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


def typed_of(given: Given) -> str:
    """A value as the form's field has it."""
    one = inputs()[given.input]
    if one.kind == "flag":
        return "yes" if given.value else "no"
    return f"{given.value / 10_000 if one.unit == 'CNY' else given.value:.15g}"


def _page(visit: VisitDep, firm: Named, day: str | None, own: list[Given]) -> CriteriaPage:
    on = dt.date.fromisoformat(day) if day else today()
    return criteria_page(visit.home, visit.graph, firm, on, visit.lang, own)


def _reply(
    visit: VisitDep,
    page: CriteriaPage,
    typed: dict[str, str],
    kept: Kept | None,
    wrong: WebError | None = None,
    day: str | None = None,
    used: bool = False,
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
        typed=typed,
        wrong=wrong,
        as_of=day,
        kept=kept,
        used_kept=used,
    )
    if typed or kept is not None:
        answer.headers["Cache-Control"] = "no-store"
    return answer
