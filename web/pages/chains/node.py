"""A node of a chain: who makes it here and elsewhere, of what, who asks for it, its patents, and its course by year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, Field

from kg.records import BY_STRENGTH
from kg.values.name import name_key
from matcher.chain.placement import node_id
from web.errors import WebError
from web.jobs.proposals import NodeProposals, proposals
from web.jobs.states import chain_of, observer
from web.pages.chains.chains import Neighbour, RulesRow, StateRow, cite, named, neighbours, rules_row, state_row
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.firms.search import NeedCard
from web.pages.needs.shortlist import Place, places

if TYPE_CHECKING:
    from kg.store import Graph
    from matcher.chain.placement import Placer
    from matcher.chain.template import Chain, Node
    from matcher.corpus import Corpus
    from web.home import Home

FIRMS = 30
"""Firms that are shown here, and as many of elsewhere."""

NAMES = 60
"""Product names that are shown."""

PATENTS = 30
KEYS = 4_000
"""Product names, those of most makers first, by which patents are sought."""

OWNED = 20_000
"""Patents with an owner that are read for the course by year."""


class Made(BaseModel):
    """A product of a firm at the node, and the statement that says so."""

    name: str
    key: str
    level: str
    fact: str | None = None


class NodeFirm(BaseModel):
    """A firm that makes something at the node."""

    id: str
    name: str
    region: str | None = None
    tiers: list[str] = []
    made: list[Made]
    source: Citation | None = Field(default=None, description="the best of its statements")


class NodeProduct(BaseModel):
    """A product name at the node with its makers."""

    name: str
    key: str
    here: int
    everywhere: int


class NodePatent(BaseModel):
    """A patent about a product of the node."""

    id: str
    title: str
    kind: str | None = None
    filed: str | None = None
    owners: list[Named]
    source: Citation | None = None


class Course(BaseModel):
    """Counts by year; a year without a row was not read, it is no zero."""

    what: str
    years: dict[int, int]


class YearRow(BaseModel):
    """One year of all courses."""

    year: int
    counts: dict[str, int]


class NodePage(BaseModel):
    """All that is known of a node, seen from a region (none: the country)."""

    chain: str
    chain_name: str
    version: str
    node: str
    name: str
    stage: str
    field: str | None = None
    names: list[str] = Field(description="product names of the template")
    ipc: list[str] = []
    feeds: list[Neighbour] = []
    fed_by: list[Neighbour] = []
    region: str | None = None
    state: StateRow
    here: list[NodeFirm]
    here_count: int
    elsewhere: list[NodeFirm]
    elsewhere_count: int
    unplaced: int = Field(description="firms at the node whose place is unknown")
    products: list[NodeProduct]
    product_count: int
    needs: list[NeedCard] = []
    patents: list[NodePatent] = []
    patent_count: int = 0
    courses: list[Course] = []
    year_rows: list[YearRow] = []
    proposals: NodeProposals | None = None
    places: list[Place] = []
    rules: RulesRow
    graph: str
    as_of: str
    corpus: str


def node_page(
    home: Home, graph: Graph, chain_id: str, node: str, region: str | None, lang: str, proposed: bool = True
) -> NodePage:
    """A node of a chain as seen from a region. Raises WE404 (no such chain or node), MA001 (place)."""
    chain = chain_of(home, chain_id)
    found = node_of(chain, node)
    ident = node_id(chain, found)
    seen = observer(home, region)
    net, corpus = seen.network, seen.network.corpus
    placed, local, code = net.placement, seen.local, seen.region
    rows = placed.firms(ident)
    here, elsewhere = rows[local[rows]], rows[~local[rows]]
    names = placed.products(ident)
    cited = _Cited(graph, corpus, names)
    names_of = {node_id(chain, one): named(one, lang) for one in chain.nodes}
    state = state_row(found, seen.state(ident), lang, seen.rules, names_of)
    cite(graph, [state])
    stamp = graph.stamp()
    inside = {corpus.ids[row] for row in here.tolist()} if code else None
    patents = _patents(graph, corpus, names)
    courses = _courses(corpus, here, found, patents, inside)
    return NodePage(
        chain=chain.id,
        chain_name=named(chain, lang),
        version=chain.version,
        node=found.id,
        name=named(found, lang),
        stage=found.stage,
        field=found.field,
        names=list(found.products),
        ipc=list(found.ipc),
        feeds=neighbours(chain, found.feeds, lang),
        fed_by=neighbours(chain, [one.id for one in chain.nodes if found.id in one.feeds], lang),
        region=code,
        state=state,
        here=cited.firms(here),
        here_count=len(here),
        elsewhere=cited.firms(elsewhere) if code else [],
        elsewhere_count=len(elsewhere) if code else 0,
        unplaced=int(np.count_nonzero(~seen.placed[rows])),
        products=_products(corpus, names, local),
        product_count=len(names),
        needs=needs_at(graph, net.placer, ident),
        patents=_shown(graph, patents, inside),
        patent_count=len({row["id"] for row in patents if inside is None or row["firm"] in inside}),
        courses=courses,
        year_rows=[
            YearRow(year=year, counts={one.what: one.years[year] for one in courses if year in one.years})
            for year in sorted({year for one in courses for year in one.years})
        ],
        proposals=proposals(home, ident, code, lang) if code and proposed else None,
        places=places(corpus),
        rules=rules_row(seen.rules),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=corpus.stamp,
    )


def proposals_of(home: Home, chain_id: str, node: str, region: str | None, lang: str) -> NodeProposals | None:
    """Who could take up a node in a region (none: nobody is proposed). Raises as `node_page`."""
    chain = chain_of(home, chain_id)
    ident = node_id(chain, node_of(chain, node))
    return proposals(home, ident, region, lang) if region else None


def node_of(chain: Chain, node: str) -> Node:
    """The node of a chain with this id. Raises WE404."""
    for one in chain.nodes:
        if one.id == node:
            return one
    raise WebError(f"no node {node[:80]} in the chain {chain.id}", code="WE404", hint="see the map of the chain")


class _Cited:
    """Firms at a node with what they make there; sentences are read for those that are shown."""

    def __init__(self, graph: Graph, corpus: Corpus, names: Any) -> None:
        self._graph, self._corpus, self._names = graph, corpus, names

    def firms(self, rows: Any) -> list[NodeFirm]:
        """The first firms: holders of tiers first, then who makes most there."""
        many = Counter(self._makers())
        titled = self._corpus.holders.get("tier", {})
        order = sorted(rows.tolist(), key=lambda row: (row not in titled, -many[row], row))[:FIRMS]
        firms = [self._firm(row) for row in order]
        cited = citations(self._graph, [one.made[0].fact for one in firms if one.made[0].fact])
        for one in firms:
            one.source = cited.get(one.made[0].fact or "")
        return firms

    def _makers(self) -> list[int]:
        start, maker = self._corpus.maker_start, self._corpus.maker
        return [row for name in self._names.tolist() for row in maker[start[name] : start[name + 1]].tolist()]

    def _firm(self, row: int) -> NodeFirm:
        corpus = self._corpus
        firm = corpus.firms[row]
        slots = [slot for slot in corpus.slots(row) if _among(self._names, int(corpus.slot_product[slot]))]
        made = [corpus.product_at(row, slot) for slot in slots]
        made.sort(key=lambda one: BY_STRENGTH.index(one.level))
        regions = firm.items("region")
        return NodeFirm(
            id=firm.id,
            name=firm.name,
            region=str(regions[0].value) if regions else None,
            tiers=sorted({str(item.value) for item in firm.items("tier")}),
            made=[Made(name=one.name, key=name_key(one.name), level=one.level, fact=one.fact) for one in made],
        )


def _among(names: Any, row: int) -> bool:
    at = int(np.searchsorted(names, row))
    return at < len(names) and int(names[at]) == row


def _products(corpus: Corpus, names: Any, local: Any) -> list[NodeProduct]:
    start, maker = corpus.maker_start, corpus.maker
    counts = start[names + 1] - start[names]
    first = names[np.argsort(-counts, kind="stable")][:NAMES]
    found = []
    for row in first.tolist():
        makers = maker[start[row] : start[row + 1]]
        name = corpus.product_names[row]
        here = int(np.count_nonzero(local[makers]))
        found.append(NodeProduct(name=name, key=name_key(name), here=here, everywhere=len(makers)))
    return found


def needs_at(graph: Graph, placer: Placer, ident: str) -> list[NeedCard]:
    """Published needs and bounties that ask for something at the node, open ones first."""
    here = [
        row["id"]
        for row in graph.read("asked_names", limit=5_000)
        if any(place.node == ident for name in row["products"] for place in placer.places(name))
    ]
    cards = {row["id"]: NeedCard(**row) for row in graph.read("need_cards", ids=here)} if here else {}
    return [cards[need] for need in here if need in cards]


def _patents(graph: Graph, corpus: Corpus, names: Any) -> Sequence[Mapping[str, Any]]:
    """Patents about the names, a row for each owner, newest first."""
    counts = corpus.maker_start[names + 1] - corpus.maker_start[names]
    first = names[np.argsort(-counts, kind="stable")][:KEYS]
    keys = sorted({name_key(corpus.product_names[row]) for row in first.tolist()})
    return graph.read("node_patents", keys=keys, limit=OWNED)


def _shown(graph: Graph, rows: Sequence[Mapping[str, Any]], inside: set[str] | None) -> list[NodePatent]:
    found: dict[str, NodePatent] = {}
    facts: dict[str, str] = {}
    for row in rows:
        if inside is not None and row["firm"] not in inside:
            continue
        if row["id"] not in found:
            if len(found) == PATENTS:
                break
            found[row["id"]] = NodePatent(
                id=row["id"], title=row["title"] or row["id"], kind=row["kind"], filed=row["filed"], owners=[]
            )
            facts[row["id"]] = row["fact"]
        found[row["id"]].owners.append(Named(id=row["firm"], name=row["name"] or row["firm"]))
    cited = citations(graph, [fact for fact in facts.values() if fact])
    for ident, patent in found.items():
        patent.source = cited.get(facts[ident])
    return list(found.values())


def _courses(
    corpus: Corpus, rows: Any, node: Node, patents: Sequence[Mapping[str, Any]], inside: set[str] | None
) -> list[Course]:
    filed = {row["id"]: row["filed"] for row in patents if inside is None or row["firm"] in inside}
    founded: Counter[int] = Counter()
    won: Counter[int] = Counter()
    for row in rows.tolist():
        firm = corpus.firms[row]
        founded.update(_year(item.value) for item in firm.items("founded")[:1])
        for item in firm.items("awards"):
            if any(name in str(item.value.get("title", "")) for name in node.products):
                won[_year(item.value.get("day"))] += 1
    counted = {"patents": Counter(map(_year, filed.values())), "contracts": won, "founded": founded}
    return [
        Course(what=what, years={year: count for year, count in sorted(counts.items()) if year})
        for what, counts in counted.items()
        if any(counts)
    ]


def _year(value: object) -> int:
    """The year of a date, 0 where it is none."""
    text = str(value or "")[:4]
    return int(text) if text.isdigit() else 0
