"""The form of an application to a bounty: what was typed, read or named as wrong by field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kg.records import stable_hash
from web.db.bounties import Application, Bounty, TeamMember
from web.errors import UnusableError
from web.forms import whole
from web.work.typed import fen_of

CODE = "WE160"
LONGEST_PLAN, LONGEST_WORDS = 20_000, 500
MOST_MONTHS = 120
FIELDS = ("plan", "price", "months")


def read(bounty: Bounty, typed: Mapping[str, str], members: Mapping[str, str]) -> dict[str, Any]:
    """Columns of Application from the form: plan, price (whole fen), months, coverage by target.

    `members` are the ids that a target may be given to, with names. A draft may leave everything empty. Raises
    UnusableError WE160.
    """
    wrong: dict[str, str] = {}
    plan, price_text, months_text = (str(typed.get(name, "")).strip() for name in FIELDS)
    if len(plan) > LONGEST_PLAN:
        wrong["plan"] = "long"
    price = fen_of(price_text.replace("，", ""))
    if price_text and price is None:
        wrong["price"] = "bad"
    months = whole(months_text, 3)
    if months_text and (months is None or not 1 <= months <= MOST_MONTHS):
        wrong["months"] = "bad"
    coverage = []
    for number in range(1, len(bounty.targets) + 1):
        member, promise, figure = (
            str(typed.get(f"{name}.{number}", "")).strip() for name in ("member", "promise", "figure")
        )
        if member and member not in members:
            wrong[f"member.{number}"] = "unknown"
        if len(promise) > LONGEST_WORDS or len(figure) > LONGEST_WORDS:
            wrong[f"promise.{number}"] = "long"
        if member or promise or figure:
            coverage.append({"target": number, "member": member, "promise": promise, "figure": figure})
    if wrong:
        raise UnusableError(wrong, CODE)
    return {"plan": plan, "price": price, "months": months, "coverage": coverage}


def check_whole(row: Application, bounty: Bounty) -> None:
    """Raise UnusableError WE160 for what an application lacks that is to be sent."""
    wrong = {name: "missing" for name in ("plan", "months") if not getattr(row, name)}
    given = {cover["target"] for cover in row.coverage if cover["member"]}
    wrong |= {f"member.{number}": "missing" for number in range(1, len(bounty.targets) + 1) if number not in given}
    if wrong:
        raise UnusableError(wrong, CODE)


def digest_of(row: Application, members: Sequence[TeamMember], files: Sequence[str]) -> str:
    """The hash of what an application says, who stands in its team, and the hashes of its files."""
    said = {
        "bounty": row.bounty_id,
        "lead": row.firm_name,
        "plan": row.plan,
        "price": row.price,
        "months": row.months,
        "coverage": row.coverage,
        "broker": [row.broker_id, row.broker_share],
        "team": [[one.firm_name, one.role, one.task] for one in members if one.state != "declined"],
        "files": sorted(files),
    }
    return stable_hash(json.dumps(said, ensure_ascii=False, sort_keys=True))
