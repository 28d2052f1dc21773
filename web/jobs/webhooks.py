"""Tell organisations' own systems what happened: signed, again and again until it is taken, at last given up.

What is told is public, or a notice of who made the address. A delivery may come twice, where this process ends between
the answer and its note: `webhook-id` is the same then.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.db.accounts import Membership, User
from web.db.bounties import Bounty
from web.db.models import Event, Need
from web.db.watches import Notice
from web.db.webhooks import Webhook, WebhookDelivery
from web.jobs.bounties import SHOWN_AS, shown_as
from web.outward import RefusedAddressError, post
from web.work.today.webhook import signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.home import Home

FIRST, LONGEST, TRIES = timedelta(minutes=1), timedelta(hours=12), 12
"""The time until the second try, the longest between two (each is twice the one before), and how many there are."""
_BEHIND = 200
"""Events before the newest one that was told which are looked at again: they may have been written out of order."""
_NOTICES = timedelta(days=7)
"""How far back notices are looked at."""
_ROUND, _SECONDS = 200, 60.0
"""Deliveries of a round, and how long it may take: other work waits behind it."""
_ENDED = ("closed", "expired", "withdrawn")

_log = structlog.get_logger()


@dataclass(slots=True)
class Told:
    """What a round did."""

    new: int = 0
    sent: int = 0
    failed: int = 0
    dead: int = 0


def tell(home: Home, at: datetime) -> Told:
    """Note what happened since for each address, and send what is due; nothing where the API is switched off."""
    told = Told()
    if "api" in home.settings.switched_off:
        return told
    with home.database().session() as session:
        for hook in session.scalars(select(Webhook).where(Webhook.ended.is_(None))).all():
            told.new += sum(_noted(session, hook, *happening) for happening in _happened(session, hook, at))
    with home.database().session() as session:
        due = select(WebhookDelivery.id, WebhookDelivery.webhook_id).where(
            WebhookDelivery.state == "waiting",
            (WebhookDelivery.next_try.is_(None)) | (WebhookDelivery.next_try <= at),
        )
        rows = session.execute(due.order_by(WebhookDelivery.created, WebhookDelivery.id).limit(_ROUND)).all()
    silent, begun = set[str](), time.monotonic()
    for ident, hook_id in rows:
        if time.monotonic() - begun > _SECONDS:
            break
        if hook_id not in silent and not _try(home, ident, at, told):
            silent.add(hook_id)  # what waits behind it is not tried, so that one address costs a round one wait
    return told


def _happened(session: Session, hook: Webhook, at: datetime) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Kind, a name of its own, and what is said of each thing that the address is to be told."""
    if not _holds_a_role(session, hook):
        return
    new = select(Event).where(Event.number > hook.since - _BEHIND, Event.at >= hook.created)
    last = hook.since
    for event in session.scalars(new.where(Event.subject.in_(("need", "bounty"))).order_by(Event.number)).all():
        last = max(last, event.number)
        found = _of_need(session, event) if event.subject == "need" else _of_bounty(session, event)
        if found is not None and found[0] in hook.kinds:
            yield found[0], str(event.number), found[1] | {"at": event.at.isoformat()}
    hook.since = last
    if "notice" in hook.kinds:
        mine = select(Notice).where(
            Notice.user_id == hook.made_by,
            Notice.organisation_id == hook.organisation_id,
            Notice.created >= max(hook.created, at - _NOTICES),
        )
        for row in session.scalars(mine.order_by(Notice.created)).all():
            yield "notice", row.id, {"kind": row.kind, "day": row.day, "told": row.told, "address": row.address}


def _holds_a_role(session: Session, hook: Webhook) -> bool:
    """Whether who made the address is still somebody there; what the operator of the machine made goes on."""
    if hook.organisation_id is None:
        return True
    role = select(Membership.id).join(User, User.id == Membership.user_id)
    held = role.where(
        Membership.user_id == hook.made_by,
        Membership.organisation_id == hook.organisation_id,
        Membership.ended.is_(None),
        User.state == "open",
    )
    return session.scalar(held.limit(1)) is not None


def _of_need(session: Session, event: Event) -> tuple[str, dict[str, Any]] | None:
    """A public need that was published or has ended."""
    kind = "need.published" if event.to_state == "active" else "need.ended" if event.to_state in _ENDED else ""
    need = session.get(Need, event.subject_id)
    if not kind or need is None or need.published is None or need.reach != "public":
        return None
    if kind == "need.published" and need.visibility != "public":
        return None
    said = {"id": need.id, "title": need.title, "deadline": need.deadline, "state": event.to_state}
    return kind, said | {"page": f"/needs/{need.id}"}


def _of_bounty(session: Session, event: Event) -> tuple[str, dict[str, Any]] | None:
    """A public bounty whose public state is another one than before."""
    bounty = session.get(Bounty, event.subject_id)
    if bounty is None or bounty.visibility != "public":
        return None
    before, state = SHOWN_AS.get(event.from_state or ""), SHOWN_AS.get(event.to_state)
    if state is None or (state == before) or shown_as(bounty) is None:
        return None
    said = {"id": bounty.id, "title": bounty.title, "deadline": bounty.deadline, "state": state}
    return "bounty.stage", said | {"page": f"/bounties/{bounty.id}"}


def _noted(session: Session, hook: Webhook, kind: str, name: str, data: dict[str, Any]) -> bool:
    """Write a delivery, once for each address and thing; whether it is a new one."""
    key = stable_hash("webhook", hook.id, kind, name)
    if session.scalar(select(WebhookDelivery.id).where(WebhookDelivery.key == key)):
        return False
    session.add(
        WebhookDelivery(organisation_id=hook.organisation_id, webhook_id=hook.id, key=key, kind=kind, body=data)
    )
    session.flush()
    return True


def _try(home: Home, ident: str, at: datetime, told: Told) -> bool:
    """Send one delivery; whether it was taken. The next try is noted before it goes: whatever ends this process, none
    is lost.
    """
    with home.database().session() as session:
        row = session.get_one(WebhookDelivery, ident)
        hook = session.get_one(Webhook, row.webhook_id)
        if hook.ended is not None:
            row.state, row.failure = "dead", "ended"
            return False
        row.tries += 1
        row.next_try = at + min(FIRST * 2 ** (row.tries - 1), LONGEST)
        address, secret = hook.address, hook.secret
        said = {"type": row.kind, "timestamp": row.created.isoformat(), "data": row.body}
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    status, failure = _send(home, address, secret, ident, int(at.timestamp()), body)
    with home.database().session() as session:
        row = session.get_one(WebhookDelivery, ident)
        row.status, row.failure = status, failure
        if not failure:
            row.state, row.sent, row.next_try = "sent", at, None
            told.sent += 1
        elif row.tries >= TRIES:
            row.state, row.next_try = "dead", None
            told.dead += 1
        else:
            told.failed += 1
    if failure:
        _log.warning("a webhook was not taken", delivery=ident, failure=failure, status=status)
    return not failure


def _send(home: Home, address: str, secret: str, ident: str, when: int, body: str) -> tuple[int | None, str]:
    """The status of the answer, and why it is a failure; empty where the delivery was taken."""
    import httpx

    headers = {
        "content-type": "application/json",
        "user-agent": "Bulian",
        "webhook-id": ident,
        "webhook-timestamp": str(when),
        "webhook-signature": signature(secret, ident, when, body),
    }
    try:
        status = post(address, home.settings.webhook_host_names, body.encode(), headers)
    except RefusedAddressError:
        return None, "address"
    except httpx.HTTPError:
        return None, "silent"
    return status, "" if 200 <= status < 300 else "answer"
