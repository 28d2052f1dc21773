"""A need of the reader's own organisation: its list, its page with the shortlist, and what becomes public of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from kg.values.name import name_key
from matcher.conditions import parse_conditions
from matcher.query import Query
from matcher.wording import worded
from web.accounts.actor import AT_THE_MACHINE, Actor
from web.db.accounts import Organisation, User
from web.db.models import Event, Need
from web.jobs.match import query_of_row
from web.jobs.needs import digest_of, seen
from web.pages.evidence.citation import Named
from web.pages.firms.search import MadeProduct, NeedCard
from web.pages.needs.conditions import Wanted
from web.pages.needs.shortlist import ShortlistPage, draft_page
from web.work.needs.names import FEW, city_of
from web.work.needs.needs import PUBLISH, WRITE, events, one, own, warnings

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

DRAFTS = 50


class DraftRow(BaseModel):
    """A line of the list of own needs."""

    id: str
    title: str
    products: list[str]
    state: str
    outcome: str = ""
    reach: str
    visibility: str
    anonymous: bool
    deadline: str | None
    created: str
    source: str = ""


class Step(BaseModel):
    """What became of a need: one event."""

    at: str
    who: str
    before: str | None
    state: str
    reason: str = ""


class OwnNeed(BaseModel):
    """A need as its organisation sees it, beside its shortlist."""

    row: DraftRow
    version: int
    text: str
    buyer: str
    pseudonym: str = ""
    first_use: bool = False
    invited: list[Named] = []
    steps: list[Step]
    wrote: bool = Field(description="whether the reader wrote it, and so may not approve it")
    may_publish: bool
    alone: bool = Field(default=False, description="the operator at the machine, who may write and approve")


class DraftsPage(BaseModel):
    """Some of the organisation's needs, newest first."""

    needs: list[DraftRow]
    count: int


class Preview(BaseModel):
    """Exactly what becomes public, by the digest that publishing asks for."""

    need: OwnNeed
    row: dict[str, Any]
    text: str
    conditions: list[str]
    digest: str
    names: list[str] = Field(default=[], description="names of the buyer that stand in an anonymous need")
    firms: list[str] = Field(default=[], description="firms that its conditions name")
    like: int | None = Field(default=None, description="firms that fit what is said of an anonymous buyer")
    city: str = ""
    few: int = FEW
    as_of: str = ""


def row_of(need: Need) -> DraftRow:
    """A need as a line of the list."""
    return DraftRow(
        id=need.id,
        title=need.title,
        products=need.products,
        state=need.state,
        outcome=need.outcome,
        reach=need.reach,
        visibility=need.visibility,
        anonymous=need.anonymous,
        deadline=need.deadline,
        created=need.created.isoformat(),
        source=need.source,
    )


def drafts_page(home: Home, actor: Actor, number: int) -> DraftsPage:
    """Page `number` of the organisation's needs, from one. Raises WE401, WE032."""
    with home.database().session() as session:
        rows, count = own(session, actor, skip=(number - 1) * DRAFTS, limit=DRAFTS)
    return DraftsPage(needs=[row_of(row) for row in rows], count=count)


def own_need(home: Home, graph: Graph, actor: Actor, need: Need) -> OwnNeed:
    """A need with what became of it."""
    with home.database().session() as session:
        happened = events(session, need)
        users = {user: session.get(User, user) for user in {event.actor for event in happened}}
        names = {key: user.name for key, user in users.items() if user is not None}
    firms = {row["id"]: row["name"] for row in graph.read("record_names", ids=need.invited)} if need.invited else {}
    return OwnNeed(
        row=row_of(need),
        version=need.version,
        text=need.text,
        buyer=need.buyer,
        pseudonym=need.pseudonym,
        first_use=need.first_use,
        invited=[Named(id=firm, name=firms.get(firm, firm)) for firm in need.invited],
        steps=[_step(event, names) for event in happened],
        wrote=actor.user in need.writers,
        may_publish=actor.may(PUBLISH),
        alone=actor.user == AT_THE_MACHINE.user,
    )


def _step(event: Event, names: dict[str, str]) -> Step:
    return Step(
        at=event.at.isoformat(),
        who=names.get(event.actor, event.actor),
        before=event.from_state,
        state=event.to_state,
        reason=event.reason,
    )


def find(home: Home, actor: Actor, need_id: str) -> Need:
    """A need of the actor's organisation. Raises WebError WE404 for another's, WE401, WE032."""
    with home.database().session() as session:
        return one(session, actor, need_id)


def own_query(graph: Graph, need: Need) -> Query:
    """A need as its own organisation ranks it: without the organisation's firm."""
    posters = graph.read("posters", id=need.id, name_key=name_key(need.buyer))
    return replace(query_of_row(need), without=frozenset(found["id"] for found in posters))


def unpublished(home: Home, graph: Graph, actor: Actor, need_id: str) -> tuple[NeedCard, Query] | None:
    """A need of the actor's organisation that not everybody sees, as its own page ranks it; None for any other."""
    if not need_id or not actor.known or not actor.may(WRITE):
        return None
    with home.database().session() as session:
        need = session.get(Need, need_id)
    if need is None or need.kind != "need" or need.visibility == "public" or not actor.owns(need.organisation_id):
        return None
    return card_of(need), own_query(graph, need)


def card_of(need: Need) -> NeedCard:
    """The head of a need that the graph may not hold."""
    return NeedCard(
        id=need.id,
        label="Need",
        title=need.title,
        state=need.state,
        deadline=need.deadline,
        published=need.published.date().isoformat() if need.published else None,
        products=[MadeProduct(key=name_key(name), name=name) for name in need.products],
    )


def shortlist_of(home: Home, graph: Graph, need: Need, want: Wanted, lang: str) -> ShortlistPage:
    """A need of one's own with its shortlist, by the same ranker as a published one."""
    return draft_page(home, graph, card_of(need), own_query(graph, need), want, lang)


def names_of(home: Home, graph: Graph, need: Need) -> list[str]:
    """The names by which a need's buyer is known: what its organisation is called, and what records call its firm."""
    enterprise = ""
    if need.organisation_id:
        with home.database().session() as session:
            owner = session.get(Organisation, need.organisation_id)
            enterprise = (owner.enterprise_id if owner else None) or ""
    found = graph.read("buyer_names", id=enterprise, name_key=name_key(need.buyer))
    return [need.buyer, *(str(row["name"]) for row in found)]


def preview(home: Home, graph: Graph, actor: Actor, need: Need, at: datetime, lang: str) -> Preview:
    """What becomes public of a need if it is published at that time."""
    public = seen(need, at)
    warned = warnings(need, names_of(home, graph, need))
    stamp = graph.stamp()
    page = Preview(
        need=own_need(home, graph, actor, need),
        row=public["row"],
        text=public["text"],
        conditions=[worded(part, lang) for part in parse_conditions(public["conditions"]).parts()],
        digest=digest_of(need, at),
        names=list(warned.names),
        firms=list(warned.firms),
        as_of=stamp.written if stamp else "",
    )
    if need.anonymous:
        with home.database().session() as session:
            owner = session.get(Organisation, need.organisation_id) if need.organisation_id else None
        page.city = city_of(owner.region) if owner else ""
        prefix = page.city.rstrip("0")
        page.like = graph.read("firms_within", prefix=prefix + "0" * (len(prefix) % 2))[0]["firms"]
    return page
