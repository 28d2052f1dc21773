"""The map of the industrial foundation: classes by scheme with firms, products, patents, gaps, and what says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, Field

from kg.values.name import name_key
from matcher.chain.state import Observer
from nlp.foundation.crosswalk import crosswalk
from nlp.foundation.scheme import Scheme, schemes
from web.errors import WebError
from web.jobs.corrections import FIELD, waiting
from web.jobs.field_map import Classed, FieldMap, Patent, field_map
from web.jobs.states import observer
from web.pages.chains.chains import RulesRow, cite, counted, named, rules_row, state_row
from web.pages.chains.correction import SaidRow, said_rows
from web.pages.chains.record import RecordGap, RecordPatent
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.needs.shortlist import Place, places

if TYPE_CHECKING:
    from web.deps import Visit

PRODUCTS = 50
"""Products on a page of a class."""

FIRMS = 30
PATENTS = 30
RULES = {
    "same": ("就是", "the name itself:"),
    "kind": ("结尾是", "ends in"),
    "part": ("并列的一项是", "joins"),
    "within": ("插字的", "with signs put into"),
    "corrected": ("人工更正：", "a person's word:"),
}
"""How a name met that of a template, by the rules of places."""

WHOLE = 10_000
"""Rows of a workbook's sheet."""


class Beside(BaseModel):
    """The classes of another scheme that stand beside a class; without a ground nothing is known."""

    scheme: str
    names: list[str]
    ground: str | None = None


class FieldRow(BaseModel):
    """A class of a scheme, counted."""

    scheme: str
    name: str
    firms: int
    unplaced: int = Field(description="firms in it whose place is unknown; they count in no region")
    products: int
    patents: int
    whys: dict[str, int] = Field(description="products by why they are in it: word, rule, node, crosswalk")
    nodes: int | None = Field(description="nodes of chains in it; None: no crosswalk leads from their fields to it")
    kinds: dict[str, int] = Field(default={}, description="of these, nodes by the kinds of their gaps")
    beside: list[Beside]


class SchemeRow(BaseModel):
    """A scheme with its classes."""

    id: str
    title: str
    source: str
    effective_from: str
    effective_to: str | None = None
    verified: bool
    unclassed: int = Field(description="products that firms make whose class is not known")
    products: int = Field(description="all products that firms make")
    rows: list[FieldRow]


class FieldsPage(BaseModel):
    """All classes of the chosen scheme, or of all."""

    region: str | None = None
    scheme: str = ""
    schemes: list[SchemeRow]
    choices: list[str]
    waiting: int = Field(description="proposed corrections that nobody has answered")
    places: list[Place]
    rules: RulesRow
    graph: str
    as_of: str
    corpus: str


class ProductRow(BaseModel):
    """A product of a class and what puts it there."""

    name: str
    key: str
    makers: int
    why: str
    score: float
    reason: str
    node: Named | None = None
    chain: str = ""
    via: str = ""
    source: Citation | None = None


class MakerRow(BaseModel):
    """A firm that makes a product of the class."""

    id: str
    name: str
    region: str | None = None
    tiers: list[str]
    products: list[str]
    source: Citation | None = None


class FieldPage(BaseModel):
    """One class of a scheme."""

    scheme: SchemeRow
    row: FieldRow
    region: str | None = None
    q: str = ""
    products: list[ProductRow]
    count: int = Field(description="products that the table goes through")
    firms: list[MakerRow]
    patents: list[RecordPatent]
    gaps: list[RecordGap]
    said: list[SaidRow]
    places: list[Place]
    rules: RulesRow
    graph: str
    as_of: str
    corpus: str


def fields_page(visit: Visit, region: str | None, scheme: str) -> FieldsPage:
    """The map seen from a region. Raises WE404 (no such scheme), MA001 (no such place), WE015 (nothing loaded)."""
    found = _scheme(scheme).id if scheme else ""
    seen = observer(visit.home, region)
    fields = field_map(visit.home, seen.network)
    stamp = visit.graph.stamp()
    return FieldsPage(
        region=seen.region,
        scheme=found,
        schemes=[_scheme_row(fields, seen, one) for one in _shown(found)],
        choices=[one.id for one in _shown("")],
        waiting=sum(row.node.startswith(FIELD) for row in waiting(visit.home)),
        places=places(seen.network.corpus),
        rules=rules_row(seen.rules),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=seen.network.corpus.stamp,
    )


