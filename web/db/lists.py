"""Tables of shortlists: what an organisation keeps of a need's ranking, its notes, frozen versions, its suppliers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned, new_id, now


class Shortlist(Owned, Base, kw_only=True):
    """A list of firms for a need. State: open, frozen (its last version says all of it), decided, archived.

    `query` is the need as it is asked (`web.work.lists.shortlists.asked_as`), `asked` the query of the need's page by
    which it was asked, `top` how many firms are listed. `key` is the form's, so that a second sending makes no second
    list.
    """

    __tablename__ = "shortlist"

    need_id: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str]
    query: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    asked: Mapped[str] = mapped_column(Text, default="")
    top: Mapped[int] = mapped_column(default=20)
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    made_by: Mapped[str] = mapped_column(String(64), default="")
    key: Mapped[str | None] = mapped_column(String(64), default=None, unique=True)


class ShortlistItem(Owned, Base, kw_only=True):
    """What was decided on a firm. State: kept, rejected (with a reason's code), contacted, sampled, qualified,
    approved; off (taken off the list again)."""

    __tablename__ = "shortlist_item"
    __table_args__ = (UniqueConstraint("list_id", "firm_id", name="uq_shortlist_item_firm"),)

    list_id: Mapped[str] = mapped_column(ForeignKey("shortlist.id"), index=True)
    firm_id: Mapped[str] = mapped_column(String(96))
    firm_name: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[str] = mapped_column(String(64), default="")


class ShortlistNote(Owned, Base, kw_only=True):
    """A note on a list (`firm_id` empty) or on one of its firms; written once."""

    __tablename__ = "shortlist_note"

    list_id: Mapped[str] = mapped_column(ForeignKey("shortlist.id"), index=True)
    firm_id: Mapped[str] = mapped_column(String(96), default="")
    text: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(64), default="")


class ShortlistVersion(Base, kw_only=True):
    """A frozen version, append-only: `digest` is the SHA-256 of the canonical form of `content`."""

    __tablename__ = "shortlist_version"
    __table_args__ = (UniqueConstraint("list_id", "number", name="uq_shortlist_version_number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default_factory=new_id)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    list_id: Mapped[str] = mapped_column(ForeignKey("shortlist.id"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(default_factory=now)
    made_by: Mapped[str] = mapped_column(String(64), default="")
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(default_factory=dict, deferred=True)


class Supplier(Owned, Base, kw_only=True):
    """Which firm a row of the organisation's own supplier sheet means: a mirror that the graph never sees.

    `status` as the manifest has it (approved, on_hold, candidate, stopped, blocked). `found` says how: sure (the
    resolver is), chosen (by a person), asked (there are `candidates`), none.
    """

    __tablename__ = "supplier"

    row_id: Mapped[str] = mapped_column(ForeignKey("private_row.id"), unique=True)
    name: Mapped[str]
    code: Mapped[str | None] = mapped_column(String(18), default=None)
    status: Mapped[str] = mapped_column(String(16), default="")
    firm_id: Mapped[str | None] = mapped_column(String(96), default=None, index=True)
    found: Mapped[str] = mapped_column(String(16), default="none")
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
