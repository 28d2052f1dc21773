"""One card a day to a person's own address: how many things changed, with a link. What changed stays in the inbox.

Hosts must be named in BULIAN_NOTIFY_HOSTS; without any nothing leaves this machine. A failed try is made again later
and later; what a card was sent for is not sent again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import AT_THE_MACHINE
from web.beijing import BEIJING, day_of
from web.db.accounts import Membership, User
from web.db.watches import Notice, NoticeAddress
from web.render import Renderer
from web.settings import Settings
from web.work.today.notify_address import HOSTS, WAYS
from web.work.today.watch_changes import KINDS

if TYPE_CHECKING:
    from web.home import Home

FIRST, LONGEST = timedelta(minutes=5), timedelta(hours=6)
"""The time until the second try, and the longest between two; each is twice the one before."""

_log = structlog.get_logger()


@dataclass(slots=True)
class Sent:
    """What a round of sending did."""

    cards: int = 0
    failed: int = 0
    waiting: int = 0


def send(home: Home, at: datetime) -> Sent:
    """Send the cards that are due at that time: to who has unread notices, not in quiet hours, once a day."""
    result, day = Sent(), day_of(at)
    with home.database().session() as session:
        ids = session.scalars(select(NoticeAddress.id).where(NoticeAddress.ended.is_(None))).all()
    for key in ids:
        # The day is taken before the card goes: whatever ends this process, no second card follows on that day.
        with home.database().session() as session:
            address = session.get_one(NoticeAddress, key)
            notices = _pending(session, address)
            if not notices or address.sent_day == day or not _may_go(address, at):
                result.waiting += bool(notices) and address.sent_day != day
                continue
            before, address.sent_day = address.sent_day, day
            counts = Counter(notice.kind for notice in notices)
        failure = _refused(home.settings, address) or _go(home, address, counts)
        with home.database().session() as session:
            address = session.get_one(NoticeAddress, key)
            address.failure = failure
            if failure:
                result.failed += 1
                address.sent_day, address.tries = before, address.tries + 1
                address.next_try = at + min(FIRST * 2 ** min(address.tries - 1, 10), LONGEST)
                _log.warning("a card was not sent", way=address.way, tries=address.tries, reason=failure)
                continue
            result.cards += 1
            address.tries, address.next_try = 0, None
            for notice in _pending(session, address):
                notice.sent = at
    return result


def _pending(session: Session, address: NoticeAddress) -> list[Notice]:
    """What its person has not read and was not sent; nothing for who has no account or no role there any more."""
    if address.user_id != AT_THE_MACHINE.user:
        user = session.get(User, address.user_id)
        role = select(Membership.id).where(
            Membership.user_id == address.user_id,
            Membership.organisation_id == address.organisation_id,
            Membership.ended.is_(None),
        )
        if user is None or user.state != "open" or session.scalar(role.limit(1)) is None:
            return []
    wanted = select(Notice).where(
        Notice.user_id == address.user_id,
        Notice.organisation_id == address.organisation_id,
        Notice.read.is_(None),
        Notice.sent.is_(None),
    )
    return list(session.scalars(wanted))


def _may_go(address: NoticeAddress, at: datetime) -> bool:
    if address.next_try is not None and at < address.next_try:
        return False
    hour, begin, end = at.astimezone(BEIJING).hour, address.quiet_from, address.quiet_until
    quiet = begin <= hour < end if begin <= end else hour >= begin or hour < end
    return not quiet


def host_of(settings: Settings, way: str, target: str) -> str:
    """The host that a card goes to; empty where mail is not set up."""
    if way == "mail":
        return (urlsplit(settings.notify_mail.get_secret_value()).hostname or "").lower()
    return HOSTS.get(way) or (urlsplit(target).hostname or "").lower()


def _refused(settings: Settings, address: NoticeAddress) -> str:
    host = host_of(settings, address.way, address.target)
    return "" if host and host in settings.notified_hosts else "host"


def _go(home: Home, address: NoticeAddress, counts: Counter[str]) -> str:
    """Send one card; returns what failed, without the private part of the address."""
    import apprise  # it is slow to import, and nothing else needs it

    card = Renderer(home.ontology, home.settings.templates_folder).page(
        "notice_card.html",
        address.lang,
        {
            "counts": [(kind, counts[kind]) for kind in KINDS if counts[kind]],
            "link": f"{home.settings.address.rstrip('/')}/inbox" if home.settings.address else "",
            "all": sum(counts.values()),
        },
    )
    title, _, body = unescape(card).strip().partition("\n")
    plugin = apprise.Apprise.instantiate(_url(home.settings, address), suppress_exceptions=True)
    if plugin is None:
        return "address"
    return "" if plugin.notify(body=body.strip(), title=title) else "answer"


def _url(settings: Settings, address: NoticeAddress) -> str:
    """The address as apprise wants it; what people typed is quoted, so that it says nothing else than itself."""
    if address.way == "mail":
        account = settings.notify_mail.get_secret_value()
        return f"{account}{'&' if '?' in account else '?'}to={quote(address.target, safe='')}"
    if address.way == "json":
        parts = urlsplit(address.target)
        scheme = "jsons" if parts.scheme == "https" else "json"
        return f"{scheme}://{parts.netloc}{quote(parts.path, safe='/')}?redirect=no"
    return f"{WAYS[address.way]}://{quote(address.target, safe='')}"
