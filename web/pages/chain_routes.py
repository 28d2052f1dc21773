"""Chains as HTML, as workbooks and as pictures of years."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from web.deps import VisitDep
from web.jobs.gaps import gaps_at
from web.pages.attachment import attachment
from web.pages.chain_node import node_page, proposals_of
from web.pages.chain_sheet import chain_workbook, node_workbook
from web.pages.chains import chain_page, chains_page

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

RegionDep = Annotated[str, Query(max_length=80, description="code of a division (GB/T 2260) or its name")]
ProposedDep = Annotated[
    bool, Query(alias="proposals", description="with who could take it up, where a region is given")
]
OtherDep = Annotated[str, Query(alias="with", max_length=80, description="a region to compare with")]


@router.get("/chains")
def chains(visit: VisitDep, region: RegionDep = "") -> Response:
    """All chains with their gaps."""
    ready = visit.graph.stamp()
    page = chains_page(visit.home, visit.graph, region.strip() or None, visit.lang) if ready else None
    return visit.reply("chains.html", page)


@router.get("/chains/{chain_id}.xlsx")
def chain_file(visit: VisitDep, chain_id: str, region: RegionDep = "", other: OtherDep = "") -> Response:
    """A chain as a workbook."""
    page = chain_page(visit.home, visit.graph, chain_id, region.strip() or None, other.strip() or None, visit.lang)
    return attachment(chain_workbook(page, visit.lang, visit.site.is_demo(page.graph)), f"chain-{page.id}.xlsx")


@router.get("/chains/{chain_id}/nodes/{node}.xlsx")
def node_file(visit: VisitDep, chain_id: str, node: str, region: RegionDep = "") -> Response:
    """A node as a workbook."""
    page = node_page(visit.home, visit.graph, chain_id, node, region.strip() or None, visit.lang)
    return attachment(
        node_workbook(page, visit.lang, visit.site.is_demo(page.graph)), f"node-{page.chain}-{page.node}.xlsx"
    )


@router.get("/chains/{chain_id}/nodes/{node}.svg")
def node_years(visit: VisitDep, chain_id: str, node: str, region: RegionDep = "") -> Response:
    """The course of a node by year as a picture; the table on its page has the same numbers."""
    from web.charts import years

    page = node_page(visit.home, visit.graph, chain_id, node, region.strip() or None, visit.lang, proposed=False)
    words = {
        "patents": ("专利（按申请年）", "patents by year of filing"),
        "contracts": ("标题写到它的中标合同", "contracts whose title names it"),
        "founded": ("企业成立", "firms founded"),
    }
    series = {words[one.what][visit.lang != "zh"]: one.years for one in page.courses}
    return Response(
        years(series, visit.lang), media_type="image/svg+xml", headers={"Cache-Control": "private, no-cache"}
    )


@router.get("/chains/{chain_id}")
def chain(visit: VisitDep, chain_id: str, region: RegionDep = "", other: OtherDep = "") -> Response:
    """A chain as a map with its table, beside another region where that is asked for."""
    page = chain_page(visit.home, visit.graph, chain_id, region.strip() or None, other.strip() or None, visit.lang)
    return visit.reply("chain.html", page)


@router.get("/chains/{chain_id}/nodes/{node}")
def chain_node(
    visit: VisitDep, chain_id: str, node: str, region: RegionDep = "", proposed: ProposedDep = False
) -> Response:
    """A node of a chain: firms, products, needs, patents, its state. Who could take it up comes with `proposals`: at
    once where the address asks for it, else as a part that browsers with scripts fetch."""
    seen = region.strip() or None
    headers = visit.request.headers
    if proposed and "hx-request" in headers and "hx-history-restore-request" not in headers:
        told = proposals_of(visit.home, chain_id, node, seen, visit.lang)
        return visit.reply("chain_node.html", block="proposals", proposals=told, proposals_at="")
    page = node_page(visit.home, visit.graph, chain_id, node, seen, visit.lang, proposed=proposed)
    own = gaps_at(visit.home, f"{page.chain}:{page.node}", page.region or "") if visit.actor.may("gap.write") else None
    address = visit.address(proposals=1) if page.region else None
    return visit.reply("chain_node.html", page, gaps=own, proposals=page.proposals, proposals_at=address)
