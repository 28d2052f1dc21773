"""Bounties as everybody sees them in lists, feeds, files and statistics: one card each, and what is asked of them.

A card has what the public page of its bounty has, and nothing else: a hidden poster stands under its pseudonym, the
state is the public one, and who is to solve it is there only where the award may be seen. What of a bounty is not known
is neither in nor out of what a filter asks for: it is counted apart.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import cast

from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kg.values.name import name_key
from kg.values.region import Regions
from matcher.chain.placement import node_id
from matcher.chain.template import Chain
from web.beijing import day_of
from web.db.bounties import Bounty
from web.db.chains import ChainGap
from web.db.models import Event
from web.jobs.bounties import AWARD_SHOWN, SHOWN_AS, shown_as
from web.jobs.needs import shown_gap
from web.work.bounties.application import takes
from web.work.bounties.bounty import is_public
from web.work.bounties.states import BOUNTY
from web.work.needs.names import city_of
from web.work.typed import YUAN

STATES = tuple(dict.fromkeys(state for state in SHOWN_AS.values() if state))
"""Public states, in their order."""

COMING = ("notice", "open")
"""Those before the applications are over."""

OUTCOMES = {
    "closed": "pending", "award_notice": "awarded", "contracted": "awarded", "acceptance": "awarded",
    "settled": "settled", "no_taker": "no_taker", "terminated": "terminated",
}  # fmt: skip
"""What came of a bounty whose applications are over, by its public state. One that failed or is in dispute is shown as
contracted, so here too."""

LAST = "9999-12-31"
"""Where a bounty without a deadline stands among days."""


class Solver(BaseModel):
    """One of those to whom a bounty was awarded."""

    name: str
    role: str = ""


class BountyCard(BaseModel):
    """A bounty as everybody sees it; sums in yuan, days in Beijing's time."""

    id: str
    title: str
    state: str = Field(description="the public state")
    outcome: str = Field(description="empty: applications are not over; else pending, awarded, settled, no_taker …")
    taking: bool = Field(description="takes applications today")
    poster: str = Field(description="its pseudonym where the poster is hidden")
    organiser: str = ""
    city: str = Field(default="", description="GB/T 2260 code; empty: not known")
    category: str = ""
    form: str = ""
    field: str = ""
    bases: list[str] = Field(default=[], description="classes of the six industrial foundations (六基) of its nodes")
    nodes: list[str] = Field(default=[], description="nodes of chains, as chain:node")
    products: list[str] = []
    amount: float | None = None
    city_grant: float | None = None
    published: str | None = None
    deadline: str | None = None
    extended_from: str | None = None
    due: str | None = None
    awarded: str | None = Field(default=None, description="day of the notice of the award")
    solvers: list[Solver] = []
    demo: bool = Field(default=False, description="invented")


