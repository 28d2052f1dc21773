"""Notices of a person: written once, read, counted by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.db.watches import Notice, Watch
from web.work.today.watch_changes import KINDS, Change, State, changes
from web.work.today.watches import WRITE

PAGE = 100


def tell(
    session: Session, user_id: str, organisation_id: str | None, change: Change, day: str, watch: Watch | None = None
) -> bool:
    """Write a notice for a person, once: False where the person was told of this change already.

    Replies and whatever else is not found by a watch is told by this too; `about` is then an id of its own.
    """
    said = (organisation_id or "", user_id, watch.id if watch else "", change.kind, change.about)
    key = stable_hash("\n".join(said))
    if session.scalar(select(Notice.id).where(Notice.key == key)) is not None:
        return False
    session.add(
        Notice(
            organisation_id=organisation_id,
            user_id=user_id,
            watch_id=watch.id if watch else None,
            kind=change.kind,
            day=day,
            told=dict(change.told),
            fact=change.fact,
            address=change.address,
            key=key,
        )
    )
    session.flush()
    return True


def tell_all(session: Session, people: Iterable[tuple[str, str | None]], change: Change, day: str) -> int:
    """Tell each of these people (with the organisation as whose they are told). Returns how many notices are new."""
    return sum(tell(session, *who, change, day) for who in dict.fromkeys(people))


def look(session: Session, watch: Watch, state: State | None, day: str) -> int:
    """Compare a watched thing with what was seen of it, tell what changed, and keep the new state.

    Notices and state are of one transaction, so that a look that was cut off is made anew. The first look tells
    nothing; one that finds nothing there (`state` None) leaves what was seen. Returns how many notices are new.
    """
    if state is None or (watch.looked is not None and watch.looked > day):
        return 0
    new = 0
    if watch.looked is not None:
        for change in changes(watch.kind, watch.seen, state, watch.looked, day):
            new += tell(session, watch.user_id, watch.organisation_id, change, day, watch)
    watch.seen, watch.looked = dict(state), day
    return new


def inbox(
    session: Session, actor: Actor, *, kind: str = "", unread: bool = False, number: int = 1, size: int = PAGE
) -> tuple[Sequence[Notice], int]:
    """A page of the actor's notices, unread first, newest day first; and how many there are.

    Raises WebError WE401, WE032.
    """
    wanted = _own(actor)
    if kind:
        wanted = wanted.where(Notice.kind == kind)
    if unread:
        wanted = wanted.where(Notice.read.is_(None))
    count = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by(Notice.read.is_not(None), Notice.day.desc(), Notice.created, Notice.id)
    return session.scalars(ordered.offset((number - 1) * size).limit(size)).all(), count


def unread_by_kind(session: Session, actor: Actor) -> dict[str, int]:
    """How many notices the actor has not read, by kind, the most urgent kind first. Raises WebError WE401, WE032."""
    wanted = _own(actor).where(Notice.read.is_(None)).subquery()
    counted = session.execute(select(wanted.c.kind, func.count()).group_by(wanted.c.kind))
    counts: dict[str, int] = {row[0]: row[1] for row in counted}
    return {kind: counts[kind] for kind in KINDS if kind in counts}


def mark_read(session: Session, actor: Actor, ids: Iterable[str], at: datetime, *, read: bool = True) -> int:
    """Mark notices as read, or take that back. Returns how many changed; ids of others are as if they were not there.

    Raises WebError WE401, WE032.
    """
    found = session.scalars(_own(actor).where(Notice.id.in_(list(ids)))).all()
    changed = [notice for notice in found if (notice.read is None) == read]
    for notice in changed:
        notice.read = at if read else None
    return len(changed)


def _own(actor: Actor) -> Select[Notice]:
    actor.need(WRITE)
    return select(Notice).where(Notice.user_id == actor.user, Notice.organisation_id == actor.organisation)
