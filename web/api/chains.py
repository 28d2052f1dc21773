"""Chains, their nodes and what they lack, as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from web.api.shape import NOT_FOUND, Ident
from web.beijing import today
from web.deps import VisitDep
from web.jobs.gaps import gaps_of
from web.jobs.network import region_of
from web.jobs.states import chain_of
from web.pages.asof import AsOfDep
from web.pages.chains.chains import ChainPage, ChainsPage, chain_page, chains_page
from web.pages.chains.node import NodePage, node_page
from web.pages.chains.routes import OtherDep, RegionDep
from web.pages.criteria.criteria import CriteriaPage, criteria_page
from web.pages.evidence.citation import Named
from web.pages.firms.firm import present
from web.pages.supply.routes import AskedDep, Every, Words
from web.pages.supply.sourcing import SourcingPage, TiersPage, sourcing_page, tiers_page
from web.pages.supply.whatif import WhatIfPage, what_if_page

router = APIRouter(tags=["chains"])


@router.get("/chains", summary="Chains with the number of nodes in each state")
def chains(visit: VisitDep, region: RegionDep = "") -> ChainsPage:
    """Seen from a region, without one from the country."""
    return chains_page(visit.home, visit.graph, region.strip() or None, visit.lang)


@router.get("/chains/{chain_id}", summary="The nodes of a chain with their states", responses=NOT_FOUND)
def chain(visit: VisitDep, chain_id: Ident, region: RegionDep = "", other: OtherDep = "") -> ChainPage:
    """Each with the counts and the rule that it follows from, here and in the country; beside another region, too."""
    return chain_page(visit.home, visit.graph, chain_id, region.strip() or None, other.strip() or None, visit.lang)


@router.get("/chains/{chain_id}/nodes/{node}", summary="A node of a chain", responses=NOT_FOUND)
def node(visit: VisitDep, chain_id: Ident, node: Ident, region: RegionDep = "") -> NodePage:
    """Firms here and elsewhere, products, needs, patents, counts by year; who could take it up, where a region is
    given."""
    return node_page(visit.home, visit.graph, chain_id, node, region.strip() or None, visit.lang)


class GapRow(BaseModel):
    """A gap of a chain as it was last found."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    node: str = Field(description="chain:node")
    kind: str = Field(description="建, 补, 延 or 强")
    rule: str
    as_of: str
    firms_local: int
    firms_all: int
    firm: str = Field(description="the firm that states it; empty: it follows from counts")
    firm_name: str
    fact: str | None


@router.get("/chains/{chain_id}/gaps", summary="Gaps of a chain as they were last found", responses=NOT_FOUND)
def gaps(visit: VisitDep, chain_id: Ident, region: RegionDep = "") -> list[GapRow]:
    """In a region, without one in the country, by node; each with the counts that it was found with."""
    place = region_of(region.strip()) if region.strip() else ""
    chain_of(visit.home, chain_id)
    return [GapRow.model_validate(row) for row in gaps_of(visit.home, chain_id, place)]


@router.get("/what-if", summary="What a lost firm, a place cut off or a stopped import hits", responses=NOT_FOUND)
def what_if(visit: VisitDep, ask: AskedDep) -> WhatIfPage:
    """Nodes with their states before and after, firms downstream and open needs with their paths, who could step in."""
    return what_if_page(visit.home, visit.graph, ask, visit.lang)


@router.get("/firms/{firm_id}/criteria", summary="A firm on the criteria of tiers", responses=NOT_FOUND)
def criteria(visit: VisitDep, firm_id: Annotated[str, Path(min_length=1, max_length=400)], at: AsOfDep) -> CriteriaPage:
    """Each condition of each rule set: pass, miss or unknown, what it rests on and the paper that would settle it."""
    key, name = present(visit.graph, firm_id)
    day = dt.date.fromisoformat(at.day) if at.day else today()
    return criteria_page(visit.home, visit.graph, Named(id=key, name=name), day, visit.lang)


@router.get("/firms/{firm_id}/tiers", summary="The suppliers of a firm, tier by tier", responses=NOT_FOUND)
def tiers(visit: VisitDep, firm_id: Annotated[str, Path(min_length=1, max_length=400)]) -> TiersPage:
    """Each with the statements that lead from it to the firm."""
    return tiers_page(visit.home, visit.graph, firm_id, visit.lang)


@router.get("/single-sources", summary="What buyers have from one source or nearly so", responses=NOT_FOUND)
def single_sources(
    visit: VisitDep, buyer: Words = "", node: Words = "", region: Words = "", every: Every = False
) -> SourcingPage:
    """By buyer and node, the most concentrated first."""
    return sourcing_page(
        visit.home, visit.graph, buyer.strip(), node.strip(), region.strip(), single=not every, lang=visit.lang
    )
