"""Thresholds of an operator: every version kept, the newest holds. Nothing is saved that was not previewed as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kg.records import stable_hash
from matcher.assess.threshold import Threshold
from web.accounts.actor import Actor
from web.db.criteria import ThresholdVersion
from web.db.models import new_id
from web.errors import UnusableError, WebError
from web.work.step import note

READ, WRITE = "pool.read", "threshold.write"
"""To see them with their history; to preview and save a change."""
SUBJECT = "threshold_version"
MOST, REASON = 200, 2000
"""Rows of a version; signs of a reason."""


def versions(session: Session, actor: Actor) -> Sequence[ThresholdVersion]:
    """All versions, the newest first. Raises WebError WE401, WE032."""
    actor.need(READ)
    return session.scalars(select(ThresholdVersion).order_by(ThresholdVersion.number.desc())).all()


def newest(session: Session) -> ThresholdVersion | None:
    """The version that holds."""
    return session.scalar(select(ThresholdVersion).order_by(ThresholdVersion.number.desc()).limit(1))


def rows_of(version: ThresholdVersion | None) -> list[Threshold]:
    """The thresholds of a version; a row that can no longer be read (an input that is gone) is passed over."""
    found = []
    for row in version.rows if version is not None else ():
        try:
            found.append(Threshold.model_validate(row))
        except ValidationError:
            continue
    return found


def digest_of(rows: Sequence[Threshold]) -> str:
    """What a preview was made of."""
    return stable_hash(*(row.model_dump_json() for row in rows))


def save(
    session: Session, actor: Actor, rows: Sequence[Threshold], seen: str, before: int, reason: str, at: datetime
) -> ThresholdVersion:
    """Keep them as the newest version. `seen` is the digest of what was previewed, `before` the version it began from.

    Raises WebError WE401, WE032, UnusableError WE201 (no reason, too many rows), WebError WE202 (it is not what was
    previewed, or somebody else saved meanwhile).
    """
    actor.need(WRITE)
    wrong = {"reason": "empty"} if not reason.strip() else {"reason": "long"} if len(reason) > REASON else {}
    if len(rows) > MOST:
        wrong["rows"] = "many"
    if wrong:
        raise UnusableError(wrong, "WE201")
    number = session.scalar(select(func.max(ThresholdVersion.number))) or 0
    if seen != digest_of(rows) or before != number:
        raise _stale()
    version = ThresholdVersion(
        id=new_id(),
        number=number + 1,
        at=at,
        by=actor.user,
        by_name=actor.name,
        reason=reason.strip(),
        rows=[row.model_dump(mode="json") for row in rows],
        digest=seen,
    )
    try:
        with session.begin_nested():
            session.add(version)
    except IntegrityError as error:
        raise _stale() from error
    whose = _Whose(version.id)
    note(session, whose, SUBJECT, str(number), str(number + 1), actor.user, at, reason.strip(), seen)
    return version


class _Whose:
    """What the event is about: a version is of nobody's organisation."""

    organisation_id: str | None = None

    def __init__(self, ident: str) -> None:
        self.id = ident


def _stale() -> WebError:
    return WebError("this is not what was previewed", code="WE202", hint="preview it again, then save")
