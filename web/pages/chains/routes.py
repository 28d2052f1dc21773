"""Chains as HTML, as workbooks and as pictures of years, and people's word on what stands at a node."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.deps import VisitDep, requires
from web.forms import FormDep, first
from web.jobs.chains import correct
from web.jobs.corrections import PROPOSE
from web.jobs.gaps import gaps_at
from web.pages.attachment import attachment
from web.pages.chains.chains import chain_page, chains_page
from web.pages.chains.correction import said_in, said_rows
from web.pages.chains.node import node_page, proposals_of
from web.pages.chains.sheet import chain_workbook, node_workbook

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
    if proposed and visit.partial:
        told = proposals_of(visit.home, chain_id, node, seen, visit.lang)
        return visit.reply("chain_node.html", block="proposals", proposals=told, proposals_at="", said=[])
    page = node_page(visit.home, visit.graph, chain_id, node, seen, visit.lang, proposed=proposed)
    own = gaps_at(visit.home, f"{page.chain}:{page.node}", page.region or "") if visit.actor.may("gap.write") else None
    address = visit.address(proposals=1) if page.region else None
    said = said_rows(visit, f"{page.chain}:{page.node}")
    return visit.reply("chain_node.html", page, gaps=own, proposals=page.proposals, proposals_at=address, said=said)


@router.post("/chains/{chain_id}/nodes/{node}/correct", dependencies=[Depends(requires(PROPOSE))])
def corrected(visit: VisitDep, chain_id: str, node: str, form: FormDep) -> Response:
    """Say that a product (`product`) stands at the node or does not (`act`), with a `reason`; or propose it."""
    correct(visit.home, said_in(visit, form, f"{chain_id}:{node}"))
    region = first(form, "region")
    after = f"?{urlencode({'region': region})}" if region else ""
    return RedirectResponse(f"/chains/{quote(chain_id)}/nodes/{quote(node)}{after}#said", status_code=303)