def field_page(
    visit: Visit, scheme: str, name: str, region: str | None, q: str = "", skip: int = 0, limit: int = PRODUCTS
) -> FieldPage:
    """One class, its products from `skip` on, those with `q` in their name. Raises as `fields_page`, WE404 (class)."""
    one = _scheme(scheme)
    if name not in {each.name for each in one.classes}:
        raise WebError(f"no class {name[:40]} in {scheme}", code="WE404", hint="see /fields")
    seen = observer(visit.home, region)
    fields = field_map(visit.home, seen.network)
    whole = limit > PRODUCTS
    told = _Telling(visit, fields, seen)
    key = f"{scheme}:{name}"
    listed = [row for row in told.ordered(key) if q in row.name]
    row = _row(fields, seen, one, name)
    stamp = visit.graph.stamp()
    return FieldPage(
        scheme=_scheme_row(fields, seen, one, rows=False),
        row=row,
        region=seen.region,
        q=q,
        products=told.products(listed[skip : skip + limit]),
        count=len(listed),
        firms=told.firms(key, WHOLE if whole else FIRMS),
        patents=told.patents(key, WHOLE if whole else PATENTS),
        gaps=told.gaps(key),
        said=said_rows(visit, f"{FIELD}{key}"),
        places=places(seen.network.corpus),
        rules=rules_row(seen.rules),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=seen.network.corpus.stamp,
    )


def _scheme(scheme_id: str) -> Scheme:
    found = schemes().get(scheme_id)
    if found is None:
        raise WebError(f"no scheme {scheme_id[:40]}", code="WE404", hint="see /fields")
    return found


def _shown(chosen: str) -> list[Scheme]:
    """The chosen scheme, or all, the newest first."""
    found = sorted(schemes().values(), key=lambda one: one.effective_from, reverse=True)
    return [one for one in found if chosen in ("", one.id)]


def _scheme_row(fields: FieldMap, seen: Observer, one: Scheme, rows: bool = True) -> SchemeRow:
    return SchemeRow(
        id=one.id,
        title=one.title,
        source=one.source,
        effective_from=one.effective_from,
        effective_to=one.effective_to,
        verified=one.verified,
        unclassed=fields.unclassed(one.id, [each.name for each in one.classes]),
        products=len(fields.network.corpus.product_names),
        rows=[_row(fields, seen, one, each.name) for each in one.classes] if rows else [],
    )


def _row(fields: FieldMap, seen: Observer, scheme: Scheme, name: str) -> FieldRow:
    key = f"{scheme.id}:{name}"
    rows = fields.firms(key)
    held, nodes = fields.products(key), fields.nodes_of(key)
    return FieldRow(
        scheme=scheme.id,
        name=name,
        firms=int(np.count_nonzero(seen.local[rows])),
        unplaced=int(np.count_nonzero(~seen.placed[rows])),
        products=len(fields.rows_within(key, seen.local)),
        patents=len(_patents_here(fields, seen, key)),
        whys=dict(Counter(one.why for one in held.values()).most_common()),
        nodes=None if nodes is None else len(nodes),
        kinds=counted(seen.state(node) for node in nodes) if nodes else {},
        beside=[
            Beside(scheme=other.id, names=list(names), ground=ground)
            for other in _shown("")
            if other.id != scheme.id
            for ground, names in [crosswalk().beside(key, other.id)]
        ],
    )


def _patents_here(fields: FieldMap, seen: Observer, key: str) -> Sequence[Patent]:
    found = fields.patents(key)
    if seen.region is None:
        return found
    return [one for one in found if any(seen.local[row] for row in one.owners)]


