"""Bounties that take applications as a calendar of their deadlines (RFC 5545) and as a feed (Atom, RFC 4287)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree import ElementTree

from kg.values.name import clean_name
from kg.values.region import Regions
from web.beijing import BEIJING, today
from web.deps import Visit
from web.pages.bounties.portal import taking
from web.words import amount
from web.work.bounties.portal import AskedBounties, BountyCard, opened_at

if TYPE_CHECKING:
    from collections.abc import Sequence

CALENDAR = "text/calendar; charset=utf-8"
FEED = "application/atom+xml; charset=utf-8"

_ATOM = "http://www.w3.org/2005/Atom"
_WORDS = {
    "title": ("补链：征集中的榜单", "Bulian: open bounties"),
    "demo": ("（演示数据，虚构）", " (demo data, invented)"),
    "deadline": ("揭榜截止", "Deadline"),
    "whole": ("当天（北京时间）仍可申请", "the whole day counts, in Beijing's time"),
    "extended": ("由 {} 延长", "moved from {}"),
    "amount": ("榜额 {} 万元", "prize CNY {} × 10,000"),
    "host": ("组织单位", "host"),
    "poster": ("发榜单位", "posted by"),
    "unknown": ("不详", "not known"),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A bounty with its address and when it was last opened or extended."""

    card: BountyCard
    address: str
    changed: dt.datetime


def calendar(visit: Visit, asked: AskedBounties) -> bytes:
    """The deadlines as days of a calendar; a bounty without a deadline is left out.

    A day of a calendar has no zone: the words of each event say that the deadline is a day in Beijing.
    """
    from icalendar import Calendar, Event

    say = _say(visit.lang)
    entries = [one for one in _entries(visit, asked) if one.card.deadline]
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", "-//Bulian//bounties//ZH")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _title(say, entries))
    for one in entries:
        card, day = one.card, dt.date.fromisoformat(one.card.deadline or "")
        event = Event()
        event.add("uid", str(_id(f"bounty:{card.id}")))
        event.add("dtstamp", one.changed)
        event.add("last-modified", one.changed)
        event.add("sequence", int(card.extended_from is not None))
        event.add("dtstart", day)
        event.add("dtend", day + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("summary", f"{say['deadline']}: {clean_name(card.title)}")
        event.add("description", _about(say, card))
        event.add("url", one.address)
        made.add_component(event)
    data: bytes = made.to_ical()
    return data


def feed(visit: Visit, asked: AskedBounties) -> bytes:
    """The feed, what was opened or extended last first."""
    say, entries = _say(visit.lang), _entries(visit, asked)
    entries.sort(key=lambda one: (one.changed, one.card.id), reverse=True)
    query = visit.request.url.query
    top = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN" if visit.lang == "zh" else "en"})
    _put(top, "title", _title(say, entries))
    _put(top, "id", _id(f"bounties?{query}").urn)
    _put(top, "updated", (entries[0].changed if entries else _midnight(None)).isoformat())
    here = f"?{query}" if query else ""
    _put(top, "link", rel="self", type="application/atom+xml", href=f"{_base(visit)}/bounties.atom{here}")
    _put(top, "link", rel="alternate", type="text/html", href=f"{_base(visit)}/bounties{here}")
    for one in entries:
        entry = _put(top, "entry")
        _put(entry, "title", clean_name(one.card.title))
        _put(entry, "id", _id(f"bounty:{one.card.id}").urn)
        _put(entry, "link", rel="alternate", type="text/html", href=one.address)
        _put(entry, "updated", one.changed.isoformat())
        _put(entry, "published", _midnight(one.card.published).isoformat())
        _put(_put(entry, "author"), "name", clean_name(one.card.poster) or say["unknown"])
        for term in filter(None, (one.card.category, clean_name(one.card.field), *one.card.bases)):
            _put(entry, "category", term=term)
        _put(entry, "summary", _about(say, one.card))
    data: bytes = ElementTree.tostring(top, "utf-8", xml_declaration=True)
    return data


def _entries(visit: Visit, asked: AskedBounties) -> list[_Entry]:
    cards = taking(visit.home, asked)
    with visit.home.database().session() as session:
        opened = opened_at(session, [card.id for card in cards])
    return [
        _Entry(
            card, f"{_base(visit)}/bounties/{quote(card.id, safe='')}", opened.get(card.id) or _midnight(card.published)
        )
        for card in cards
    ]


def _base(visit: Visit) -> str:
    """The address under which people open the pages: as the operator says, else as it was asked for."""
    return (visit.home.settings.address or str(visit.request.base_url)).rstrip("/")


def _id(name: str) -> UUID:
    """A name that stays the same wherever the pages are served."""
    return uuid5(NAMESPACE_URL, f"bulian:{name}")


def _midnight(day: str | None) -> dt.datetime:
    date = dt.date.fromisoformat(day) if day else today()
    return dt.datetime.combine(date, dt.time(), BEIJING).astimezone(dt.UTC)


def _say(lang: str) -> dict[str, str]:
    return {name: both[lang != "zh"] for name, both in _WORDS.items()}


def _title(say: dict[str, str], entries: Sequence[_Entry]) -> str:
    return say["title"] + (say["demo"] if any(one.card.demo for one in entries) else "")


def _about(say: dict[str, str], card: BountyCard) -> str:
    """What a card says, in a line."""
    city = Regions.load().by_code(card.city)
    said = [
        f"{say['deadline']} {card.deadline} ({say['whole']})"
        if card.deadline
        else f"{say['deadline']} {say['unknown']}",
        say["extended"].format(card.extended_from) if card.extended_from else "",
        say["amount"].format(amount(card.amount, "zh")) if card.amount is not None else "",
        city.name if city else "",
        clean_name(card.field),
        f"{say['poster']} {clean_name(card.poster)}" if card.poster else "",
        f"{say['host']} {clean_name(card.organiser)}" if card.organiser else "",
        say["demo"].strip() if card.demo else "",
    ]
    return " · ".join(filter(None, said))


def _put(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    found = ElementTree.SubElement(parent, name, attributes)
    found.text = text or None
    return found
