"""Attachments of a bounty: added by its poster while it is written; guarded ones are shown to who accepted the words
before them (the agreement on secrecy), for its organisation, by the hash of these words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.db.bounties import Bounty, BountyConsent, BountyFile
from web.errors import WebError
from web.forms import File
from web.work.bounties.attachment import add, attachments
from web.work.bounties.bounty import WRITTEN, own, seen, sides
from web.work.bounties.form import CODE
from web.work.bounties.states import BOUNTY
from web.work.step import add_once, note


def attach(
    session: Session, actor: Actor, bounty_id: str, sent: Sequence[File], guarded: bool, at: datetime
) -> list[BountyFile]:
    """Add files to a draft or a returned bounty; one of the same content is there once.

    Raises WebError WE401, WE032, WE404, WE151, UnusableError WE155 (none, too large, too many).
    """
    row = own(session, actor, bounty_id)
    if row.state not in WRITTEN:
        raise BOUNTY.refused(row, row.state, "draft")
    return add(session, actor, row, BOUNTY.subject, row.id, sent, CODE, at, guarded)


def files(session: Session, row: Bounty) -> list[BountyFile]:
    """The attachments of a bounty, without their bytes."""
    return attachments(session, BOUNTY.subject, row.id)


def consented(session: Session, actor: Actor, row: Bounty) -> bool:
    """Whether guarded attachments are open to the actor: a side of the bounty, or its organisation accepted."""
    if sides(actor, row):
        return True
    if actor.organisation is None:
        return False
    wanted = select(BountyConsent.id).where(
        BountyConsent.bounty_id == row.id,
        BountyConsent.organisation_id == actor.organisation,
        BountyConsent.digest == stable_hash(row.secrecy),
    )
    return session.scalar(wanted) is not None


def consent(session: Session, actor: Actor, bounty_id: str, digest: str, at: datetime) -> BountyConsent:
    """Accept the words before the attachments for one's organisation, by their hash. Raises WebError WE401, WE404,
    WE151 (other words by now).
    """
    row = seen(session, actor, bounty_id)
    if actor.organisation is None:
        raise WebError("an organisation accepts this", code="WE401", hint="sign in for one")
    if digest != stable_hash(row.secrecy):
        raise WebError("the words have changed", code="WE151", hint="read them again", place=row.id)
    made = select(BountyConsent).where(
        BountyConsent.bounty_id == row.id,
        BountyConsent.organisation_id == actor.organisation,
        BountyConsent.digest == digest,
    )
    if (before := session.scalar(made)) is not None:
        return before
    new = BountyConsent(
        organisation_id=actor.organisation, bounty_id=row.id, digest=digest, accepted_by=actor.user, created=at
    )
    kept = add_once(session, new, made)
    note(session, row, "bounty_consent", None, "accepted", actor.user, at, "", digest, actor.organisation)
    return kept


def opened(session: Session, actor: Actor, bounty_id: str, file_id: str) -> tuple[str, bytes]:
    """Name and bytes of an attachment, for who may see it. Raises WebError WE404, WE401 (the words come first)."""
    row = seen(session, actor, bounty_id)
    file = session.get(BountyFile, file_id)
    if file is None or file.subject != BOUNTY.subject or file.subject_id != row.id:
        raise WebError("no such file", code="WE404", hint="see the bounty")
    if file.guarded and not consented(session, actor, row):
        raise WebError("its words are accepted first", code="WE401", hint="accept them on the bounty's page")
    return file.name, file.data
