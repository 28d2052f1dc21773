"""Watches of a person in an organisation: begun, changed, ended. Nobody else sees them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.db.watches import Watch
from web.errors import WebError
from web.work.step import note

WRITE = "watch.write"
KINDS = ("firm", "product", "node", "need", "region")
MOST, LOWEST = 500, 100
"""Watches of one person; the lowest rank that a person may ask to be told of."""


def start(
    session: Session, actor: Actor, kind: str, subject_id: str, name: str, at: datetime, best: int | None = None
) -> Watch:
    """Watch a thing; a watch that is there already is the same one, with the new `best` where that is given.

    Raises WebError WE401, WE032, WE145 (no such kind or rank), WE146 (too many).
    """
    actor.need(WRITE)
    if kind not in KINDS or not subject_id or len(subject_id) > 240:
        raise WebError("this cannot be watched", code="WE145", hint=f"one of {', '.join(KINDS)}", place=kind[:40])
    _check(best)
    key = stable_hash(f"{actor.organisation or ''}\n{actor.user}\n{kind}\n{subject_id}")
    found = session.scalar(select(Watch).where(Watch.key == key))
    if found is None or found.ended is not None:
        if len(own(session, actor)) >= MOST:
            raise WebError(f"more than {MOST} watches", code="WE146", hint="end some of them")
        if found is None:
            found = Watch(
                organisation_id=actor.organisation,
                user_id=actor.user,
                kind=kind,
                subject_id=subject_id,
                name=name[:200],
                key=key,
            )
            session.add(found)
            session.flush()
        found.ended, found.looked, found.seen = None, None, {}
        _note(session, found, actor, "active", at)
    found.name, found.best = name[:200], found.best if best is None else best
    return found


def _check(best: int | None) -> None:
    if best is not None and not 0 <= best <= LOWEST:
        raise WebError("no such rank", code="WE145", hint=f"0 (none) to {LOWEST}", place="best")


def change(session: Session, actor: Actor, watch_id: str, best: int) -> Watch:
    """Set the rank down to which needs are told. Raises WebError WE401, WE032, WE404, WE145."""
    found = one(session, actor, watch_id)
    _check(best)
    found.best = best
    return found


def end(session: Session, actor: Actor, watch_id: str, at: datetime) -> Watch:
    """End a watch. Raises WebError WE401, WE032, WE404."""
    found = one(session, actor, watch_id)
    if found.ended is None:
        found.ended = at
        _note(session, found, actor, "ended", at)
    return found


def one(session: Session, actor: Actor, watch_id: str) -> Watch:
    """A watch of the actor. Raises WebError WE401, WE032, WE404 for another person's."""
    actor.need(WRITE)
    found = session.get(Watch, watch_id)
    if found is None or found.user_id != actor.user or not actor.owns(found.organisation_id):
        raise WebError("no such page", code="WE404", hint="look it up by the search")
    return found


def own(session: Session, actor: Actor) -> Sequence[Watch]:
    """The actor's watches that go on, by kind and name. Raises WebError WE401, WE032."""
    actor.need(WRITE)
    wanted = select(Watch).where(
        Watch.user_id == actor.user, Watch.organisation_id == actor.organisation, Watch.ended.is_(None)
    )
    return session.scalars(wanted.order_by(Watch.kind, Watch.name, Watch.id)).all()


def _note(session: Session, watch: Watch, actor: Actor, to: str, at: datetime) -> None:
    before = None if to == "active" else "active"
    note(session, watch, "watch", before, to, actor.user, at, f"{watch.kind} {watch.subject_id}")
