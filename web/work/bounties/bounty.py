"""A bounty as its poster writes it: drafts of one organisation, seen by nobody else before the first notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kg.values.name import clean_name
from web.accounts.actor import Actor
from web.db.bounties import Bounty
from web.db.models import Need
from web.errors import WebError
from web.jobs.bounties import shown_as
from web.jobs.needs import digest_of
from web.work.bounties.states import BOUNTY
from web.work.needs.names import pseudonym
from web.work.step import add_once, note

WRITE, SUBMIT, HOST, COUNTY = "bounty.write", "bounty.submit", "bounty.organise", "bounty.county"
WRITTEN = frozenset({"draft", "returned"})
"""States in which its poster writes it."""


class StaleBountyError(WebError):
    """Somebody else changed the bounty since the form was made; `row` is what stands now."""

    def __init__(self, row: Bounty) -> None:
        super().__init__(
            f"the bounty was changed meanwhile: it is version {row.version} now",
            code="WE157",
            hint="compare both; what you typed is still in the form",
            place=row.id,
        )
        self.row = row


def sides(actor: Actor, row: Bounty) -> frozenset[str]:
    """As whom an actor meets a bounty: poster, host, county; empty for everybody else."""
    own = actor.organisation
    if own is None:
        return frozenset()
    held = (
        ("poster", row.organisation_id, WRITE),
        ("host", row.host_id, HOST),
        ("county", row.county_id, COUNTY),
    )
    found = {side for side, whose, right in held if whose == own and actor.may(right)}
    if row.state == "draft" or (row.state == "withdrawn" and not row.rule_set):
        found -= {"host", "county"}
    return frozenset(found)


def seen(session: Session, actor: Actor, bounty_id: str) -> Bounty:
    """A bounty that the actor may see: its own, one that it leads or reviews, or one that everybody sees.

    Raises WebError WE404: others are not said to exist.
    """
    row = session.get(Bounty, bounty_id)
    if row is None or not (sides(actor, row) or is_public(row)):
        raise WebError("no such page", code="WE404", hint="see the open bounties: /bounties")
    return row


def hosted(session: Session, actor: Actor, bounty_id: str) -> Bounty:
    """A bounty that the actor's organisation leads through its stages. Raises WebError WE401, WE032, WE404."""
    actor.need(HOST)
    row = session.get(Bounty, bounty_id)
    if row is None or row.host_id is None or not actor.owns(row.host_id):
        raise WebError("no such page", code="WE404", hint="see the bounties that you host")
    return row


def mine(session: Session, actor: Actor, *, skip: int = 0, most: int | None = None) -> list[Bounty]:
    """The bounties of which the actor is a side, the newest first, or a part of them. Raises WebError WE401."""
    held = _held(actor)
    if held is None:
        return []
    wanted = select(Bounty).where(held).order_by(Bounty.created.desc(), Bounty.id)
    return list(session.scalars(wanted.offset(skip).limit(most)))


def count_mine(session: Session, actor: Actor) -> int:
    """How many these are. Raises WebError WE401."""
    held = _held(actor)
    return 0 if held is None else session.scalar(select(func.count()).select_from(Bounty).where(held)) or 0


def _held(actor: Actor) -> ColumnElement[bool] | None:
    """Of which bounties the actor is a side, as `sides` has it; None: of none."""
    if not actor.known:
        raise WebError("this is for who has signed in", code="WE401", hint="sign in, or ask the operator")
    own = actor.organisation
    handed_in = and_(Bounty.state != "draft", or_(Bounty.state != "withdrawn", Bounty.rule_set != ""))
    held = [
        condition
        for right, condition in (
            (WRITE, Bounty.organisation_id == own),
            (HOST, and_(Bounty.host_id == own, handed_in)),
            (COUNTY, and_(Bounty.county_id == own, handed_in)),
        )
        if actor.may(right)
    ]
    return or_(*held) if own is not None and held else None


def is_public(row: Bounty) -> bool:
    """Whether everybody sees it in its present state."""
    return row.visibility == "public" and shown_as(row) is not None


def own(session: Session, actor: Actor, bounty_id: str, right: str = WRITE) -> Bounty:
    """A bounty of the actor's organisation. Raises WebError WE401, WE032, WE404."""
    actor.need(right)
    row = session.get(Bounty, bounty_id)
    if row is None:
        raise WebError("no such page", code="WE404", hint="see the open bounties: /bounties")
    actor.need(right, row.organisation_id)
    return row


def create(
    session: Session, actor: Actor, columns: Mapping[str, Any], at: datetime, *, key: str, need_id: str | None = None
) -> Bounty:
    """A new draft, or the one that the same key made before; `need_id` is a need of the same organisation.

    Raises WebError WE401, WE032, WE404 (another's need).
    """
    actor.need(WRITE)
    own_key = f"{actor.organisation or ''}:bounty:{key}" if key else None
    sent = select(Bounty).where(Bounty.key == own_key)
    if own_key is not None and (made := session.scalar(sent)) is not None:
        return made
    gap = None
    if need_id:
        need = session.get(Need, need_id)
        if need is None or not actor.owns(need.organisation_id):
            raise WebError("no such need", code="WE404", hint="see your needs: /drafts")
        gap = need.gap
    row = Bounty(
        organisation_id=actor.organisation,
        title=str(columns["title"]),
        need_id=need_id or None,
        gap=gap,
        reach="public",
        writers=[actor.user],
        key=own_key,
        created=at,
    )
    _put(row, actor, columns, at)
    kept = add_once(session, row, sent)
    if kept is row:
        note(session, row, BOUNTY.subject, None, "draft", actor.user, at, digest=digest_of(row))
    return kept


def edit(
    session: Session, actor: Actor, bounty_id: str, columns: Mapping[str, Any], version: int, at: datetime
) -> Bounty:
    """Write a draft or a returned bounty anew.

    Raises StaleBountyError (WE157), WebError WE151 where it is written no more, WE401, WE032, WE404.
    """
    row = own(session, actor, bounty_id)
    if row.state not in WRITTEN:
        raise BOUNTY.refused(row, row.state, "draft")
    if row.version != version:
        session.expunge(row)
        raise StaleBountyError(row)
    _put(row, actor, columns, at)
    if actor.user not in row.writers:
        row.writers = [*row.writers, actor.user]
    note(session, row, BOUNTY.subject, row.state, row.state, actor.user, at, "edited", digest_of(row))
    try:
        session.flush()
    except StaleDataError:  # somebody else was quicker by a moment
        session.rollback()
        row = own(session, actor, bounty_id)
        session.expunge(row)
        raise StaleBountyError(row) from None
    return row


def _put(row: Bounty, actor: Actor, columns: Mapping[str, Any], at: datetime) -> None:
    cleared = bool(columns.get("cleared"))
    for name, value in columns.items():
        if name not in ("cleared", "products"):
            setattr(row, name, value)
    row.products = list(dict.fromkeys(filter(None, map(clean_name, columns.get("products", ())))))
    row.buyer = actor.organisation_name
    row.pseudonym = pseudonym(row.id, "") if row.anonymous else ""
    if not cleared:
        row.cleared, row.cleared_by = None, ""
    elif row.cleared is None:
        row.cleared, row.cleared_by = at, actor.user