@dataclass(frozen=True, slots=True)
class AskedBounties:
    """What is asked of a list: words (all of them), code of a place, field, 六基 class, chain or chain:node, category,
    form, public states, last deadline, sums from and to (fen).
    """

    q: str = ""
    city: str = ""
    field: str = ""
    base: str = ""
    node: str = ""
    category: str = ""
    form: str = ""
    states: tuple[str, ...] = ()
    until: str = ""
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The cards that were asked for, and how many more could be among them if more of them were known."""

    cards: list[BountyCard]
    unknown: int


class Nodes:
    """Nodes of chains by id and by the names of their products."""

    def __init__(self, chains: Iterable[Chain]) -> None:
        self.names: dict[str, str] = {}
        self.bases: dict[str, str] = {}
        self._by_product: dict[str, list[str]] = {}
        for chain in chains:
            for node in chain.nodes:
                key = node_id(chain, node)
                self.names[key] = node.name
                if node.field:
                    self.bases[key] = node.field
                for name in dict.fromkeys(map(name_key, (node.name, *node.products))):
                    self._by_product.setdefault(name, []).append(key)

    def of(self, gap: str | None, products: Sequence[str]) -> list[str]:
        """The nodes of a bounty: that of its gap, and those that name one of its products."""
        found = [gap] if gap in self.names else []
        found += [key for name in products for key in self._by_product.get(name_key(name), ())]
        return list(dict.fromkeys(filter(None, found)))


@lru_cache(maxsize=4)
def nodes_of(chains: tuple[Chain, ...]) -> Nodes:
    """The nodes of these chains, made once for each set of them."""
    return Nodes(chains)


def find(session: Session, asked: AskedBounties, nodes: Nodes, at: datetime) -> Found:
    """The bounties that everybody sees and that were asked for: those that take applications first, by deadline."""
    return chosen(cards_of(session, asked, nodes, at), asked)


def chosen(cards: Iterable[tuple[BountyCard, str]], asked: AskedBounties) -> Found:
    """Those of the cards that were asked for, in the same order."""
    unknown, found = 0, []
    for card, searched in cards:
        held = list(_held(card, searched, asked))
        if False in held:
            continue
        if None in held:
            unknown += 1
        else:
            found.append(card)
    found.sort(key=lambda card: (card.state == "open" and not card.taking, *place(card)))
    return Found(found, unknown)


def place(card: BountyCard) -> tuple[str, str]:
    """Where a card stands in the order of deadlines."""
    return card.deadline or LAST, card.id


def counted(cards: Iterable[BountyCard]) -> dict[str, Counter[str]]:
    """How many cards there are by city, field and 六基 class; what is not known is left out."""
    found: dict[str, Counter[str]] = {"city": Counter(), "field": Counter(), "base": Counter()}
    for card in cards:
        found["city"].update(filter(None, [card.city]))
        found["field"].update(filter(None, [card.field]))
        found["base"].update(card.bases)
    return found


def opened_at(session: Session, ids: Sequence[str]) -> Mapping[str, datetime]:
    """When bounties were last opened or extended, by their events."""
    wanted = select(Event.subject_id, func.max(Event.at).label("at")).where(
        Event.subject == BOUNTY.subject, Event.subject_id.in_(ids), Event.to_state == "open"
    )
    return {row.subject_id: row.at for row in session.execute(wanted.group_by(Event.subject_id))}


def cards_of(session: Session, asked: AskedBounties, nodes: Nodes, at: datetime) -> list[tuple[BountyCard, str]]:
    """Every bounty that everybody sees, of the public states that are asked for alone; each with the text in which
    words are looked for, where there are any.
    """
    named = session.execute(select(ChainGap.id, ChainGap.node).where(ChainGap.id.in_(select(Bounty.gap))))
    gaps = {gap.id: gap.node for gap in named}
    columns = [
        Bounty.id, Bounty.title, Bounty.state, Bounty.visibility, Bounty.anonymous, Bounty.pseudonym, Bounty.buyer,
        Bounty.organiser, Bounty.category, Bounty.form, Bounty.field, Bounty.products, Bounty.gap, Bounty.amount,
        Bounty.city_grant, Bounty.published, Bounty.deadline, Bounty.extended_from, Bounty.due, Bounty.awarded,
        Bounty.team, Bounty.demo,
    ]  # fmt: skip
    wanted = select(
        *columns, Bounty.rules["region"].as_string().label("region"), *([Bounty.text] if asked.q else [])
    ).where(Bounty.visibility == "public", Bounty.state.in_(_kept_as(asked.states)))
    found = []
    for row in session.execute(wanted):
        seen = cast("Bounty", row)  # its columns alone: what is asked of it here reads no others
        if not is_public(seen):
            continue
        at_nodes = nodes.of(gaps.get(shown_gap(seen) or ""), seen.products)
        card = _card(seen, row.region or "", at_nodes, nodes, at)
        names = [nodes.names[node] for node in card.nodes]
        searched = [card.title, card.field, *card.products, *names, row.text] if asked.q else []
        found.append((card, _folded("\n".join(searched))))
    return found


def _kept_as(states: Sequence[str]) -> list[str]:
    """The states that may be shown as one of these (none: as any)."""
    return [
        state for state, shown in SHOWN_AS.items() if shown and (not states or shown in states or state == "objection")
    ]


def _card(row: Bounty, region: str, at_nodes: list[str], nodes: Nodes, at: datetime) -> BountyCard:
    state = shown_as(row) or ""
    award = AWARD_SHOWN.get(state)
    return BountyCard(
        id=row.id,
        title=row.title,
        state=state,
        outcome=OUTCOMES.get(state, ""),
        taking=takes(row, at),
        poster=row.pseudonym if row.anonymous else row.buyer,
        organiser=row.organiser,
        city=city_of_host(row.organiser, region),
        category=row.category,
        form=row.form,
        field=row.field.strip(),
        bases=list(dict.fromkeys(nodes.bases[node] for node in at_nodes if node in nodes.bases)),
        nodes=at_nodes,
        products=list(row.products),
        amount=None if row.amount is None else row.amount / YUAN,
        city_grant=None if row.city_grant is None else row.city_grant / YUAN,
        published=day_of(row.published) if row.published else None,
        deadline=row.deadline,
        extended_from=row.extended_from,
        due=row.due,
        awarded=row.awarded if award else None,
        solvers=[Solver(name=one["name"], role=one.get("role") or "") for one in row.team] if award else [],
        demo=row.demo,
    )


@lru_cache(maxsize=4096)
def city_of_host(organiser: str, region: str) -> str:
    """The city of who leads a bounty, by its name; where that names no place, the city of the rules it was handed in
    under. Never that of the poster.
    """
    named = Regions.load().at(organiser) if organiser else None
    return city_of(named.region.code if named else region)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _held(card: BountyCard, searched: str, asked: AskedBounties) -> Iterator[bool | None]:
    """For each thing that is asked whether it holds; None where the card does not say."""
    yield all(word in searched for word in _folded(asked.q).split())
    if asked.states:
        yield card.state in asked.states
    for wanted, said in ((asked.category, card.category), (asked.form, card.form), (asked.field, card.field)):
        if wanted:
            yield said == wanted if said else None
    if asked.city:
        yield Regions.load().contains(asked.city, card.city) if card.city else None
    if asked.base:
        yield asked.base in card.bases if card.bases else None
    if asked.node:
        yield any(node == asked.node or node.startswith(f"{asked.node}:") for node in card.nodes) or (
            None if not card.nodes else False
        )
    if asked.until:
        yield card.deadline <= asked.until if card.deadline else None
    sum_ = None if card.amount is None else round(card.amount * YUAN)
    if asked.least is not None:
        yield None if sum_ is None else sum_ >= asked.least
    if asked.most is not None:
        yield None if sum_ is None else sum_ <= asked.most
