"""Tables of the relational store: what is private, and what happened.

Every row carries `organisation_id` (None: the operator of this data folder) and `version` (optimistic lock). Rows of
`event` and `feedback` are written and never changed. Times are in UTC. Nothing is deleted, only withdrawn.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from kg import records


def now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A new random id of 24 hexadecimal digits."""
    return secrets.token_hex(12)


class UtcTime(TypeDecorator[datetime]):
    """A point in time; kept in UTC without a zone, so that every database orders it, and given back with its zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database. Raises ValueError on a time without a zone, which could mean any instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """All tables. Constraints have names, so that a migration can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own name and form)
        datetime: UtcTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }


class Owned(MappedAsDataclass, kw_only=True):
    """What every table but the logs has: an id, an owner, a version, and when the row was made."""

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default_factory=new_id)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    version: Mapped[int] = mapped_column(init=False, default=1)
    created: Mapped[datetime] = mapped_column(default_factory=now)

    __mapper_args__ = dict[str, Any](version_id_col=version)  # noqa: RUF012 (SQLAlchemy's own name and form)


class ImportBatch(Owned, Base, kw_only=True):
    """One loading of a list by its manifest. State: checked (dry run), loaded, rolled_back.

    `refusals` are rows of the report (file, place, code, reason, hint).
    """

    __tablename__ = "import_batch"

    source: Mapped[str] = mapped_column(String(64), index=True)
    file: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16))
    rows: Mapped[int] = mapped_column(default=0)
    facts: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)


class Document(Owned, Base, kw_only=True):
    """A received file as the work sees it: who may see it, and by which batch it came. The bytes lie in the store.

    State: read (not yet in the graph), loaded, leaving (taken back, still in the graph), withdrawn.
    `extractor` says which version of the rules read it: with another version it is read again.
    """

    __tablename__ = "document"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(32))
    visibility: Mapped[str] = mapped_column(String(16), default="public")
    state: Mapped[str] = mapped_column(String(16), default="loaded")
    demo: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[int] = mapped_column(default=0)
    extractor: Mapped[str] = mapped_column(String(64), default="")
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("import_batch.id"), default=None, index=True)


class Need(Owned, Base, kw_only=True):
    """What a buyer looks for. State: draft, in_approval, active, shortlisted, inquiring, closed (with its `outcome`:
    awarded, no_supplier, cancelled), expired, withdrawn.

    `conditions` as in the contract: {"all": […], "any": […]}. `deadline` is an ISO date. `gap` is the id of the gap
    that it was made of. `visibility` is who may see it now, `reach` who is to see it once it is published: private,
    invited (the firms of `invited`, by their ids), public. `writers` are the users who wrote it: none of them approves
    it. An `anonymous` one is shown under its `pseudonym`, without its buyer. `key` is that of the form or of the row of
    a sheet that it was made of, `source` says in words where it came from. A bounty is a need with more to it: ids come
    from one space, one outbox publishes both, one ranker answers both.
    """

    __tablename__ = "need"

    kind: Mapped[str] = mapped_column(String(16), init=False)
    title: Mapped[str]
    products: Mapped[list[str]] = mapped_column(default_factory=list)
    text: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    buyer: Mapped[str] = mapped_column(default="")
    deadline: Mapped[str | None] = mapped_column(String(10), default=None)
    state: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    visibility: Mapped[str] = mapped_column(String(16), default="private")
    published: Mapped[datetime | None] = mapped_column(default=None)
    demo: Mapped[bool] = mapped_column(default=False)
    gap: Mapped[str | None] = mapped_column(String(240), default=None, index=True)
    reach: Mapped[str] = mapped_column(String(16), default="private")
    anonymous: Mapped[bool] = mapped_column(default=False)
    pseudonym: Mapped[str] = mapped_column(String(80), default="")
    first_use: Mapped[bool] = mapped_column(default=False)
    invited: Mapped[list[str]] = mapped_column(default_factory=list)
    writers: Mapped[list[str]] = mapped_column(default_factory=list)
    outcome: Mapped[str] = mapped_column(String(16), default="")
    key: Mapped[str | None] = mapped_column(String(96), default=None, index=True, unique=True)
    source: Mapped[str] = mapped_column(String(300), default="")

    __mapper_args__ = {  # noqa: RUF012 (SQLAlchemy's own name and form)
        **Owned.__mapper_args__,
        "polymorphic_on": kind,
        "polymorphic_identity": "need",
    }


