"""Clusters as HTML, the portrait of one on a page and as a workbook, and the yearly report of a chain."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from web.beijing import today
from web.deps import VisitDep
from web.pages.attachment import attachment
from web.pages.chains.cluster import cluster_page, clusters_page
from web.pages.chains.cluster_sheet import cluster_workbook
from web.pages.chains.report import report_file

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

RegionDep = Annotated[str, Query(max_length=80, description="code of a division (GB/T 2260) or its name")]
YearDep = Annotated[int | None, Query(ge=1990, le=2100, description="a year; without it the last that is over")]


@router.get("/clusters")
def clusters(visit: VisitDep) -> Response:
    """The clusters of all plans."""
    return visit.reply("clusters.html", clusters_page(visit) if visit.graph.stamp() else None)


@router.get("/clusters/{cluster_id}.xlsx")
def cluster_file(visit: VisitDep, cluster_id: str, region: RegionDep = "") -> Response:
    """The portrait of a cluster as a workbook, with all rows."""
    page = cluster_page(visit, cluster_id, region.strip() or None, whole=True)
    return attachment(cluster_workbook(page, visit.lang, visit.site.is_demo(page.graph)), "cluster.xlsx")


@router.get("/clusters/{cluster_id}")
def cluster(visit: VisitDep, cluster_id: str, region: RegionDep = "") -> Response:
    """The portrait of a cluster; it prints on one page."""
    return visit.reply("cluster.html", cluster_page(visit, cluster_id, region.strip() or None))


@router.get("/chains/{chain_id}/report.docx")
def chain_report(visit: VisitDep, chain_id: str, region: RegionDep = "", year: YearDep = None) -> Response:
    """The yearly report of a chain in a region as DOCX."""
    stamp = visit.graph.stamp()
    demo = bool(stamp) and visit.site.is_demo(stamp.stamp if stamp else "")
    asked = year or today().year - 1
    body = report_file(visit.home, visit.graph, chain_id, region.strip() or None, asked, visit.lang, demo)
    return attachment(body, f"chain-{chain_id}-{asked}.docx")
