"""The page of webhooks: addresses, the secret of a new one, what was sent to each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

from web.work.today import webhook as work

if TYPE_CHECKING:
    from web.deps import Visit


class HookRow(BaseModel):
    """An address that goes on."""

    id: str
    address: str
    kinds: list[str]
    created: datetime


class DeliveryRow(BaseModel):
    """What was sent, or waits."""

    id: str
    address: str
    kind: str
    about: str
    state: str
    tries: int
    status: int | None
    failure: str
    created: datetime
    next_try: datetime | None
    sent: datetime | None


class WebhooksPage(BaseModel):
    """The organisation's addresses, and the newest deliveries; `secret` is that of an address made just now."""

    hooks: list[HookRow]
    deliveries: list[DeliveryRow]
    kinds: list[str]
    most: int
    secret: str = ""
    done: str = ""
    wrong: dict[str, str] = {}
    code: str = ""
    typed: dict[str, list[str]] = {}


def webhooks_page(visit: Visit) -> WebhooksPage:
    """The page. Raises WebError WE401, WE032."""
    with visit.home.database().session() as session:
        hooks = work.own(session, visit.actor)
        sent = work.deliveries(session, visit.actor)
        addresses = {row.webhook_id: work.one(session, visit.actor, row.webhook_id).address for row in sent}
    return WebhooksPage(
        hooks=[HookRow(id=row.id, address=row.address, kinds=row.kinds, created=row.created) for row in hooks],
        deliveries=[
            DeliveryRow(
                **{name: getattr(row, name) for name in ("id", "kind", "state", "tries", "status", "failure")},
                **{name: getattr(row, name) for name in ("created", "next_try", "sent")},
                address=addresses[row.webhook_id],
                about=str(row.body.get("title") or row.body.get("kind") or ""),
            )
            for row in sent
        ],
        kinds=list(work.KINDS),
        most=work.MOST,
    )
