"""Tables of the cultivation pool: its firms and every step of each, firms drawn for inspection, difficulties."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned, new_id, now


class PoolEntry(Owned, Base, kw_only=True):
    """A firm in the pool of an organisation. State: candidate, invited, in_pool, applied, recognised, recheck_due,
    rechecked, lapsed, removed (with its `reason`).

    `tier` is the aimed one, `district` a code of GB/T 2260 ("" unknown). `until` is the last day of validity, `recheck`
    the day of the next recheck, `ban` the day before which a removed firm does not come back; all ISO days. `round`
    counts entries: 2 is the first re-entry. `steps` counts the rows of its history.
    """

    __tablename__ = "pool_entry"
    __table_args__ = (UniqueConstraint("organisation_id", "firm_id", name="uq_pool_entry_firm"),)

    firm_id: Mapped[str] = mapped_column(String(96), index=True)
    firm_name: Mapped[str]
    district: Mapped[str] = mapped_column(String(6), default="", index=True)
    tier: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="candidate", index=True)
    until: Mapped[str | None] = mapped_column(String(10), default=None)
    recheck: Mapped[str | None] = mapped_column(String(10), default=None)
    ban: Mapped[str | None] = mapped_column(String(10), default=None)
    reason: Mapped[str] = mapped_column(Text, default="")
    round: Mapped[int] = mapped_column(default=1)
    steps: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[str] = mapped_column(String(64), default="")


class PoolStep(Base, kw_only=True):
    """What an entry was after a step, written once: the entry's history. `before` is the state that it came from (None:
    it was made), `bulk` is one for all firms of one sending of the list's form.
    """

    __tablename__ = "pool_step"
    __table_args__ = (UniqueConstraint("entry_id", "number", name="uq_pool_step_number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default_factory=new_id)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("pool_entry.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(default_factory=now)
    by: Mapped[str] = mapped_column(String(64), default="")
    by_name: Mapped[str] = mapped_column(default="")
    before: Mapped[str | None] = mapped_column(String(16), default=None)
    state: Mapped[str] = mapped_column(String(16))
    round: Mapped[int] = mapped_column(default=1)
    tier: Mapped[str] = mapped_column(String(16))
    district: Mapped[str] = mapped_column(String(6), default="")
    until: Mapped[str | None] = mapped_column(String(10), default=None)
    recheck: Mapped[str | None] = mapped_column(String(10), default=None)
    ban: Mapped[str | None] = mapped_column(String(10), default=None)
    reason: Mapped[str] = mapped_column(Text, default="")
    bulk: Mapped[str] = mapped_column(String(24), default="")


class PoolDraw(Owned, Base, kw_only=True):
    """Firms drawn at random for inspection, written once. `frame` are all that could be drawn on the day, {entry, firm,
    name, district}, `drawn` the entries that were, in order. Frame, `seed`, `size` and `each` give the same ones again.

    `each` is "" (`size` of all) or district (`size` of each). `asked` are the filters that made the frame.
    """

    __tablename__ = "pool_draw"

    title: Mapped[str]
    day: Mapped[str] = mapped_column(String(10))
    seed: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    each: Mapped[str] = mapped_column(String(16), default="")
    asked: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    frame: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    drawn: Mapped[list[str]] = mapped_column(default_factory=list)
    digest: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(64), default="")
    by_name: Mapped[str] = mapped_column(default="")
    key: Mapped[str | None] = mapped_column(String(64), default=None, unique=True)


class PoolDifficulty(Owned, Base, kw_only=True):
    """A difficulty that a firm raised to the bureau in whose pool it is (`organisation_id`). State: raised, assigned,
    answered, closed.

    `firm_organisation` is who raised it. `department` is who is to answer, in words; `department_id` where it has an
    organisation here, whose people then answer it. `deadline` is the last day for the answer, an ISO day.
    """

    __tablename__ = "pool_difficulty"

    entry_id: Mapped[str] = mapped_column(ForeignKey("pool_entry.id"), index=True)
    firm_organisation: Mapped[str] = mapped_column(String(64), index=True)
    firm_name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="raised", index=True)
    department: Mapped[str] = mapped_column(default="")
    department_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    deadline: Mapped[str | None] = mapped_column(String(10), default=None)
    steps: Mapped[int] = mapped_column(default=0)
    key: Mapped[str | None] = mapped_column(String(64), default=None, unique=True)


class PoolReply(Base, kw_only=True):
    """A step of a difficulty with what was said, written once. `side` is who said it: firm, bureau, department."""

    __tablename__ = "pool_reply"
    __table_args__ = (UniqueConstraint("difficulty_id", "number", name="uq_pool_reply_number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default_factory=new_id)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    difficulty_id: Mapped[str] = mapped_column(ForeignKey("pool_difficulty.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(default_factory=now)
    by: Mapped[str] = mapped_column(String(64), default="")
    side: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    department: Mapped[str] = mapped_column(default="")
    deadline: Mapped[str | None] = mapped_column(String(10), default=None)
    text: Mapped[str] = mapped_column(Text, default="")


class PoolInspection(Base, kw_only=True):
    """What an inspection of a firm found, as it stood after a step, written once: of an `inspection` the row of the
    highest `number` counts.

    `draw_id` is the draw that chose the firm (None: it was looked at without one). `result` is in_order, to_mend, unfit
    or not_done, `finding` what was found in words. `deadline` is the last day to mend, `mended` the day on which it was
    mended (None: it was not, or nothing is to be), `note` what is said of that. Days are ISO days.
    """

    __tablename__ = "pool_inspection"
    __table_args__ = (UniqueConstraint("inspection", "number", name="uq_pool_inspection_number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default_factory=new_id)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    inspection: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    entry_id: Mapped[str] = mapped_column(ForeignKey("pool_entry.id"), index=True)
    draw_id: Mapped[str | None] = mapped_column(ForeignKey("pool_draw.id"), default=None, index=True)
    at: Mapped[datetime] = mapped_column(default_factory=now)
    by: Mapped[str] = mapped_column(String(64), default="")
    by_name: Mapped[str] = mapped_column(default="")
    day: Mapped[str] = mapped_column(String(10))
    inspector: Mapped[str]
    result: Mapped[str] = mapped_column(String(16))
    finding: Mapped[str] = mapped_column(Text, default="")
    deadline: Mapped[str | None] = mapped_column(String(10), default=None)
    mended: Mapped[str | None] = mapped_column(String(10), default=None)
    note: Mapped[str] = mapped_column(Text, default="")
