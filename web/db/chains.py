"""What people say of places in chains, and what was found to be lacking in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned, now


class ChainCorrection(Base, kw_only=True):
    """A person's word on a product and a node of a chain, or a class of the industrial foundation (`web.jobs.
    corrections`), append-only: stands, not (it does not), withdrawn; ask_stands and the like only propose, declined
    answers that.

    The newest row of a product and a place counts; `withdrawn` leaves it to the rules again. `who` stays here, the
    graph has the reason alone.
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


class GapRun(Base, kw_only=True):
    """A search for the gaps of a chain in a region (code; "": the country) that found something else than before.

    What stays of earlier runs are these counts: `counts` by kind, `nodes` as {node: {kinds, firms_local, firms_all}}.
    """

    __tablename__ = "gap_run"
    __table_args__ = (Index("ix_gap_run_chain", "chain", "region"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=now)
    chain: Mapped[str] = mapped_column(String(64))
    region: Mapped[str] = mapped_column(String(6), default="")
    rules: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[str] = mapped_column(String(10))
    counts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    nodes: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class ChainGap(Base, kw_only=True):
    """A gap of the latest run of its chain and region, or one of an earlier run from which a need or bounty was
    made.

    `firm` is who states it (rule depends_on), by the statement `fact`. What the graph has of gaps is made from here.
    """

    __tablename__ = "chain_gap"
    __table_args__ = (Index("ix_chain_gap_chain", "chain", "region"),)

    id: Mapped[str] = mapped_column(String(240), primary_key=True)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None)
    chain: Mapped[str] = mapped_column(String(64))
    region: Mapped[str] = mapped_column(String(6), default="")
    node: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(4))
    rule: Mapped[str] = mapped_column(String(32))
    as_of: Mapped[str] = mapped_column(String(10))
    firms_local: Mapped[int]
    firms_all: Mapped[int]
    firm: Mapped[str] = mapped_column(String(96), default="")
    firm_name: Mapped[str] = mapped_column(default="")
    fact: Mapped[str | None] = mapped_column(String(96), default=None)


class ChainVersion(Owned, Base, kw_only=True):
    """A template of a chain as it is worked at, or as it held: its text, who wrote it and why, who approved it.

    State: draft, in_review, approved (with `number` and `day`, and never changed again), withdrawn. `base` is the
    SHA-256 of the template that held when it was last written. `origin` is edited, shipped or loaded (by command).
    """

    __tablename__ = "chain_version"
    __table_args__ = (UniqueConstraint("chain", "number", name="uq_chain_version_number"),)

    chain: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16), default="draft")
    number: Mapped[int | None] = mapped_column(default=None)
    day: Mapped[str | None] = mapped_column(String(10), default=None)
    origin: Mapped[str] = mapped_column(String(16), default="edited")
    text: Mapped[str] = mapped_column(Text)
    base: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[str] = mapped_column(String(64), default="")
    by_name: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_name: Mapped[str] = mapped_column(default="")
    decided_reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    writers: Mapped[list[str]] = mapped_column(default_factory=list)
