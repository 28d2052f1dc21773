"""Early warnings as they were found, what people said to them, and the looks that found them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned, now


class KeptWarning(Owned, Base, kw_only=True):
    """A warning of a rule (`rule`, with its words as they were) about a firm or a node of a chain.

    `key` is one for each rule, thing, what tells it apart, and owner: `user_id` in the organisation where a watch made
    it ("": everybody's). `digest` tells its facts from changed ones. Found from `first_seen` to `last_seen` (days),
    no longer found on the day `gone`; found again after that, `round` is one more and so the digest another.
    """

    __tablename__ = "early_warning"

    key: Mapped[str] = mapped_column(String(64), unique=True)
    rule: Mapped[str] = mapped_column(String(48), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    rule_zh: Mapped[str] = mapped_column(Text)
    rule_en: Mapped[str] = mapped_column(Text)
    rules: Mapped[str]
    user_id: Mapped[str] = mapped_column(String(64), default="", index=True)
    subject: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[str] = mapped_column(String(240), index=True)
    name: Mapped[str]
    region: Mapped[str] = mapped_column(String(6), default="")
    told: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    facts: Mapped[list[str]] = mapped_column(default_factory=list)
    digest: Mapped[str] = mapped_column(String(64))
    first_seen: Mapped[str] = mapped_column(String(10), index=True)
    last_seen: Mapped[str] = mapped_column(String(10))
    gone: Mapped[str | None] = mapped_column(String(10), default=None, index=True)
    round: Mapped[int] = mapped_column(default=1)


class WarningWord(Base, kw_only=True):
    """What a person of an organisation said to a warning as it stood (`digest`), append-only.

    `act` is acknowledged or reopened; the newest row of an organisation and a warning counts, as long as the warning
    still has that digest.
    """

    __tablename__ = "early_warning_word"
    __table_args__ = (Index("ix_early_warning_word_warning", "warning_id", "organisation_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=now)
    warning_id: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(Text, default="")


class WarningRun(Base, kw_only=True):
    """A look of all rules at a graph (`stamp`) on a day: `counts` by rule, as {found, new, gone, looked, unknown}."""

    __tablename__ = "early_warning_run"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=now)
    day: Mapped[str] = mapped_column(String(10), index=True)
    stamp: Mapped[str] = mapped_column(String(64))
    rules: Mapped[str]
    rules_digest: Mapped[str] = mapped_column(String(16))
    inputs: Mapped[str] = mapped_column(String(64), default="")
    counts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
