"""The audit log: the events of the append-only log, filtered, for who may read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from web.accounts.actor import Actor
from web.accounts.log import SUBJECT
from web.beijing import BEIJING
from web.db.accounts import Organisation, User
from web.db.models import Event
from web.errors import WebError

if TYPE_CHECKING:
    from web.db.store import Database

EXPORTED = 50_000
"""Rows of an export; what is left off is counted in it."""
_OPEN = (SUBJECT, "organisation")
"""Subjects whose reasons the operator reads of other organisations too: what is said of needs and quotes is theirs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A view of the log: who did it (id, login or name), which subject, days in Beijing (both included)."""

    who: str = ""
    subject: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it is shown; `reason` None: it is the organisation's own."""

    number: int
    at: dt.datetime
    actor: str
    login: str
    name: str
    subject: str
    subject_id: str
    subject_name: str
    before: str
    to: str
    reason: str | None
    digest: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Events, the newest first, with how many there are in all."""

    rows: list[Line]
    count: int


def events(database: Database, actor: Actor, asked: Asked, skip: int = 0, limit: int = 100) -> Lines:
    """Events as the actor may see them: all with audit.read, those of one's organisation with audit.own.

    Raises as `Actor.need`.
    """
    wheres = [*_visible(actor), *_wanted(asked)]
    with database.session() as session:
        count = session.scalar(select(func.count()).select_from(Event).where(*wheres)) or 0
        found = session.execute(_rows().where(*wheres).order_by(Event.number.desc()).offset(skip).limit(limit))
        return Lines([_line(row, actor) for row in found], count)


def _visible(actor: Actor) -> Iterator[ColumnElement[bool]]:
    if actor.known and actor.may("audit.read"):
        return
    actor.need("audit.own")
    if actor.organisation is None:
        raise WebError("your organisation has no log of its own", code="WE032", hint="ask the operator")
    yield Event.organisation_id == actor.organisation


def _wanted(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.who:
        known = select(User.id).where(or_(User.login == asked.who.casefold(), User.name == asked.who))
        yield or_(Event.actor == asked.who, Event.actor.in_(known))
    if asked.subject:
        yield Event.subject == asked.subject
    if asked.since:
        yield Event.at >= _midnight(asked.since)
    if asked.until:
        yield Event.at < _midnight(asked.until + dt.timedelta(days=1))
    if asked.organisation:
        yield Event.organisation_id == asked.organisation


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), BEIJING)


def _rows() -> Select[Any]:
    of = aliased(User)
    found: Any = (
        select(Event, User.login, User.name, of.name, Organisation.name)
        .outerjoin(User, User.id == Event.actor)
        .outerjoin(of, (of.id == Event.subject_id) & (Event.subject == SUBJECT))
        .outerjoin(Organisation, Organisation.id == Event.organisation_id)
    )
    return found  # type: ignore[no-any-return]


def _line(row: Any, actor: Actor) -> Line:
    event, login, name, subject_name, organisation = row
    open_to = event.subject in _OPEN or event.organisation_id in (None, actor.organisation)
    return Line(
        number=event.number,
        at=event.at,
        actor=event.actor,
        login=login or "",
        name=name or "",
        subject=event.subject,
        subject_id=event.subject_id,
        subject_name=subject_name or "",
        before=event.from_state or "",
        to=event.to_state,
        reason=event.reason if open_to else None,
        digest=event.digest,
        organisation=organisation or "",
    )
