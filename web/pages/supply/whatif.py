"""What if a maker disappears, a place is cut off, an import stops: what is hit, by which path, who could step in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from matcher.chain.path import Path
from web.jobs.chains import templates
from web.jobs.proposals import Telling
from web.jobs.whatif import changed, scenario_of
from web.pages.chains.chains import RulesRow, StateRow, named, rules_row, state_row
from web.pages.evidence.citation import Named
from web.pages.needs.shortlist import Place, places
from web.pages.path import NearRow, StepRow, near_row, step_rows

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home
    from web.jobs.whatif import Changed


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says: a firm (id or whole name) is gone, a place is cut off, or an import stops (a product's name
    or a node); `chain` keeps to one chain, `seen` is the region from which states are seen."""

    firm: str = ""
    region: str = ""
    imported: str = ""
    chain: str = ""
    seen: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is asked yet."""
        return not (self.firm or self.region or self.imported)


class Behind(BaseModel):
    """A node behind one that is hit, and the way to it."""

    node: str = Field(description="chain:node")
    name: str
    path: list[StepRow]


class HitNode(BaseModel):
    """A node that loses makers, or whose import stops."""

    chain: str
    node: str
    name: str
    chain_name: str
    makers: int = Field(description="makers before, in the country")
    lost: int
    before: StateRow
    after: StateRow
    left: list[Named] = Field(description="some who still make it")
    near: list[NearRow] = Field(description="firms that do not make it yet; sought where nobody is left")
    behind: list[Behind]


class HitFirm(BaseModel):
    """A firm or body downstream."""

    id: str
    name: str
    sole: bool = Field(description="no other supplier of it is known")
    path: list[StepRow]


class HitNeed(BaseModel):
    """An open need for what stands at a node that is hit."""

    id: str
    title: str
    left: int
    path: list[StepRow]


class WhatIfPage(BaseModel):
    """What one event hits: counts are of all, lists hold the worst first."""

    said: str = Field(description="the firm, the place or the product that it is about, by name")
    kind: str = Field(description="firm, region or import")
    seen: str | None = Field(default=None, description="code of the region from which states are seen")
    lost: int
    nodes: list[HitNode]
    node_count: int
    firms: list[HitFirm]
    firm_count: int
    needs: list[HitNeed]
    rules: RulesRow
    graph: str
    as_of: str
    corpus: str


class Choices(BaseModel):
    """What the form offers."""

    chains: list[Named]
    places: list[Place]


def choices(home: Home, lang: str) -> Choices:
    """The chains and the places that the form offers. Raises WE015 (nothing loaded)."""
    return Choices(
        chains=[Named(id=one.chain.id, name=named(one.chain, lang)) for one in templates(home)],
        places=places(home.ranker().corpus),
    )


def what_if_page(home: Home, graph: Graph, asked: Asked, lang: str) -> WhatIfPage:
    """What the event hits. Raises MA001 (not exactly one event, no such place), WE404 (firm, chain), WE015."""
    scenario = scenario_of(home, asked.firm, asked.region, asked.imported, asked.chain)
    found = changed(home, scenario, asked.seen or None)
    hit = found.impact
    paths: list[Path] = [path for node in hit.nodes for _, path in node.after]
    paths += [one.path for one in hit.firms] + [one.path for one in hit.needs]
    told = Telling(graph, found.network, lang, [entry for node in hit.nodes for entry in node.near], paths)
    stamp = graph.stamp()
    return WhatIfPage(
        said=_said(found),
        kind="firm" if scenario.firms else "region" if scenario.region else "import",
        seen=found.region,
        lost=hit.lost,
        nodes=_nodes(found, told, lang),
        node_count=hit.node_count,
        firms=[
            HitFirm(id=one.firm.id, name=one.firm.name, sole=one.sole, path=step_rows(told.path(one.path)))
            for one in hit.firms
        ],
        firm_count=hit.firm_count,
        needs=[
            HitNeed(id=one.need.id, title=one.need.name, left=one.left, path=step_rows(told.path(one.path)))
            for one in hit.needs
        ],
        rules=rules_row(found.rules),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=found.network.corpus.stamp,
    )


def _said(found: Changed) -> str:
    scenario, net = found.impact.scenario, found.network
    if scenario.firms:
        row = net.corpus.row(scenario.firms[0])
        return net.firm(row).name if row is not None else scenario.firms[0]
    imported = scenario.imported or ""
    return scenario.region or (net.flow.nodes[imported].name if imported in net.flow.nodes else imported)


def _nodes(found: Changed, told: Telling, lang: str) -> list[HitNode]:
    flow = found.network.flow
    names = {ident: named(node, lang) for ident, node in flow.nodes.items()}
    rows = []
    for one in found.impact.nodes:
        ident = one.node.id
        before, after = (state_row(flow.nodes[ident], state, lang, found.rules, names) for state in found.states[ident])
        rows.append(
            HitNode(
                chain=flow.chain_of[ident].id,
                node=flow.nodes[ident].id,
                name=names[ident],
                chain_name=named(flow.chain_of[ident], lang),
                makers=one.before,
                lost=one.lost,
                before=before,
                after=after,
                left=[Named(id=end.id, name=end.name) for end in one.left],
                near=[near_row(told.ranked(entry)) for entry in one.near],
                behind=[
                    Behind(node=end.id, name=names[end.id], path=step_rows(told.path(path))) for end, path in one.after
                ],
            )
        )
    return rows
