"""What differs between two versions of a rule set or of an offer, and how firms stand on the one and on the other.

Indicators are paired by their ids, which name what is asked (`debt`, `share`): one that only the former version has was
dropped, one that only the later one has was added. Conditions of offers have no such ids and are paired by what they
test.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel

from matcher.assess.criteria import Criteria, Indicator, Item
from matcher.assess.engine import assess
from matcher.assess.offer import Offer, fit
from matcher.assess.scope import Traits
from matcher.conditions import Truth

Kind = Literal["added", "dropped", "changed", "reworded", "same"]
Policy = Criteria | Offer
T = TypeVar("T", Indicator, Item)
WHOLE = ""
"""In place of an indicator: all of it together."""
TERMS = ("zh", "kind", "provider", "amount", "rate", "fee", "since", "until", "scope", "source", "note")
"""What an offer has beside its conditions, in the order in which it is compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An indicator, a row of a table of points or a term in two versions; None where a version has it not.

    changed: another test (or term) than before; reworded: the same test in other words.
    """

    id: str
    kind: Kind
    before: Indicator | Item | None
    after: Indicator | Item | None


@dataclass(frozen=True, slots=True)
class TermChange:
    """A term of an offer that says something else than before."""

    name: str
    before: object
    after: object


def former(sets: Mapping[str, Criteria]) -> dict[str, Criteria]:
    """The set that each took the place of, by its id: of its tier the one that began last before it."""
    found = {}
    for one in sets.values():
        earlier = [other for other in sets.values() if other.tier == one.tier and other.since < one.since]
        if earlier:
            found[one.id] = max(earlier, key=lambda other: (other.since, other.id))
    return found


def differences(before: Criteria | None, after: Criteria) -> list[Difference]:
    """All indicators of two sets, then the rows of their tables of points; those that stay the same too."""
    tables = (before.table.items if before and before.table else ()), (after.table.items if after.table else ())
    asked = _paired(before.asked if before else (), after.asked, lambda one: one.test)
    return [*asked, *_paired(*tables, lambda one: one.model_dump(exclude={"zh", "en", "verified"}))]


def _paired(before: Sequence[T], after: Sequence[T], asks: Callable[[T], object]) -> Iterator[Difference]:
    olds: dict[str, T] = {one.id: one for one in before}
    news: dict[str, T] = {one.id: one for one in after}
    for ident in dict.fromkeys([*news, *olds]):
        old, new = olds.get(ident), news.get(ident)
        if old is None or new is None:
            yield Difference(ident, "added" if old is None else "dropped", old, new)
        elif asks(old) != asks(new):
            yield Difference(ident, "changed", old, new)
        else:
            yield Difference(ident, "same" if old.zh == new.zh else "reworded", old, new)


def terms(before: Offer, after: Offer) -> list[TermChange]:
    """The terms of an offer that changed."""
    found = ((name, getattr(before, name), getattr(after, name)) for name in TERMS)
    return [TermChange(name, old, new) for name, old, new in found if old != new]


def conditions(before: Offer | None, after: Offer) -> list[Difference]:
    """The conditions of an offer in two versions, paired by what they test."""
    olds = {_key(one): one for one in before.conditions} if before else {}
    news = {_key(one): one for one in after.conditions}
    found: list[Difference] = []
    for key in dict.fromkeys([*news, *olds]):
        kind: Kind = "same" if key in olds and key in news else "added" if key in news else "dropped"
        found.append(Difference(key, kind, olds.get(key), news.get(key)))
    return found


def _key(one: Indicator) -> str:
    test: BaseModel = one.test
    return test.model_dump_json(exclude_defaults=True)


Moves = dict[str, tuple[Truth | None, Truth | None]]
"""How a firm stands by indicator (WHOLE: on all of it): before and after; None where a version has it not."""


def moves(before: Policy | None, after: Policy | None, of: Traits, day: dt.date) -> Moves:
    """How a firm stands on two versions. An indicator that only one has is there with the other side None."""
    olds, news = _standing(before, of, day), _standing(after, of, day)
    return {ident: (olds.get(ident), news.get(ident)) for ident in dict.fromkeys([*news, *olds])}


def _standing(policy: Policy | None, of: Traits, day: dt.date) -> dict[str, Truth]:
    if policy is None:
        return {}
    if isinstance(policy, Criteria):
        found = assess(policy, of.values)
        return {WHOLE: found.truth} | {one.indicator.id: one.found.truth for one in found.judged}
    stands = fit(policy, of, day)
    return {WHOLE: stands.truth} | {_key(one.indicator): one.found.truth for one in stands.judged}
