"""Where a person wants to be told of changes: kept private, shown by its last signs alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.watches import NoticeAddress
from web.errors import WebError
from web.work.today.watches import WRITE

WAYS = {"mail": "mailto", "wecom": "wecombot", "dingtalk": "dingtalk", "feishu": "feishu", "json": "json"}
"""Ways to a person, and the scheme by which apprise knows each."""

HOSTS = {"wecom": "qyapi.weixin.qq.com", "dingtalk": "oapi.dingtalk.com", "feishu": "open.feishu.cn"}
"""Hosts of the robots of group chats, as their services document them."""

MOST = 5
_MAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[\w-]+(\.[\w-]+)+")
_KEY = re.compile(r"[A-Za-z0-9_-]{8,100}")


def add(
    session: Session, actor: Actor, way: str, target: str, *, lang: str = "zh", quiet: tuple[int, int] = (20, 8)
) -> NoticeAddress:
    """A new address of the actor; one that is there already gets the new quiet hours.

    Raises WebError WE401, WE032, WE147 (it cannot be used, or too many).
    """
    actor.need(WRITE)
    target = target.strip()
    if way not in WAYS or not _fits(way, target) or not all(0 <= hour <= 24 for hour in quiet):
        raise WebError("this address cannot be used", code="WE147", hint="an e-mail address, or a robot's key")
    known = own(session, actor)
    found = next((one for one in known if (one.way, one.target) == (way, target)), None)
    if found is None:
        if len(known) >= MOST:
            raise WebError(f"more than {MOST} addresses", code="WE147", hint="take one away")
        found = NoticeAddress(organisation_id=actor.organisation, user_id=actor.user, way=way, target=target)
        session.add(found)
    found.lang, (found.quiet_from, found.quiet_until) = lang, quiet
    return found


def _fits(way: str, target: str) -> bool:
    if way == "mail":
        return len(target) <= 200 and _MAIL.fullmatch(target) is not None
    if way == "json":
        try:
            parts = urlsplit(target)
            return bool(parts.hostname and parts.scheme in ("http", "https") and not parts.username and parts.port != 0)
        except ValueError:
            return False
    return _KEY.fullmatch(target) is not None


def remove(session: Session, actor: Actor, address_id: str, at: datetime) -> None:
    """Take an address away: it is ended, and its private part is gone. Raises WebError WE401, WE032, WE404."""
    found = next((one for one in own(session, actor) if one.id == address_id), None)
    if found is None:
        raise WebError("no such page", code="WE404", hint="see the list of watches")
    found.ended, found.target = at, ""


def own(session: Session, actor: Actor) -> Sequence[NoticeAddress]:
    """The actor's addresses. Raises WebError WE401, WE032."""
    actor.need(WRITE)
    wanted = select(NoticeAddress).where(
        NoticeAddress.user_id == actor.user,
        NoticeAddress.organisation_id == actor.organisation,
        NoticeAddress.ended.is_(None),
    )
    return session.scalars(wanted.order_by(NoticeAddress.created, NoticeAddress.id)).all()


def masked(address: NoticeAddress) -> str:
    """The address as a page may show it: enough to be known again."""
    if address.way == "mail":
        name, _, host = address.target.partition("@")
        return f"{name[:2]}…@{host}"
    if address.way == "json":
        return urlsplit(address.target).hostname or ""
    return f"…{address.target[-4:]}"
