"""Queries that a person keeps: saved, shared with the own organisation, run on a schedule; snapshots of their answers.

What a person keeps only the person sees, until it is shared; only the person changes or ends it. A snapshot is seen by
who sees its query, and stays when the query is ended.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kg.console.text import MAX_SIGNS
from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.queries import QuerySnapshot, SavedQuery
from web.errors import UnusableError, WebError
from web.work.lists.frozen import digest_of
from web.work.step import add_once, note

if TYPE_CHECKING:
    from kg.console import Table

READ, SAVE = "query.read", "query.save"
EVERY = ("", "day", "week", "month")
ROWS = (100, 1_000)
"""How many rows of an answer may be kept."""
TITLE, MOST = 120, 200
"""Signs of a title; queries that one person may keep."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form says of a query to be kept."""

    title: str
    query: str
    parameters: Mapping[str, str]
    question: str = ""
    rows: int = ROWS[0]
    shared: bool = False
    every: str = ""


def save(session: Session, actor: Actor, wanted: Wanted, at: datetime, key: str = "") -> SavedQuery:
    """Keep a query; the same form sent twice keeps one. Raises WebError WE401, WE032, UnusableError WE210 (a field
    cannot be used), WebError WE211 (too many)."""
    actor.need(SAVE)
    _check(wanted)
    own_key = f"{actor.user}:{key}"[:96] if key else None
    sent = select(SavedQuery).where(SavedQuery.key == own_key)
    if own_key and (made := session.scalar(sent)) is not None:
        return made
    mine = select(SavedQuery.id).where(SavedQuery.made_by == actor.user, SavedQuery.ended.is_(None))
    if len(session.scalars(mine).all()) >= MOST:
        raise WebError(f"more than {MOST} queries are kept", code="WE211", hint="end some of them")
    row = SavedQuery(
        organisation_id=actor.organisation,
        title=" ".join(wanted.title.split()),
        question=wanted.question,
        query=wanted.query,
        parameters=dict(wanted.parameters),
        rows=wanted.rows,
        shared=wanted.shared,
        every=wanted.every,
        due=day_of(at) if wanted.every else None,
        made_by=actor.user,
        by_name=actor.name,
        key=own_key,
    )
    kept = add_once(session, row, sent)
    if kept is row:
        note(session, row, "saved_query", None, "kept", actor.user, at)
    return kept


def change(session: Session, actor: Actor, row: SavedQuery, wanted: Wanted, version: int, at: datetime) -> None:
    """Change title, sharing and schedule of an own query. Raises as `own`, UnusableError WE210, WebError WE212."""
    _own(actor, row)
    if row.version != version:
        raise WebError("somebody changed it meanwhile", code="WE212", hint="look at it again", place=row.id)
    _check(wanted)
    if wanted.every != row.every:
        row.due = day_of(at) if wanted.every else None
    row.title, row.shared, row.every = " ".join(wanted.title.split()), wanted.shared, wanted.every
    note(session, row, "saved_query", "kept", "shared" if row.shared else "kept", actor.user, at)


def end(session: Session, actor: Actor, row: SavedQuery, at: datetime) -> None:
    """Take an own query away; its snapshots stay. Raises WebError WE401, WE032, WE404."""
    _own(actor, row)
    if row.ended is None:
        row.ended, row.due = at, None
        note(session, row, "saved_query", "kept", "ended", actor.user, at)


def one(session: Session, actor: Actor, query_id: str) -> SavedQuery:
    """A query that the actor may see. Raises WebError WE401, WE032, WE404."""
    actor.need(READ)
    row = session.get(SavedQuery, query_id)
    if row is None or row.organisation_id != actor.organisation or not (row.shared or row.made_by == actor.user):
        raise WebError("no such page", code="WE404", hint="look it up among the saved queries")
    return row


def seen(session: Session, actor: Actor) -> Sequence[SavedQuery]:
    """Queries that the actor may see and that were not ended, own ones first, then by title. Raises WE401, WE032."""
    actor.need(READ)
    wanted = select(SavedQuery).where(
        SavedQuery.organisation_id == actor.organisation,
        SavedQuery.ended.is_(None),
        or_(SavedQuery.made_by == actor.user, SavedQuery.shared),
    )
    rows = session.scalars(wanted.order_by(SavedQuery.title, SavedQuery.id)).all()
    return sorted(rows, key=lambda row: row.made_by != actor.user)


