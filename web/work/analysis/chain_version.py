"""Editing of a chain's template: a draft, its review by another person, and versions with number and day that stay.

Drafts are seen by who may write drafts; what was approved is for everybody. What a template may say is judged by the
caller (`web.jobs.chain_versions`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.chains import ChainVersion
from web.db.store import Database
from web.errors import WebError
from web.work.step import States, note, one_step

WRITE, APPROVE = "chain.draft", "chain.approve"

VERSION = States(
    "chain_version",
    "a template that is",
    "WE241",
    {
        "draft": frozenset({"in_review", "withdrawn"}),
        "in_review": frozenset({"draft", "approved", "withdrawn"}),
        "approved": frozenset(),
        "withdrawn": frozenset(),
    },
)
"""A draft goes to review and comes back as a draft or is approved; an approved one stays as it is."""

REASON = 2000
"""Signs of a reason."""


def step(database: Database, place: str) -> AbstractContextManager[Session]:
    """One transaction; where somebody else was quicker by a moment, WebError WE242."""
    return one_step(database, _stale(place))


def digest(text: str) -> str:
    """The SHA-256 of a template's text, which is the id of its document too."""
    return hashlib.sha256(text.encode()).hexdigest()


def of(session: Session, actor: Actor, chain: str) -> Sequence[ChainVersion]:
    """Versions of a chain, the newest number first, and before them, for who may write them, drafts."""
    wanted = select(ChainVersion).where(ChainVersion.chain == chain)
    if not actor.may(WRITE):
        wanted = wanted.where(ChainVersion.state == "approved")
    rows = session.scalars(wanted).all()
    return sorted(rows, key=lambda row: (row.number is None, row.number or 0, row.created), reverse=True)


def one(session: Session, actor: Actor, chain: str, ident: str) -> ChainVersion:
    """A version or a draft. Raises WebError WE404 where there is none, or none that this person sees."""
    row = session.get(ChainVersion, ident)
    if row is None or row.chain != chain or not (row.state == "approved" or actor.may(WRITE)):
        raise WebError("no such version", code="WE404", hint="see the versions of the chain")
    return row


def begin(session: Session, actor: Actor, chain: str, text: str, base: str, at: datetime) -> ChainVersion:
    """A new draft over the template that holds (`base`: its SHA-256). Raises as `Actor.need`."""
    actor.need(WRITE)
    row = ChainVersion(
        chain=chain,
        text=text,
        base=base,
        made_by=actor.user,
        by_name=actor.name,
        writers=[actor.user],
        organisation_id=actor.organisation,
        created=at,
    )
    session.add(row)
    session.flush()
    note(session, row, VERSION.subject, None, "draft", actor.user, at, digest=digest(text))
    return row


def write(
    session: Session, actor: Actor, row: ChainVersion, text: str, base: str, reason: str, version: int, at: datetime
) -> None:
    """Write a draft anew, over the template that holds now. Raises WebError WE241 (no draft), WE242 (stale)."""
    actor.need(WRITE)
    if row.state != "draft":
        raise VERSION.refused(row, row.state, "draft")
    _fresh(row, version)
    if (row.text, row.base, row.reason) == (text, base, reason.strip()[:REASON]):
        return
    row.text, row.base, row.reason = text, base, reason.strip()[:REASON]
    if actor.user not in row.writers:
        row.writers = [*row.writers, actor.user]
    note(session, row, VERSION.subject, "draft", "draft", actor.user, at, digest=digest(text))


def submit(session: Session, actor: Actor, row: ChainVersion, version: int, at: datetime) -> None:
    """Hand a draft in for review. Raises WebError WE241, WE242, WE243 (no reason)."""
    actor.need(WRITE)
    _fresh(row, version)
    if not row.reason:
        raise WebError(
            "a change of a template needs a reason", code="WE243", hint="say why it is changed", place=row.id
        )
    VERSION.move(session, row, "in_review", actor.user, at, row.reason, digest(row.text))


def give_back(session: Session, actor: Actor, row: ChainVersion, reason: str, version: int, at: datetime) -> None:
    """Give a draft back to its writers, who read the reason. Raises as `submit`, and as `Actor.need`."""
    actor.need(APPROVE if actor.user not in row.writers else WRITE)
    _fresh(row, version)
    if not reason.strip():
        raise WebError("who gives a draft back says why", code="WE243", hint="say what is to be changed", place=row.id)
    VERSION.move(session, row, "draft", actor.user, at, reason.strip()[:REASON])
    row.decided_by, row.decided_name, row.decided_at = actor.user, actor.name, at
    row.decided_reason = reason.strip()[:REASON]


def withdraw(session: Session, actor: Actor, row: ChainVersion, version: int, at: datetime) -> None:
    """Give a draft up; it stays to be read. Raises WebError WE241, WE242."""
    actor.need(WRITE)
    _fresh(row, version)
    VERSION.move(session, row, "withdrawn", actor.user, at)


def approve(
    session: Session, actor: Actor, row: ChainVersion, text: str, day: str, held: str, version: int, at: datetime
) -> None:
    """Make a draft the next version: `text` as it is to hold from `day` on, `held` the SHA-256 of what holds now.

    Raises WebError WE240 for one of its writers, WE241, WE242, WE244 where another template holds than the one that
    the draft was compared with.
    """
    actor.need(APPROVE)
    _fresh(row, version)
    if actor.user in row.writers:
        raise WebError(
            "a template is approved by another person than who wrote it", code="WE240", hint="ask a colleague who may"
        )
    if row.base != held:
        raise WebError(
            "the template has changed since the draft was written",
            code="WE244",
            hint="give it back: saved again, it is compared with the present one",
            place=row.id,
        )
    VERSION.move(session, row, "approved", actor.user, at, row.reason, digest(text))
    row.text, row.day, row.number = text, day, _next(session, row.chain)
    row.decided_by, row.decided_name, row.decided_at, row.decided_reason = actor.user, actor.name, at, ""


def record(session: Session, chain: str, text: str, day: str, origin: str, at: datetime) -> None:
    """Keep a template that held without having been approved here, once: shipped, or loaded by command."""
    wanted = select(ChainVersion).where(ChainVersion.chain == chain, ChainVersion.state == "approved")
    if text in {row.text for row in session.scalars(wanted)}:
        return
    row = ChainVersion(
        chain=chain, text=text, day=day, origin=origin, state="approved", number=_next(session, chain), created=at
    )
    session.add(row)
    session.flush()
    note(session, row, VERSION.subject, None, "approved", "program", at, origin, digest(text))


def _next(session: Session, chain: str) -> int:
    last = session.scalar(select(func.max(ChainVersion.number)).where(ChainVersion.chain == chain))
    return (last or 0) + 1


def _fresh(row: ChainVersion, version: int) -> None:
    if row.version != version:
        raise _stale(row.id)


def _stale(place: str) -> WebError:
    return WebError("it was changed meanwhile", code="WE242", hint="look at it again, then press again", place=place)
