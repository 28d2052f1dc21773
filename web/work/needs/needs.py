"""Needs of an organisation: drafts, their approval by another person, publishing, and how they end.

A draft belongs to the organisation of who began it and is seen by nobody else. States are those of
`web.jobs.needs.TRANSITIONS`, and its `move` is the only way between them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kg.values.date import parse_date
from kg.values.name import clean_name
from matcher.query import parse_query
from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.accounts import Organisation
from web.db.models import Event, Need
from web.errors import WebError
from web.jobs.needs import PUBLISHED, digest_of, move
from web.work.needs.names import firms_in, named_in, pseudonym
from web.work.step import add_once, note

WRITE, PUBLISH = "need.write", "need.publish"
REACHES = ("private", "invited", "public")

TITLE, TEXT, PRODUCTS, PRODUCT, INVITED, REASON = 200, 200_000, 50, 100, 50, 2000
"""Most signs of a title and a text, most products and signs of one, most firms that are invited, signs of a reason."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the author of a need writes. `buyer` counts only where no organisation writes it: the operator says it."""

    title: str = ""
    products: tuple[str, ...] = ()
    text: str = ""
    conditions: dict[str, Any] = field(default_factory=dict)
    deadline: str | None = None
    reach: str = "private"
    anonymous: bool = False
    first_use: bool = False
    invited: tuple[str, ...] = ()
    buyer: str = ""

    @classmethod
    def of(cls, need: Need) -> Written:
        """What stands in a need."""
        return cls(
            title=need.title,
            products=tuple(need.products),
            text=need.text,
            conditions=need.conditions,
            deadline=need.deadline,
            reach=need.reach,
            anonymous=need.anonymous,
            first_use=need.first_use,
            invited=tuple(need.invited),
            buyer=need.buyer,
        )


class Stale(WebError):  # noqa: N818 (it is the reader that is stale)
    """Somebody else changed the need since the form was made; `need` is what stands now."""

    code = "WE133"

    def __init__(self, need: Need) -> None:
        super().__init__(
            f"the need was changed meanwhile: it is version {need.version} now",
            hint="compare both; what you typed is still in the form",
            place=need.id,
        )
        self.need = need


def wrong(written: Written, at: datetime) -> dict[str, str]:
    """What cannot be used, by field: empty, long, many, date, past, unknown."""
    found: dict[str, str] = {}
    if not (written.title.strip() or written.products or written.text.strip()):
        found["title"] = "empty"
    if len(written.title) > TITLE:
        found["title"] = "long"
    if len(written.text) > TEXT:
        found["text"] = "long"
    if len(written.products) > PRODUCTS:
        found["products"] = "many"
    elif any(len(name) > PRODUCT for name in written.products):
        found["products"] = "long"
    if written.deadline is not None:
        if parse_date(written.deadline) != written.deadline or len(written.deadline) != len("2026-01-01"):
            found["deadline"] = "date"
        elif written.deadline < day_of(at):
            found["deadline"] = "past"
    if written.reach not in REACHES:
        found["reach"] = "unknown"
    if written.reach == "invited" and not written.invited:
        found["invited"] = "empty"
    elif len(written.invited) > INVITED:
        found["invited"] = "many"
    return found


def _check(written: Written, at: datetime) -> None:
    if amiss := wrong(written, at):
        name, what = next(iter(amiss.items()))
        raise WebError(f"{name}: {what}", code="WE130", hint="correct the field", place=name)


def create(
    session: Session, actor: Actor, written: Written, at: datetime, *, key: str = "", source: str = ""
) -> tuple[Need, bool]:
    """A new draft of the actor's organisation, or the one that the same key made before, and whether it is new.

    Raises WebError WE401, WE032, WE130.
    """
    actor.need(WRITE)
    own_key = f"{actor.organisation or ''}:{key}" if key else None
    sent = select(Need).where(Need.key == own_key)
    if own_key is not None and (made := session.scalar(sent)) is not None:
        return made, False
    _check(written, at)
    need = Need(
        organisation_id=actor.organisation,
        title=_title(written),
        writers=[actor.user],
        key=own_key,
        source=source[:300],
        created=at,
    )
    _put(need, actor, written)
    kept = add_once(session, need, sent)
    if kept is not need:
        return kept, False
    note(session, need, "need", None, "draft", actor.user, reason=source, digest=digest_of(need))
    return need, True


def _title(written: Written) -> str:
    return (written.title.strip() or "、".join(written.products) or written.text.strip().split("\n")[0])[:TITLE]


def _put(need: Need, actor: Actor, written: Written) -> None:
    need.title, need.text = _title(written), written.text.strip()
    need.products = list(dict.fromkeys(filter(None, (clean_name(name) for name in written.products))))
    need.conditions, need.deadline = dict(written.conditions), written.deadline
    need.reach, need.anonymous, need.first_use = written.reach, written.anonymous, written.first_use
    need.invited = list(dict.fromkeys(written.invited)) if written.reach == "invited" else []
    need.buyer = actor.organisation_name if actor.organisation is not None else written.buyer.strip()
    parse_query({"id": "draft", "title": need.title, "products": need.products, "conditions": need.conditions})


def one(session: Session, actor: Actor, need_id: str, right: str = WRITE) -> Need:
    """A need of the actor's organisation. Raises WebError WE404 for another's, WE401, WE032."""
    actor.need(right)
    need = session.get(Need, need_id)
    if need is None or need.kind != "need":
        raise WebError("no such page", code="WE404", hint="see your needs: /drafts")
    actor.need(right, need.organisation_id)
    return need


