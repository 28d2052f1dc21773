"""The form of an inquiry: what may be asked, and what was typed, read or named as wrong by field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from web.beijing import BEIJING
from web.errors import UnusableError

KINDS = ("price", "quantity", "lead_time", "capacity", "certificates")
"""Fields that may be asked for; free questions come beside them."""
RECORD = ("staff", "revenue", "capacity", "certificates", "contact")
"""Fields of a firm's record that may be asked for; their codes are these after `record_`."""
CURRENCIES = ("CNY", "USD", "EUR", "JPY", "HKD")
MOST_PARTIES, MOST_QUESTIONS = 20, 20


@dataclass
class Asked:
    """What the form of an inquiry says. `deadline` as a browser writes it (2026-12-01T15:00), in Beijing's time."""

    title: str
    text: str = ""
    deadline: str = ""
    kinds: Sequence[str] = ("price", "lead_time")
    unit: str = ""
    currency: str = "CNY"
    questions: str = ""
    firms: Sequence[tuple[str, str]] = field(default_factory=list)
    need: str = ""
    key: str = ""
    record: Sequence[str] = ()


def read(asked: Asked, at: datetime) -> tuple[datetime, list[dict[str, Any]]]:
    """The deadline, and the fields that an answer has: {code, words, unit, currency}. Raises UnusableError WE090."""
    deadline, wrong = moment(asked.deadline), {}
    questions = [line.strip()[:300] for line in asked.questions.split("\n") if line.strip()]
    firms = dict(asked.firms)
    if not asked.title.strip():
        wrong["title"] = "missing"
    elif len(asked.title) > 200:
        wrong["title"] = "long"
    if len(asked.text) > 20_000:
        wrong["text"] = "long"
    if deadline is None:
        wrong["deadline"] = "bad" if asked.deadline.strip() else "missing"
    elif deadline <= at:
        wrong["deadline"] = "past"
    if not firms:
        wrong["firms"] = "missing"
    elif len(firms) > MOST_PARTIES:
        wrong["firms"] = "many"
    if len(questions) > MOST_QUESTIONS:
        wrong["questions"] = "many"
    kinds = [kind for kind in KINDS if kind in asked.kinds]
    record = [name for name in RECORD if name in asked.record]
    if not kinds and not questions and not record:
        wrong["kinds"] = "missing"
    if "price" in kinds and not asked.unit.strip():
        wrong["unit"] = "missing"
    if asked.currency not in CURRENCIES:
        wrong["currency"] = "unknown"
    if wrong or deadline is None:
        raise UnusableError(wrong, "WE090")
    fields: list[dict[str, Any]] = [{"code": kind} for kind in kinds]
    for one in fields:
        if one["code"] in ("price", "quantity"):
            one["unit"] = asked.unit.strip()[:20]
        if one["code"] == "price":
            one["currency"] = asked.currency
    fields += [{"code": f"q{number}", "words": words} for number, words in enumerate(questions, 1)]
    return deadline, fields + [{"code": f"record_{name}"} for name in record]


def moment(text: str) -> datetime | None:
    """A date and time as a form has it, in Beijing; None where it is none."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", text.strip()):
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=BEIJING)
    except ValueError:
        return None
