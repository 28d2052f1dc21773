"""A need's ranked shortlist: firms with points that add up, conditions with their cost, near misses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Field

from kg.validity import NOW
from kg.values.region import Regions
from matcher.conditions import Outcome
from matcher.corpus import Corpus
from matcher.features.registry import FEATURES
from matcher.fields import TIERS
from matcher.query import Query
from matcher.rank import Contribution, Ranked, Ranking
from matcher.risk import Risk, risks
from matcher.wording import values_name
from web.errors import WebError
from web.jobs.match import query_of, query_of_text
from web.pages.bounties.bounty import Bounty, Reached, bounty_of, reached
from web.pages.criteria.tier import Tier, tiers
from web.pages.evidence.citation import Citation, citations
from web.pages.firms.risk import RiskRow, risk_rows
from web.pages.firms.search import MadeProduct, NeedCard
from web.pages.needs.conditions import Line, Wanted, asked
from web.pages.needs.own import SCALES
from web.pages.needs.precedents import PrecedentRow, precedents_of

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

SEEN = 500
"""Firms that are looked at where only disclosed products count."""

NEAR = 10
_PRODUCT_FEATURES = ("listed", "nearest_product", "core")


class Reason(BaseModel):
    """What a feature adds to the score, in words, with the sentences that it rests on."""

    feature: str
    title: str
    value: float | None = Field(default=None, description="none: nothing is known, which gives no points")
    points: float
    says: str
    evidence: list[Citation] = []


class Met(BaseModel):
    """What came of a condition for a firm."""

    line: int = Field(description="which of the page's conditions, from zero")
    truth: Literal["true", "false", "unknown"]
    passes: bool
    hard: bool
    known: dict[str, list[Any]] = Field(default={}, description="the firm's values in the fields that are asked for")
    shows: str = Field(default="", description="these values in words")


class Entry(BaseModel):
    """A firm of the shortlist; points of the reasons add up to the score."""

    rank: int
    id: str
    name: str
    region: str | None = None
    score: float
    tied: bool = Field(description="another firm has the same score: their order says nothing")
    reasons: list[Reason]
    silent: int = Field(description="features of which nothing is known for this firm")
    conditions: list[Met]
    risks: list[RiskRow] = Field(default=[], description="beside the rank, never in the score; none known is not none")
    tiers: list[Tier] = []
    products: list[MadeProduct] = []
    more: int = 0
    as_of: str | None = None

    @property
    def heaviest(self) -> list[Reason]:
        """The three reasons to show first: the heaviest, and at least one that opens at a sentence if there is one.

        Met wishes are left out: the conditions show them.
        """
        weighty = [reason for reason in self.reasons if reason.points > 0 and reason.feature != "wishes"]
        quoted = [reason for reason in weighty if reason.evidence]
        first = weighty[:3]
        if quoted and quoted[0] not in first:
            first[-1:] = quoted[:1]
        return first


class Place(BaseModel):
    """A division to choose from, with the firms in it and below it."""

    code: str
    name: str
    depth: int
    firms: int


class ShortlistPage(BaseModel):
    """The answer to a need, with all that is needed to make it again."""

    need: NeedCard | None = Field(default=None, description="the published need; none for free text")
    bounty: Bounty | None = Field(default=None, description="targets, terms and award, where the need is a bounty")
    text: str = Field(description="the need in words")
    sought: list[str] = Field(description="the names that are looked for, other names from the table too")
    conditions: list[Line]
    own: dict[str, str] = Field(default={}, description="what the reader's own conditions ask for, as written")
    how: dict[str, str] = Field(default={}, description="must (hard), preferred (wish), or one of several (any)")
    why: str = Field(default="", description="why the place is asked for, as written")
    disclosed: bool = False
    disclosed_removes: int | None = Field(default=None, description="firms left out for that")
    strict: bool = False
    top: int
    candidates: int = Field(description="firms that were compared")
    passing: int = Field(description="of these, firms that pass all hard conditions, as far as they are listed")
    entries: list[Entry]
    near: list[Entry] = Field(description="firms that fail exactly one hard condition")
    reached: list[Reached] | None = Field(
        default=None, description="targets of which a firm of the list shows a figure; none: the need has no targets"
    )
    precedents: list[PrecedentRow] = Field(default=[], description="earlier contracts like the need, nearest first")
    ties: bool
    places: list[Place] = []
    tier_choices: list[str] = list(TIERS)
    sizes: list[str] = list(SCALES)
    graph: str
    as_of: str
    corpus: str
    scorecard: str
    scorecard_made: str


def need_page(home: Home, graph: Graph, need_id: str, want: Wanted, lang: str) -> ShortlistPage:
    """A published need or bounty with its shortlist. Raises WE404: what the graph does not hold is not public."""
    rows = graph.read("need_cards", ids=[need_id])
    if not rows:
        raise WebError(f"no need {need_id[:80]}", code="WE404", hint="see the list of needs")
    card = NeedCard(**rows[0])
    query = query_of(home, need_id)
    if query.id != need_id:  # the graph is a copy, or the need came to it from elsewhere: it has title and products
        posters = frozenset([card.buyer.id] if card.buyer else [])
        query = Query(need_id, card.title, tuple(product.name for product in card.products), without=posters)
    page = _page(home, graph, card, query, want, lang)
    page.bounty = bounty_of(home, graph, need_id)
    own = [target.model_dump() for target in page.bounty.targets] if page.bounty else []
    page.reached = reached(graph, query, own, [*page.entries, *page.near])
    return page


def draft_page(home: Home, graph: Graph, card: NeedCard, query: Query, want: Wanted, lang: str) -> ShortlistPage:
    """A need that the graph does not hold with its shortlist, ranked as a published one is."""
    page = _page(home, graph, card, query, want, lang)
    page.reached = reached(graph, query, [], [*page.entries, *page.near])
    return page


def match_page(home: Home, graph: Graph, text: str, want: Wanted, lang: str) -> ShortlistPage:
    """A need in the reader's own words with its shortlist; nothing of it is kept. Raises WE422 for blanks alone."""
    if not text.strip():
        raise WebError("text: the need is empty", code="WE422", hint="say what is sought")
    query = query_of_text(text)
    page = _page(home, graph, None, query, want, lang)
    page.reached = reached(graph, query, [], [*page.entries, *page.near])
    return page


