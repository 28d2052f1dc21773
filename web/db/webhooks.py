"""Addresses of organisations' own systems that are told what happened, and what was sent to each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned


class Webhook(Owned, Base, kw_only=True):
    """An address that is told of `kinds` of happenings. `secret` signs what is sent: it is kept as it is, since a hash
    signs nothing, and shown once. `since` is the number of the last event before it was made.
    """

    __tablename__ = "webhook"

    made_by: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(500))
    kinds: Mapped[list[str]] = mapped_column(default_factory=list)
    secret: Mapped[str] = mapped_column(String(100))
    since: Mapped[int] = mapped_column(default=0)
    ended: Mapped[datetime | None] = mapped_column(default=None)


class WebhookDelivery(Owned, Base, kw_only=True):
    """One happening for one address. State: waiting, sent, dead (given up). `key` is one for each of both, `status` the
    HTTP status of the last answer, `failure` why the last try failed.
    """

    __tablename__ = "webhook_delivery"

    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhook.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    body: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime | None] = mapped_column(default=None)
    sent: Mapped[datetime | None] = mapped_column(default=None)
    status: Mapped[int | None] = mapped_column(default=None)
    failure: Mapped[str] = mapped_column(Text, default="")
