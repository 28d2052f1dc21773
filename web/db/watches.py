"""What people keep an eye on, what changed there, and where they want to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned


class Watch(Owned, Base, kw_only=True):
    """A person of an organisation watches a firm, a product, a node of a chain or a need (`kind`, `subject_id`).

    `seen` is what was there at the last look, on the day `looked` (None: not looked at yet). `best` is the rank in a
    need's list down to which a need is told as fitting a watched firm; 0: none. `key` is one for each person,
    organisation and thing. An ended watch may begin again, with nothing seen.
    """

    __tablename__ = "watch"

    user_id: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[str] = mapped_column(String(240))
    name: Mapped[str]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    best: Mapped[int] = mapped_column(default=10)
    seen: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    looked: Mapped[str | None] = mapped_column(String(10), default=None)
    ended: Mapped[datetime | None] = mapped_column(default=None)


class Notice(Owned, Base, kw_only=True):
    """A change that a person is told once: `key` is one for each person and change.

    `kind` is one of `web.work.today.watch_changes.KINDS`, `day` the day on which it was seen, `told` what its sentence
    says, `fact` the statement that says so, `address` the page where it is opened, where no statement does.
    """

    __tablename__ = "notice"

    user_id: Mapped[str] = mapped_column(String(64), index=True)
    watch_id: Mapped[str | None] = mapped_column(ForeignKey("watch.id"), default=None, index=True)
    kind: Mapped[str] = mapped_column(String(24))
    day: Mapped[str] = mapped_column(String(10), index=True)
    told: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    fact: Mapped[str | None] = mapped_column(String(96), default=None)
    address: Mapped[str] = mapped_column(Text, default="")
    key: Mapped[str] = mapped_column(String(64), unique=True)
    read: Mapped[datetime | None] = mapped_column(default=None)
    sent: Mapped[datetime | None] = mapped_column(default=None)


class NoticeAddress(Owned, Base, kw_only=True):
    """Where a person wants to be told: `way` is mail, wecom, dingtalk, feishu or json, `target` the private part of it.

    Nothing goes out between the hours `quiet_from` and `quiet_until` in Beijing. `sent_day` is the day of the last
    card; after `tries` failures in a row the next try is not before `next_try`, and `failure` says what went wrong.
    """

    __tablename__ = "notice_address"

    user_id: Mapped[str] = mapped_column(String(64), index=True)
    way: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8), default="zh")
    quiet_from: Mapped[int] = mapped_column(default=20)
    quiet_until: Mapped[int] = mapped_column(default=8)
    sent_day: Mapped[str | None] = mapped_column(String(10), default=None)
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime | None] = mapped_column(default=None)
    failure: Mapped[str] = mapped_column(Text, default="")
    ended: Mapped[datetime | None] = mapped_column(default=None)
