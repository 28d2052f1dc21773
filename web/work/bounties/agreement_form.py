"""The forms of an agreement: its terms with the plan of milestones, and one change of it. Sums are typed in yuan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from web.db.bounties import Milestone
from web.errors import UnusableError
from web.work.bounties.form import IP
from web.work.typed import fen_of, number_of

CHANGES = ("content", "delivery", "total", "target", "milestone_due", "milestone_amount")
"""What of an agreement can be changed."""
MOST_MILESTONES = 12

Plan = list[tuple[str, str, int]]
"""Title, day (ISO) and payment in fen of each milestone."""


def day(typed: str) -> str | None:
    """A day as an ISO date; None where it is none."""
    try:
        return date.fromisoformat(typed.strip()).isoformat()
    except ValueError:
        return None


def read_terms(terms: Mapping[str, Any], typed: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], Plan]:
    """The terms as the form says them, over those that stand; and the plan. Raises UnusableError WE170 by field."""
    first = {name: values[0].strip() for name, values in typed.items() if values}
    wrong: dict[str, str] = {}
    delivery, total = day(first.get("delivery", "")), fen_of(first.get("total", ""))
    if not 0 < len(first.get("content", "")) <= 8000:
        wrong["content"] = "missing"
    if delivery is None:
        wrong["delivery"] = "day"
    if total is None:
        wrong["total"] = "sum"
    if first.get("ip", "") not in IP:
        wrong["ip"] = "choose"
    names = [one["name"] for one in terms["funds"]["split"]]
    shares = [fen_of(value) for value in typed.get("share", ())][: len(names)]
    if len(names) == 1:
        shares = [total]
    if len(shares) != len(names) or None in shares:
        wrong["share"] = "sum"
    plan = _plan(typed, wrong)
    if wrong:
        raise UnusableError(wrong, "WE170")
    split = [{"name": name, "fen": share or 0} for name, share in zip(names, shares, strict=True)]
    changed = {
        "content": first["content"],
        "delivery": delivery,
        "funds": {"total": total, "split": split},
        "ip": first["ip"],
        "ip_words": first.get("ip_words", "")[:2000],
        "audit": first.get("audit") == "yes",
    }
    return {**terms, **changed}, plan


def _plan(typed: Mapping[str, Sequence[str]], wrong: dict[str, str]) -> Plan:
    rows = zip(typed.get("m_title", ()), typed.get("m_due", ()), typed.get("m_amount", ()), strict=False)
    plan: Plan = []
    for title, due, amount in list(rows)[:MOST_MILESTONES]:
        if not title.strip():
            continue
        when, sum_ = day(due), fen_of(amount or "0")
        if when is None or sum_ is None or len(title) > 200:
            wrong["plan"] = "row"
            continue
        plan.append((title.strip(), when, sum_))
    if not plan:
        wrong.setdefault("plan", "missing")
    return plan


def change_of(
    terms: Mapping[str, Any], plan: Sequence[Milestone], typed: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a change is from and to. Raises UnusableError WE170 by field."""
    what, text, number = typed.get("what", ""), typed.get("value", "").strip(), typed.get("number", "").strip()
    wrong = {} if what in CHANGES else {"what": "choose"}
    if not typed.get("reason", "").strip():
        wrong["reason"] = "missing"
    n = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 0
    before: Any = None
    numbered = what == "target" or what.startswith("milestone_")
    if what == "target" and 0 < n <= len(terms["targets"]) and terms["targets"][n - 1].get("value") is not None:
        before = terms["targets"][n - 1]["value"]
    elif what.startswith("milestone_"):
        found = next((one for one in plan if one.number == n and one.state not in ("accepted", "paid")), None)
        before = getattr(found, what.removeprefix("milestone_")) if found else None
    elif what in CHANGES:
        before = terms["funds"]["total"] if what == "total" else terms[what]
    if numbered and before is None:
        wrong["number"] = "choose"
    after: Any
    if what in ("total", "milestone_amount"):
        after = fen_of(text)
    elif what in ("delivery", "milestone_due"):
        after = day(text)
    elif what == "target":
        after = number_of(text)
    else:
        after = text[:8000] or None
    if after is None:
        wrong["value"] = "missing"
    if wrong:
        raise UnusableError(wrong, "WE170")
    of = {"number": n} if numbered else {}
    return {**of, "value": before}, {**of, "value": after}
