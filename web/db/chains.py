"""What people say of places in chains."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, now


class ChainCorrection(Base, kw_only=True):
    """A person's word on a product and a node of a chain, append-only: stands, not (it does not), withdrawn.

    The newest row of a product and a node counts; `withdrawn` leaves the place to the rules again. `who` stays here,
    the graph has the reason alone.
    """

    __tablename__ = "chain_correction"
    __table_args__ = (Index("ix_chain_correction_pair", "product", "node"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=now)
    by_role: Mapped[str] = mapped_column(String(32), default="operator")
    who: Mapped[str] = mapped_column(String(64), default="operator")
    product: Mapped[str]
    node: Mapped[str] = mapped_column(String(128))
    act: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
