"""What changed of a watched thing between two looks. Pure: two states and two days go in, changes come out.

A state is small JSON with what is compared and no more. Things are compared by their keys, so that another document
that says the same is no change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.projection.words import day as whole_day

KINDS = (
    "deadline",
    "reply",
    "warning",
    "query",
    "policy",
    "fits",
    "maker",
    "certificate_lost",
    "certificate_expired",
    "certificate_expires",
    "title",
    "title_expires",
    "contract",
    "product",
    "product_gone",
    "maker_gone",
    "state",
)
"""Kinds of notices, the most urgent first."""

EXPIRES, DUE = 60, 7
"""Days before the end of a certificate or title, and before a deadline, from which on it is told."""

State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `told` is what its sentence says (strings alone), `about` tells it apart from others of its kind.

    One with the same kind and `about` is told once, however often it is found.
    """

    kind: str
    about: str
    told: Mapping[str, str] = field(default_factory=dict)
    fact: str | None = None
    address: str = ""


def changes(kind: str, before: State, after: State, looked: str, day: str) -> list[Change]:
    """What is to be told on `day` of a thing that was looked at last on the day `looked`, the most urgent first."""
    found = {"firm": _firm, "product": _makers, "node": _makers, "need": _need, "region": _region}[kind](
        before, after, looked, day
    )
    return sorted(found, key=lambda change: (KINDS.index(change.kind), change.about))


def _firm(before: State, after: State, looked: str, day: str) -> Iterator[Change]:
    firm = {"firm": after["name"]}
    for kind, gone, part in (("product", "product_gone", "products"), ("contract", "", "contracts")):
        for key, one in _more(after, before, part):
            yield Change(kind, f"{key}@{day}", firm | _named(one), one.get("fact"))
        for key, one in _more(before, after, part) if gone else ():
            yield Change(gone, f"{key}@{day}", firm | _named(one), one.get("fact"))
    for key, one in _more(before, after, "certificates"):
        if not _over(one.get("until"), looked):  # one that had run out before was told then
            yield Change("certificate_lost", f"{key}@{day}", firm | _named(one), one.get("fact"))
    for key, one in after["certificates"].items():
        if _over(one.get("until"), day) and not _over(one.get("until"), looked):
            yield Change("certificate_expired", f"{key}@{one['until']}", firm | _named(one), one.get("fact"))
        elif _within(one.get("until"), day, EXPIRES):
            yield Change("certificate_expires", f"{key}@{one['until']}", firm | _named(one), one.get("fact"))
    for tier, one in after["titles"].items():
        was = before["titles"].get(tier, {})
        title = firm | {"tier": tier, "standing": one["standing"], "was": was.get("standing", "")}
        title["until"] = one.get("until") or ""
        if was.get("standing") != one["standing"]:
            yield Change("title", f"{tier}:{one['standing']}@{day}", title, one.get("fact"))
        elif one["standing"] != "revoked" and _within(one.get("until"), day, EXPIRES):
            yield Change("title_expires", f"{tier}@{one['until']}", title, one.get("fact"))
    for tier, one in _more(before, after, "titles"):
        title = firm | {"tier": tier, "standing": "", "was": one["standing"], "until": ""}
        yield Change("title", f"{tier}:none@{day}", title, one.get("fact"))
    for need, one in _more(after, before, "fits"):
        told = firm | _named(one) | {"rank": str(one["rank"])}
        yield Change("fits", need, told, None, f"/needs/{need}")
    yield from _warnings(before, after)


def _warnings(before: State, after: State) -> Iterator[Change]:
    """Early warnings about a thing, by the digest of their facts: one whose facts changed is told anew."""
    for digest, one in _more(after, before, "warnings"):
        yield Change("warning", digest, one["told"], one.get("fact"), one["address"])


def _region(before: State, after: State, looked: str, day: str) -> Iterator[Change]:
    """New early warnings of a place, told by rule with their number."""
    new: dict[str, list[State]] = {}
    for _, one in _more(after, before, "warnings"):
        new.setdefault(one["rule"], []).append(one)
    for rule, found in new.items():
        told = {"name": after["name"], "n": str(len(found)), "zh": found[0]["rule_zh"], "en": found[0]["rule_en"]}
        yield Change("warning", f"{rule}@{day}", told, None, f"/warnings?region={after['code']}&rule={rule}")


def _makers(before: State, after: State, looked: str, day: str) -> Iterator[Change]:
    of = {"name": after["name"]}
    for key, one in _more(after, before, "makers"):
        yield Change("maker", f"{key}@{day}", of | {"firm": one["name"]}, one.get("fact"), f"/firms/{key}")
    for key, one in _more(before, after, "makers"):
        yield Change("maker_gone", f"{key}@{day}", of | {"firm": one["name"]}, None, f"/firms/{key}")
    yield from _warnings(before, after)


def _need(before: State, after: State, looked: str, day: str) -> Iterator[Change]:
    yield from _makers(before, after, looked, day)
    told = {"name": after["name"], "until": after.get("until") or "", "state": after["state"], "was": before["state"]}
    if after["state"] != before["state"]:
        yield Change("state", f"{after['state']}@{day}", told, None, after["address"])
    elif after["open"] and _within(after.get("until"), day, DUE):
        yield Change("deadline", str(after["until"]), told, None, after["address"])


def _more(these: State, those: State, part: str) -> Iterable[tuple[str, Any]]:
    """What one state has and the other lacks; a part that was not looked at then is no change."""
    if part not in these or part not in those:
        return ()
    return ((key, one) for key, one in these[part].items() if key not in those[part])


def _named(one: State) -> dict[str, str]:
    return {"name": str(one.get("name") or ""), "until": str(one.get("until") or "")}


def _over(until: str | None, day: str) -> bool:
    end = whole_day(until, last=True)
    return end is not None and end < day


def _within(until: str | None, day: str, days: int) -> bool:
    """Whether the end is on that day or at most so many days later."""
    end = whole_day(until, last=True)
    return end is not None and day <= end <= (dt.date.fromisoformat(day) + dt.timedelta(days)).isoformat()
