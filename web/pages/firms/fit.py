"""Needs that fit a firm, and the papers that would open more of them to it or to the firms of a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from matcher.conditions import Condition, Outcome
from matcher.corpus import Corpus
from matcher.features.registry import FEATURES
from matcher.paper import Move, Price
from matcher.proof import Settled
from matcher.query import Query
from matcher.reverse import TOP, Fit
from matcher.target import Figure, Verdict
from matcher.wording import worded
from web.jobs.fit import Fits, Opened, firm_fits, firm_papers, place_papers
from web.jobs.open_needs import OpenNeed, open_needs
from web.pages.bounties.bounty import Said, said_of
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.firms.firm import present
from web.pages.firms.search import NeedCard
from web.pages.needs.own import division
from web.pages.needs.shortlist import Place, places

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

FITS, MOST_FITS = 10, 50
"""Needs that are explained on a firm's page, and where all that matter are asked for: each takes a ranking."""

PAPERS = 20
MOVES = 10
"""Moves of a paper that are listed; their number is said in full."""

FIRMS = 3
"""Firms that are named for a target; their number is said in full."""


class Points(BaseModel):
    """A line of the scorecard with points that a firm has, or that it has fewer than the firm it is compared with."""

    feature: str
    title: str
    points: float
    says: str = ""


class FitRow(BaseModel):
    """A firm on one open need, and what it lacks there."""

    need: NeedCard
    rank: int = Field(description="among the listed firms; 0: a condition keeps it out")
    place: int = Field(description="the place that its score gives it, were it not kept out")
    listed: int
    compared: int
    score: float
    mark: float | None = Field(description="score of the tenth firm, for a firm of the top ten of the first")
    reasons: list[Points] = Field(description="its heaviest lines")
    failed: list[str] = Field(description="hard conditions that keep it out, in words")
    unmet: list[str] = Field(description="wishes that it does not meet")
    unknown: list[str] = Field(description="conditions of which nothing is known")
    short: list[Points] = Field(description="lines on which it has fewer points than the firm of `mark`")


class MoveRow(BaseModel):
    """What a paper does to a firm on a need: the rank before and after (0: kept out)."""

    need: Named
    firm: Named
    before: int
    after: int
    score_before: float
    score_after: float
    opens: bool


class PriceRow(BaseModel):
    """A paper and what it would be worth."""

    kind: Literal["certificate", "title", "proof"]
    field: str
    value: str
    words: str = Field(description="the condition that it meets, in words")
    needs: int = Field(description="open needs on which it brings a firm into the top ten")
    firms: int = Field(description="firms that it brings into a top ten")
    lifted: int = Field(description="pairs of need and firm that stand better by it, those opened included")
    moves: list[MoveRow]


class SettledFirm(BaseModel):
    """A firm for which a target would turn to met, with what it shows now."""

    firm: Named
    rank: int
    verdict: Verdict = Field(description="near or unknown")
    figure: Said | None = Field(default=None, description="what the firm shows of it; none: nothing")
    evidence: Citation | None = None
    left: int = Field(description="other targets of the need that the firm does not show as met")


class SettledTarget(BaseModel):
    """A target of an open need that a test report would settle, for how many firms."""

    need: Named
    target: Said
    near: int = Field(description="firms that nearly meet it by what they show")
    unknown: int = Field(description="firms that show nothing that decides it")
    firms: list[SettledFirm] = Field(description="the first of them, those that nearly meet it before the others")


class ReportRow(BaseModel):
    """A test report on one parameter and the targets that it would settle; it moves no rank."""

    name: str
    shows: Said = Field(description="the value that settles most targets")
    needs: int = Field(description="open needs of which it settles a target for a firm of the top ten")
    firms: int = Field(description="firms of a top ten for which it settles a target")
    last: int = Field(description="pairs of need and firm of which all targets are met by it")
    targets: list[SettledTarget]


class FirmWorth(BaseModel):
    """What papers and test reports would be worth to a firm over all open needs."""

    firm: Named
    open: int
    papers: list[PriceRow] = []
    reports: list[ReportRow] = []
    asked: int = Field(default=0, description="targets that open needs ask for")
    top: int = TOP
    graph: str
    as_of: str
    corpus: str
    scorecard: str


