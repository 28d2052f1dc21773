"""Fields of the foundation, clusters, versions of chain templates and reports, as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from web.api.lock import STEP, LockDep, TagDep
from web.api.paging import PARTS, PagingDep
from web.api.shape import NOT_FOUND, Ident
from web.beijing import today
from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.jobs.chain_versions import approve, submit
from web.jobs.report import Table
from web.pages.chains.cluster import ClusterPage, ClustersPage, cluster_page, clusters_page
from web.pages.chains.cluster_routes import RegionDep, YearDep
from web.pages.chains.report import ChainReport
from web.pages.chains.version import VersionPage, VersionsPage, version_page, versions_page
from web.pages.chains.version_routes import OtherDep
from web.pages.firms.report import FirmReport
from web.pages.foundation.fields import PRODUCTS, WHOLE, FieldPage, FieldsPage, field_page, fields_page
from web.pages.foundation.routes import Words
from web.work.analysis import chain_version as work

router = APIRouter(tags=["chains"])


class VersionStep(BaseModel):
    """A step of a draft; who gives it back says why."""

    do: Literal["submit", "return", "withdraw", "approve"]
    reason: Annotated[str, Field(max_length=2000)] = ""


class ReportTable(BaseModel):
    """A table of a report; a number in brackets is that of a sentence in the last table."""

    name: str
    head: list[str]
    rows: list[list[str]]
    note: str


class ReportPage(BaseModel):
    """A report as its DOCX says it: on what it rests, in short, and table by table."""

    title: str
    made: dt.date
    about: list[tuple[str, str]]
    short: list[tuple[str, str]]
    tables: list[ReportTable] = Field(description="the last one has the sentences by number")


def _table(one: Table) -> ReportTable:
    rows = [["" if cell is None else str(cell) for cell in row] for row in one.rows]
    return ReportTable(name=one.name, head=list(one.head), rows=rows, note=one.note)


def _is_demo(visit: Visit) -> bool:
    stamp = visit.graph.stamp()
    return stamp is not None and visit.site.is_demo(stamp.stamp)


@router.get("/fields", summary="Fields of the industrial foundation by scheme", responses=NOT_FOUND)
def fields(visit: VisitDep, region: RegionDep = "", scheme: Words = "") -> FieldsPage:
    """Each class with firms, products, patents, gaps, and the classes of other schemes beside it."""
    return fields_page(visit, region.strip() or None, scheme)


@router.get("/fields/{scheme}/{name}", summary="A class of a scheme", responses={**NOT_FOUND, **PARTS})
def field(
    visit: VisitDep,
    scheme: Ident,
    name: Annotated[str, Path(min_length=1, max_length=200)],
    part: PagingDep,
    region: RegionDep = "",
    q: Words = "",
    limit: Annotated[int, Query(ge=1, le=WHOLE)] = PRODUCTS,
) -> FieldPage:
    """Its products with what puts them there, firms, patents, gaps, and what people said."""
    start = part.start()
    found = field_page(visit, scheme, name, region.strip() or None, q.strip(), start, limit)
    if found.count > start + limit:
        part.next(start + limit)
    return found


@router.get("/clusters", summary="Clusters of industries as plans name them", responses=NOT_FOUND)
def clusters(visit: VisitDep) -> ClustersPage:
    """Each with the chains of this system that are in it."""
    return clusters_page(visit)


@router.get("/clusters/{cluster_id}", summary="The portrait of a cluster", responses=NOT_FOUND)
def cluster(
    visit: VisitDep,
    cluster_id: Ident,
    region: RegionDep = "",
    whole: Annotated[bool, Query(description="all rows, as the workbook has them")] = False,
) -> ClusterPage:
    """Firms, tiers, products, patents, awards, gaps, needs, the trend, all with source and date."""
    return cluster_page(visit, cluster_id, region.strip() or None, whole=whole)


@router.get("/chains/{chain_id}/versions", summary="Versions of a chain's template", responses=NOT_FOUND)
def versions(visit: VisitDep, chain_id: Ident) -> VersionsPage:
    """Drafts among them for who may write them."""
    return versions_page(visit, chain_id)


@router.get("/chains/{chain_id}/versions/{version_id}", summary="A version of a chain's template", responses=NOT_FOUND)
def version(visit: VisitDep, chain_id: Ident, version_id: Ident, lock: TagDep, other: OtherDep = "") -> VersionPage:
    """Its text and nodes beside another version; of a draft, what it would change in the graph."""
    page = version_page(visit, chain_id, version_id, other)
    lock.tag(page.row)
    return page


@router.post(
    "/chains/{chain_id}/versions/{version_id}",
    summary="Take a draft of a template further",
    dependencies=[Depends(requires(work.WRITE))],
    responses=STEP,
)
def stepped(visit: VisitDep, chain_id: Ident, version_id: Ident, step: VersionStep, lock: LockDep) -> VersionPage:
    """Hand it in, give it back with its reason, withdraw it, or, as another person than wrote it, approve it."""
    home, actor = visit.home, visit.actor
    with lock.step(home.database()) as session:
        row = work.one(session, actor, chain_id, version_id)
        lock.check(row)
        seen = row.version
        if step.do == "return":
            work.give_back(session, actor, row, step.reason, seen, now())
        elif step.do == "withdraw":
            work.withdraw(session, actor, row, seen, now())
    if step.do == "submit":
        submit(home, actor, chain_id, version_id, seen, now())
    elif step.do == "approve":
        approve(home, actor, chain_id, version_id, seen, now())
    return version(visit, chain_id, version_id, lock)


@router.get("/chains/{chain_id}/report", summary="The yearly report of a chain", responses=NOT_FOUND)
def chain_report(visit: VisitDep, chain_id: Ident, region: RegionDep = "", year: YearDep = None) -> ReportPage:
    """States, what changed in the year, and the sources of it all."""
    asked = year or today().year - 1
    home, demo = visit.home, _is_demo(visit)
    report = ChainReport(home, visit.graph, chain_id, region.strip() or None, asked, visit.lang, demo)
    tables = [_table(one) for one in report.tables()]
    return ReportPage(
        title=report.title,
        made=today(),
        about=report.about(),
        short=report.short(),
        tables=[*tables, _table(report.evidence())],
    )


@router.get(
    "/firms/{firm_id}/report", tags=["firms"], summary="The due-diligence report of a firm", responses=NOT_FOUND
)
def firm_report(visit: VisitDep, firm_id: Annotated[str, Path(min_length=1, max_length=400)]) -> ReportPage:
    """What is known with its evidence and age, what is doubtful, what was not found."""
    report = FirmReport(visit.home, visit.graph, firm_id, visit.lang, _is_demo(visit))
    short = report.short()
    tables = [_table(one) for one in report.known()]
    tables.append(_table(report.doubts()))
    tables.extend(_table(one) for one in report.missing())
    return ReportPage(
        title=report.title,
        made=today(),
        about=report.about(),
        short=short,
        tables=[*tables, _table(report.evidence())],
    )
