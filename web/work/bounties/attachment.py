"""Attachments of a bounty, an application to it or a milestone: kept as they are, each content once; and what kinds of
files are taken where not every kind is.
"""

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
MARKS = {
    "pdf": b"%PDF-",
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
}
"""Kinds of files, each with how it begins."""


def of_a_kind(name: str, data: bytes) -> bool:
    """Whether a file is of one of the kinds: its ending is, and it begins as its ending says."""
    mark = MARKS.get(name.rpartition(".")[2].lower())
    return mark is not None and data.startswith(mark)


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


def report(
    session: Session, actor: Actor, row: Stateful, subject: str, bounty_id: str, file: File, code: str, at: datetime
) -> BountyFile:
    """Add one file of the kinds `MARKS` to a row; what is there already of the same content is it.

    Raises UnusableError `code` (missing, long, many, kind).
    """
    digest = hashlib.sha256(file.content).hexdigest()
    there = next((one for one in attachments(session, subject, row.id) if one.sha256 == digest), None)
    if there is not None:
        return there
    if file.content and not of_a_kind(file.name, file.content):
        raise UnusableError({"file": "kind"}, code)
    [made] = add(session, actor, row, subject, bounty_id, [file], code, at)
    session.flush()
    return made


def attachments(session: Session, subject: str, subject_id: str) -> list[BountyFile]:
    """The attachments of a row, without their bytes."""
    wanted = select(BountyFile).where(BountyFile.subject == subject, BountyFile.subject_id == subject_id)
    return list(session.scalars(wanted.order_by(BountyFile.created, BountyFile.id)))
