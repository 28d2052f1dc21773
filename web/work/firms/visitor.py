"""Who looked at a firm's page: how many organisations of a kind in a week, never which.

Counted are organisations that are signed in, once a week; the firm itself, programs and anybody else are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.db.firms import Look

if TYPE_CHECKING:
    from web.db.store import Database

LEAST = 3
"""Organisations of a kind below which their number is not said."""
WEEKS = 8


@dataclass(frozen=True, slots=True)
class Looked:
    """Organisations of a kind that looked in the week that began on `week`; `count` is None where they are few."""

    week: str
    kind: str
    count: int | None


def counts(actor: Actor, firm_id: str) -> bool:
    """Whether a look of this actor is counted: a person who is signed in for another organisation than the firm."""
    return bool(
        actor.known
        and actor.organisation
        and actor.scopes is None
        and actor.kind != "operator"
        and actor.enterprise != firm_id
    )


def looked(database: Database, actor: Actor, firm_id: str, day: date) -> None:
    """Note that the actor's organisation looked. The page was sent already: it waits for nothing here."""
    if not counts(actor, firm_id):
        return
    week = _week(day)
    looker = stable_hash("look", firm_id, week, actor.organisation)
    with database.session() as session:
        if session.scalar(select(Look.id).where(Look.firm_id == firm_id, Look.week == week, Look.looker == looker)):
            return
    try:
        with database.session() as session:
            session.add(Look(firm_id=firm_id, week=week, kind=actor.kind, looker=looker))
    except IntegrityError:
        return  # another request of the same organisation was faster


def lookers(database: Database, firm_ids: list[str], day: date, weeks: int = WEEKS) -> list[Looked]:
    """Organisations that looked in the last weeks, newest week first; small numbers are not said."""
    since = _week(day - timedelta(weeks=weeks - 1))
    wanted = (
        select(Look.week, Look.kind, func.count())
        .where(Look.firm_id.in_(firm_ids), Look.week >= since)
        .group_by(Look.week, Look.kind)
        .order_by(Look.week.desc(), Look.kind)
    )
    with database.session() as session:
        return [Looked(week, kind, many if many >= LEAST else None) for week, kind, many in session.execute(wanted)]


def _week(day: date) -> str:
    return (day - timedelta(days=day.weekday())).isoformat()
