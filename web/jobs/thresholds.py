"""What a change of thresholds does: firms that pass, miss or are unknown before and after, and those that move."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg.store import Graph
from matcher.assess.criteria import Criteria, criteria
from matcher.assess.engine import Assessment, assess
from matcher.assess.scope import Traits
from matcher.assess.threshold import Threshold, local
from matcher.conditions import Truth
from web.home import Home
from web.jobs.assess import FOLDER
from web.jobs.assessed import known_in_parts
from web.jobs.offers import traits_of
from web.work.analysis.thresholds import newest, rows_of

WHOLE = ""
"""In place of an indicator: all of a set together."""
MOST = 5000
"""Firms that are looked at; how many were left out is said."""


@dataclass(frozen=True, slots=True)
class Move:
    """A firm that stands otherwise on an indicator of a set, or on the whole (`indicator` is "")."""

    firm: str
    name: str
    region: str | None
    rules: str
    indicator: str
    before: Truth
    after: Truth


@dataclass(slots=True)
class Effect:
    """The change over a set of firms. `counts` are by (rules, indicator), before and after, by truth."""

    firms: int = 0
    left_out: int = 0
    counts: dict[tuple[str, str], tuple[Counter[Truth], Counter[Truth]]] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)


def thresholds(home: Home) -> list[Threshold]:
    """Those that hold in this data folder."""
    with home.database().session() as session:
        return rows_of(newest(session))


def rule_sets(home: Home, day: dt.date) -> dict[str, Criteria]:
    """The sets whose bounds may be replaced: those in force on a day."""
    sets = criteria(home.settings.home / FOLDER)
    return {name: one for name, one in sets.items() if one.holds(day)}


def effect(
    home: Home,
    graph: Graph,
    before: Sequence[Threshold],
    after: Sequence[Threshold],
    firms: Sequence[str],
    day: dt.date,
) -> Effect:
    """What the change does to these firms on a day, by what documents say. Nothing is written."""
    touched = {row.place for row in [*before, *after] if before.count(row) != after.count(row)}
    # the order of rows counts too: of a bound the first that has the firm
    touched |= {row.place for row in before if _of(before, row) != _of(after, row)}
    sets = {name: one for name, one in rule_sets(home, day).items() if any(place.rules == name for place in touched)}
    found = Effect(firms=min(len(firms), MOST), left_out=max(0, len(firms) - MOST))
    asked = {(name, place.indicator) for name in sets for place in touched if place.rules == name}
    for key in sorted({*asked, *((name, WHOLE) for name in sets)}):
        found.counts[key] = (Counter(), Counter())
    looked = sorted(firms)[:MOST]
    for known in known_in_parts(graph, looked if sets else (), day):
        of = traits_of(known, day)
        for one in sets.values():
            base = assess(one, of.values)
            ways = [_standing(base, rows, of, day) for rows in (before, after)]
            for move in _moves(known.id, known.name, known.region, one.id, *ways):
                if (key := (move.rules, move.indicator)) in found.counts:
                    found.counts[key][0][move.before] += 1
                    found.counts[key][1][move.after] += 1
                    if move.before is not move.after:
                        found.moves.append(move)
    return found


def _of(rows: Sequence[Threshold], row: Threshold) -> list[Threshold]:
    return [one for one in rows if one.place == row.place]


def _standing(base: Assessment, rows: Sequence[Threshold], of: Traits, day: dt.date) -> Assessment:
    found = local(base, rows, of, day)
    return base if found is None else found.assessment


def _moves(
    firm: str, name: str, region: str | None, rules: str, before: Assessment, after: Assessment
) -> Iterator[Move]:
    yield Move(firm, name, region, rules, WHOLE, before.truth, after.truth)
    for old, new in zip(before.judged, after.judged, strict=True):
        yield Move(firm, name, region, rules, old.indicator.id, old.found.truth, new.found.truth)
