"""One firm on one need, from either side: its rank and reasons, what it is short of, what would raise it, its risks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from matcher.explain import Lift, Why, why
from matcher.features.registry import FEATURES
from matcher.query import Query
from matcher.rank import Contribution
from matcher.reverse import TOP
from matcher.risk import risks
from matcher.wording import worded
from web.errors import WebError
from web.jobs.fit import firm_id_of
from web.jobs.match import query_of, query_of_text
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.firms.risk import RiskRow, risk_rows
from web.pages.firms.search import NeedCard
from web.pages.needs.conditions import Line, Wanted, asked
from web.pages.needs.shortlist import is_disclosed

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home


class WhyReason(BaseModel):
    """A line of the scorecard: what the firm has, and what the firm that it is compared with has."""

    feature: str
    title: str
    value: float | None = Field(default=None, description="none: nothing is known, which gives no points")
    points: float
    mark: float | None = Field(default=None, description="points of the firm that it is compared with")
    says: str
    evidence: list[Citation] = []


class WhyMet(BaseModel):
    """What came of a condition."""

    words: str
    truth: Literal["true", "false", "unknown"]
    passes: bool
    hard: bool
    reason: str = Field(default="", description="why it is asked for, as the need says")


class WhyStep(BaseModel):
    """A value at which the firm stands at `rank`."""

    value: float
    points: float = Field(description="points more than now")
    rank: int


class WhyLift(BaseModel):
    """What would raise the rank."""

    feature: str
    title: str
    wish: str = Field(default="", description="the wish that would be met, in words")
    now: float | None = None
    steps: list[WhyStep]


class WhyPage(BaseModel):
    """A firm on a need."""

    need: NeedCard | None
    text: str
    firm: Named
    state: Literal["listed", "kept_out", "not_compared", "asks", "unknown"]
    rank: int = Field(description="among the listed firms; 0: it is not listed")
    place: int = Field(description="the place that its score gives it, were it not kept out")
    tied: int = Field(description="other listed firms of the same score: their order says nothing")
    undisclosed: bool = Field(default=False, description="left out: the list has firms with a disclosed product alone")
    listed: int
    compared: int
    score: float | None
    mark: Named | None = Field(default=None, description="the firm that it is compared with: the tenth, or the first")
    mark_rank: int = 0
    mark_score: float | None = None
    reasons: list[WhyReason]
    conditions: list[WhyMet]
    lifts: list[WhyLift]
    risks: list[RiskRow]
    nearest: str = Field(default="", description="where it was not compared: its product that is nearest")
    cosine: float | None = None
    top: int = TOP
    graph: str
    as_of: str
    scorecard: str


def why_page(
    home: Home,
    graph: Graph,
    need: str,
    text: str,
    firm: str,
    want: Wanted,
    lang: str,
    own: tuple[NeedCard, Query] | None = None,
) -> WhyPage:
    """A firm (id or whole name) on a published need, on one of the reader's `own` organisation, or on one in the
    reader's words (nothing of it is kept).

    Raises WE404 for no such need or firm, WE422 for neither need nor text.
    """
    card, published = own or _need(home, graph, need, text)
    key, name = firm_id_of(graph, firm.strip())
    query, asked_for = asked(published, want, lang)
    ranker, stamp = home.ranker(), graph.stamp()
    told = why(ranker, query, key)
    row = ranker.corpus.row(key)
    of_firm = risks(ranker.corpus.firms[row], ranker.corpus.as_of) if row is not None else []
    lines = told.entry.contributions if told.entry else ()
    facts = {fact for line in lines for fact in line.facts} | {fact for risk in of_firm for fact in risk.facts}
    cited = citations(graph, facts)
    return WhyPage(
        need=card,
        text=published.text or published.title,
        firm=Named(id=key, name=name),
        state=told.state,
        rank=told.rank,
        place=told.place,
        tied=told.tied,
        undisclosed=want.disclosed and told.state == "listed" and not (told.entry and is_disclosed(told.entry)),
        listed=told.listed,
        compared=told.compared,
        score=told.entry.score if told.entry else None,
        mark=Named(id=told.mark.firm.id, name=told.mark.firm.name) if told.mark else None,
        mark_rank=told.mark.rank if told.mark else 0,
        mark_score=told.mark.score if told.mark else None,
        reasons=_reasons(told, cited, lang),
        conditions=_conditions(told, asked_for),
        lifts=[_lift(lift, lang) for lift in told.lifts],
        risks=risk_rows(of_firm, cited, lang),
        nearest=told.near.product if told.near else "",
        cosine=told.near.cosine if told.near else None,
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        scorecard=told.scorecard,
    )


def _need(home: Home, graph: Graph, need: str, text: str) -> tuple[NeedCard | None, Query]:
    if not need:
        if not text.strip():
            raise WebError("neither need nor text", code="WE422", hint="name a need, or say what is sought")
        return None, query_of_text(text)
    rows = graph.read("need_cards", ids=[need])
    if not rows:
        raise WebError(f"no need {need[:80]}", code="WE404", hint="see the list of needs")
    card, query = NeedCard(**rows[0]), query_of(home, need)
    if query.id != need:  # as on the need's own page: a copy of the graph holds no text
        posters = frozenset([card.buyer.id] if card.buyer else [])
        query = Query(need, card.title, tuple(product.name for product in card.products), without=posters)
    return card, query


def _title(feature: str, lang: str) -> str:
    return FEATURES[feature].zh if lang == "zh" else FEATURES[feature].en


def _reasons(told: Why, cited: dict[str, Citation], lang: str) -> list[WhyReason]:
    """The lines on which it or the other has points, the widest gaps first."""
    if told.entry is None:
        return []
    theirs: dict[str, Contribution] = {}
    if told.mark is not None:
        theirs = {line.feature: line for line in told.mark.contributions}
    rows = [
        WhyReason(
            feature=line.feature,
            title=_title(line.feature, lang),
            value=line.value,
            points=line.points,
            mark=theirs[line.feature].points if theirs else None,
            says=line.says(lang),
            evidence=[cited[fact] for fact in line.facts if fact in cited],
        )
        for line in told.entry.contributions
    ]
    return sorted((one for one in rows if one.points or one.mark), key=lambda one: one.points - (one.mark or 0))


def _conditions(told: Why, lines: Sequence[Line]) -> list[WhyMet]:
    if told.entry is None:
        return []
    return [
        WhyMet(
            words=line.words,
            truth=one.truth.name.lower(),  # type: ignore[arg-type]
            passes=one.passes,
            hard=one.hard,
            reason=one.reason,
        )
        for line, one in zip((line for line in lines if line.state != "off"), told.entry.conditions, strict=True)
    ]


def _lift(lift: Lift, lang: str) -> WhyLift:
    steps = [WhyStep(value=round(step.value, 4), points=step.points, rank=step.rank) for step in lift.steps]
    wish = worded(lift.wish, lang) if lift.wish else ""
    return WhyLift(feature=lift.feature, title=_title(lift.feature, lang), wish=wish, now=lift.now, steps=steps)
