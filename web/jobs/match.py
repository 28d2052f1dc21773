"""A need, by id or as free text, to a ranked shortlist whose reasons carry their sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from kg.records import stable_hash
from kg.store import Graph
from kg.values.name import name_key
from kg.values.region import Regions
from matcher.query import Query, parse_query
from matcher.rank import Ranked, Ranking
from matcher.risk import Risk, risks
from matcher.target import Figure, Shown
from matcher.turns import turn
from matcher.wording import worded
from web.db.models import Need
from web.errors import WebError
from web.home import Home
from web.jobs.targets import facts_of, own_targets, shown_by, wanted

_AT_ONCE = 500
"""Ids in one question to the relational store."""

Citation = dict[str, Any]
"""A sentence and its document: fact, level, quote, page, document, title, publisher, date."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a firm stands where it does: a feature, its points, what it says in words, and the sentences it rests on."""

    feature: str
    value: float | None
    points: float
    says: str
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Met:
    """What came of one condition: true, false or unknown, and whether the firm passes it."""

    label: str
    truth: str
    passes: bool
    hard: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """What came of one target: met, near, missed or unknown, the figure that decides it, and its sentence."""

    target: Figure
    verdict: str
    figure: Figure | None
    evidence: Citation | None


@dataclass(frozen=True, slots=True)
class Risky:
    """A risk beside the rank, never in the score: its kind, its grade by the rules, what is so, and the sentences."""

    risk: str
    grade: str
    says: str
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A firm of the shortlist. The points of its reasons add up to its score; `tied` ones are in no order.

    `targets` is empty where the need has none, or where nothing that the firm shows can be compared with them.
    """

    rank: int
    id: str
    name: str
    region: str | None
    score: float
    tied: bool
    reasons: tuple[Reason, ...]
    conditions: tuple[Met, ...]
    targets: tuple[Reached, ...] = ()
    risks: tuple[Risky, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The answer to a need, with all that is needed to make it again: graph, corpus and scorecard."""

    need: dict[str, Any]
    as_of: str
    graph: str
    corpus: str
    scorecard: str
    entries: tuple[Entry, ...]
    near_misses: tuple[Entry, ...] = ()
    costs: tuple[dict[str, Any], ...] = field(default=())


def query_of(home: Home, need: str) -> Query:
    """The need or bounty of that id without its poster, else the text itself as a need.

    Raises WebError WE005 for an empty text.
    """
    with home.database().session() as session:
        row = session.get(Need, need)
    if row is None:
        return query_of_text(need)
    if row.anonymous:  # a list that leaves its buyer out would say who it is
        return query_of_row(row)
    posters = home.graph().read("posters", id=row.id, name_key=name_key(row.buyer))
    return replace(query_of_row(row), without=frozenset(found["id"] for found in posters))


def queries_of(home: Home, graph: Graph, needs: Sequence[str]) -> dict[str, Query]:
    """The needs and bounties of these ids as `query_of` gives each, in two questions; unknown ids are left out."""
    with home.database().session() as session:
        rows = [
            row
            for start in range(0, len(needs), _AT_ONCE)
            for row in session.scalars(select(Need).where(Need.id.in_(needs[start : start + _AT_ONCE])))
        ]
    named = [{"id": row.id, "name_key": name_key(row.buyer)} for row in rows if not row.anonymous]
    posters: dict[str, set[str]] = {}
    for found in graph.read("posters_of_needs", needs=named):
        posters.setdefault(found["need"], set()).add(found["id"])
    return {row.id: replace(query_of_row(row), without=frozenset(posters.get(row.id, ()))) for row in rows}


def query_of_text(text: str) -> Query:
    """A need in somebody's own words. Raises WebError WE005 for an empty one."""
    if not text.strip():
        raise WebError("the need is empty", code="WE005", hint="name a need, or say what is sought")
    return Query(id=f"text-{stable_hash('need', text)[:8]}", title=text.strip())


