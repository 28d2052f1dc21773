"""Attachments of an application: added by its lead while it is a draft, read by whoever may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.bounties import Application, BountyFile
from web.errors import WebError
from web.forms import File
from web.work.bounties.application import APPLICATION, RIGHT, draft_of_lead, one
from web.work.bounties.application_form import CODE
from web.work.bounties.attachment import add, attachments


def attach(session: Session, actor: Actor, application_id: str, sent: Sequence[File], at: datetime) -> list[BountyFile]:
    """Add files to a draft; one of the same content is there once.

    Raises WebError WE401, WE032, WE404, WE161, UnusableError WE160 (none, too large, too many).
    """
    seen = draft_of_lead(session, actor, application_id, RIGHT)
    return add(session, actor, seen.row, APPLICATION.subject, seen.bounty.id, sent, CODE, at)


def files(session: Session, row: Application) -> list[BountyFile]:
    """The attachments of an application, without their bytes."""
    return attachments(session, APPLICATION.subject, row.id)


def opened(session: Session, actor: Actor, application_id: str, file_id: str) -> tuple[str, bytes]:
    """Name and bytes of one of them, for who may see the application. Raises WebError WE401, WE404."""
    seen = one(session, actor, application_id)
    wanted = select(func.count()).where(BountyFile.id == file_id, BountyFile.subject_id == seen.row.id)
    if not session.scalar(wanted):
        raise WebError("no such file", code="WE404", hint="see the application")
    file = session.get_one(BountyFile, file_id)
    return file.name, file.data
