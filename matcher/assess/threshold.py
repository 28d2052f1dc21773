"""Thresholds of an operator (分类施策): another bound of a condition for some firms, beside the measures.

The measures themselves are never changed. A threshold says whose bound it is, for which firms and since when; where it
is not known whether a firm is one of them, the condition holds or fails only where it does with either bound.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from matcher.assess.criteria import All, Any_, Check, Criteria, Node, checks_in
from matcher.assess.engine import Assessment, Judged, assess
from matcher.assess.scope import Scope, Traits
from matcher.conditions import Truth

Bound = Literal["at_least", "above", "at_most", "below"]
BOUNDS: tuple[Bound, ...] = ("at_least", "above", "at_most", "below")


class Threshold(BaseModel):
    """A bound in place of that of the measures: of the test of `input` in an indicator of a set, for firms of a scope.

    `value` is in the input's unit. It holds from `since` to `until`, both included. `source` says on which decision it
    rests.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: str = Field(max_length=64)
    indicator: str = Field(max_length=40)
    input: str = Field(max_length=40)
    bound: Bound
    value: float = Field(ge=-1e13, le=1e13, allow_inf_nan=False)
    scope: Scope = Scope()
    since: dt.date
    until: dt.date | None = None
    source: str = Field(min_length=1, max_length=400)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("ends before it begins")
        return self

    @property
    def place(self) -> Place:
        """The bound that it stands in place of."""
        return Place(self.rules, self.indicator, self.input, self.bound)

    def holds(self, day: dt.date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Place:
    """A bound of a set that may be replaced."""

    rules: str
    indicator: str
    input: str
    bound: Bound

    @property
    def key(self) -> str:
        """It as one word."""
        return f"{self.rules}:{self.indicator}:{self.input}:{self.bound}"


@dataclass(frozen=True, slots=True)
class Applied:
    """A threshold that counts for a firm, or may (`sure` is False: `missing` sides of the firm are not known)."""

    threshold: Threshold
    was: float
    sure: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Local:
    """A firm on a set with the thresholds that count for it, by indicator."""

    assessment: Assessment
    applied: Mapping[str, tuple[Applied, ...]]


def places(sets: Mapping[str, Criteria]) -> dict[str, tuple[Place, float]]:
    """The bounds that may be replaced, by key, with their values: those that stand once in their indicator."""
    found: dict[str, tuple[Place, float]] = {}
    for one in sets.values():
        for indicator in one.indicators:
            several: set[str] = set()
            for check in checks_in(indicator.test):
                for bound in BOUNDS:
                    value = getattr(check, bound)
                    place = Place(one.id, indicator.id, check.input, bound)
                    if value is not None and (place.key in found or place.key in several):
                        found.pop(place.key, None)
                        several.add(place.key)
                    elif value is not None:
                        found[place.key] = (place, float(value))
    return found


def local(base: Assessment, rows: Sequence[Threshold], of: Traits, day: dt.date) -> Local | None:
    """A firm on a set by the thresholds that count for it on a day; None where none does.

    The first threshold of a bound whose scope has the firm counts. Where a scope may have it, both ways are judged.
    """
    own = [one for one in rows if one.rules == base.criteria.id and one.holds(day)]
    if not own:
        return None
    known = places({base.criteria.id: base.criteria})
    applied: dict[str, tuple[Applied, ...]] = {}
    judged = []
    for one in base.judged:
        bounds = {key: was for key, (place, was) in known.items() if place.indicator == one.indicator.id}
        options = {key: list(_options(own, key, was, of)) for key, was in bounds.items()}
        counted = tuple(each for found in options.values() for each in found if each is not None)
        if counted:
            applied[one.indicator.id] = counted
            judged.append(_judged(base, one, options, of))
        else:
            judged.append(one)
    if not applied:
        return None
    truth = reduce(Truth.__and__, (one.found.truth for one in judged), Truth.TRUE)
    return Local(replace(base, truth=truth, judged=tuple(judged)), applied)


def _options(rows: Sequence[Threshold], key: str, was: float, of: Traits) -> Iterator[Applied | None]:
    """The bounds that may count for a firm, None for that of the measures."""
    for row in rows:
        if row.place.key != key:
            continue
        reach = row.scope.reach(of)
        if reach.truth is Truth.TRUE:
            yield Applied(row, was, sure=True)
            return
        if reach.truth is Truth.UNKNOWN:
            yield Applied(row, was, sure=False, missing=reach.missing)
    yield None


def _judged(base: Assessment, one: Judged, options: Mapping[str, Sequence[Applied | None]], of: Traits) -> Judged:
    found = []
    for chosen in product(*options.values()):
        test = one.indicator.test
        for each in filter(None, chosen):
            test = _replaced(test, each.threshold)
        asked = one.indicator.model_copy(update={"test": test})
        alone = base.criteria.model_copy(update={"indicators": (asked,), "bars": ()})
        found.append(assess(alone, of.values).judged[0])
    if len({each.found.truth for each in found}) == 1:
        return found[0]
    missing = tuple(dict.fromkeys(name for each in found for name in each.found.missing))
    return Judged(one.indicator, replace(found[0].found, truth=Truth.UNKNOWN, missing=missing))


def _replaced(node: Node, by: Threshold) -> Node:
    if isinstance(node, Check) and node.input == by.input and getattr(node, by.bound) is not None:
        return node.model_copy(update={by.bound: by.value})
    if isinstance(node, All):
        return All(all=tuple(_replaced(one, by) for one in node.all))
    if isinstance(node, Any_):
        return Any_(any=tuple(_replaced(one, by) for one in node.any))
    return node
