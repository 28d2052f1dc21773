"""How values read on a page: amounts, dates, ages, places, whole numbers; and where a file of ours is served."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from kg.ontology import Ontology
from kg.values.region import Regions
from matcher.target import figure_of
from web.beijing import BEIJING, today

if TYPE_CHECKING:
    from kg.store import Stamp

_MONEY_UNIT = {"zh": 1e4, "en": 1e6}
_CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef“”《》]*[\u4e00-\u9fff][\u3000-\u9fff\uff00-\uffef“”《》]*")


def amount(yuan: float | None, lang: str) -> str:
    """A sum in the unit that the page's table heads name: 万元 in Chinese, millions in English."""
    if yuan is None:
        return ""
    return number(yuan / _MONEY_UNIT[lang])


def number(value: float | None, digits: int = 2) -> str:
    """A number with its thousands parted, at most `digits` decimals, none that say nothing."""
    if value is None:
        return ""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def bound(target: Mapping[str, Any]) -> str:
    """What a target asks for, as elsewhere (`Figure.said`) but without its name; empty where it has no figure."""
    figure = figure_of(target) if target.get("operator") else None
    return replace(figure, name="").said().strip() if figure else ""


def points(value: float, digits: int = 4) -> str:
    """Points of a ranking with their sign; they are rounded to four decimals before they are added."""
    return f"{value:+.{digits}f}"


def need_state(label: str, state: str | None, lang: str) -> str:
    """The state of a published need or bounty (`label` Bounty) in words, as pages show it."""
    if label == "Bounty":
        return Ontology.load().label(f"bounty_state.{state}", lang) if state else ""
    words = {"active": ("征集中", "open"), "closed": ("已结束", "ended")}
    return words[state][lang != "zh"] if state in words else state or ""


def as_of(stamp: Stamp | None, lang: str) -> str:
    """The graph that a file rests on: when it was written, and its stamp; empty where there is none."""
    if stamp is None:
        return ""
    return f"{moment(stamp.written)}{'（北京时间）' if lang == 'zh' else ' (Beijing)'}, {stamp.stamp}"


def moment(text: str | None) -> str:
    """A time of ISO 8601 as 北京时间, to the minute."""
    if not text:
        return ""
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    if time.tzinfo is None:
        time = time.replace(tzinfo=dt.UTC)
    return time.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def spoken(text: str, lang: str) -> Markup:
    """A sentence of ours in the page's language, with the Chinese names inside an English one marked as Chinese."""
    safe = escape(text)
    if lang == "zh":
        return safe
    return Markup(_CHINESE.sub(r'<span lang="zh-CN">\g<0></span>', str(safe)))  # noqa: S704 (it is escaped)


@lru_cache(maxsize=4096, typed=True)
def cell(words: str, number: bool = False, empty: bool = False) -> Markup:
    """Attributes of a table's cell: its column's words stand before it on a phone, begun as a heading is."""
    kind = f' class="{"num" * number}{" none" * empty}"' if number or empty else ""
    return Markup('role="cell" data-label="{}"{}').format(words[:1].upper() + words[1:], Markup(kind))  # noqa: S704 (ours)


STALE_YEARS = 3
"""From this age on what a statement rests on is called old: the term of the tiers, after which they are reviewed."""


def age(date: str | None) -> tuple[str, int]:
    """How old an ISO date is, in the largest unit that is full: ("years", 3), ("months", 2), ("days", 5), ("today", 0).

    A year or month counts from its first day. ("ahead", 0) for a date to come, ("unknown", 0) for what is no date.
    """
    try:
        since = dt.date.fromisoformat((str(date or "") + "-01-01")[:10])
    except ValueError:
        return "unknown", 0
    now = today()
    if since > now:
        return "ahead", 0
    months = (now.year - since.year) * 12 + now.month - since.month - (now.day < since.day)
    if months >= 12:
        return "years", months // 12
    if months:
        return "months", months
    return ("days", (now - since).days) if since < now else ("today", 0)


def is_stale(date: str | None) -> bool:
    """Whether a date lies STALE_YEARS or more behind."""
    unit, number = age(date)
    return unit == "years" and number >= STALE_YEARS


def is_past(date: str | None) -> bool:
    """Whether an ISO date lies before today."""
    return bool(date) and str(date) < today().isoformat()


def place(code: str | None) -> str:
    """A place from province to county, as Chinese addresses write it."""
    if not code:
        return ""
    return " ".join(region.name for region in Regions.load().path(code)) or code


@cache
def static(name: str) -> str:
    """Address of a file of `web/static`; it changes with the file, so that browsers may keep it for ever."""
    data = resources.files("web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(data).hexdigest()[:10]}"
