"""Whom a firm's supplies come from, tier by tier, and what buyers have from one source or nearly so."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Field

from matcher.chain.network import Network
from matcher.chain.sources import Sourcing, sourcings, supply_tiers
from matcher.kept import Kept
from web.errors import WebError
from web.jobs.chains import templates
from web.jobs.fit import firm_id_of
from web.jobs.network import network, region_of
from web.jobs.proposals import Telling
from web.pages.chains.chains import named
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.firms.firm import present
from web.pages.needs.shortlist import Place, places
from web.pages.path import StepRow, step_rows

if TYPE_CHECKING:
    from kg.store import Graph
    from matcher.chain.template import Chain, Node
    from web.home import Home

SHOWN = 200
"""Suppliers, or buyers with nodes, that a page shows; the workbook has WHOLE of them."""

WHOLE = 10_000

CITED = 3
"""Statements of a buyer and a node whose sentences are shown."""


KEPT = 8
"""Answers that are kept for one state of the graph."""

_KEPT: WeakKeyDictionary[Network, Kept[tuple[Any, ...], tuple[Sourcing, ...]]] = WeakKeyDictionary()


class TierFirm(BaseModel):
    """A supplier upstream, and the statements that lead from it to the firm."""

    id: str
    name: str
    tier: int = Field(description="1 supplies the firm, 2 supplies one of those, and so on")
    region: str | None = Field(default=None, description="code of its most exact place")
    path: list[StepRow]


class TiersPage(BaseModel):
    """The suppliers of a firm, tier by tier."""

    firm: Named
    counts: dict[int, int] = Field(description="suppliers by tier")
    suppliers: list[TierFirm]
    count: int
    graph: str
    as_of: str
    corpus: str


class Share(BaseModel):
    """A supplier of a buyer for a node."""

    id: str
    name: str
    orders: int


class SourcingRow(BaseModel):
    """What a buyer is known to buy of what stands at a node."""

    buyer: Named
    chain: str
    chain_name: str
    node: str
    name: str
    orders: int = Field(description="known supplies")
    suppliers: list[Share]
    single: bool
    first: float = Field(description="share of the first supplier")
    concentration: float = Field(description="sum of the squared shares; 1 for a single source")
    newest: str | None = Field(default=None, description="date of the newest of the shown sources")
    sources: list[Citation]


class SourcingPage(BaseModel):
    """What buyers have from one source or nearly so."""

    buyer: str = ""
    node: str | None = None
    chain: str | None = None
    node_name: str = ""
    region: str | None = None
    single: bool
    rows: list[SourcingRow]
    count: int
    chains: list[Named]
    places: list[Place]
    graph: str
    as_of: str
    corpus: str


def tiers_page(home: Home, graph: Graph, firm_id: str, lang: str, most: int = SHOWN) -> TiersPage:
    """The suppliers of a firm by tier, at most so many of them. Raises WE404 (no such firm), WE015 (nothing loaded)."""
    key, name = present(graph, firm_id)
    net = network(home)
    row = net.corpus.row(key)
    found = supply_tiers(net, row) if row is not None else ()
    shown = found[:most]
    told = Telling(graph, net, lang, [], [one.path for one in shown])
    stamp = graph.stamp()
    return TiersPage(
        firm=Named(id=key, name=name),
        counts=dict(sorted(Counter(one.tier for one in found).items())),
        suppliers=[
            TierFirm(
                id=one.firm.id,
                name=one.firm.name,
                tier=one.tier,
                region=told.place(one.firm.id)[0],
                path=step_rows(told.path(one.path)),
            )
            for one in shown
        ],
        count=len(found),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=net.corpus.stamp,
    )


def sourcing_page(
    home: Home,
    graph: Graph,
    buyer: str = "",
    node: str = "",
    region: str = "",
    *,
    single: bool = True,
    lang: str = "zh",
    most: int = SHOWN,
) -> SourcingPage:
    """What buyers buy of what stands at nodes, the most concentrated first.

    `buyer` is an id or a whole name, `node` a chain or `chain:node`, `region` a code or a name. Raises WE404 (no such
    firm or chain), MA001 (no such node or place), WE015 (nothing loaded).
    """
    net = network(home)
    firm = firm_id_of(graph, buyer) if buyer else None
    chains = [one.chain for one in templates(home)]
    if node and ":" not in node and node not in {chain.id for chain in chains}:
        raise WebError(f"no chain {node[:80]}", code="WE404", hint="see the list of chains")
    code = region_of(region) if region else None
    found = _found(net, firm[0] if firm else None, node or None, code, single)
    shown = found[:most]
    cited = citations(graph, {step.fact for one in shown for step in one.steps[:CITED] if step.fact})
    stamp = graph.stamp()
    at_node = ":" in node
    return SourcingPage(
        buyer=firm[1] if firm else "",
        node=node if at_node else None,
        chain=node.partition(":")[0] or None,
        node_name=named(net.flow.nodes[node], lang) if at_node else "",
        region=code,
        single=single,
        rows=[_row(one, net.flow.nodes[one.node.id], net.flow.chain_of[one.node.id], cited, lang) for one in shown],
        count=len(found),
        chains=[Named(id=chain.id, name=named(chain, lang)) for chain in chains],
        places=places(net.corpus),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=net.corpus.stamp,
    )


def _found(net: Network, *asked: Any) -> tuple[Sourcing, ...]:
    """Of one state of the graph the last answers: whoever looks at all buyers looks at the same thousands."""
    buyer, node, region, single = asked
    return _KEPT.setdefault(net, Kept(KEPT)).get(asked, lambda: sourcings(net, buyer, node, region, single=single))


def _row(one: Sourcing, node: Node, chain: Chain, cited: dict[str, Citation], lang: str) -> SourcingRow:
    sources = [cited[step.fact] for step in one.steps[:CITED] if step.fact in cited]
    return SourcingRow(
        buyer=Named(id=one.buyer.id, name=one.buyer.name),
        chain=chain.id,
        chain_name=named(chain, lang),
        node=node.id,
        name=named(node, lang),
        orders=one.orders,
        suppliers=[Share(id=end.id, name=end.name, orders=count) for end, count in one.suppliers],
        single=one.single,
        first=one.first,
        concentration=one.concentration,
        newest=max((source.date for source in sources if source.date), default=None),
        sources=sources,
    )
