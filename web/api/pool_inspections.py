"""Pools of counties as a city reads them, and what inspections found, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from web.api.lock import MAKES, STEP, KeyDep, Lock, LockDep, TagDep
from web.api.organisation import Limit, PoolLine, PoolLines, Skip
from web.api.shape import OWN, Ident, one_of
from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.pages.pool.below import CountiesPage, counties_page
from web.pages.pool.inspection import InspectionLine
from web.pages.pool.routes import AskedDep
from web.work.pool import inspection as pool_inspection
from web.work.pool import pool as work

router = APIRouter(tags=["pool"], responses=OWN)
COUNTS = [Depends(requires(work.READ))]
SEES = [Depends(requires(work.PROPOSE))]
WRITES = [Depends(requires(work.WRITE))]
Day = Annotated[str, Field(max_length=10)]


class InspectionDetail(BaseModel):
    """An inspection with every row of it, the newest first, which counts."""

    rows: list[InspectionLine]


class NewFinding(BaseModel):
    """What an inspection found: `finding` may be empty where all is in order, `deadline` is for what is to mend."""

    day: Day
    inspector: Annotated[str, Field(max_length=pool_inspection.NAME)]
    result: Annotated[str, one_of(pool_inspection.RESULTS)]
    finding: Annotated[str, Field(max_length=pool_inspection.TEXT)] = ""
    deadline: Day = ""


class Finding(NewFinding):
    """A finding with what came of it."""

    mended: Day = ""
    note: Annotated[str, Field(max_length=pool_inspection.TEXT)] = ""


class DrawnFindings(NewFinding):
    """The same finding for several firms of a draw, by the ids of their entries."""

    entries: Annotated[list[str], Field(min_length=1, max_length=500)]


class LeftOut(BaseModel):
    """A firm of which this draw has a finding already."""

    name: str
    code: str


class Written(BaseModel):
    """Of how many firms the finding was written down, and which were left out."""

    done: int
    refused: list[LeftOut]


@router.get("/pool/counties", summary="Pools of the counties below the city", dependencies=COUNTS)
def counties(visit: VisitDep) -> CountiesPage:
    """Counted by county and by place, with their age; read, never written."""
    return counties_page(visit)


@router.get("/pool/counties/{organisation_id}", summary="The pool of a county", dependencies=SEES)
def county(visit: VisitDep, organisation_id: Ident, asked: AskedDep, skip: Skip = 0, limit: Limit = 200) -> PoolLines:
    """Firms with their state and days, by district."""
    with visit.home.database().session() as session:
        rows = work.entries(session, visit.actor, asked, of=organisation_id)
        part = [PoolLine.model_validate(row) for row in rows[skip : skip + limit]]
    return PoolLines(count=len(rows), entries=part)


@router.post("/pool/draws/{draw_id}", summary="What was found at firms of a draw", dependencies=WRITES, responses=MAKES)
def found(visit: VisitDep, draw_id: Ident, said: DrawnFindings, key: KeyDep, lock: TagDep) -> Written:
    """The same for several firms; those of which the draw has a finding are named and left."""
    values = said.model_dump(exclude={"entries"})
    with lock.step(visit.home.database()) as session:
        draw = pool_inspection.draw_of(session, visit.actor, draw_id)
        done = pool_inspection.record(session, visit.actor, said.entries, values, now(), draw, key)
    return Written(done=len(done.done), refused=[LeftOut(name=one.name, code=one.code) for one in done.refused])


@router.get("/pool/{entry_id}/inspections", summary="Inspections of a firm", dependencies=SEES)
def inspections(visit: VisitDep, entry_id: Ident) -> list[InspectionLine]:
    """As each stands, the newest day first."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, entry_id)
        found = pool_inspection.inspections(session, [row.id]).get(row.id, [])
        return [InspectionLine.model_validate(one.now) for one in found]


@router.post("/pool/{entry_id}/inspections", summary="What an inspection found", dependencies=WRITES, responses=MAKES)
def one_found(visit: VisitDep, entry_id: Ident, said: NewFinding, key: KeyDep, lock: TagDep) -> list[InspectionLine]:
    """Without a draw. Returns the firm's inspections."""
    with lock.step(visit.home.database()) as session:
        pool_inspection.record(session, visit.actor, [entry_id], said.model_dump(), now(), key=key)
    return inspections(visit, entry_id)


@router.get("/pool/{entry_id}/inspections/{inspection_id}", summary="An inspection", dependencies=SEES)
def one(visit: VisitDep, entry_id: Ident, inspection_id: Ident, lock: TagDep) -> InspectionDetail:
    """With every row of it."""
    return _detail(visit, entry_id, inspection_id, lock)


def _detail(visit: Visit, entry_id: str, inspection_id: str, lock: Lock) -> InspectionDetail:
    with visit.home.database().session() as session:
        _, kept = pool_inspection.one_inspection(session, visit.actor, entry_id, inspection_id)
        lock.tag(inspection_id, kept.now.number)
        return InspectionDetail(rows=[InspectionLine.model_validate(row) for row in kept.rows])


@router.post(
    "/pool/{entry_id}/inspections/{inspection_id}",
    summary="Mended, or corrected",
    dependencies=WRITES,
    responses=STEP,
)
def changed(visit: VisitDep, entry_id: Ident, inspection_id: Ident, said: Finding, lock: LockDep) -> InspectionDetail:
    """One row more; what was written down stays."""
    with lock.step(visit.home.database()) as session:
        _, kept = pool_inspection.one_inspection(session, visit.actor, entry_id, inspection_id)
        number = kept.now.number
        lock.check(inspection_id, number)
        pool_inspection.change(session, visit.actor, entry_id, inspection_id, said.model_dump(), number, now())
    return _detail(visit, entry_id, inspection_id, lock)
