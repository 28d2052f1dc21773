"""How a firm stands on a rule set: each indicator met, missed or unknown, with what it rests on and what is missing.

Unknown is never missed: an indicator without the data for it stays unknown, and a score whose rows are partly unknown
lies between two numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from matcher.assess.criteria import All, Any_, Check, Criteria, Indicator, Item, Node, Score, Table
from matcher.assess.inputs import Given, Values
from matcher.conditions import Truth


@dataclass(frozen=True, slots=True)
class Points:
    """Points that are sure, and the most that there could be."""

    low: float
    high: float

    def __add__(self, other: Points) -> Points:
        return Points(self.low + other.low, self.high + other.high)

    def reaches(self, bound: float) -> Truth:
        """Whether they reach a bound."""
        return Truth.TRUE if self.low >= bound else Truth.FALSE if self.high < bound else Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one indicator or row: the values that were looked at, and the inputs of which nothing is known."""

    truth: Truth
    used: tuple[Given, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """An indicator with what came of it."""

    indicator: Indicator
    found: Found


@dataclass(frozen=True, slots=True)
class Scored:
    """A row of the table with its points."""

    item: Item
    points: Points
    found: Found


@dataclass(frozen=True, slots=True)
class Assessment:
    """How a firm stands on a set. `truth` is that of all indicators together, `scores` by group and in total."""

    criteria: Criteria
    truth: Truth
    judged: tuple[Judged, ...]
    scored: tuple[Scored, ...]
    scores: Mapping[str, Points]

    def count(self, truth: Truth) -> int:
        """How many indicators are met, missed or unknown."""
        return sum(one.found.truth is truth for one in self.judged)

    @property
    def missing(self) -> tuple[str, ...]:
        """Inputs whose papers would settle what is unknown, each once, in the order of the indicators."""
        unknown = (one.found.missing for one in self.judged if one.found.truth is Truth.UNKNOWN)
        return tuple(dict.fromkeys(name for names in unknown for name in names))


def assess(criteria: Criteria, values: Values, *, recheck: bool = False) -> Assessment:
    """How a firm of these values stands; at a recheck what is not asked again is left out."""
    scored = tuple(_points(item, values) for item in criteria.table.items) if criteria.table else ()
    scores = _sums(criteria.table, scored) if criteria.table else {}
    judged = tuple(
        Judged(indicator, _judge(indicator.test, values, scores, scored))
        for indicator in criteria.asked
        if indicator.recheck or not recheck
    )
    truth = reduce(Truth.__and__, (one.found.truth for one in judged), Truth.TRUE)
    return Assessment(criteria, truth, judged, scored, scores)


def judged(indicators: Iterable[Indicator], values: Values) -> tuple[Judged, ...]:
    """Conditions without a table of points, each with what came of it."""
    return tuple(Judged(indicator, _judge(indicator.test, values, {}, ())) for indicator in indicators)


def _sums(table: Table, scored: Iterable[Scored]) -> dict[str, Points]:
    sums = {group.id: Points(0, group.most if group.open else 0) for group in table.groups}
    for one in scored:
        sums[one.item.group] += one.points
    for group in table.groups:
        sums[group.id] = Points(min(sums[group.id].low, group.most), min(sums[group.id].high, group.most))
    return sums | {"total": reduce(Points.__add__, sums.values(), Points(0, 0))}


def _points(item: Item, values: Values) -> Scored:
    if item.per is not None:
        given = values.of(item.per)
        if given is None or not given.settles:
            used = () if given is None else (given,)
            return Scored(item, Points(0, item.most), Found(Truth.UNKNOWN, used, (item.per,)))
        got = max(0.0, min(item.most, given.value // item.every * item.points))
        return Scored(item, Points(got, got), Found(Truth.TRUE, (given,)))
    found = [_judge(node, values, {}, ()) for node in (*item.each, *(band.test for band in item.bands))]
    whole = Found(
        reduce(Truth.__or__, (one.truth for one in found), Truth.FALSE),
        tuple(dict.fromkeys(given for one in found for given in one.used)),
        tuple(dict.fromkeys(name for one in found if one.truth is Truth.UNKNOWN for name in one.missing)),
    )
    if item.each:
        sure = sum(one.truth is Truth.TRUE for one in found) * item.points
        could = sum(one.truth is not Truth.FALSE for one in found) * item.points
        return Scored(item, Points(min(sure, item.most), min(could, item.most)), whole)
    could_be: list[float] = []
    for band, one in zip(item.bands, found, strict=True):
        if one.truth is Truth.FALSE:
            continue
        could_be.append(band.points)
        if one.truth is Truth.TRUE:
            break
    else:
        could_be.append(0.0)
    return Scored(item, Points(min(could_be), max(could_be)), whole)


def _judge(node: Node, values: Values, scores: Mapping[str, Points], scored: tuple[Scored, ...]) -> Found:
    if isinstance(node, Check):
        return _check(node, values)
    if isinstance(node, Score):
        rows = [one for one in scored if node.score in ("total", one.item.group)]
        truth = scores[node.score].reaches(node.at_least)
        missing = dict.fromkeys(name for one in rows for name in one.found.missing)
        return Found(truth, (), tuple(missing))
    inner = [_judge(one, values, scores, scored) for one in (node.all if isinstance(node, All) else node.any)]
    start, join = (Truth.FALSE, Truth.__or__) if isinstance(node, Any_) else (Truth.TRUE, Truth.__and__)
    truth = reduce(join, (one.truth for one in inner), start)
    # what decided it: of `any` that holds the parts that hold, of `all` that fails the parts that fail
    telling = [one for one in inner if truth is Truth.UNKNOWN or one.truth is truth]
    return Found(
        truth,
        tuple(dict.fromkeys(given for one in telling for given in one.used)),
        tuple(dict.fromkeys(name for one in telling for name in one.missing)),
    )


def _check(check: Check, values: Values) -> Found:
    if check.take == "compound":
        now, before = values.of(check.input), values.of(check.input, -check.years)
        if not _settled(now, before) or now is None or before is None or before.value <= 0:
            return Found(Truth.UNKNOWN, tuple(filter(None, (now, before))), (check.input,))
        growth = (max(now.value, 0.0) / before.value) ** (1 / check.years) - 1
        return Found(_within(check, growth * 100, False), (now, before))
    given = [values.of(check.input, -offset) for offset in range(check.years)]
    known = tuple(one for one in given if one is not None)
    missing = () if _settled(*given) else (check.input,)
    if check.take in ("each", "any", "last"):
        start, join = (Truth.FALSE, Truth.__or__) if check.take == "any" else (Truth.TRUE, Truth.__and__)
        said = (
            _within(check, one.value, one.least) if one is not None and one.settles else Truth.UNKNOWN for one in given
        )
        truth = reduce(join, said, start)
        unsure = missing or tuple(dict.fromkeys(one.input for one in known if one.least))
        return Found(truth, known, unsure if truth is Truth.UNKNOWN else ())
    if missing:
        return Found(Truth.UNKNOWN, known, missing)
    total = sum(one.value for one in known)
    least = any(one.least for one in known)
    return Found(_within(check, total / len(known) if check.take == "mean" else total, least), known)


def _settled(*given: Given | None) -> bool:
    """Whether all values are known, and settle their input."""
    return all(one is not None and one.settles for one in given)


def _within(check: Check, value: float, least: bool) -> Truth:
    """Whether a value is within the bounds; one that may be more can hold a lower bound and break an upper one."""
    if not check.bounded:
        return Truth.of((value > 0) is not check.otherwise)
    over = (check.at_least is None or value >= check.at_least) and (check.above is None or value > check.above)
    under = (check.at_most is None or value <= check.at_most) and (check.below is None or value < check.below)
    if not least:
        return Truth.of(over and under)
    bounded_above = check.at_most is not None or check.below is not None
    return Truth.of(False if not under else True if over and not bounded_above else None)