class Decision(Owned, Base, kw_only=True):
    """A word on two records: the same firm or different ones; or on one: its name is the firm's. Never changed, only
    taken back: the database refuses the rest. Mirrors `kg.records.Decision`.

    `act` is what was done at once (a move or a split is several decisions), `kind` what it was: same, different, move,
    split, name. `by_role` is program where no person said it; `who` stays here, the graph has the role alone. `settled`
    says whether the graph has it as it is.
    """

    __tablename__ = "decision"

    verdict: Mapped[str] = mapped_column(String(16))
    record_a: Mapped[str] = mapped_column(String(64), index=True)
    record_b: Mapped[str] = mapped_column(String(64), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    by_role: Mapped[str] = mapped_column(String(32), default="operator")
    who: Mapped[str] = mapped_column(String(64), default="operator")
    act: Mapped[str] = mapped_column(String(24), default="", index=True)
    kind: Mapped[str] = mapped_column(String(16), default="")
    score: Mapped[float | None] = mapped_column(default=None)
    at: Mapped[datetime] = mapped_column(default_factory=now)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    statement: Mapped[str | None] = mapped_column(String(96), default=None)
    settled: Mapped[bool] = mapped_column(default=False, index=True)

    @classmethod
    def of(cls, item: records.Decision, act: str, kind: str, who: str) -> Decision:
        """The row of a decision that is part of an act."""
        return cls(
            id=item.id,
            verdict=item.verdict,
            record_a=item.records[0],
            record_b=item.records[1],
            reason=item.reason,
            by_role=item.by_role,
            who=who,
            act=act,
            kind=kind,
            score=item.score,
            at=datetime.fromisoformat(item.at),
        )


class IdentityCase(Owned, Base, kw_only=True):
    """Two records whose firms could be one, as the queue of the review asks it.

    State: open, unsure (asked again after all others), same, different (said, or found by way of others), gone (its
    records have gone, or nothing speaks for it any more). `doubt` is why it waits (`kg.identity.review.DOUBTS`).
    `turn` is 0 until somebody is not sure. Names and places (one a line) are those of the day it was found, for the
    list alone.
    """

    __tablename__ = "identity_case"
    __table_args__ = (UniqueConstraint("record_a", "record_b", name="uq_identity_case_pair"),)

    record_a: Mapped[str] = mapped_column(String(64))
    record_b: Mapped[str] = mapped_column(String(64), index=True)
    score: Mapped[float]
    doubt: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    agrees: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    differs: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    names: Mapped[str] = mapped_column(Text, default="")
    places: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    turn: Mapped[int] = mapped_column(default=0)


class Job(Owned, Base, kw_only=True):
    """One run of long work. State: running, done, failed. `result` holds its counts, `error` the failed row."""

    __tablename__ = "job"

    kind: Mapped[str] = mapped_column(String(32), index=True)
    state: Mapped[str] = mapped_column(String(16), default="running")
    finished: Mapped[datetime | None] = mapped_column(default=None)
    result: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    error: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class Event(Base, kw_only=True):
    """One transition of one subject, append-only: who moved what from which state to which, and why.

    `digest` is the hash of what was moved, so that a later change of it can be seen.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject", "subject_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=now)
    actor: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(String(64))
    from_state: Mapped[str | None] = mapped_column(String(16), default=None)
    to_state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(String(64), default="")


class Outbox(Base, kw_only=True):
    """What became public and waits to be projected to the graph. Written with its transition, done once it is there."""

    __tablename__ = "outbox"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=now)
    subject: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(String(64))
    done: Mapped[datetime | None] = mapped_column(default=None, index=True)


class Feedback(Base, kw_only=True):
    """What came of a firm on a need's list, append-only: kept, rejected, contacted, awarded; withdrawn takes it back.

    With the version of the list that was looked at: the need as it was asked (`query`), corpus and scorecard, and the
    firm's rank (0: kept out by a condition) and score there. The newest row of a need and a firm counts.
    """

    __tablename__ = "feedback"
    __table_args__ = (Index("ix_feedback_pair", "need_id", "firm_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=now)
    who: Mapped[str] = mapped_column(String(64), default="operator")
    need_id: Mapped[str] = mapped_column(String(64))
    firm_id: Mapped[str] = mapped_column(String(96))
    firm_name: Mapped[str]
    act: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    rank: Mapped[int]
    score: Mapped[float]
    scorecard: Mapped[str] = mapped_column(String(64))
    corpus: Mapped[str] = mapped_column(String(64))
    query: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