def _page(home: Home, graph: Graph, need: NeedCard | None, published: Query, want: Wanted, lang: str) -> ShortlistPage:
    query, lines = asked(published, want, lang)
    stamp = graph.stamp()
    ranker = home.ranker()
    ranking = ranker.rank(query, 0 if want.disclosed else want.top)
    _costs(lines, ranking)
    listed, removed = _listed(ranking, want)
    near = list(ranking.near_misses)[:NEAR]
    entries = _entries(graph, [*listed, *near], lines, ranker.corpus.as_of, lang)
    return ShortlistPage(
        need=need,
        text=published.text or published.title,
        sought=list(ranking.scene.query.terms),
        conditions=lines,
        own=dict(want.own),
        how={name: str(how) for name, how in want.how.items()},
        why=want.reason,
        disclosed=want.disclosed,
        disclosed_removes=removed,
        strict=want.strict,
        top=want.top,
        candidates=len(ranking.scores),
        passing=len(listed),
        entries=entries[: len(listed)],
        near=entries[len(listed) :],
        precedents=precedents_of(home, graph, query),
        ties=any(entry.tied for entry in entries[: len(listed)]),
        places=places(ranker.corpus),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=ranking.corpus_stamp,
        scorecard=ranking.scorecard.name,
        scorecard_made=ranking.scorecard.made,
    )


def _costs(lines: Sequence[Line], ranking: Ranking) -> None:
    """Write the cost of each hard condition into its line; costs come in the order of the conditions."""
    hard = [line for line in lines if line.state == "hard"]
    for line, cost in zip(hard, ranking.costs, strict=True):
        line.removes, line.alone, line.unknown = cost.removes, cost.alone, cost.unknown


def _listed(ranking: Ranking, want: Wanted) -> tuple[list[Ranked], int | None]:
    """The firms to show; where only disclosed products count, also how many were left out on the way."""
    if not want.disclosed:
        return list(ranking.entries), None
    kept: list[Ranked] = []
    removed = 0
    for place in range(min(len(ranking.entries), SEEN)):
        if len(kept) == want.top:
            break
        ranked = ranking.entries[place]
        if is_disclosed(ranked):
            kept.append(ranked)
        else:
            removed += 1
    return kept, removed


