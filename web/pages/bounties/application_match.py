"""Bounties and solvers, both ways: what firms show of a bounty's targets, partners for what a team lacks, bounties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from matcher.target import Shown, Verdict, figure_of
from web.db.bounties import Bounty
from web.jobs.applicants import posters_of
from web.jobs.fit import firm_fits
from web.jobs.match import query_of
from web.jobs.open_needs import OpenNeed
from web.jobs.ownership import groups_of
from web.jobs.targets import own_targets, shown_by, wanted
from web.pages.evidence.citation import Citation, citations
from web.pages.firms.fit import FitRow, fit_row
from web.pages.firms.search import NeedCard

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

SOLVERS, LOOKED, PARTNERS, BOUNTIES = 10, 100, 5, 5
"""Firms that are listed, those of the bounty's list that are looked at, partners, bounties on a firm's own page."""


class TargetShown(BaseModel):
    """What a firm shows of one target (its number from 1)."""

    target: int
    said: str
    verdict: Verdict = "unknown"
    figure: str = ""
    evidence: Citation | None = None


class Solver(BaseModel):
    """A firm of a bounty's list with its targets; `group`: of one group with the poster, and so never a solver."""

    id: str
    name: str
    rank: int
    score: float
    targets: list[TargetShown]
    group: bool = False
    met: int = 0
    near: int = 0
    unknown: int = 0


class BountyFit(BaseModel):
    """An open bounty for a firm: where it stands there, its targets as the firm shows them, what it lacks."""

    fit: FitRow
    targets: list[TargetShown]
    lacks: list[str] = Field(description="targets that it does not show as met, in words")


def said(target: Mapping[str, object]) -> str:
    """A target in words: its figure in signs, else its name."""
    figure = figure_of(target)
    return figure.said() if figure else str(target.get("name") or "")


def targets_shown(
    graph: Graph, targets: Sequence[Mapping[str, object]], firms: Sequence[str], terms: Sequence[str]
) -> dict[str, list[TargetShown]]:
    """For each firm every target with what comes of it by the facts of the graph; what is said in words is unknown."""
    numbered = [(number, figure) for number, one in enumerate(targets, 1) if (figure := figure_of(one)) is not None]
    shown = shown_by(graph, firms, [figure for _, figure in numbered], terms)
    facts = {one.figure.fact for found in shown.values() for one in found if one.figure and one.figure.fact}
    cited = citations(graph, facts)

    def line(number: int, target: Mapping[str, object], found: Mapping[int, Shown]) -> TargetShown:
        one = found.get(number)
        figure = one.figure if one else None
        return TargetShown(
            target=number,
            said=said(target),
            verdict=one.verdict if one else "unknown",
            figure=f"{figure.product} {figure.said()}".strip() if figure else "",
            evidence=cited.get(figure.fact or "") if figure else None,
        )

    result = {}
    for firm in firms:
        found = {number: one for (number, _), one in zip(numbered, shown.get(firm, ()), strict=False)}
        result[firm] = [line(number, target, found) for number, target in enumerate(targets, 1)]
    return result


def solvers(home: Home, graph: Graph, bounty: Bounty, most: int = SOLVERS) -> list[Solver]:
    """The first firms of a bounty's list, by the ranker of its page, with what each shows of the targets."""
    query = query_of(home, bounty.id)
    ranker = home.ranker()
    scores = dict(ranker.rank(query, most).pairs())
    shown = targets_shown(graph, bounty.targets, list(scores), query.terms)
    posters = posters_of(home, graph, bounty)
    groups = groups_of(graph, [*scores, *posters])
    barred = frozenset[str]().union(*(groups[poster] for poster in posters))
    found = []
    for rank, (ident, score) in enumerate(scores.items(), 1):
        row = ranker.corpus.row(ident)
        counts = {name: sum(one.verdict == name for one in shown[ident]) for name in ("met", "near", "unknown")}
        found.append(
            Solver(
                id=ident,
                name=ranker.corpus.firms[row].name if row is not None else ident,
                rank=rank,
                score=score,
                targets=shown[ident],
                group=not groups[ident].isdisjoint(barred),
                **counts,
            )
        )
    return found


def partners(home: Home, graph: Graph, bounty: Bounty, team: Sequence[str], missing: Sequence[int]) -> list[Solver]:
    """Firms of the bounty's list that show a target that the team lacks: who meets most of them first, then by rank."""
    if not missing:
        return []
    lacking = frozenset(missing)

    def covers(solver: Solver) -> float:
        worth = {"met": 1.0, "near": 0.5}
        return sum(worth.get(one.verdict, 0.0) for one in solver.targets if one.target in lacking)

    found = [one for one in solvers(home, graph, bounty, LOOKED) if one.id not in team and not one.group]
    helps = sorted((one for one in found if covers(one)), key=lambda one: (-covers(one), one.rank))
    return helps[:PARTNERS]


def missing_targets(shown: Mapping[str, Sequence[TargetShown]], count: int) -> list[int]:
    """The targets that no member shows as met, by number."""
    met = {one.target for rows in shown.values() for one in rows if one.verdict == "met"}
    return [number for number in range(1, count + 1) if number not in met]


def bounties_for(
    home: Home, graph: Graph, needs: Iterable[OpenNeed], firm_id: str, lang: str, most: int = BOUNTIES
) -> list[BountyFit]:
    """The bounties among these open needs ranked for a firm, each with its targets as the firm shows them and what it
    lacks.
    """
    needs = [need for need in needs if need.card["label"] == "Bounty"]
    cards = {need.query.id: need.card for need in needs}
    found = []
    for fit in firm_fits(home, firm_id, needs, most).fits:
        own = own_targets(home, fit.query.id)
        targets = own or [
            {
                "name": one.name,
                "operator": one.operator,
                "value": one.value,
                "value_max": one.value_max,
                "unit": one.unit,
            }
            for one in wanted(fit.query)
        ]
        shown = targets_shown(graph, targets, [firm_id], fit.query.terms)[firm_id]
        lacks = [one.said for one in shown if one.verdict != "met"]
        found.append(BountyFit(fit=fit_row(fit, NeedCard(**cards[fit.query.id]), lang), targets=shown, lacks=lacks))
    return found