def own(session: Session, actor: Actor, *, skip: int = 0, limit: int = 50) -> tuple[Sequence[Need], int]:
    """Some of the organisation's needs, newest first, and how many there are.

    Of the operator those alone that were written here: needs of files are not.
    """
    actor.need(WRITE)
    mine = (Need.kind == "need", Need.organisation_id == actor.organisation)
    written = mine if actor.organisation is not None else (*mine, cast(Need.writers, Text) != "[]")
    rows = select(Need).where(*written).order_by(Need.created.desc(), Need.id).offset(skip).limit(limit)
    return session.scalars(rows).all(), session.scalar(select(func.count()).where(*written)) or 0


def events(session: Session, need: Need) -> Sequence[Event]:
    """What became of a need, oldest first."""
    rows = select(Event).where(Event.subject == "need", Event.subject_id == need.id)
    return session.scalars(rows.order_by(Event.number)).all()


def edit(session: Session, actor: Actor, need_id: str, written: Written, version: int, at: datetime) -> Need:
    """Write a draft anew. Raises Stale (WE133) where it was changed since `version`, WebError WE013 where it is no
    draft, WE130, WE404, WE401, WE032.
    """
    need = one(session, actor, need_id)
    if need.state != "draft":
        raise WebError(
            f"the need is {need.state}: it is not written any more",
            code="WE013",
            hint="an approver may return it to draft" if need.state == "in_approval" else "withdraw it, write another",
            place=need.id,
        )
    if need.version != version:
        session.expunge(need)
        raise Stale(need)
    _check(written, at)
    _put(need, actor, written)
    if actor.user not in need.writers:
        need.writers = [*need.writers, actor.user]
    try:
        session.flush()
    except StaleDataError:  # somebody else was quicker by a moment
        session.rollback()
        need = one(session, actor, need_id)
        session.expunge(need)
        raise Stale(need) from None
    return need


def submit(session: Session, actor: Actor, need_id: str) -> Need:
    """Send a draft to approval; who sends it is one of its writers."""
    need = one(session, actor, need_id)
    if actor.user not in need.writers:
        need.writers = [*need.writers, actor.user]
    if need.anonymous:
        owner = session.get(Organisation, need.organisation_id) if need.organisation_id else None
        need.pseudonym = pseudonym(need.id, owner.region if owner else "")
    move(session, need, "in_approval", actor=actor.user)
    return need


def send_back(session: Session, actor: Actor, need_id: str, reason: str) -> Need:
    """Return a need in approval to draft, with the reason. Raises WebError WE134 without one."""
    need = one(session, actor, need_id, PUBLISH)
    move(session, need, "draft", actor=actor.user, reason=_reason(reason))
    return need


def publish(
    session: Session, actor: Actor, need_id: str, digest: str, at: datetime, *, names: Sequence[str], confirmed: bool
) -> Need:
    """Approve a need and let it be seen as its reach says: only just what the preview with this digest showed.

    `names` are those of the buyer, `confirmed` says that warnings were read. Raises WebError WE131 (who wrote it),
    WE135 (another digest: look again), WE136 (warnings that nobody has confirmed), WE137 (its deadline is over),
    WE013, WE404, WE401, WE032.
    """
    need = one(session, actor, need_id, PUBLISH)
    if digest_of(need, at) != digest:
        raise WebError(
            "what becomes public has changed since the preview", code="WE135", hint="look at it again", place=need.id
        )
    if need.deadline is not None and need.deadline < day_of(at):
        raise WebError("the deadline is over", code="WE137", hint="return it to draft and set another", place=need.id)
    if not confirmed and warnings(need, names):
        raise WebError(
            "warnings of the preview are not confirmed", code="WE136", hint="remove what they name, or confirm them"
        )
    move(session, need, "active", actor=actor.user, at=at)
    return need


@dataclass(frozen=True, slots=True)
class Warnings:
    """What the preview warns of: names of the buyer in an anonymous need, firms that conditions name."""

    names: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.firms)


def warnings(need: Need, names: Sequence[str]) -> Warnings:
    """Of a need that others are to see; `names` are those of its buyer."""
    if need.reach == "private":
        return Warnings()
    named = named_in([need.title, need.text, *need.products], names) if need.anonymous else []
    return Warnings(tuple(named), tuple(firms_in(need.conditions)))


def withdraw(session: Session, actor: Actor, need_id: str, reason: str = "") -> Need:
    """Take a need back; a published one only by who may publish, with the reason."""
    need = one(session, actor, need_id)
    if need.state in PUBLISHED:
        actor.need(PUBLISH)
        reason = _reason(reason)
    move(session, need, "withdrawn", actor=actor.user, reason=reason)
    return need


def close(session: Session, actor: Actor, need_id: str, outcome: str, reason: str = "") -> Need:
    """End a published need: awarded, no_supplier, cancelled. Raises WebError WE132 for another outcome."""
    need = one(session, actor, need_id, PUBLISH)
    move(session, need, "closed", actor=actor.user, reason=reason.strip()[:REASON], outcome=outcome)
    return need


def _reason(text: str) -> str:
    if not text.strip():
        raise WebError("the reason is missing", code="WE134", hint="say why", place="reason")
    return text.strip()[:REASON]


def invited_to(session: Session, firm: Collection[str]) -> list[Need]:
    """The open needs to which a firm (any of its ids) was invited, by deadline; the firm is the actor's own."""
    if not firm:
        return []
    rows = select(Need).where(Need.kind == "need", Need.visibility == "invited", Need.state.in_(PUBLISHED))
    found = session.scalars(rows.order_by(Need.deadline.nulls_first(), Need.id))
    return [need for need in found if not frozenset(need.invited).isdisjoint(firm)]
