"""Files of an inquiry: the buyer's, for all firms that are asked, and a firm's, sealed with its quote.

Nothing is read out of them, and they go to nobody else. A firm's file counts once an answer names it, with its SHA-256:
so the digest of the quote holds its files too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.inquiries import Inquiry, InquiryFile, InquiryParty
from web.errors import UnusableError, WebError
from web.work.bounties.attachment import of_a_kind
from web.work.inquiries.inquiry import INQUIRY, RIGHT, one
from web.work.inquiries.quote import opened
from web.work.step import note

MOST, BYTES, SENT = 5, 10_000_000, 40
"""Files of an inquiry or an answer; bytes of one; files that one firm may send to an inquiry over all its answers."""


def attach(session: Session, actor: Actor, inquiry_id: str, name: str, data: bytes, at: datetime) -> InquiryFile:
    """Put a file to a draft; the same file again is the one that is there.

    Raises as `web.work.inquiries.inquiry.one`, WebError WE091 where it is no draft, UnusableError WE090.
    """
    row = one(session, actor, inquiry_id)
    if row.state != "draft":
        raise INQUIRY.refused(row, row.state, "draft")
    there = of_inquiry(session, row)
    digest = _usable(name, data, "WE090")
    if (same := next((one for one in there if one.sha256 == digest), None)) is not None:
        return same
    if len(there) >= MOST:
        raise UnusableError({"files": "many"}, "WE090")
    file = _new(row, None, name, data, digest, actor.user)
    session.add(file)
    note(session, row, INQUIRY.subject, "draft", "draft", actor.user, at, f"file {file.name}", digest)
    return file


def detach(session: Session, actor: Actor, inquiry_id: str, file_id: str, at: datetime) -> None:
    """Take a file from a draft. Raises as `attach`, WebError WE404."""
    row = one(session, actor, inquiry_id)
    if row.state != "draft":
        raise INQUIRY.refused(row, row.state, "draft")
    file = session.get(InquiryFile, file_id)
    if file is None or file.inquiry_id != row.id or file.party_id is not None:
        raise _none()
    if file.ended is None:
        file.ended = at
        note(
            session, row, INQUIRY.subject, "draft", "draft", actor.user, at, f"file {file.name} taken away", file.sha256
        )


def of_inquiry(session: Session, row: Inquiry) -> list[InquiryFile]:
    """The buyer's files, in the order in which they came."""
    wanted = select(InquiryFile).where(
        InquiryFile.inquiry_id == row.id, InquiryFile.party_id.is_(None), InquiryFile.ended.is_(None)
    )
    return list(session.scalars(wanted.order_by(InquiryFile.created, InquiryFile.id)))


def keep(session: Session, row: Inquiry, party: InquiryParty, name: str, data: bytes, who: str) -> InquiryFile:
    """Keep a file that a firm sends, sealed; the same file again is the one that is there.

    Raises UnusableError WE096, WebError WE091 where the inquiry takes no answers.
    """
    if row.state not in ("sent", "compared"):
        raise WebError("the inquiry takes no answers", code="WE091", hint="ask the sender", place=row.id)
    digest = _usable(name, data, "WE096")
    own = select(InquiryFile).where(InquiryFile.party_id == party.id)
    if (same := session.scalar(own.where(InquiryFile.sha256 == digest))) is not None:
        return same
    if (session.scalar(select(func.count()).select_from(own.subquery())) or 0) >= SENT:
        raise UnusableError({"files": "many"}, "WE096")
    file = _new(row, party, name, data, digest, who)
    session.add(file)
    return file


def named(session: Session, party: InquiryParty, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Files of a firm as its answer names them. Raises UnusableError WE096 for too many, WebError WE404."""
    files = [session.get(InquiryFile, one) for one in dict.fromkeys(ids)]
    if len(files) > MOST:
        raise UnusableError({"files": "many"}, "WE096")
    found = [file for file in files if file is not None and file.party_id == party.id]
    if len(found) != len(files):
        raise _none()
    return [{"id": one.id, "name": one.name, "sha256": one.sha256, "size": one.size} for one in found]


def for_buyer(session: Session, actor: Actor, inquiry_id: str, file_id: str) -> InquiryFile:
    """A file of one's own inquiry; a firm's only where an opened answer names it.

    Raises as `web.work.inquiries.inquiry.one`, WebError WE404, WE094 where the quotes are sealed.
    """
    row = one(session, actor, inquiry_id, RIGHT)
    file = session.get(InquiryFile, file_id)
    if file is None or file.inquiry_id != row.id:
        raise _none()
    if file.party_id is not None:
        quotes = [quote for each in opened(session, actor, inquiry_id)[1] for quote in (each.quote, each.late) if quote]
        if file.id not in {one["id"] for quote in quotes for one in quote.answers.get("files", ())}:
            raise _none()
    return file


def for_firm(session: Session, row: Inquiry, party: InquiryParty, file_id: str) -> InquiryFile:
    """A file that a firm may see: the buyer's, once it has said that it wants to look, and its own. Raises WE404."""
    file = session.get(InquiryFile, file_id)
    buyers = file is not None and file.party_id is None and file.ended is None and party.state != "unread"
    if file is None or file.inquiry_id != row.id or not (buyers or file.party_id == party.id):
        raise _none()
    return file


def _new(row: Inquiry, party: InquiryParty | None, name: str, data: bytes, digest: str, who: str) -> InquiryFile:
    return InquiryFile(
        organisation_id=row.organisation_id,
        inquiry_id=row.id,
        party_id=party.id if party is not None else None,
        name=name[-200:],
        sha256=digest,
        size=len(data),
        data=data,
        sent_by=who,
    )


def _usable(name: str, data: bytes, code: str) -> str:
    """The digest of a file that can be taken. Raises UnusableError `code`."""
    wrong = "empty" if not data else "large" if len(data) > BYTES else "" if of_a_kind(name, data) else "kind"
    if wrong:
        raise UnusableError({"files": wrong}, code)
    return hashlib.sha256(data).hexdigest()


def _none() -> WebError:
    return WebError("no such file", code="WE404", hint="look at the inquiry again")
