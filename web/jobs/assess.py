"""How a firm stands on the criteria of tiers on a day, by what the graph knows of it and figures of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.store import Graph
from matcher.assess.criteria import criteria
from matcher.assess.engine import Assessment, assess
from matcher.assess.inputs import Given
from matcher.assess.scope import Traits
from matcher.assess.threshold import Local, local
from web.home import Home
from web.jobs.assessed import LADDER, Known, known_of, values_of
from web.work.analysis.thresholds import newest, rows_of

FOLDER = "criteria"
"""The folder of an operator's own sets in the data folder."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A firm on all sets, the newest first within a tier: those that hold on the day and those that are over.

    `last` is the year that counts as the last one: the newest whole year before the day of which a figure is known.
    `held` are the tiers that it holds on the day, the lowest first. `locals` are sets on which thresholds of the
    operator count for it.
    """

    firm: str
    day: dt.date
    last: int
    held: tuple[str, ...]
    assessments: tuple[Assessment, ...]
    locals: Mapping[str, Local] = field(default_factory=dict)

    @property
    def next_tier(self) -> str | None:
        """The lowest tier above the highest that it holds; None at the top."""
        place = max((LADDER.index(tier) for tier in self.held), default=-1) + 1
        return LADDER[place] if place < len(LADDER) else None

    def of(self, tier: str) -> list[Assessment]:
        """The assessments of one tier, the newest set first."""
        return [one for one in self.assessments if one.criteria.tier == tier]


def standing(home: Home, graph: Graph, firm_id: str, day: dt.date, own: Iterable[Given] = ()) -> Standing:
    """How a firm stands on a day. `own` are figures that it gives itself; they count before what the graph knows.

    Raises BadRulesError MA041 (an operator's set that cannot be used).
    """
    known = known_of(graph, [firm_id], day).get(firm_id, Known(firm_id))
    values = values_of(known, day, own)
    sets = criteria(home.settings.home / FOLDER)
    assessments = tuple(assess(one, values) for one in sets.values() if one.since <= day)
    held = tuple(tier for tier in LADDER if tier in known.held)
    with home.database().session() as session:
        thresholds = rows_of(newest(session))
    of = Traits(values, known.region, known.industry)
    found = {one.criteria.id: local(one, thresholds, of, day) for one in assessments if one.criteria.holds(day)}
    locals_ = {name: one for name, one in found.items() if one is not None}
    return Standing(firm_id, day, values.last, held, assessments, locals_)