class FirmNeeds(FirmWorth):
    """The open needs ranked for a firm, and the papers that would lift it."""

    fits: list[FitRow]
    count: int = Field(description="open needs for which it was compared")


class PapersPage(BaseModel):
    """Which paper would open most open needs to the firms of a place."""

    place: str
    firms: int = Field(description="firms of the place")
    open: int
    papers: list[PriceRow]
    reports: list[ReportRow]
    asked: int = Field(description="targets that open needs ask for")
    top: int = TOP
    places: list[Place] = []
    graph: str
    as_of: str
    corpus: str
    scorecard: str


def firm_needs(home: Home, graph: Graph, firm_id: str, lang: str, most: int = FITS, worth: bool = True) -> FirmNeeds:
    """At most `most` needs and bounties for a firm, by the ranker that makes the needs' own lists; with what papers
    would be `worth` to it. Raises WE404.
    """
    key, name = present(graph, firm_id)
    firm, needs = Named(id=key, name=name), open_needs(home, graph)
    found = firm_fits(home, key, needs, most)
    cards = _cards(needs, found)
    return FirmNeeds(
        **_basis(graph, firm, found),
        **(_worth(home, graph, firm, needs, firm_papers(home, graph, key, needs), lang) if worth else {}),
        fits=[fit_row(fit, cards[fit.query.id], lang) for fit in found.fits],
        count=found.count,
    )


def firm_worth(home: Home, graph: Graph, firm_id: str, lang: str) -> FirmWorth:
    """What papers and test reports would be worth to a firm. Raises WE404."""
    key, name = present(graph, firm_id)
    firm, needs = Named(id=key, name=name), open_needs(home, graph)
    papers = firm_papers(home, graph, key, needs)
    return FirmWorth(**_basis(graph, firm, papers), **_worth(home, graph, firm, needs, papers, lang))


def _basis(graph: Graph, firm: Named, found: Fits | Opened) -> dict[str, Any]:
    """Of whom, over how many needs, by which state of graph and corpus."""
    stamp, as_of = _stamp(graph)
    by = {"graph": stamp, "as_of": as_of, "corpus": found.corpus, "scorecard": found.scorecard}
    return {"firm": firm, "open": found.open, **by}


def _worth(
    home: Home, graph: Graph, firm: Named, needs: Sequence[OpenNeed], papers: Opened, lang: str
) -> dict[str, Any]:
    return {
        "papers": _prices(papers, needs, {firm.id: firm.name}, lang),
        "reports": _reports(graph, papers, needs, home.corpus()),
        "asked": papers.asked,
    }


def fits_of(home: Home, needs: Sequence[OpenNeed], firm_id: str, lang: str, most: int) -> list[FitRow]:
    """The first of these open needs and bounties for a firm, without what a paper would change; `firm_id` is the
    present.
    """
    found = firm_fits(home, firm_id, needs, most)
    cards = _cards(needs, found)
    return [fit_row(fit, cards[fit.query.id], lang) for fit in found.fits]


def _cards(needs: Sequence[OpenNeed], found: Fits) -> dict[str, NeedCard]:
    """The cards of the needs that are told, by id."""
    told = {fit.query.id for fit in found.fits}
    return {need.query.id: NeedCard(**need.card) for need in needs if need.query.id in told}


def papers_page(home: Home, graph: Graph, place: str, lang: str) -> PapersPage:
    """Papers by the needs that they would open, summed over the firms of a place. Raises WE422 for no division."""
    place = division(place) if place else ""
    needs = open_needs(home, graph)
    found = place_papers(home, graph, place, needs)
    corpus = home.corpus()
    moved = {move.firm for price in found.prices[:PAPERS] for move in price.moves[:MOVES]}
    names = {one: corpus.firms[row].name for one in moved if (row := corpus.row(one)) is not None}
    graph_stamp, as_of = _stamp(graph)
    return PapersPage(
        place=place,
        firms=found.firms,
        open=found.open,
        papers=_prices(found, needs, names, lang),
        reports=_reports(graph, found, needs, corpus),
        asked=found.asked,
        places=places(corpus),
        graph=graph_stamp,
        as_of=as_of,
        corpus=found.corpus,
        scorecard=found.scorecard,
    )


def _stamp(graph: Graph) -> tuple[str, str]:
    stamp = graph.stamp()
    return (stamp.stamp, stamp.written) if stamp else ("", "")


