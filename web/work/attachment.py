"""Attachments of a bounty or an application to it: kept as they are, each content once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.bounties import BountyFile
from web.errors import UnusableError
from web.forms import File
from web.work.step import Stateful, note

MOST_FILES, LARGEST = 10, 20_000_000


def add(
    session: Session,
    actor: Actor,
    row: Stateful,
    subject: str,
    bounty_id: str,
    sent: Sequence[File],
    code: str,
    at: datetime,
    guarded: bool = False,
) -> list[BountyFile]:
    """Add files to a row that is of a bounty; one of the same content is there once. Returns the new ones.

    Raises UnusableError `code` (missing, long, many).
    """
    present = {file.sha256 for file in attachments(session, subject, row.id)}
    if not sent or any(not file.content for file in sent):
        raise UnusableError({"file": "missing"}, code)
    if any(len(file.content) > LARGEST for file in sent):
        raise UnusableError({"file": "long"}, code)
    if len(present) + len(sent) > MOST_FILES:
        raise UnusableError({"file": "many"}, code)
    made = []
    for file in sent:
        digest = hashlib.sha256(file.content).hexdigest()
        if digest in present:
            continue
        kept = BountyFile(
            organisation_id=row.organisation_id,
            bounty_id=bounty_id,
            subject=subject,
            subject_id=row.id,
            name=file.name,
            sha256=digest,
            data=file.content,
            guarded=guarded,
            sent_by=actor.user,
        )
        session.add(kept)
        present.add(digest)
        made.append(kept)
        note(session, row, subject, row.state, row.state, actor.user, at, "file", digest)
    return made


def attachments(session: Session, subject: str, subject_id: str) -> list[BountyFile]:
    """The attachments of a row, without their bytes."""
    wanted = select(BountyFile).where(BountyFile.subject == subject, BountyFile.subject_id == subject_id)
    return list(session.scalars(wanted.order_by(BountyFile.created, BountyFile.id)))
