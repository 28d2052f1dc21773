"""Tables of inquiries: what a buyer asks of several firms, how far each is, and what they answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned, now


class Inquiry(Owned, Base, kw_only=True):
    """What a buyer asks. State: draft, sent, compared (its quotes were opened), closed, withdrawn.

    `asked` are the fields that an answer has: {code, words, unit, currency}. `deadline` is a point in time; quotes are
    sealed until `opened`. `made_by` wrote it and does not open them. `key` is the form's, so that a second sending
    makes no second inquiry.
    """

    __tablename__ = "inquiry"

    need_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text, default="")
    buyer: Mapped[str] = mapped_column(default="")
    asked: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    deadline: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    made_by: Mapped[str] = mapped_column(String(64), default="")
    sent: Mapped[datetime | None] = mapped_column(default=None)
    opened: Mapped[datetime | None] = mapped_column(default=None)
    key: Mapped[str | None] = mapped_column(String(96), default=None, unique=True)


class InquiryParty(Owned, Base, kw_only=True):
    """A firm that is asked. State: unread, read, declined (with `reason`), answered, late (nothing came in time).

    `decision` is what the buyer made of it (chosen, not_chosen) with `decision_reason`, a code, and a note.
    """

    __tablename__ = "inquiry_party"
    __table_args__ = (UniqueConstraint("inquiry_id", "firm_id", name="uq_inquiry_party_firm"),)

    inquiry_id: Mapped[str] = mapped_column(ForeignKey("inquiry.id"), index=True)
    firm_id: Mapped[str] = mapped_column(String(96), index=True)
    firm_name: Mapped[str]
    state: Mapped[str] = mapped_column(String(16), default="unread")
    reason: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(String(16), default="")
    decision_reason: Mapped[str] = mapped_column(String(32), default="")
    decision_note: Mapped[str] = mapped_column(Text, default="")


class Quote(Base, kw_only=True):
    """What a firm answered, append-only: the newest one that came in time counts, a `late` one stands apart.

    Sealed until its inquiry is opened; `web.work.inquiries.quote` alone reads it. `salt` is part of what `digest` is
    made of, so that the digest, which is in the log from the beginning, tells nothing of a price.
    """

    __tablename__ = "quote"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None)
    party_id: Mapped[str] = mapped_column(ForeignKey("inquiry_party.id"), index=True)
    at: Mapped[datetime] = mapped_column(default_factory=now)
    late: Mapped[bool] = mapped_column(default=False)
    by: Mapped[str] = mapped_column(String(64), default="")
    answers: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    salt: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class InquiryFile(Owned, Base, kw_only=True):
    """A file of an inquiry: the buyer's, for all firms that are asked, or a firm's (`party_id`), which is sealed until
    an answer that names it is opened. `ended`: taken from the draft.
    """

    __tablename__ = "inquiry_file"

    inquiry_id: Mapped[str] = mapped_column(ForeignKey("inquiry.id"), index=True)
    party_id: Mapped[str | None] = mapped_column(ForeignKey("inquiry_party.id"), default=None, index=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sent_by: Mapped[str] = mapped_column(String(64), default="")
    ended: Mapped[datetime | None] = mapped_column(default=None)


class FirmNote(Owned, Base, kw_only=True):
    """What a buyer took over from a firm's answer about a field of the firm's record: its own note, never in the graph.

    Of the notes of an organisation on a field of a firm the one with the highest `number` holds; earlier ones stay.
    `said` is when the firm answered, `party_id` where.
    """

    __tablename__ = "firm_note"
    __table_args__ = (UniqueConstraint("organisation_id", "firm_id", "field", "number", name="uq_firm_note_number"),)

    firm_id: Mapped[str] = mapped_column(String(96), index=True)
    firm_name: Mapped[str]
    field: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    value: Mapped[str] = mapped_column(Text)
    said: Mapped[datetime]
    party_id: Mapped[str] = mapped_column(ForeignKey("inquiry_party.id"))
    made_by: Mapped[str] = mapped_column(String(64), default="")