def query_of_row(row: Need) -> Query:
    """A need of the store as the matcher takes it."""
    return parse_query(
        {"id": row.id, "title": row.title, "products": row.products, "text": row.text, "conditions": row.conditions}
    )


def match(home: Home, need: str, top: int = 10, lang: str = "zh") -> Shortlist:
    """Rank the firms of the graph for a need.

    Raises MatcherError (a condition that cannot be asked), WebError WE005 (no need), WE015 (nothing is loaded).
    """
    query = query_of(home, need)
    ranker = home.ranker()
    with turn():  # the reasons are told in the same turn as the ranking
        ranking = ranker.rank(query, top)
        listed, near = list(ranking.entries), list(ranking.near_misses)
    stamp = home.graph().stamp()
    words = {part.label: worded(part, lang) for part in query.conditions.parts()}
    targets = wanted(query, own_targets(home, query.id))
    shown = shown_by(home.graph(), [one.firm.id for one in (*listed, *near)], targets, query.terms)
    known = {one.firm.id: risks(one.firm, ranker.corpus.as_of) for one in (*listed, *near)}
    facts = {fact for one in (*listed, *near) for part in one.contributions for fact in part.facts}
    facts |= {fact for found in known.values() for risk in found for fact in risk.facts}
    cited = citations(home.graph(), facts | facts_of(shown))

    def entry(one: Ranked) -> Entry:
        return _entry(one, cited, words, shown.get(one.firm.id, ()), known[one.firm.id], lang)

    return Shortlist(
        need=query.to_json(),
        as_of=stamp.written if stamp else "",
        graph=stamp.stamp if stamp else "",
        corpus=ranking.corpus_stamp,
        scorecard=ranking.scorecard.name,
        entries=tuple(map(entry, listed)),
        near_misses=tuple(map(entry, near)),
        costs=_costs(ranking, words),
    )


def citations(graph: Graph, facts: Iterable[str]) -> dict[str, Citation]:
    """Sentence and document of each fact that the graph has."""
    ids = sorted(set(facts))
    rows = graph.read("citations", ids=ids) if ids else []
    return {row["citation"]["fact"]: row["citation"] for row in rows}


def _entry(
    ranked: Ranked,
    cited: dict[str, Citation],
    words: dict[str, str],
    shown: Sequence[Shown],
    known: Sequence[Risk],
    lang: str,
) -> Entry:
    parts = [part for part in ranked.contributions if part.value is not None]
    return Entry(
        rank=ranked.rank,
        id=ranked.firm.id,
        name=ranked.firm.name,
        region=place_of([str(item.value) for item in ranked.firm.items("region")]),
        score=ranked.score,
        tied=ranked.tied,
        reasons=tuple(
            Reason(
                feature=part.feature,
                value=part.value,
                points=part.points,
                says=part.says(lang),
                evidence=tuple(cited[fact] for fact in part.facts if fact in cited),
            )
            for part in sorted(parts, key=lambda part: -part.points)
        ),
        conditions=tuple(
            Met(words.get(outcome.label, outcome.label), outcome.truth.name.lower(), outcome.passes, outcome.hard)
            for outcome in ranked.conditions
        ),
        targets=tuple(
            Reached(one.target, one.verdict, one.figure, cited.get(one.figure.fact or "") if one.figure else None)
            for one in shown
        ),
        risks=tuple(
            Risky(one.kind, one.grade, one.says(lang), tuple(cited[fact] for fact in one.facts if fact in cited))
            for one in known
        ),
    )


def place_of(codes: list[str]) -> str | None:
    """The most exact of a firm's places, in words."""
    if not codes:
        return None
    path = Regions.load().path(max(codes, key=lambda code: (len(code.rstrip("0")), code)))
    return "".join(region.name for region in path) or None


def _costs(ranking: Ranking, words: dict[str, str]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "condition": words.get(cost.label, cost.label),
            "removes": cost.removes,
            "alone": cost.alone,
            "unknown": cost.unknown,
            "candidates": cost.candidates,
        }
        for cost in ranking.costs
    )