def fit_row(fit: Fit, card: NeedCard, lang: str) -> FitRow:
    """Where a firm stands on a need, in the words of a language."""
    words = _words(fit.query, lang)

    def said(outcomes: Sequence[Outcome]) -> list[str]:
        return [words.get(one.label, one.label) for one in outcomes]

    heaviest = sorted((one for one in fit.entry.contributions if one.points > 0), key=lambda one: -one.points)
    return FitRow(
        need=card,
        rank=fit.rank,
        place=fit.place,
        listed=fit.listed,
        compared=fit.compared,
        score=fit.entry.score,
        mark=fit.mark,
        reasons=[_points(one.feature, one.points, lang, one.says(lang)) for one in heaviest[:2]],
        failed=said(fit.failed),
        unmet=said(fit.unmet),
        unknown=said(fit.unknown),
        short=[_points(one.feature, one.points, lang) for one in fit.short],
    )


def _points(feature: str, points: float, lang: str, says: str = "") -> Points:
    named = FEATURES[feature]
    return Points(feature=feature, title=named.zh if lang == "zh" else named.en, points=points, says=says)


def _words(query: Query, lang: str) -> dict[str, str]:
    return {part.label: worded(part, lang) for part in query.conditions.parts()}


def _prices(found: Opened, needs: Sequence[OpenNeed], firms: dict[str, str], lang: str) -> list[PriceRow]:
    titles = {need.query.id: str(need.card["title"]) for need in needs}

    def moved(move: Move) -> MoveRow:
        return MoveRow(
            need=Named(id=move.need, name=titles[move.need]),
            firm=Named(id=move.firm, name=firms[move.firm]),
            before=move.before,
            after=move.after,
            score_before=move.score_before,
            score_after=move.score_after,
            opens=move.opens,
        )

    return [_price(price, [moved(move) for move in price.moves[:MOVES]], lang) for price in found.prices[:PAPERS]]


def _price(price: Price, moves: list[MoveRow], lang: str) -> PriceRow:
    demand: Condition = price.paper.demand
    return PriceRow(
        kind=price.paper.kind,
        field=demand.field,
        value=str(price.paper.value),
        words=worded(demand, lang),
        needs=price.needs,
        firms=price.firms,
        lifted=len(price.moves),
        moves=moves,
    )


def _reports(graph: Graph, found: Opened, needs: Sequence[OpenNeed], corpus: Corpus) -> list[ReportRow]:
    titles = {need.query.id: str(need.card["title"]) for need in needs}
    listed = [(report, _grouped(report.settled)) for report in found.reports[:PAPERS]]
    shown = [one for _, groups in listed for group in groups for one in group[:FIRMS] if one.figure]
    cited = citations(graph, {one.figure.fact for one in shown if one.figure and one.figure.fact})

    def firm(one: Settled) -> SettledFirm:
        row = corpus.row(one.firm)
        return SettledFirm(
            firm=Named(id=one.firm, name=corpus.firms[row].name if row is not None else one.firm),
            rank=one.rank,
            verdict=one.verdict,
            figure=said_of(one.figure) if one.figure else None,
            evidence=cited.get(one.figure.fact or "") if one.figure else None,
            left=one.left,
        )

    def target(group: Sequence[Settled]) -> SettledTarget:
        near = sum(one.verdict == "near" for one in group)
        return SettledTarget(
            need=Named(id=group[0].need, name=titles[group[0].need]),
            target=said_of(group[0].target),
            near=near,
            unknown=len(group) - near,
            firms=[firm(one) for one in group[:FIRMS]],
        )

    return [
        ReportRow(
            name=report.shows.name,
            shows=said_of(report.shows),
            needs=report.needs,
            firms=report.firms,
            last=report.last,
            targets=[target(group) for group in groups[:MOVES]],
        )
        for report, groups in listed
    ]


def _grouped(settled: Sequence[Settled]) -> list[list[Settled]]:
    """By need and target, in the order given; in each those that nearly meet it first, then by rank."""
    groups: dict[tuple[str, Figure], list[Settled]] = {}
    for one in settled:
        groups.setdefault((one.need, one.target), []).append(one)
    return [sorted(group, key=lambda one: (one.verdict != "near", one.rank)) for group in groups.values()]
