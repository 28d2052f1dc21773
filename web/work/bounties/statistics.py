"""Statistics of public bounties: how many by city, field, 六基 class and outcome, and how long an award took.

Counted are cards (`web.work.bounties.portal`), so nothing that a bounty's public page does not have; who posted one
is no group. What a bounty does not say is a group of its own, never left out and never zero.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import quantiles

from pydantic import BaseModel, Field

from web.jobs.bounties import AWARD_SHOWN
from web.work.bounties.portal import COMING, OUTCOMES, BountyCard

COLUMNS = ("coming", *dict.fromkeys(OUTCOMES.values()))
"""What came of bounties, in the order of the tables; coming: applications are not over."""


class Group(BaseModel):
    """Bounties that have a value in common."""

    value: str = Field(description="empty: the bounties do not say it")
    count: int
    outcomes: dict[str, int] = Field(description="bounties by what came of them, 0 included")


class Days(BaseModel):
    """Days from the publication of bounties to the notice of their award; fewer than two values have no quartiles."""

    value: str = Field(default="", description="GB/T 2260 code of the city; empty: of all, or of no known city")
    count: int = Field(description="awarded bounties of which both days are known")
    unknown: int = Field(description="awarded bounties of which one of the days is not known")
    least: float | None = None
    lower: float | None = Field(default=None, description="first quartile")
    median: float | None = None
    upper: float | None = Field(default=None, description="third quartile")
    most: float | None = None


class BountyStatistics(BaseModel):
    """The figures of a list of cards on a day."""

    as_of: str = Field(description="the day, in Beijing's time, on which the store was asked")
    count: int
    demo: bool = Field(description="some of the bounties are invented")
    outcomes: dict[str, int]
    cities: list[Group]
    fields: list[Group]
    bases: list[Group] = Field(description="a bounty is in each class of its nodes, so these add up to more")
    award: Days
    award_by_city: list[Days]


def statistics_of(cards: Sequence[BountyCard], day: str) -> BountyStatistics:
    """The figures of these cards."""
    awarded = [card for card in cards if _is_awarded(card)]
    return BountyStatistics(
        as_of=day,
        count=len(cards),
        demo=any(card.demo for card in cards),
        outcomes=_outcomes(cards),
        cities=_groups(cards, lambda card: [card.city]),
        fields=_groups(cards, lambda card: [card.field]),
        bases=_groups(cards, lambda card: card.bases or [""]),
        award=_days("", awarded),
        award_by_city=[
            _days(group.value, [card for card in awarded if card.city == group.value])
            for group in _groups(awarded, lambda card: [card.city])
        ],
    )


def _is_awarded(card: BountyCard) -> bool:
    """Whether its award may be seen and there is one: a bounty can be terminated before."""
    return card.state in AWARD_SHOWN and (card.outcome != "terminated" or bool(card.awarded or card.solvers))


def _outcomes(cards: Sequence[BountyCard]) -> dict[str, int]:
    found = Counter("coming" if card.state in COMING else card.outcome for card in cards)
    return {name: found[name] for name in COLUMNS}


def _groups(cards: Sequence[BountyCard], values: Callable[[BountyCard], Sequence[str]]) -> list[Group]:
    """Groups by value, the largest first; those that do not say it at the end."""
    found: dict[str, list[BountyCard]] = {}
    for card in cards:
        for value in values(card):
            found.setdefault(value, []).append(card)
    order = sorted(found, key=lambda value: (not value, -len(found[value]), value))
    return [Group(value=value, count=len(found[value]), outcomes=_outcomes(found[value])) for value in order]


def _days(value: str, awarded: Sequence[BountyCard]) -> Days:
    known = sorted(days for days in map(_to_award, awarded) if days is not None)
    said = Days(value=value, count=len(known), unknown=len(awarded) - len(known))
    if known:
        said.least, said.most = known[0], known[-1]
        said.median = known[0]
    if len(known) > 1:
        said.lower, said.median, said.upper = quantiles(known, n=4, method="inclusive")
    return said


def _to_award(card: BountyCard) -> int | None:
    """Days from publication to the notice of the award; None where one is missing, or it lies before the other."""
    if not card.published or not card.awarded:
        return None
    days = (dt.date.fromisoformat(card.awarded) - dt.date.fromisoformat(card.published)).days
    return days if days >= 0 else None