def snapshots(session: Session, actor: Actor, query_id: str = "", most: int = 100) -> Sequence[QuerySnapshot]:
    """Snapshots that the actor may see, of one query or of all, the newest first. Raises WE401, WE032."""
    actor.need(READ)
    wanted = (
        select(QuerySnapshot)
        .join(SavedQuery, SavedQuery.id == QuerySnapshot.saved_id)
        .where(
            SavedQuery.organisation_id == actor.organisation,
            or_(SavedQuery.made_by == actor.user, SavedQuery.shared),
        )
    )
    if query_id:
        wanted = wanted.where(QuerySnapshot.saved_id == query_id)
    return session.scalars(wanted.order_by(QuerySnapshot.at.desc(), QuerySnapshot.id).limit(most)).all()


def one_snapshot(session: Session, actor: Actor, snapshot_id: str) -> QuerySnapshot:
    """A snapshot with its content. Raises as `one`."""
    actor.need(READ)
    row = session.get(QuerySnapshot, snapshot_id)
    if row is None:
        raise WebError("no such page", code="WE404", hint="look it up among the snapshots")
    one(session, actor, row.saved_id)
    session.refresh(row, ["content"])
    return row


def keep(
    session: Session,
    row: SavedQuery,
    table: Table,
    stamp: str,
    as_of: str,
    values: Mapping[str, Any],
    at: datetime,
    by: tuple[str, str],
    *,
    scheduled: bool = False,
) -> QuerySnapshot:
    """Write an answer down. `by` are id and name of who had it run, `values` the parameters as they were asked."""
    from web.work.analysis.frozen_table import frozen

    answer = frozen(table)
    content = {
        "title": row.title,
        "question": row.question,
        "query": row.query,
        "parameters": dict(values),
        "stamp": stamp,
        "as_of": as_of,
        "asked": at.isoformat(timespec="seconds"),
        **answer,
    }
    made = QuerySnapshot(
        organisation_id=row.organisation_id,
        saved_id=row.id,
        title=row.title,
        at=at,
        by=by[0],
        by_name=by[1],
        scheduled=scheduled,
        stamp=stamp,
        as_of=as_of,
        total=table.total,
        digest=digest_of(content),
        same=digest_of(answer),
        content=content,
    )
    session.add(made)
    session.flush()
    note(session, made, "query_snapshot", None, "kept", by[0], at, digest=made.digest)
    return made


def next_day(every: str, day: str) -> str | None:
    """The day after `day` on which a schedule is due again: the next one, the same weekday, or the same day of the next
    month (its last one where it is shorter)."""
    today = dt.date.fromisoformat(day)
    if every == "day":
        return (today + dt.timedelta(days=1)).isoformat()
    if every == "week":
        return (today + dt.timedelta(days=7)).isoformat()
    if every == "month":
        year, month = (today.year, today.month + 1) if today.month < 12 else (today.year + 1, 1)
        return dt.date(year, month, min(today.day, calendar.monthrange(year, month)[1])).isoformat()
    return None


def _own(actor: Actor, row: SavedQuery) -> None:
    actor.need(SAVE)
    if row.made_by != actor.user or row.organisation_id != actor.organisation:
        raise WebError("no such page", code="WE404", hint="only who keeps a query changes it")


def _check(wanted: Wanted) -> None:
    wrong = {}
    title = " ".join(wanted.title.split())
    if not title or len(title) > TITLE:
        wrong["title"] = "long" if title else "empty"
    if not wanted.query.strip() or len(wanted.query) > MAX_SIGNS:
        wrong["query"] = "long" if wanted.query.strip() else "empty"
    if wanted.every not in EVERY:
        wrong["every"] = "unknown"
    if wanted.rows not in ROWS:
        wrong["rows"] = "unknown"
    if wrong:
        raise UnusableError(wrong, "WE210")
