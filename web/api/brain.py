"""The industrial brain as JSON: a city today, courses by year, the monthly index, early warnings, local thresholds."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from web.api.lock import STEP, Lock, LockDep, TagDep
from web.api.shape import NOT_FOUND, OWN, SIGNED_IN, Ident
from web.beijing import today
from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.pages.brain.city import CityPage, city_page
from web.pages.brain.monthly_index import IndexPage, index_page
from web.pages.brain.routes import AskedDep as IndexDep
from web.pages.brain.routes import RegionDep, Words
from web.pages.brain.trends import TrendsPage, trends_page
from web.pages.brain.warning_routes import AskedDep, PageNumber
from web.pages.brain.warnings import WarningPage, WarningsPage, warning_page, warnings_page
from web.pages.criteria.thresholds import VersionRow, thresholds_page
from web.pages.criteria.thresholds_routes import Number
from web.work.analysis import thresholds as thresholds_work
from web.work.today.warnings import READ, WRITE, say, words_of
from web.work.today.warnings import one as seen_warning

router = APIRouter(tags=["brain"])
READS = [Depends(requires(READ))]


class WarningStep(BaseModel):
    """Acknowledge a warning as it stands, with a note, or open it again."""

    do: Literal["acknowledged", "reopened"]
    note: Annotated[str, Field(max_length=2000)] = ""


class Thresholds(BaseModel):
    """Thresholds as a version has them: rows of it, and every version, the newest first."""

    number: int = Field(description="the version that holds; 0: none")
    shown: int = Field(description="the version whose rows are given")
    rows: list[dict[str, str]]
    versions: list[VersionRow]


@router.get("/city", summary="What there is to know of a place today", responses=NOT_FOUND)
def city(visit: VisitDep, region: RegionDep = "") -> CityPage:
    """Tiers, warnings, states of chains, open needs, titles that end, new firms, the newest documents."""
    return city_page(visit, region.strip())


@router.get("/trends", summary="Courses by year", responses=NOT_FOUND)
def trends(visit: VisitDep, region: RegionDep = "", node: Words = "") -> TrendsPage:
    """Documents, awards, patents and titles of the firms of a place and a node, each with its definition."""
    return trends_page(visit, region.strip(), node.strip())


@router.get("/monthly-index", summary="The monthly index of clusters", responses=NOT_FOUND)
def monthly_index(visit: VisitDep, ask: IndexDep) -> IndexPage:
    """Of awards and needs by cluster of a plan, with its recipe and what is not known."""
    return index_page(visit, ask)


@router.get("/warnings", summary="Early warnings", dependencies=READS, responses=OWN)
def warnings(visit: VisitDep, ask: AskedDep, page: PageNumber = 1) -> WarningsPage:
    """Each with its rule and its evidence, 100 on a page; of each rule, of how many it does not know what it asks."""
    return warnings_page(visit, ask, page)


@router.get("/warnings/{warning_id}", summary="An early warning", dependencies=READS, responses=OWN)
def warning(visit: VisitDep, warning_id: Ident, lock: TagDep) -> WarningPage:
    """With all its sentences, and what the reader's organisation said to it."""
    return _warning(visit, warning_id, lock)


def _warning(visit: Visit, warning_id: str, lock: Lock) -> WarningPage:
    page = warning_page(visit, warning_id)
    lock.tag(warning_id, page.row.digest, page.row.state, len(page.words))
    return page


@router.post(
    "/warnings/{warning_id}",
    summary="Acknowledge a warning, or open it again",
    dependencies=[Depends(requires(WRITE))],
    responses=STEP,
)
def said(visit: VisitDep, warning_id: Ident, step: WarningStep, lock: LockDep) -> WarningPage:
    """For the reader's organisation; what changes later is told anew."""
    with lock.step(visit.home.database()) as session:
        stands = seen_warning(session, visit.actor, warning_id)
        lock.check(warning_id, stands.row.digest, stands.state, len(words_of(session, visit.actor, warning_id)))
        say(session, visit.actor, warning_id, step.do, step.note, stands.row.digest, now())
    return _warning(visit, warning_id, lock)


@router.get(
    "/thresholds",
    summary="Local thresholds",
    dependencies=[Depends(requires(thresholds_work.READ))],
    responses=SIGNED_IN,
)
def thresholds(visit: VisitDep, version: Number = None) -> Thresholds:
    """By region, industry, size and growth, with every version. They are changed on their page, which previews the
    effect first."""
    page = thresholds_page(visit, today(), version)
    rows = [row for row in page.rows if row.get("place")]
    return Thresholds(number=page.number, shown=page.shown, rows=rows, versions=page.versions)
