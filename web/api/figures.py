"""A firm's own figures and how it stands by them, as JSON: for its own people alone, kept by no cache."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from matcher.assess.inputs import Given as Figure
from matcher.assess.inputs import inputs
from web.api.lock import STEP, Lock, LockDep, TagDep
from web.api.shape import OWN, Given
from web.beijing import today
from web.db.criteria import OwnFigure
from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError
from web.pages.criteria.criteria import CriteriaPage, criteria_page
from web.pages.criteria.offers import FirmOffers, firm_offers
from web.pages.criteria.routes import YEARS
from web.pages.evidence.citation import Named
from web.pages.firms.firm import present
from web.work.firms import own_figures as work
from web.work.firms.declaration import own_firm


def _kept_by_nobody(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


router = APIRouter(tags=["own"], responses=OWN, dependencies=[Depends(requires(work.RIGHT)), Depends(_kept_by_nobody)])


class FigureLine(Given):
    """A figure in the unit of its input: yuan, percent, persons, pieces; a flag is 1 or 0. `year` 0: of no year."""

    input: Annotated[str, Field(max_length=40)]
    year: Annotated[int, Field(ge=0, le=2100)] = 0
    value: Annotated[float, Field(ge=-1e13, le=1e13, allow_inf_nan=False)]


class Figures(BaseModel):
    """The figures that the firm keeps."""

    figures: list[FigureLine] = Field(max_length=400)


@router.get("/my/figures", summary="The firm's own figures")
def figures(visit: VisitDep, lock: TagDep) -> Figures:
    """Kept for its own assessment, for its organisation alone."""
    with visit.home.database().session() as session:
        return _shown(work.own_figures(session, visit.actor), lock)


def _shown(rows: Sequence[OwnFigure], lock: Lock) -> Figures:
    lock.tag(*rows)
    return Figures(figures=[FigureLine.model_validate(row) for row in rows])


@router.put("/my/figures", summary="Keep figures of one's own", responses=STEP)
def kept(visit: VisitDep, said: Figures, lock: LockDep) -> Figures:
    """In place of those of no year and of the last three years; none deletes all that is kept."""
    last = today().year - 1
    years = range(last, last - YEARS, -1)
    given = [Figure(one.input, one.value, one.year or None, said="own") for one in said.figures]
    if wrong := {one.input: "unknown" for one in said.figures if not _usable(one, years)}:
        raise UnusableError(wrong, "WE422")
    with lock.step(visit.home.database()) as session:
        lock.check(*work.own_figures(session, visit.actor))
        if given:
            work.keep(session, visit.actor, given, years, now())
        else:
            work.drop(session, visit.actor, now())
        session.flush()
        return _shown(work.own_figures(session, visit.actor), lock)


def _usable(one: FigureLine, years: Sequence[int]) -> bool:
    known = inputs().get(one.input)
    if known is None or (one.year in years) is not (known.kind == "yearly"):
        return False
    return (one.year in years or one.year == 0) and (known.kind != "flag" or one.value in (0, 1))


@router.get("/my/criteria", summary="The own firm on the criteria of tiers")
def criteria(visit: VisitDep) -> CriteriaPage:
    """By documents and by the figures that it keeps: each indicator, and the paper that would settle it."""
    firm, given = _own(visit)
    return criteria_page(visit.home, visit.graph, firm, today(), visit.lang, given)


@router.get("/my/offers", summary="The own firm on every policy and offer")
def offers(visit: VisitDep) -> FirmOffers:
    """By documents and by the figures that it keeps."""
    firm, given = _own(visit)
    return firm_offers(visit.home, visit.graph, firm, today(), visit.lang, given)


def _own(visit: Visit) -> tuple[Named, list[Figure]]:
    key, name = present(visit.graph, own_firm(visit.actor))
    with visit.home.database().session() as session:
        return Named(id=key, name=name), work.given_of(work.own_figures(session, visit.actor))
