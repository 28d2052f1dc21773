"""What a bounty has beyond a need: its targets, its terms, who is to solve it, and what firms show of the targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel, Field

from kg.values.name import name_key
from matcher.query import Query
from matcher.target import Figure, Verdict
from web.db.bounties import Bounty as Row
from web.jobs.targets import facts_of, shown_by, wanted
from web.pages.evidence.citation import Citation, citations

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home


class Target(BaseModel):
    """A technical target."""

    name: str
    operator: str | None = None
    value: float | None = None
    value_max: float | None = None
    unit: str | None = None
    method: str | None = Field(default=None, description="how it is tested")


class Said(BaseModel):
    """A figure that is asked for or shown."""

    name: str
    operator: str
    value: float
    value_max: float | None = None
    unit: str = ""
    condition: str = Field(default="", description="of the test")
    product: str = Field(default="", description="of which it is said")


class Reached(BaseModel):
    """A target and the figure that a firm of the shortlist shows for it."""

    id: str
    firm: str
    rank: int = Field(description="0: a near miss")
    target: Said
    verdict: Verdict
    figure: Said
    evidence: Citation | None = None


class Solver(BaseModel):
    """One of those to whom the bounty was awarded."""

    id: str | None = Field(default=None, description="none: the graph knows no firm, or several, of that name")
    name: str
    role: str | None = None
    status: str | None = Field(default=None, description="notice: open to objections; final: contracted")


class Bounty(BaseModel):
    """Targets, terms and award; sums in yuan."""

    amount: float | None = None
    city_grant: float | None = Field(default=None, description="part of the amount that the city pays")
    ip_terms: str | None = None
    trl: int | None = None
    due: str | None = None
    organiser: str | None = None
    awarded: str | None = None
    targets: list[Target] = []
    team: list[Solver] = []


def bounty_of(home: Home, graph: Graph, bounty_id: str) -> Bounty | None:
    """The bounty of that id as the graph shows it; None where it shows none."""
    rows = graph.read("bounty", id=bounty_id)
    if not rows:
        return None
    bounty = Bounty(**rows[0])
    if bounty.team or bounty.awarded:  # then the award may be seen, also of those that the graph does not know
        linked = {key for member in rows[0]["team"] for key in member["keys"]}
        with home.database().session() as session:
            kept = session.get(Row, bounty_id)
        others = [one for one in (kept.team if kept else []) if name_key(one["name"]) not in linked]
        status = next((member.status for member in bounty.team), None)
        bounty.team += [Solver(name=one["name"], role=one["role"], status=status) for one in others]
    return bounty


class Listed(Protocol):
    """A firm of a shortlist."""

    id: str
    name: str
    rank: int


def reached(
    graph: Graph, query: Query, own: Sequence[Mapping[str, Any]], firms: Sequence[Listed]
) -> list[Reached] | None:
    """The targets of which listed firms show figures, in the order of the list; None where the need has no targets."""
    targets = wanted(query, own)
    if not targets:
        return None
    shown = shown_by(graph, [firm.id for firm in firms], targets, query.terms)
    cited = citations(graph, facts_of(shown))
    return [
        Reached(
            id=firm.id,
            firm=firm.name,
            rank=firm.rank,
            target=said_of(one.target),
            verdict=one.verdict,
            figure=said_of(one.figure),
            evidence=cited.get(one.figure.fact or ""),
        )
        for firm in firms
        for one in shown.get(firm.id, ())
        if one.figure is not None
    ]


def said_of(figure: Figure) -> Said:
    """A figure as pages show it."""
    return Said(**{name: value for name, value in asdict(figure).items() if name != "fact"})
