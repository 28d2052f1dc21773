"""What an organisation keeps for itself, as JSON: read by the rights of its pages, for who holds them there.

A key reaches them with a scope that names the right; the scope `read` alone does not.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from web.accounts.audit import Line, events
from web.api.shape import OWN
from web.deps import VisitDep, requires
from web.pages.accounts.audit_routes import ViewDep
from web.pages.pool.pool import counts_page
from web.pages.pool.routes import AskedDep
from web.work.needs import needs as need_work
from web.work.pool import pool as pool_work

router = APIRouter(tags=["own"], responses=OWN)
Skip = Annotated[int, Query(ge=0, le=10_000_000)]
Limit = Annotated[int, Query(ge=1, le=1000)]


class OwnNeed(BaseModel):
    """A need of the organisation as it stands."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    products: list[str]
    text: str
    conditions: dict[str, Any]
    state: str
    visibility: str
    reach: str
    deadline: str | None
    published: dt.datetime | None
    created: dt.datetime
    outcome: str


class OwnNeeds(BaseModel):
    """Some of them, newest first; `count` are all."""

    count: int
    needs: list[OwnNeed]


class PoolLine(BaseModel):
    """A firm of the cultivation pool."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    firm_id: str
    firm_name: str
    district: str
    tier: str
    state: str
    until: str | None
    recheck: str | None
    ban: str | None
    round: int
    reason: str


class PoolLines(BaseModel):
    """Firms of the pool that pass the filters, by district; `count` are all of them."""

    count: int
    entries: list[PoolLine]


class PoolCount(BaseModel):
    """Firms of a district or of an aimed tier, by state."""

    of: str = Field(description="code of a division, or a tier; empty: not known")
    states: dict[str, int]


class PoolCounts(BaseModel):
    """How many firms of the pool are in which state; `members` are those in the pool."""

    made: str
    all: int
    members: int
    districts: list[PoolCount]
    tiers: list[PoolCount]


class AuditLines(BaseModel):
    """Events, newest first; `count` are all that pass the filters."""

    count: int
    events: list[Line]


@router.get("/own/needs", summary="Needs of the organisation", dependencies=[Depends(requires(need_work.WRITE))])
def own_needs(visit: VisitDep, skip: Skip = 0, limit: Limit = 50) -> OwnNeeds:
    """Drafts too, newest first."""
    with visit.home.database().session() as session:
        rows, count = need_work.own(session, visit.actor, skip=skip, limit=limit)
        return OwnNeeds(count=count, needs=[OwnNeed.model_validate(row) for row in rows])


@router.get("/pool", summary="The organisation's cultivation pool", dependencies=[Depends(requires(pool_work.PROPOSE))])
def pool(visit: VisitDep, asked: AskedDep, skip: Skip = 0, limit: Limit = 200) -> PoolLines:
    """Firms with their state and days, by district."""
    with visit.home.database().session() as session:
        rows = pool_work.entries(session, visit.actor, asked)
        part = [PoolLine.model_validate(row) for row in rows[skip : skip + limit]]
    return PoolLines(count=len(rows), entries=part)


@router.get("/pool/counts", summary="The pool counted", dependencies=[Depends(requires(pool_work.READ))])
def pool_counts(visit: VisitDep) -> PoolCounts:
    """How many firms are in which state, by district and tier, without names."""
    page = counts_page(visit)
    return PoolCounts(
        made=page.made,
        all=page.all,
        members=page.members,
        districts=[PoolCount(of=code, states=states) for code, states in page.districts],
        tiers=[PoolCount(of=tier, states=states) for tier, states in page.tiers],
    )


@router.get("/audit", summary="The log of events")
def audit(visit: VisitDep, asked: ViewDep, skip: Skip = 0, limit: Limit = 100) -> AuditLines:
    """All of it with audit.read, what is of the own organisation with audit.own."""
    found = events(visit.home.database(), visit.actor, asked, skip, limit)
    return AuditLines(count=found.count, events=found.rows)