def is_disclosed(ranked: Ranked) -> bool:
    """Whether the product that speaks most for the firm is disclosed."""
    spoken = {part.feature: part.detail for part in ranked.contributions if part.value is not None and part.points > 0}
    best = next((spoken[name] for name in _PRODUCT_FEATURES if spoken.get(name)), None)
    return best is not None and best.get("level") == "disclosed"


def _entries(graph: Graph, found: Sequence[Ranked], lines: Sequence[Line], as_of: date, lang: str) -> list[Entry]:
    """Firms with their sentences, honours and products: two queries for all of them."""
    known = {one.firm.id: risks(one.firm, as_of) for one in found}
    facts = {fact for one in found for part in one.contributions for fact in part.facts}
    cited = citations(graph, facts | {fact for of_firm in known.values() for risk in of_firm for fact in risk.facts})
    cards = {row["id"]: row for row in graph.read("cards", ids=[one.firm.id for one in found], **NOW.params())}
    return [_entry(one, known[one.firm.id], cited, cards.get(one.firm.id, {}), lines, lang) for one in found]


def _entry(
    ranked: Ranked,
    of_firm: Sequence[Risk],
    cited: Mapping[str, Citation],
    card: Mapping[str, Any],
    lines: Sequence[Line],
    lang: str,
) -> Entry:
    known = [part for part in ranked.contributions if part.value is not None]
    shown = [number for number, line in enumerate(lines) if line.state != "off"]
    return Entry(
        rank=ranked.rank,
        id=ranked.firm.id,
        name=ranked.firm.name,
        region=card.get("region"),
        score=ranked.score,
        tied=ranked.tied,
        reasons=[_reason(part, cited, lang) for part in sorted(known, key=lambda part: -part.points)],
        silent=len(ranked.contributions) - len(known),
        conditions=[_met(outcome, number, lang) for outcome, number in zip(ranked.conditions, shown, strict=True)],
        risks=risk_rows(of_firm, cited, lang),
        tiers=tiers(card.get("tiers", []), None),
        products=[MadeProduct(**product) for product in card.get("products", [])],
        more=card.get("more", 0),
        as_of=card.get("as_of"),
    )


def _reason(part: Contribution, cited: Mapping[str, Citation], lang: str) -> Reason:
    feature = FEATURES[part.feature]
    return Reason(
        feature=part.feature,
        title=feature.zh if lang == "zh" else feature.en,
        value=part.value,
        points=part.points,
        says=part.says(lang),
        evidence=[cited[fact] for fact in part.facts if fact in cited],
    )


def _met(outcome: Outcome, line: int, lang: str) -> Met:
    truth: Literal["true", "false", "unknown"] = (
        "true" if outcome.truth.name == "TRUE" else "false" if outcome.truth.name == "FALSE" else "unknown"
    )
    known = {name: list(values)[:5] for name, values in outcome.known.items() if values}
    shows = ("；" if lang == "zh" else "; ").join(values_name(name, values, lang) for name, values in known.items())
    return Met(line=line, truth=truth, passes=outcome.passes, hard=outcome.hard, known=known, shows=shows)


_PLACES: WeakKeyDictionary[Corpus, list[Place]] = WeakKeyDictionary()


def places(corpus: Corpus) -> list[Place]:
    """Divisions in which firms are, from provinces down, each with the firms in it and below it."""
    if corpus not in _PLACES:
        _PLACES[corpus] = _places(corpus)
    return _PLACES[corpus]


def _places(corpus: Corpus) -> list[Place]:
    regions = Regions.load()
    firms: Counter[str] = Counter()
    rows, values = corpus.column("region")
    for place, count in Counter(rows.tolist()).items():
        around = {region.code for own in values[place] for region in regions.path(str(own))}
        firms.update(dict.fromkeys(around, count))
    return [
        Place(code=code, name=path[-1].name, depth=len(path) - 1, firms=firms[code])
        for code in sorted(firms)
        if (path := regions.path(code))
    ]
