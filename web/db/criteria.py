"""Tables of criteria of tiers: a firm's own figures, and an operator's thresholds with their history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned, new_id, now


class OwnFigure(Owned, Base, kw_only=True):
    """A figure that a firm keeps for its own assessment: seen by its organisation alone, and deleted when it says so.

    `input` is the id of an input of criteria, `year` 0 for those that are of no year; `value` is in the input's unit.
    `firm_id` is the firm that the organisation had proved to be.
    """

    __tablename__ = "own_figure"
    __table_args__ = (UniqueConstraint("organisation_id", "firm_id", "input", "year", name="uq_own_figure_input"),)

    firm_id: Mapped[str] = mapped_column(String(96))
    input: Mapped[str] = mapped_column(String(40))
    year: Mapped[int] = mapped_column(default=0)
    value: Mapped[float]
    at: Mapped[datetime] = mapped_column(default_factory=now)
    by: Mapped[str] = mapped_column(String(64), default="")
    by_name: Mapped[str] = mapped_column(default="")


class ThresholdVersion(Base, kw_only=True):
    """All thresholds as somebody saved them, written once: the newest version holds, the others are the history."""

    __tablename__ = "threshold_version"
    __table_args__ = (UniqueConstraint("number", name="uq_threshold_version_number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default_factory=new_id)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(default_factory=now)
    by: Mapped[str] = mapped_column(String(64), default="")
    by_name: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(Text)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    digest: Mapped[str] = mapped_column(String(64))
