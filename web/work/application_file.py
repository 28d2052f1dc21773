"""Attachments of an application: added by its lead while it is a draft, read by whoever may see it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.bounties import Application, BountyFile
from web.errors import UnusableError, WebError
from web.forms import File
from web.work.application import APPLICATION, RIGHT, of_lead, one
from web.work.application_form import CODE
from web.work.step import note

SUBJECT = "application"
MOST_FILES, LARGEST = 10, 20_000_000


def attach(session: Session, actor: Actor, application_id: str, sent: Sequence[File], at: datetime) -> list[BountyFile]:
    """Add files to a draft; one of the same content is there once.

    Raises WebError WE401, WE032, WE404, WE161, UnusableError WE160 (none, too large, too many).
    """
    seen = of_lead(session, actor, application_id, RIGHT)
    if seen.row.state != "draft":
        raise APPLICATION.refused(seen.row, seen.row.state, "draft")
    present = {file.sha256: file for file in files(session, seen.row)}
    if not sent or any(not file.content for file in sent):
        raise UnusableError({"file": "missing"}, CODE)
    if any(len(file.content) > LARGEST for file in sent):
        raise UnusableError({"file": "long"}, CODE)
    if len(present) + len(sent) > MOST_FILES:
        raise UnusableError({"file": "many"}, CODE)
    made = []
    for file in sent:
        digest = hashlib.sha256(file.content).hexdigest()
        if digest in present:
            continue
        row = BountyFile(
            organisation_id=seen.row.organisation_id,
            bounty_id=seen.bounty.id,
            subject=SUBJECT,
            subject_id=seen.row.id,
            name=file.name,
            sha256=digest,
            data=file.content,
            sent_by=actor.user,
        )
        session.add(row)
        present[digest] = row
        made.append(row)
        note(session, seen.row, APPLICATION.subject, "draft", "draft", actor.user, at, "file", digest)
    return made


def files(session: Session, row: Application) -> list[BountyFile]:
    """The attachments of an application, without their bytes."""
    wanted = select(BountyFile).where(BountyFile.subject == SUBJECT, BountyFile.subject_id == row.id)
    return list(session.scalars(wanted.order_by(BountyFile.created, BountyFile.id)))


def opened(session: Session, actor: Actor, application_id: str, file_id: str) -> tuple[str, bytes]:
    """Name and bytes of one of them, for who may see the application. Raises WebError WE401, WE404."""
    seen = one(session, actor, application_id)
    wanted = select(func.count()).where(BountyFile.id == file_id, BountyFile.subject_id == seen.row.id)
    if not session.scalar(wanted):
        raise WebError("no such file", code="WE404", hint="see the application")
    file = session.get_one(BountyFile, file_id)
    return file.name, file.data
