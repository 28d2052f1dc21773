"""Amounts with a unit, and of a time: 10000件/年, 1.2万套/月, 8周; compared where their units can be."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kg.values.unit import comparable, converted, find_unit

_SCALES = {"": 1.0, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8}
_DAYS = {"天": 1, "日": 1, "day": 1, "days": 1, "d": 1, "周": 7, "星期": 7, "week": 7, "weeks": 7}
_DAYS |= {"个月": 30, "月": 30, "month": 30, "months": 30, "年": 365, "year": 365, "years": 365}
"""Days of a spell of time; a month has 30 (how terms of delivery are meant)."""
_PER_YEAR = {"年": 1, "year": 1, "a": 1, "季度": 4, "季": 4, "quarter": 4, "月": 12, "month": 12, "周": 52, "week": 52}
"""Times in a year. A day is none of them: how many days a firm works is not known."""
_WRITTEN = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>千万|百万|亿|万|千(?!克|米|瓦))?\s*(?P<unit>[^/\d]*?)\s*"
    r"(?:(?:/|每|per )\s*(?P<per>\w+))?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a unit; `per` is "year", another word of time, or empty where none is said."""

    number: float
    unit: str
    per: str = ""

    def like(self, other: Quantity) -> float | None:
        """The number in the other's unit; None where the two cannot be compared."""
        if self.per != other.per:
            return None
        if self.unit == other.unit:
            return self.number
        return converted(self.number, self.unit, other.unit) if comparable(self.unit, other.unit) else None


def quantity(value: object, unit: str = "") -> Quantity | None:
    """Read an amount; `unit` is that of a bare number, and `days` turns weeks and months into them. None for none."""
    if isinstance(value, bool) or value is None:
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    hit = _WRITTEN.fullmatch(text)
    if hit is None:
        return None
    number = float(hit["number"].replace(",", "")) * _SCALES[hit["scale"] or ""]
    written, per = hit["unit"], hit["per"] or ""
    if unit == "days":
        days = _DAYS.get(written.lower() or "day")
        return None if per or days is None else Quantity(number * days, unit)
    written = _symbol(written)
    times = _PER_YEAR.get(per.lower())
    return (
        Quantity(number, written or unit, per) if times is None else Quantity(number * times, written or unit, "year")
    )


def _symbol(written: str) -> str:
    """The unit in its one form (吨 → t), if it is a known one."""
    found = find_unit(written, 0)
    return found.symbol if found is not None and found.end == len(written) else written
