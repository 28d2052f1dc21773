"""Chains seen from a region: the list with its gaps, a chain as a map with its table, and two regions side by side."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from matcher.chain.placement import node_id
from matcher.chain.state import Kind
from web.jobs.chains import templates
from web.jobs.states import ChainStates, chain_of, observer, states_of
from web.pages.chains.map import HIGH, WIDE, chain_map
from web.pages.evidence.citation import Citation, citations
from web.pages.needs.shortlist import Place, places

if TYPE_CHECKING:
    from kg.store import Graph
    from matcher.chain.state import Counts, State, StateRules
    from matcher.chain.template import Chain, Node
    from web.home import Home

KEYS: dict[Kind, str] = {"建": "build", "补": "fill", "延": "extend", "强": "strengthen"}
"""States as pages name them in either language."""

ROOM = 15
"""Widths of a Latin letter, in halves of a Chinese sign, that the name in a box may take: more is cut."""


class RulesRow(BaseModel):
    """The rules that the states follow from."""

    name: str
    effective_from: str


class CountsRow(BaseModel):
    """What is known of the makers at a node; `says` has all of it in words."""

    firms: int
    titled: int = Field(description="of these, firms that hold a tier")
    patented: int = Field(description="of these, firms of which a patent was read")
    products: int
    orders: int = Field(description="known supplies of what stands at the node")
    buyers: int
    single: int = Field(description="buyers that have it from one firm alone, as far as is known")
    first: float | None = Field(default=None, description="share of the firm with most known supplies")
    says: str


class Flag(BaseModel):
    """That what stands at the node is depended on, imported, or a chokepoint (卡脖子): by firms' own statements or by a
    list, never reckoned."""

    flag: Literal["depends", "imported", "chokepoint"]
    by: Literal["firm", "list"]
    says: str
    facts: list[str]
    sources: list[Citation] = Field(default=[], description="sentence or row of the list, with its document and date")


class StateRow(BaseModel):
    """A node with its state."""

    node: str
    name: str
    stage: str
    kinds: list[str] = Field(description="build (建), fill (补), extend (延), strengthen (强); the main one first")
    because: list[str] = Field(description="the rules that held")
    says: str
    here: CountsRow
    country: CountsRow
    flags: list[Flag] = []


class Neighbour(BaseModel):
    """A node before or after another."""

    node: str
    name: str


class ChainRow(BaseModel):
    """A chain in the list."""

    id: str
    name: str
    version: str
    nodes: int
    held: int = Field(description="nodes at which a firm is")
    kinds: dict[str, int]


class ChainsPage(BaseModel):
    """All chains, seen from a region."""

    region: str | None = None
    chains: list[ChainRow]
    places: list[Place]
    rules: RulesRow
    graph: str
    as_of: str
    corpus: str


class MapBox(BaseModel):
    """A node's box in the picture."""

    node: str
    x: int
    y: int
    words: str
    title: str
    kind: str | None = None
    firms: int
    look: str


class MapLine(BaseModel):
    """A line of the picture."""

    path: str


class MapHead(BaseModel):
    """A stage's head in the picture."""

    stage: str
    x: int


class Map(BaseModel):
    """The picture of a chain."""

    width: int
    height: int
    wide: int = WIDE
    high: int = HIGH
    heads: list[MapHead]
    boxes: list[MapBox]
    lines: list[MapLine]


class ChainPage(BaseModel):
    """A chain, seen from a region and compared with another."""

    id: str
    name: str
    version: str
    region: str | None = None
    other: str | None = None
    kinds: dict[str, int]
    held: int
    unplaced: int = Field(description="firms of the chain whose place is unknown")
    nodes: list[StateRow]
    others: dict[str, StateRow] = Field(default={}, description="the same in the other region, by node")
    map: Map
    places: list[Place]
    rules: RulesRow
    graph: str
    as_of: str
    corpus: str


def chains_page(home: Home, graph: Graph, region: str | None, lang: str) -> ChainsPage:
    """All chains with their gaps. Raises MA001 (no such place), WE015 (nothing loaded)."""
    seen = observer(home, region)
    corpus = seen.network.corpus
    rows = []
    for template in templates(home):
        chain = template.chain
        found = seen.states(chain)
        rows.append(
            ChainRow(
                id=chain.id,
                name=named(chain, lang),
                version=chain.version,
                nodes=len(chain.nodes),
                held=sum(state.local.firms > 0 for state in found),
                kinds=counted(found),
            )
        )
    stamp = graph.stamp()
    return ChainsPage(
        region=seen.region,
        chains=rows,
        places=places(corpus),
        rules=rules_row(seen.rules),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=corpus.stamp,
    )


def chain_page(home: Home, graph: Graph, chain_id: str, region: str | None, other: str | None, lang: str) -> ChainPage:
    """A chain as a map and a table. Raises WE404 (no such chain), MA001 (no such place), WE015 (nothing loaded)."""
    chain = chain_of(home, chain_id)
    seen = observer(home, region)
    found = states_of(seen, chain)
    rows = state_rows(found, lang)
    cite(graph, rows)
    theirs = states_of(observer(home, other), chain) if other else None
    stamp = graph.stamp()
    return ChainPage(
        id=chain.id,
        name=named(chain, lang),
        version=chain.version,
        region=seen.region,
        other=theirs.region if theirs else None,
        kinds=counted(found.states),
        held=sum(state.local.firms > 0 for state in found.states),
        unplaced=found.unplaced,
        nodes=rows,
        others={row.node: row for row in state_rows(theirs, lang)} if theirs else {},
        map=_map(chain, {row.node: row for row in rows}),
        places=places(seen.network.corpus),
        rules=rules_row(seen.rules),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=seen.network.corpus.stamp,
    )


