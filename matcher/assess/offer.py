"""Policies and offers to firms, and how a firm stands on the conditions of one: the engine of the criteria of tiers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from matcher.assess.criteria import Indicator
from matcher.assess.engine import Judged, judged
from matcher.assess.scope import Reach, Scope, Traits
from matcher.conditions import Truth

Kind = Literal["policy", "subsidy", "loan", "insurance", "ip", "training", "export", "fair"]
KINDS: tuple[Kind, ...] = get_args(Kind)
State = Literal["open", "ahead", "over"]
Short = Field(default="", max_length=200)


class Source(BaseModel):
    """What says so: its name, the day on which it was published, and where it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    date: dt.date
    url: str = Field(default="", max_length=400, pattern=r"^(https?://\S+)?$")


class Offer(BaseModel):
    """What somebody offers firms, from a day to another (both included; None: no end is named).

    `amount`, `rate` and `fee` are the words of the source. `scope` is whom it is for, `conditions` what is asked beyond
    that. `demo` marks what is invented.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    kind: Kind
    zh: str = Field(min_length=1, max_length=200)
    en: str = Short
    provider: str = Field(min_length=1, max_length=200)
    amount: str = Short
    rate: str = Short
    fee: str = Short
    since: dt.date
    until: dt.date | None = None
    scope: Scope = Scope()
    conditions: tuple[Indicator, ...] = ()
    source: Source
    note: str = Field(default="", max_length=1000)
    demo: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("it ends before it begins")
        return self

    def state(self, day: dt.date) -> State:
        """Whether it is open on a day, over, or still ahead."""
        if day < self.since:
            return "ahead"
        return "over" if self.until is not None and self.until < day else "open"

    def named(self, lang: str) -> str:
        """Its title in the language of the page, where it has one in it."""
        return (lang == "en" and self.en) or self.zh


@dataclass(frozen=True, slots=True)
class Fit:
    """A firm on an offer: whether it is for it and every condition is met, missed or unknown."""

    offer: Offer
    state: State
    truth: Truth
    reach: Reach
    judged: tuple[Judged, ...]

    def count(self, truth: Truth) -> int:
        """How many conditions are met, missed or unknown."""
        return sum(one.found.truth is truth for one in self.judged)


def fit(offer: Offer, of: Traits, day: dt.date) -> Fit:
    """How a firm stands on an offer on a day; what is not known of it is unknown and never missed."""
    found = judged(offer.conditions, of.values)
    reach = offer.scope.reach(of)
    truth = reduce(Truth.__and__, (one.found.truth for one in found), reach.truth)
    return Fit(offer, offer.state(day), truth, reach, found)
