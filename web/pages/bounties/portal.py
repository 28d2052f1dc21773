"""The portal of bounties: open ones and the archive with filters, as pages, files and API show them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from kg.values.region import Regions
from web.beijing import day_of
from web.db.models import now
from web.errors import WebError
from web.jobs.chains import templates
from web.jobs.network import region_of
from web.work.bounties.form import CATEGORIES, FORMS
from web.work.bounties.portal import (
    OUTCOMES,
    STATES,
    AskedBounties,
    BountyCard,
    Found,
    Nodes,
    cards_of,
    chosen,
    counted,
    find,
    nodes_of,
    place,
)
from web.work.typed import WAN, fen_of

if TYPE_CHECKING:
    from web.home import Home

CARDS = 50
"""Bounties of one page."""

_CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})!(.{1,64})")

Words = Annotated[str, Query(max_length=200)]
Sum = Annotated[str, Query(pattern=r"^(\d{1,9}(\.\d{1,6})?)?$")]


def sought(
    q: Annotated[Words, Query(description="words of title, problem, field, products or nodes of chains")] = "",
    city: Annotated[Words, Query(description="a place by code or name, of who leads the bounty")] = "",
    field: Annotated[Words, Query(description="the field as the bounty says it")] = "",
    base: Annotated[Words, Query(description="a class of the six industrial foundations (六基)")] = "",
    node: Annotated[Words, Query(description="a chain, or chain:node")] = "",
    category: Annotated[str, Query(pattern=f"^({'|'.join(CATEGORIES)})?$")] = "",
    form: Annotated[str, Query(pattern=f"^({'|'.join(FORMS)})?$")] = "",
    state: Annotated[list[str], Query(max_length=20, description=f"public states: {', '.join(STATES)}")] = [],  # noqa: B006
    until: Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="deadline on this day or before")] = "",
    least: Annotated[Sum, Query(description="prize, at least, in 万元")] = "",
    most: Annotated[Sum, Query(description="prize, at most, in 万元")] = "",
) -> AskedBounties:
    """The filters of an address. Raises BadQueryError (MA001: no place), WebError WE422 (no state)."""
    states = tuple(filter(None, state))
    if unknown := [one for one in states if one not in STATES]:
        raise WebError(f"no public state of a bounty: {unknown[0][:40]}", code="WE422", hint=", ".join(STATES))
    return AskedBounties(
        q=q.strip(),
        city=region_of(city.strip()) if city.strip() else "",
        field=field.strip(),
        base=base.strip(),
        node=node.strip(),
        category=category,
        form=form,
        states=states,
        until=until,
        least=fen_of(least, WAN) if least else None,
        most=fen_of(most, WAN) if most else None,
    )


SoughtDep = Annotated[AskedBounties, Depends(sought)]


class Choice(BaseModel):
    """A value of a filter, its words (empty: those of the page), and the bounties of the list that have it."""

    value: str
    words: str = ""
    count: int


@dataclass(frozen=True, slots=True)
class Portal:
    """A list of bounties: what was asked, the cards in their order, how many more are not known to be asked for.

    `choices` are the values of city, field and base over the list without filters; `day` is today in Beijing.
    """

    archive: bool
    asked: AskedBounties
    cards: list[BountyCard]
    unknown: int
    choices: dict[str, list[Choice]]
    states: tuple[str, ...]
    day: str

    @property
    def filtered(self) -> bool:
        """Whether anything was asked for."""
        return self.asked != AskedBounties()


class BountiesPage(BaseModel):
    """A part of the bounties that everybody sees, by deadline."""

    as_of: str = Field(description="the day, in Beijing's time, on which the store was asked")
    count: int = Field(description="bounties that were asked for, on all pages")
    unknown: int = Field(description="further ones that do not say something that was asked for; they are not listed")
    bounties: list[BountyCard]
    next: str | None = Field(default=None, description="give it as `after` for the next page; none: this is the last")


def nodes(home: Home) -> Nodes:
    """The nodes of the chains of this data folder."""
    return nodes_of(tuple(one.chain for one in templates(home)))


def all_found(home: Home, asked: AskedBounties) -> Found:
    """All bounties that everybody sees and that were asked for."""
    with home.database().session() as session:
        return find(session, asked, nodes(home), now())


def portal(home: Home, asked: AskedBounties, *, archive: bool | None) -> Portal:
    """Open bounties with those about to open, or those whose applications are over, the latest first; None: all.

    The states that are asked for are among those of the list.
    """
    states = tuple(state for state in STATES if archive is None or (state in OUTCOMES) == archive)
    with home.database().session() as session:
        every = cards_of(session, replace(asked, states=states), nodes(home), now())
    wanted = tuple(state for state in asked.states if state in states) or states
    found = chosen(every, replace(asked, states=wanted))
    cards = found.cards
    if archive:
        cards = sorted(cards, key=lambda card: (card.awarded or card.deadline or card.published or "", card.id))[::-1]
    return Portal(
        archive=bool(archive),
        asked=asked,
        cards=cards,
        unknown=found.unknown,
        choices=_choices([card for card, _ in every if card.state in states]),
        states=states,
        day=day_of(now()),
    )


def taking(home: Home, asked: AskedBounties) -> list[BountyCard]:
    """The bounties that take applications today, by deadline."""
    return [card for card in all_found(home, asked).cards if card.taking]


def bounties_page(home: Home, asked: AskedBounties, after: str, limit: int) -> BountiesPage:
    """One page of the API, behind the cursor `after`. Raises WebError WE422 for one that no answer gave.

    A bounty whose deadline is moved meanwhile comes twice rather than never.
    """
    last: tuple[str, str] = ("", "")
    if after:
        read = _CURSOR.fullmatch(after)
        if read is None:
            raise WebError("no cursor", code="WE422", hint="give `next` of the answer before, or nothing")
        last = (read[1], read[2])
    found = all_found(home, asked)
    rest = sorted((card for card in found.cards if place(card) > last), key=place)
    page = rest[:limit]
    return BountiesPage(
        as_of=day_of(now()),
        count=len(found.cards),
        unknown=found.unknown,
        bounties=page,
        next="!".join(place(page[-1])) if len(rest) > limit else None,
    )


def _choices(cards: list[BountyCard]) -> dict[str, list[Choice]]:
    found = {
        name: [
            Choice(value=value, count=counts[value]) for value in sorted(counts, key=lambda one: (-counts[one], one))
        ]
        for name, counts in counted(cards).items()
    }
    for one in found["city"]:
        named = Regions.load().by_code(one.value)
        one.words = named.name if named else one.value
    return found
