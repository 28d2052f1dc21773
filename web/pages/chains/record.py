"""What is known of a set of chains together, seen from a region: firms, tiers, products, patents, awards, gaps, needs.

Each row has its sentence and date; what is not known of it is counted beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from pydantic import BaseModel, Field

from kg.values.name import name_key
from matcher.chain.placement import node_id
from matcher.chain.supply import bought
from web.jobs.states import observer
from web.pages.chains.chains import KEYS as KINDS
from web.pages.chains.chains import StateRow, named, state_row
from web.pages.chains.node import KEYS, OWNED
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.firms.search import NeedCard

if TYPE_CHECKING:
    from kg.store import Graph
    from matcher.chain.network import Network
    from matcher.chain.state import Observer
    from matcher.chain.template import Chain
    from web.home import Home

KEPT = 8
"""Records that are kept for one state of the graph."""

YEARS = 10
"""Years of the trend, up to the last of which something is known."""


class RecordFirm(BaseModel):
    """A firm that makes something at a node."""

    id: str
    name: str
    region: str | None = None
    tiers: list[str]
    nodes: list[str]
    source: Citation | None = None


class RecordPatent(BaseModel):
    """A patent about a product at a node."""

    id: str
    title: str
    filed: str | None = None
    owners: list[Named]
    source: Citation | None = None


class RecordAward(BaseModel):
    """A contract that a firm won whose title names what stands at a node."""

    firm: Named
    title: str
    day: str | None = None
    buyer: str = ""
    nodes: list[str]
    source: Citation | None = None


class RecordTitle(BaseModel):
    """A tier that a list gives to a firm."""

    firm: Named
    tier: str
    status: str
    day: str | None = None
    source: Citation | None = None


class RecordNeed(BaseModel):
    """A published need or bounty that asks for something at a node."""

    need: NeedCard
    nodes: list[str]


class RecordGap(BaseModel):
    """A node that lacks something."""

    chain: str
    chain_name: str
    row: StateRow


class RecordProduct(BaseModel):
    """A product name at a node, with its makers in the region."""

    name: str
    key: str
    makers: int


class RecordCounts(BaseModel):
    """How much of it there is, and of how much is not known what."""

    nodes: int
    held: int = Field(description="nodes at which a firm of the region is")
    kinds: dict[str, int] = Field(description="nodes by kind of gap")
    firms: int
    unplaced: int = Field(description="firms whose place is unknown; they count in no region")
    tiers: dict[str, int]
    untiered: int = Field(description="firms of which no tier was read, which is not none")
    products: int
    patents: int
    undated_patents: int
    awards: int
    undated_awards: int
    needs: int


class YearLine(BaseModel):
    """One year: counts by what; a year without one was not read, it is no zero."""

    year: int
    counts: dict[str, int]


class ChainRecord:
    """The record of chains over one state of the graph; kept as long as that is."""

    def __init__(self, graph: Graph, seen: Observer, chains: Sequence[Chain]) -> None:
        self.graph, self.seen, self.chains = graph, seen, tuple(chains)
        self.net = seen.network
        self.corpus = self.net.corpus
        self.nodes = {node_id(chain, node): node for chain in chains for node in chain.nodes}

    @classmethod
    def of(cls, home: Home, graph: Graph, region: str | None, chains: Sequence[Chain]) -> ChainRecord:
        """The record seen from a region, made once for each state of the graph, region and set of chains.

        Raises MA001 (no such place), WE015 (nothing loaded).
        """
        seen = observer(home, region)
        network, kept = _KEPT.get(home, (None, {}))
        if network is not seen.network:
            _, kept = _KEPT[home] = (seen.network, {})
        key = (seen.region, seen.rules.name, *sorted(chain.id for chain in chains))
        found = kept.get(key)
        if found is None or found.seen is not seen:
            while len(kept) >= KEPT:
                kept.pop(next(iter(kept)))
            found = kept[key] = cls(graph, seen, chains)
        found.graph = graph  # the one of this request: the one before may be closed
        return found

    @cached_property
    def at(self) -> Mapping[int, list[str]]:
        """For each firm of the region (row) the nodes at which it makes something."""
        found: dict[int, list[str]] = {}
        for ident in self.nodes:
            for row in self.seen.firms(ident).tolist():
                found.setdefault(row, []).append(ident)
        return found

    @cached_property
    def states(self) -> Sequence[Any]:
        """The states of all nodes, in the order of the chains."""
        return [state for chain in self.chains for state in self.seen.states(chain)]

    @cached_property
    def names(self) -> Any:
        """Rows of the product names at the nodes, those of most makers first."""
        placed = [self.net.placement.products(ident) for ident in self.nodes]
        rows = np.unique(np.concatenate(placed)) if placed else np.zeros(0, np.int32)
        counts = self.corpus.maker_start[rows + 1] - self.corpus.maker_start[rows]
        return rows[np.argsort(-counts, kind="stable")]

    @cached_property
    def keys(self) -> Sequence[str]:
        """Keys of these products, at most KEYS."""
        return sorted({name_key(self.corpus.product_names[row]) for row in self.names[:KEYS].tolist()})

    @cached_property
    def made(self) -> Sequence[tuple[str, int]]:
        """Products that firms of the region make, with how many of them, most first."""
        start, maker = self.corpus.maker_start, self.corpus.maker
        found = []
        for row in self.names.tolist():
            count = int(np.count_nonzero(self.seen.local[maker[start[row] : start[row + 1]]]))
            if count:
                found.append((self.corpus.product_names[row], count))
        return sorted(found, key=lambda one: (-one[1], one[0]))

    @cached_property
    def owned(self) -> Sequence[Mapping[str, Any]]:
        """Patents about these products, a row for each owner in the region, newest first."""
        inside = {self.corpus.ids[row] for row in self.at} if self.seen.region else None
        rows = self.graph.read("node_patents", keys=list(self.keys), limit=OWNED)
        return [row for row in rows if inside is None or row["firm"] in inside]

    @cached_property
    def won(self) -> Sequence[tuple[int, Any, list[str]]]:
        """Contracts that firms of the chains won: row, item, nodes that the title names; newest first."""
        held = self.corpus.holders.get("awards", {})
        placed: dict[str, list[str]] = {}
        found = []
        for row in sorted(self.at.keys() & held.keys()):
            for item in held[row]:
                title = str(item.value.get("title", ""))
                if title not in placed:
                    places = self.net.placer.places(bought(title))
                    placed[title] = [one.node for one in places if one.node in self.nodes]
                if placed[title]:
                    found.append((row, item, placed[title]))
        return sorted(found, key=lambda one: (str(one[1].value.get("day") or ""), one[0]), reverse=True)

    @cached_property
    def titled(self) -> Sequence[tuple[int, Any]]:
        """Tiers that lists give to the firms: row and item, newest first."""
        held = self.corpus.holders.get("titles", {})
        found = [(row, item) for row in sorted(self.at.keys() & held.keys()) for item in held[row]]
        return sorted(found, key=lambda one: (str(one[1].value.get("dated") or ""), one[0]), reverse=True)

    @cached_property
    def asked(self) -> Sequence[tuple[Mapping[str, Any], list[str]]]:
        """Published needs and bounties that ask for something at the nodes, open ones first."""
        found = []
        for row in self.graph.read("needs", label=None, skip=0, limit=5_000):
            spots = dict.fromkeys(
                place.node
                for product in row["products"]
                for place in self.net.placer.places(product["name"])
                if place.node in self.nodes
            )
            if spots:
                found.append((row, list(spots)))
        return found

    def counts(self) -> RecordCounts:
        """How much there is of everything."""
        tiers: Counter[str] = Counter()
        held = self.corpus.holders.get("tier", {})
        for row in self.at.keys() & held.keys():
            tiers.update({str(item.value) for item in held[row]})
        everywhere = np.unique(np.concatenate([self.net.placement.firms(ident) for ident in self.nodes]))
        filed = {row["id"]: row["filed"] for row in self.owned}
        kinds = Counter(kind for state in self.states for kind in state.kinds)
        return RecordCounts(
            nodes=len(self.nodes),
            held=sum(state.local.firms > 0 for state in self.states),
            kinds={key: kinds[kind] for kind, key in KINDS.items()},
            firms=len(self.at),
            unplaced=int(np.count_nonzero(~self.seen.placed[everywhere])),
            tiers=dict(sorted(tiers.items())),
            untiered=len(self.at.keys() - held.keys()),
            products=len(self.made),
            patents=len(filed),
            undated_patents=sum(not day for day in filed.values()),
            awards=len(self.won),
            undated_awards=sum(not item.value.get("day") for _, item, _ in self.won),
            needs=len(self.asked),
        )

    def years(self) -> list[YearLine]:
        """The trend: patents by year of filing, contracts won, tiers given, firms founded."""
        filed = {row["id"]: row["filed"] for row in self.owned}
        founded = self.corpus.holders.get("founded", {})
        counted = {
            "patents": Counter(map(year_of, filed.values())),
            "awards": Counter(year_of(item.value.get("day")) for _, item, _ in self.won),
            "titles": Counter(year_of(item.value.get("dated")) for _, item in self.titled),
            "founded": Counter(year_of(founded[row][0].value) for row in self.at.keys() & founded.keys()),
        }
        known = {year for counts in counted.values() for year in counts if year}
        years = sorted(year for year in known if year > max(known) - YEARS)
        return [
            YearLine(year=year, counts={what: counts[year] for what, counts in counted.items() if year in counts})
            for year in years
        ]

    def firms(self, most: int, rows: Sequence[int] | None = None) -> list[RecordFirm]:
        """Firms of the region, or those of the rows: holders of tiers first, then who is at most nodes."""
        titled = self.corpus.holders.get("tier", {})
        chosen = self.at if rows is None else rows
        order = sorted(chosen, key=lambda row: (row not in titled, -len(self.at.get(row, ())), row))[:most]
        facts = {row: self._made_at(row) for row in order}
        cited = citations(self.graph, {fact for fact in facts.values() if fact})
        return [
            RecordFirm(
                id=firm.id,
                name=firm.name,
                region=next((str(item.value) for item in firm.items("region")), None),
                tiers=sorted({str(item.value) for item in firm.items("tier")}),
                nodes=list(self.at.get(row, ())),
                source=cited.get(facts[row] or ""),
            )
            for row in order
            for firm in [self.corpus.firms[row]]
        ]

    def _made_at(self, row: int) -> str | None:
        """The best statement of what a firm makes at its first node."""
        spots = self.at.get(row, [])
        made = self.net.made(row, spots[0]) if spots else []
        return next((one.fact for one in made if one.fact), None)

    def products(self, most: int) -> list[RecordProduct]:
        """Products of the region, those of most makers first."""
        return [RecordProduct(name=name, key=name_key(name), makers=count) for name, count in self.made[:most]]

    def patents(self, most: int, year: int | None = None) -> list[RecordPatent]:
        """Patents of the region, newest first; of one year of filing alone where it is given."""
        found: dict[str, RecordPatent] = {}
        facts: dict[str, str] = {}
        for row in self.owned:
            if year is not None and year_of(row["filed"]) != year:
                continue
            if row["id"] not in found:
                if len(found) == most:
                    break
                title = row["title"] or row["id"]
                found[row["id"]] = RecordPatent(id=row["id"], title=title, filed=row["filed"], owners=[])
                facts[row["id"]] = row["fact"]
            found[row["id"]].owners.append(Named(id=row["firm"], name=row["name"] or row["firm"]))
        cited = citations(self.graph, {fact for fact in facts.values() if fact})
        for ident, one in found.items():
            one.source = cited.get(facts[ident] or "")
        return list(found.values())

    def awards(self, most: int, year: int | None = None) -> list[RecordAward]:
        """Contracts won, newest first; of one year alone where it is given."""
        chosen = [one for one in self.won if year is None or year_of(one[1].value.get("day")) == year][:most]
        cited = citations(self.graph, {item.fact for _, item, _ in chosen if item.fact})
        return [
            RecordAward(
                firm=self._named(row),
                title=str(item.value["title"]),
                day=item.value.get("day") or None,
                buyer=str(item.value.get("buyer") or ""),
                nodes=spots,
                source=cited.get(item.fact or ""),
            )
            for row, item, spots in chosen
        ]

    def titles(self, most: int, year: int) -> list[RecordTitle]:
        """Tiers that lists of a year give."""
        chosen = [one for one in self.titled if year_of(one[1].value.get("dated")) == year][:most]
        cited = citations(self.graph, {item.fact for _, item in chosen if item.fact})
        return [
            RecordTitle(
                firm=self._named(row),
                tier=str(item.value["tier"]),
                status=str(item.value["status"]),
                day=item.value.get("dated"),
                source=cited.get(item.fact or ""),
            )
            for row, item in chosen
        ]

    def needs(self, most: int) -> list[RecordNeed]:
        """Needs and bounties, open ones first."""
        return [RecordNeed(need=NeedCard(**row), nodes=spots) for row, spots in self.asked[:most]]

    def gaps(self, lang: str) -> list[RecordGap]:
        """Nodes that lack something: those without a firm first, then those of fewest."""
        return sorted(self._gaps(lang), key=lambda one: (one.row.here.firms, one.chain, one.row.node))

    def _gaps(self, lang: str) -> Iterator[RecordGap]:
        names = {ident: named(node, lang) for ident, node in self.net.flow.nodes.items()}
        for state in self.states:
            if state.kinds:
                chain = self.net.flow.chain_of[state.node]
                row = state_row(self.nodes[state.node], state, lang, self.seen.rules, names)
                yield RecordGap(chain=chain.id, chain_name=named(chain, lang), row=row)

    def words(self, lang: str) -> dict[str, str]:
        """Names of the nodes by `chain:node`."""
        return {ident: named(node, lang) for ident, node in self.nodes.items()}

    def _named(self, row: int) -> Named:
        return Named(id=self.corpus.ids[row], name=self.corpus.firms[row].name)


_KEPT: WeakKeyDictionary[Home, tuple[Network, dict[tuple[str | None, ...], ChainRecord]]] = WeakKeyDictionary()


def year_of(value: object) -> int:
    """The year of a date, 0 where it is none."""
    text = str(value or "")[:4]
    return int(text) if text.isdigit() else 0
