"""Addresses of an organisation's own systems that are told what happened: made, ended, and what was sent to each."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.models import Event
from web.db.webhooks import Webhook, WebhookDelivery
from web.errors import UnusableError, WebError
from web.work.step import note

RIGHT = "webhook.write"
KINDS = ("need.published", "need.ended", "bounty.stage", "notice")
"""What may be told: a public need is published or ends, a public bounty enters another public stage, and the notices of
the inbox of who made the address.
"""
MOST = 5
"""Addresses of an organisation at a time."""
LONGEST = 500
SHOWN = 100
_MARK = "whsec_"
"""What a secret begins with, as Standard Webhooks has it."""


def add(session: Session, actor: Actor, address: str, kinds: Sequence[str], at: datetime) -> tuple[Webhook, str]:
    """A new address, and its secret, which is not shown again.

    Whether it may be asked is looked at whenever something is sent. Raises WebError WE401, WE032; UnusableError WE230
    (no address, nothing chosen), WebError WE231 (too many).
    """
    actor.need(RIGHT)
    address, wanted = address.strip(), [kind for kind in KINDS if kind in kinds]
    wrong = {} if _usable(address) else {"address": "address"}
    if not wanted:
        wrong["kinds"] = "empty"
    if wrong:
        raise UnusableError(wrong, "WE230")
    if len(own(session, actor)) >= MOST:
        raise WebError(f"more than {MOST} addresses", code="WE231", hint="end one of them first")
    secret = _MARK + base64.b64encode(secrets.token_bytes(32)).decode()
    last = session.scalar(select(func.max(Event.number))) or 0
    row = Webhook(
        organisation_id=actor.organisation,
        made_by=actor.user,
        address=address,
        kinds=wanted,
        secret=secret,
        since=last,
        created=at,
    )
    session.add(row)
    session.flush()
    note(session, row, "webhook", None, "active", actor.user, at, " ".join(wanted))
    return row, secret


def end(session: Session, actor: Actor, webhook_id: str, at: datetime) -> None:
    """Nothing is sent there any more, and its secret is gone. Raises WebError WE401, WE032, WE404."""
    row = one(session, actor, webhook_id)
    if row.ended is None:
        row.ended, row.secret = at, ""
        note(session, row, "webhook", "active", "ended", actor.user, at)


def retry(session: Session, actor: Actor, delivery_id: str, at: datetime) -> None:
    """A delivery that was given up is tried again from the beginning. Raises WebError WE401, WE032, WE404."""
    row = session.get(WebhookDelivery, delivery_id)
    if row is None:
        actor.need(RIGHT)
        raise WebError("no such page", code="WE404", hint="see the list of addresses")
    one(session, actor, row.webhook_id)
    if row.state == "dead":
        row.state, row.tries, row.next_try = "waiting", 0, at


def own(session: Session, actor: Actor) -> Sequence[Webhook]:
    """The organisation's addresses that go on, oldest first. Raises WebError WE401, WE032."""
    actor.need(RIGHT)
    wanted = select(Webhook).where(Webhook.organisation_id == actor.organisation, Webhook.ended.is_(None))
    return session.scalars(wanted.order_by(Webhook.created, Webhook.id)).all()


def one(session: Session, actor: Actor, webhook_id: str) -> Webhook:
    """An address of the organisation. Raises WebError WE401, WE032, WE404."""
    actor.need(RIGHT)
    row = session.get(Webhook, webhook_id)
    if row is None or not actor.owns(row.organisation_id):
        raise WebError("no such page", code="WE404", hint="see the list of addresses")
    return row


def deliveries(session: Session, actor: Actor) -> Sequence[WebhookDelivery]:
    """What was sent or waits for the organisation's addresses, the newest first. Raises WebError WE401, WE032."""
    actor.need(RIGHT)
    wanted = select(WebhookDelivery).where(WebhookDelivery.organisation_id == actor.organisation)
    rows = wanted.order_by(WebhookDelivery.created.desc(), WebhookDelivery.id).limit(SHOWN)
    return session.scalars(rows).all()


def signature(secret: str, ident: str, timestamp: int, body: str) -> str:
    """The signature of a delivery, as Standard Webhooks has it: HMAC-SHA256 over id, time and body, in base64."""
    key = base64.b64decode(secret.removeprefix(_MARK))
    said = f"{ident}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


def _usable(address: str) -> bool:
    """Whether this is an address of the web without a login in it."""
    try:
        parts = urlsplit(address)
        return (
            len(address) <= LONGEST
            and address.isascii()
            and parts.scheme in ("https", "http")
            and bool(parts.hostname)
            and not parts.username
            and parts.port != 0
            and not any(sign <= " " for sign in address)
        )
    except ValueError:
        return False
