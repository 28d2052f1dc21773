"""Firms that hold no tier and look like those that do: each known thing with its sentence, and what is not known."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from kg.values.region import Regions
from matcher.discovery.card import Rules
from matcher.discovery.find import LEFT_OUT, Alike, Ask, Candidate, Discovery, Found, Known
from matcher.discovery.trait import BY_NAME, LIKENESS
from matcher.fields import TIERS
from web.jobs.discover import discovery
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.firms.risk import RiskRow, risk_rows
from web.pages.needs.shortlist import Place

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

CITED = 3
"""Sentences that are shown of a trait; their number is said in full."""


class KnownRow(BaseModel):
    """A trait that is known: its value in words, what it is worth, and the sentences."""

    trait: str
    title: str
    says: str
    value: float
    points: float | None = Field(default=None, description="none: it only speaks to a condition")
    counted: bool = Field(description="what was read of it; there may be more")
    facts: int = Field(description="statements that it rests on")
    evidence: list[Citation] = []


class TraitRow(BaseModel):
    """A trait of which nothing was read."""

    trait: str
    title: str


class ConditionRow(BaseModel):
    """A condition of the tier and what came of it by what is known."""

    says: str
    truth: Literal["met", "missed", "unknown"]
    trait: str | None = Field(default=None, description="the trait that decides")


class AlikeRow(BaseModel):
    """A listed firm that the firm looks like, and why."""

    firm: Named
    cosine: float
    says: str
    close: bool = Field(description="a pair of products is near; else only the firms as wholes are")
    evidence: list[Citation] = []


class CandidateRow(BaseModel):
    """A firm that holds no such tier; its points add up to its score."""

    rank: int
    firm: Named
    credit_code: str | None = None
    place: str | None = None
    region: str | None = Field(default=None, description="the place in words")
    by_name: bool = Field(default=False, description="the place is only that which the name begins with")
    score: float
    tied: bool
    known: list[KnownRow]
    unknown: list[TraitRow]
    conditions: list[ConditionRow]
    met: int
    missed: int
    open: int = Field(description="conditions of which nothing is known")
    alike: list[AlikeRow]
    products: list[str] = Field(description="the first of what it makes")
    stock_code: str | None = None
    may_be_large: bool = False
    risks: list[RiskRow] = []
    as_of: str | None = Field(default=None, description="day of the newest source on it")


class LeftOutRow(BaseModel):
    """Firms that are no candidates for one reason."""

    reason: str
    says: str
    count: int
    firms: list[Named]


class RulesRow(BaseModel):
    """The measures that the conditions are taken from."""

    measures: str
    effective_from: str
    effective_to: str | None = None
    source: str
    repost: bool


class DiscoverPage(BaseModel):
    """The answer, with all that is needed to make it again."""

    tier: str
    region: str
    field: str
    node: str
    top: int
    candidates: list[CandidateRow]
    count: int = Field(description="firms that were ranked")
    left_out: list[LeftOutRow]
    listed: int = Field(description="firms named for the tier or a higher one, with which they are compared")
    unplaced: int = Field(description="firms left out because their place is unknown, where a place is asked for")
    rules: RulesRow
    places: list[Place] = []
    tiers: list[str] = list(TIERS)
    card: str
    made: str = Field(description="how the points were made")
    graph: str
    as_of: str
    corpus: str


def discover_page(home: Home, graph: Graph, ask: Ask, lang: str) -> DiscoverPage:
    """The firms nearest to a tier that do not hold it. Raises MA001 (no such tier or place), WE015 (nothing loaded)."""
    found_by = discovery(home)
    found = found_by.find(ask)
    stamp = graph.stamp()
    return DiscoverPage(
        tier=ask.tier,
        region=ask.region,
        field=ask.field,
        node=ask.node,
        top=ask.top,
        candidates=_rows(graph, found, lang),
        count=found.count,
        left_out=[
            LeftOutRow(
                reason=one.reason,
                says=LEFT_OUT[one.reason][lang != "zh"],
                count=one.count,
                firms=[Named(id=firm.id, name=firm.name) for firm in one.firms],
            )
            for one in found.left_out
        ],
        listed=found.listed,
        unplaced=found.unplaced,
        rules=_rules(found.rules),
        places=_places(found_by),
        card=found.card.name,
        made=found.card.made,
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=found.corpus.stamp,
    )


def by_district(page: DiscoverPage) -> list[tuple[str, list[CandidateRow]]]:
    """The candidates by the place where they are to be visited, the best first; those of unknown place ("") last."""
    ordered = sorted(page.candidates, key=lambda one: (one.place is None, one.place or "", one.rank))
    return [(place, list(rows)) for place, rows in groupby(ordered, key=lambda one: one.region or "")]


def _rows(graph: Graph, found: Found, lang: str) -> list[CandidateRow]:
    facts = {fact for one in found.candidates for known in one.known for fact in known.seen.facts[:CITED]}
    facts |= {fact for one in found.candidates for alike in one.alike for fact in alike.facts}
    facts |= {fact for one in found.candidates for risk in one.risks for fact in risk.facts}
    cited = citations(graph, facts)
    return [_row(one, cited, lang) for one in found.candidates]


def _row(one: Candidate, cited: dict[str, Citation], lang: str) -> CandidateRow:
    items = {name: one.firm.items(name) for name in ("credit_code", "as_of")}
    return CandidateRow(
        rank=one.rank,
        firm=Named(id=one.firm.id, name=one.firm.name),
        credit_code=str(items["credit_code"][0].value) if items["credit_code"] else None,
        place=one.place,
        region="".join(region.name for region in Regions.load().path(one.place)) or None if one.place else None,
        by_name=one.by_name,
        score=one.score,
        tied=one.tied,
        known=[_known(known, cited, lang) for known in one.known],
        unknown=[TraitRow(trait=name, title=_title(name, lang)) for name in one.unknown],
        conditions=[
            ConditionRow(says=judged.condition.says(lang), truth=judged.truth, trait=judged.trait)
            for judged in one.conditions
        ],
        met=one.count("met"),
        missed=one.count("missed"),
        open=one.count("unknown"),
        alike=[_alike(alike, cited, lang) for alike in one.alike],
        products=[product.name for product in one.firm.products[:5]],
        stock_code=one.stock_code,
        may_be_large=one.may_be_large,
        risks=risk_rows(one.risks, cited, lang),
        as_of=str(items["as_of"][0].value) if items["as_of"] else None,
    )


def _title(trait: str, lang: str) -> str:
    named = BY_NAME[trait]
    return named.zh if lang == "zh" else named.en


def _known(one: Known, cited: dict[str, Citation], lang: str) -> KnownRow:
    evidence = [cited[fact] for fact in one.seen.facts[:CITED] if fact in cited]
    return KnownRow(
        trait=one.trait,
        title=_title(one.trait, lang),
        says=one.says(lang),
        value=one.seen.value,
        points=one.points,
        counted=BY_NAME[one.trait].counted,
        facts=len(one.seen.facts),
        evidence=[] if one.trait == LIKENESS.name else evidence,  # its sentences stand beside each firm it is like
    )


def _alike(one: Alike, cited: dict[str, Citation], lang: str) -> AlikeRow:
    return AlikeRow(
        firm=Named(id=one.firm.id, name=one.firm.name),
        cosine=one.cosine,
        says=one.says(lang),
        close=one.close,
        evidence=[cited[fact] for fact in one.facts if fact in cited],
    )


def _rules(rules: Rules) -> RulesRow:
    return RulesRow(
        measures=rules.measures,
        effective_from=rules.effective_from,
        effective_to=rules.effective_to,
        source=rules.source,
        repost=rules.repost,
    )


def _places(found_by: Discovery) -> list[Place]:
    """Divisions to choose from, with the firms in them and below, those included whose name alone says it."""
    regions = Regions.load()
    firms: Counter[str] = Counter()
    for code, count in Counter(found_by.table.places.tolist()).items():
        firms.update({region.code: count for region in regions.path(f"{code:06}")} if code else {})
    return [
        Place(code=code, name=path[-1].name, depth=len(path) - 1, firms=firms[code])
        for code in sorted(firms)
        if (path := regions.path(code))
    ]
