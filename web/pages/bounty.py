"""What a bounty has beyond a need: its targets, its terms, and who is to solve it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from kg.values.name import name_key
from web.db import models

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
            kept = session.get(models.Bounty, bounty_id)
        others = [one for one in (kept.team if kept else []) if name_key(one["name"]) not in linked]
        status = next((member.status for member in bounty.team), None)
        bounty.team += [Solver(name=one["name"], role=one["role"], status=status) for one in others]
    return bounty
