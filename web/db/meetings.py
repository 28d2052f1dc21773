"""Tables of days of meetings: who is to meet whom, what both sides wish, what was planned, and what came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned


class MeetingDay(Owned, Base, kw_only=True):
    """A day of meetings. State: draft, calling (wishes come in), assigned, confirmed, held, followed_up, cancelled.

    `needs` are {id (N1 …), need (of the organisation, or empty), title, officer, absent}, `firms` {id, name, most,
    absent}, `slots` {id, begin, end, tables}, `conflicts` {kind, first, second, need}. `run` counts runs of the solver;
    `result` is what came of the last one (seed, effort, bounds, wishes not met), `changes` what it changed. `key` is
    the form's, so that a second sending makes no second day.
    """

    __tablename__ = "meeting_day"

    title: Mapped[str]
    date: Mapped[str] = mapped_column(String(10))
    place: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")
    needs: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    firms: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    slots: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    conflicts: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    state: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    made_by: Mapped[str] = mapped_column(String(64), default="")
    seed: Mapped[int | None] = mapped_column(default=None)
    run: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    key: Mapped[str | None] = mapped_column(String(96), default=None, unique=True)


class MeetingParty(Owned, Base, kw_only=True):
    """A firm that was called to a day; made when the calling begins. `most` and `absent` are as the firm says them."""

    __tablename__ = "meeting_party"
    __table_args__ = (UniqueConstraint("day_id", "firm_id", name="uq_meeting_party_firm"),)

    day_id: Mapped[str] = mapped_column(ForeignKey("meeting_day.id"), index=True)
    firm_id: Mapped[str] = mapped_column(String(96), index=True)
    firm_name: Mapped[str]
    most: Mapped[int | None] = mapped_column(default=None)
    absent: Mapped[list[str]] = mapped_column(default_factory=list)


class MeetingWish(Owned, Base, kw_only=True):
    """What one side (buyer, firm) wishes of a pair: `place` in its order from 1 on, 0 never, None nothing."""

    __tablename__ = "meeting_wish"
    __table_args__ = (UniqueConstraint("day_id", "need", "firm_id", "side", name="uq_meeting_wish_pair"),)

    day_id: Mapped[str] = mapped_column(ForeignKey("meeting_day.id"), index=True)
    need: Mapped[str] = mapped_column(String(16))
    firm_id: Mapped[str] = mapped_column(String(96))
    side: Mapped[str] = mapped_column(String(8))
    place: Mapped[int | None] = mapped_column(default=None)


class Meeting(Owned, Base, kw_only=True):
    """A need and a firm in a slot at a table. State: planned, confirmed, held, missed, dropped (by a later run)."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("day_id", "need", "firm_id", name="uq_meeting_pair"),)

    day_id: Mapped[str] = mapped_column(ForeignKey("meeting_day.id"), index=True)
    need: Mapped[str] = mapped_column(String(16))
    firm_id: Mapped[str] = mapped_column(String(96), index=True)
    slot: Mapped[str] = mapped_column(String(16))
    table_number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="planned")


class MeetingNote(Owned, Base, kw_only=True):
    """What came of a meeting, written once; for the organisation that wrote it and nobody else."""

    __tablename__ = "meeting_note"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(64), default="")
    key: Mapped[str | None] = mapped_column(String(96), default=None, unique=True)
