"""What a day brings about in the pool: ends of validity, rechecks that fall due, and what comes near."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from web.beijing import day_of
from web.db.pool import PoolEntry
from web.db.store import Database
from web.work.bounties.application_told import people_in
from web.work.pool.difficulty import tell_answers_due
from web.work.pool.inspection import tell_mending_due
from web.work.pool.pool import MEMBERS, WRITE, clock_moves
from web.work.today.digest import tell_all
from web.work.today.watch_changes import Change

NEAR = 30
"""Days before the end of a validity and before a recheck, from which on the bureau is told."""


def pool_due(database: Database, at: datetime) -> list[str]:
    """What the day brings about: validities that are over, rechecks that fall due, days that come near are told.

    So are answers to difficulties that are due, and what inspections found to be mended. Each entry is a transaction of
    its own; one that somebody works at at the same moment is left to the next round. Returns the ids of the entries
    that moved.
    """
    last = day_of(at + timedelta(days=NEAR))
    near = or_(PoolEntry.until <= last, PoolEntry.recheck <= last)
    with database.session() as session:
        wanted = select(PoolEntry.id).where(PoolEntry.state.in_(MEMBERS), near).order_by(PoolEntry.id)
        ids: Sequence[str] = session.scalars(wanted).all()
    moved = []
    for entry_id in ids:
        with suppress(StaleDataError, IntegrityError), database.session() as session:
            row = session.get_one(PoolEntry, entry_id)
            if clock_moves(session, row, at):
                moved.append(entry_id)
            else:
                _tell_near(session, row, at)
    with suppress(IntegrityError), database.session() as session:
        tell_answers_due(session, at)
    with suppress(IntegrityError), database.session() as session:
        tell_mending_due(session, at)
    return moved


def _tell_near(session: Session, row: PoolEntry, at: datetime) -> None:
    last, people = day_of(at + timedelta(days=NEAR)), people_in(session, row.organisation_id, WRITE)
    for what, day in (("until", row.until), ("recheck", row.recheck)):
        if day and day_of(at) <= day <= last:
            told = {"what": "pool", "step": what, "name": row.firm_name, "until": day}
            change = Change("deadline", f"{row.id}:{what}:{day}", told, address=f"/pool/{row.id}")
            tell_all(session, people, change, day_of(at))