class _Telling:
    """Puts the rows of a class in words, with their sentences."""

    def __init__(self, visit: Visit, fields: FieldMap, seen: Observer) -> None:
        self.visit, self.fields, self.seen = visit, fields, seen
        self.corpus = fields.network.corpus

    def ordered(self, key: str) -> list[Classed]:
        """Products made in the region: people's words first, then by why and score."""
        order = ("word", "rule", "node", "crosswalk")
        here = {self.corpus.product_names[row] for row in self.fields.rows_within(key, self.seen.local).tolist()}
        if self.seen.region is None:
            here |= self.fields.products(key).keys()
        found = [one for name, one in self.fields.products(key).items() if name in here]
        return sorted(found, key=lambda one: (order.index(one.why), -one.score, one.name))

    def products(self, listed: Sequence[Classed]) -> list[ProductRow]:
        """The rows of a table of products."""
        cited = citations(self.visit.graph, {one.fact for one in listed if one.fact})
        net = self.fields.network
        rows = []
        for one in listed:
            makers = net.makers([one.name])
            node = net.flow.nodes.get(one.node)
            rows.append(
                ProductRow(
                    name=one.name,
                    key=name_key(one.name),
                    makers=int(np.count_nonzero(self.seen.local[makers])),
                    why=one.why,
                    score=one.score,
                    reason=one.reason or self._met(one),
                    node=Named(id=node.id, name=named(node, self.visit.lang)) if node else None,
                    chain=one.node.partition(":")[0],
                    via=one.via,
                    source=cited.get(one.fact or ""),
                )
            )
        return rows

    def _met(self, one: Classed) -> str:
        """The name of the template that a product met at its node."""
        found = [place for place in self.fields.network.placer.places(one.name) if place.node == one.node]
        if not found:
            return ""
        return f"{RULES[found[0].rule][self.visit.lang != 'zh']} {found[0].name}"

    def firms(self, key: str, most: int) -> list[MakerRow]:
        """Firms of the region that make something of the class: holders of tiers first, then who makes most."""
        rows = self.fields.firms(key)
        names = set(self.fields.rows(key).tolist())
        made = {
            row: [slot for slot in self.corpus.slots(row) if int(self.corpus.slot_product[slot]) in names]
            for row in rows[self.seen.local[rows]].tolist()
        }
        titled = self.corpus.holders.get("tier", {})
        order = sorted(made, key=lambda row: (row not in titled, -len(made[row]), row))[:most]
        products = {row: [self.corpus.product_at(row, slot) for slot in made[row]] for row in order}
        cited = citations(self.visit.graph, {one.fact for found in products.values() for one in found[:1] if one.fact})
        found = []
        for row in order:
            firm = self.corpus.firms[row]
            regions = firm.items("region")
            found.append(
                MakerRow(
                    id=firm.id,
                    name=firm.name,
                    region=str(regions[0].value) if regions else None,
                    tiers=sorted({str(item.value) for item in firm.items("tier")}),
                    products=[one.name for one in products[row]],
                    source=cited.get(products[row][0].fact or ""),
                )
            )
        return found

    def patents(self, key: str, most: int) -> list[RecordPatent]:
        """Patents of the class, with an owner in the region where one is chosen."""
        listed = _patents_here(self.fields, self.seen, key)[:most]
        cited = citations(self.visit.graph, {one.fact for one in listed if one.fact})
        firms = self.corpus.firms
        return [
            RecordPatent(
                id=one.id,
                title=one.title,
                filed=one.filed,
                owners=[Named(id=firms[row].id, name=firms[row].name) for row in one.owners],
                source=cited.get(one.fact or ""),
            )
            for one in listed
        ]

    def gaps(self, key: str) -> list[RecordGap]:
        """The nodes of the class that lack something."""
        seen, flow, lang = self.seen, self.fields.network.flow, self.visit.lang
        names = {ident: named(node, lang) for ident, node in flow.nodes.items()}
        found = []
        for ident in self.fields.nodes_of(key) or ():
            state = seen.state(ident)
            if state.kinds:
                chain = flow.chain_of[ident]
                row = state_row(flow.nodes[ident], state, lang, seen.rules, names)
                found.append(RecordGap(chain=chain.id, chain_name=named(chain, lang), row=row))
        cite(self.visit.graph, [one.row for one in found])
        return found
