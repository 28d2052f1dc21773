"""A step of what an organisation works at: from one state to another, with the event that it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import EllipsisType
from typing import Protocol, TypeAlias, TypeVar

from sqlalchemy import Select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from web.db.models import Base, Event, now
from web.db.store import Database
from web.errors import WebError

R = TypeVar("R", bound=Base)
Taken: TypeAlias = AbstractContextManager[Session]
"""One transaction in which a step is taken, as `one_step` gives it."""


class Worked(Protocol):
    """A row of what is worked at; `organisation_id` is whose it is."""

    id: str
    organisation_id: str | None


class Stateful(Worked, Protocol):
    """One that has a state."""

    state: str


def note(
    session: Session,
    row: Worked,
    subject: str,
    before: str | None,
    to: str,
    who: str,
    at: datetime | None = None,
    reason: str = "",
    digest: str = "",
    organisation_id: str | EllipsisType | None = ...,
) -> None:
    """Write the event of a step, in the transaction of the step; at the present time where none is given.

    It is the row's organisation's, unless another one takes the step: then `organisation_id` is that one's.
    """
    session.add(
        Event(
            organisation_id=row.organisation_id if organisation_id is ... else organisation_id,
            at=at or now(),
            actor=who,
            subject=subject,
            subject_id=row.id,
            from_state=before,
            to_state=to,
            reason=reason,
            digest=digest,
        )
    )


@dataclass(frozen=True, slots=True)
class States:
    """From each state of a kind of row those that it may lead to. `what` begins the sentence of the error
    with `code`, `subject` names it in its events.
    """

    subject: str
    what: str
    code: str
    ways: Mapping[str, frozenset[str]]

    def refused(self, row: Worked, state: str, to: str) -> WebError:
        """What is to be raised where a state does not lead there."""
        reason = f"{self.what} {state} cannot become {to[:20]}"
        return WebError(reason, code=self.code, hint="look at it again", place=row.id)

    def check(self, row: Stateful, to: str) -> None:
        """Raise the WebError of `refused` where the row's state does not lead there."""
        if to not in self.ways.get(row.state, ()):
            raise self.refused(row, row.state, to)

    def move(
        self,
        session: Session,
        row: Stateful,
        to: str,
        who: str,
        at: datetime | None = None,
        reason: str = "",
        digest: str = "",
    ) -> None:
        """Bring a row to another state, with its event. Raises as `check`."""
        self.check(row, to)
        note(session, row, self.subject, row.state, to, who, at, reason, digest)
        row.state = to


@contextmanager
def one_step(database: Database, stale: WebError) -> Iterator[Session]:
    """One transaction; where somebody else was quicker by a moment, `stale` is raised."""
    try:
        with database.session() as session:
            yield session
    except (StaleDataError, IntegrityError) as error:
        raise stale from error


def add_once(session: Session, row: R, made: Select[R]) -> R:
    """Add a row; where the same form was sent twice at one moment, what the other sending made, as `made` finds it.

    Raises IntegrityError where something else stands in the way.
    """
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        other = session.scalar(made)
        if other is None:
            raise
        return other
    return row