def named(one: Chain | Node, lang: str) -> str:
    """The name of a chain or a node in a language."""
    return one.name if lang == "zh" else one.name_en


def counted(found: Iterable[State]) -> dict[str, int]:
    """How many nodes are in each state, by their main kind first and all others too."""
    kinds = Counter(kind for state in found for kind in state.kinds)
    return {key: kinds[kind] for kind, key in KEYS.items()}


def rules_row(rules: StateRules) -> RulesRow:
    """The rules as a page names them."""
    return RulesRow(name=rules.name, effective_from=rules.effective_from)


def state_rows(found: ChainStates, lang: str) -> list[StateRow]:
    """The nodes of a chain with their states, in its order."""
    names = {node_id(found.chain, node): named(node, lang) for node in found.chain.nodes}
    return [
        state_row(node, state, lang, found.rules, names)
        for node, state in zip(found.chain.nodes, found.states, strict=True)
    ]


def neighbours(chain: Chain, idents: Iterable[str], lang: str) -> list[Neighbour]:
    """Nodes of a chain by their ids."""
    by_id = {node.id: node for node in chain.nodes}
    return [Neighbour(node=ident, name=named(by_id[ident], lang)) for ident in idents if ident in by_id]


def state_row(node: Node, state: State, lang: str, rules: StateRules, names: dict[str, str]) -> StateRow:
    """A node with its state; `names` are those of nodes by `chain:node`."""
    return StateRow(
        node=node.id,
        name=named(node, lang),
        stage=node.stage,
        kinds=[KEYS[kind] for kind in state.kinds],
        because=list(state.because),
        says=state.says(lang, rules, names),
        here=_counts(state.local, lang),
        country=_counts(state.country, lang),
        flags=list(_flags(state, lang)),
    )


def _counts(one: Counts, lang: str) -> CountsRow:
    return CountsRow(
        firms=one.firms,
        titled=one.titled,
        patented=one.patented,
        products=one.products,
        orders=one.orders,
        buyers=one.buyers,
        single=one.single,
        first=one.first,
        says="；".join(_words(one, zh=True)) if lang == "zh" else "; ".join(_words(one, zh=False)),
    )


def _words(one: Counts, zh: bool) -> Sequence[str]:
    said = [
        f"{one.firms} 家企业，{one.products} 个产品名" if zh else f"{one.firms} firms, {one.products} product names",
        f"有梯度称号的 {one.titled} 家" if zh else f"{one.titled} hold a tier",
        f"读到专利的 {one.patented} 家" if zh else f"a patent was read of {one.patented}",
    ]
    if one.orders:
        share = f"{100 * (one.first or 0):.0f}%"
        said.append(
            f"已知供货 {one.orders} 次，买方 {one.buyers} 家（其中 {one.single} 家只从一家购），最多的一家占 {share}"
            if zh
            else f"{one.orders} known supplies to {one.buyers} buyers ({one.single} of them buy from one firm alone), "
            f"{share} by the first firm"
        )
    else:
        said.append("没有读到供货" if zh else "no supply was read")
    return said


def _flags(state: State, lang: str) -> Iterable[Flag]:
    stop, alone = ("；", "（单一来源）") if lang == "zh" else ("; ", " (single source)")
    for imported in (True, False):
        said = [one for one in state.dependences if one.imported is imported]
        if said:
            yield Flag(
                flag="imported" if imported else "depends",
                by="firm",
                says=stop.join(dict.fromkeys(f"{one.name}：{one.what}{alone * one.single}" for one in said)),
                facts=list(dict.fromkeys(one.fact for one in said if one.fact)),
            )
    for flag in ("imported", "chokepoint"):
        listed = [one for one in state.listed if one.flag == flag]
        if listed:
            yield Flag(
                flag=flag,
                by="list",
                says=stop.join(
                    dict.fromkeys(f"{one.title}{f'（{one.day}）' * bool(one.day)}：{one.name}" for one in listed)
                ),
                facts=list(dict.fromkeys(one.fact for one in listed if one.fact)),
            )


def cite(graph: Graph, rows: Iterable[StateRow]) -> None:
    """Give the flags of rows the sources of their statements."""
    flags = [flag for row in rows for flag in row.flags]
    cited = citations(graph, {fact for flag in flags for fact in flag.facts})
    for flag in flags:
        flag.sources = [cited[fact] for fact in flag.facts if fact in cited]


def _map(chain: Chain, rows: dict[str, StateRow]) -> Map:
    drawn = chain_map(chain)
    boxes = []
    for box in drawn.boxes:
        row = rows[box.node]
        kind = row.kinds[0] if row.kinds else None
        boxes.append(
            MapBox(
                node=box.node,
                x=box.x,
                y=box.y,
                words=_cut(row.name),
                title=f"{row.name} · {row.says}" if row.says else row.name,
                kind=kind,
                firms=row.here.firms,
                look="none" if not row.here.firms else "weak" if kind else "held",
            )
        )
    return Map(
        width=drawn.width,
        height=drawn.height,
        heads=[MapHead(stage=head.stage, x=head.x) for head in drawn.heads],
        boxes=boxes,
        lines=[MapLine(path=line.path) for line in drawn.lines],
    )


def _cut(text: str) -> str:
    """As much of a name as a box holds; a Chinese sign is about as wide as two Latin letters."""
    room = ROOM * 1.25
    for at, sign in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if room < 0:
            return text[: max(at - 1, 1)] + "…"
    return text
