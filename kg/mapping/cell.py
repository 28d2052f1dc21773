"""What stands in a cell: how it is printed in the evidence, and its value by the column's type."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from kg.values import credit_code
from kg.values.date import parse_date
from kg.values.money import amount
from kg.values.name import clean_name
from kg.values.numeral import HALF_WIDTH
from kg.values.patent import normalise_patent

_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?")
_INNER_BLANK = re.compile(r"(?<=[\u3400-\u9fff（）()])\s+(?=[\u3400-\u9fff（）()])")
_FORMER = re.compile(
    r"\s*[(（](?:曾用名|原名|更名前|原)[:：为]?\s*(?P<name>[^()（）]*(?:[(（][^()（）]*[)）][^()（）]*)*)[)）]\s*$"
)
_PERIOD = re.compile(r"\s*(?:至|到|~|～|—|–|起至)\s*")
_LIST = re.compile(r"[、;；\n]")
_ORGANISATION = re.compile(
    r"公司|集团|厂|大学|学院|学校|研究|中心|院$|所$|局$|社$|店$|站$|会$|基地|合伙|实验室|会社|企业|[A-Za-z]{3,}"
)
_YES = {"是": True, "有": True, "y": True, "yes": True, "true": True, "1": True, "√": True}
_NO = {"否": False, "无": False, "n": False, "no": False, "false": False, "0": False, "×": False}


def printed(value: Any) -> str:
    """The cell as evidence shows it: one line, whole numbers without a point, dates as ISO 8601."""
    if isinstance(value, str):
        return " ".join(value.split()) if "\n" in value or "\r" in value or "\t" in value else value.strip()
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, list):
        return "、".join(printed(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def firm_name(text: str) -> str:
    """A firm's name as a list writes it, without line breaks inside and without the note on its former name."""
    return _FORMER.sub("", _INNER_BLANK.sub("", clean_name(text)))


def former_name(text: str) -> str | None:
    """The name in a note: 新名（曾用名：旧名） → 旧名."""
    hit = _FORMER.search(_INNER_BLANK.sub("", clean_name(text)))
    return hit["name"].strip() if hit else None


def _number(text: str, unit: str) -> float | None:
    plain = text.translate(HALF_WIDTH).strip()
    hit = _NUMBER.fullmatch(plain)
    return float(plain.replace(",", "")) if hit else None


def _percent(text: str, unit: str) -> float | None:
    value = _number(text.translate(HALF_WIDTH).strip().removesuffix("%"), unit)
    return value if value is not None and 0 <= value <= 100 else None


def _ratio(text: str, unit: str) -> float | None:
    value = _number(text, unit)
    return float(Decimal(str(value)) * 100) if value is not None and 0 <= value <= 1 else None


def _money(text: str, unit: str) -> float | None:
    found = amount(text, unit or "元")
    return found[0] if found and found[1] == "CNY" else None


def _stock(text: str, unit: str) -> str | None:
    hit = re.fullmatch(r"(\d{6})(?:\.(?:SH|SZ|BJ))?", text.strip().upper())
    return hit[1] if hit else None


def _class_code(text: str, unit: str) -> str | None:
    """Digits of a class of products, two a level (8483.40.10 and 8483 4010 alike)."""
    plain = re.sub(r"[.\s]", "", text.translate(HALF_WIDTH))
    return plain if re.fullmatch(r"(\d\d){1,5}", plain) else None


def _hs(text: str, unit: str) -> str | None:
    """A code of the Harmonized System: its chapters are 01 to 97, of which 77 is kept free."""
    code = _class_code(text, unit)
    return code if code and "01" <= code[:2] <= "97" and code[:2] != "77" else None


def _start(text: str, unit: str) -> str | None:
    return parse_date(_PERIOD.split(text.strip())[0])


def _end(text: str, unit: str) -> str | None:
    parts = _PERIOD.split(text.strip())
    return parse_date(parts[1]) if len(parts) == 2 else None


def _yes(text: str, unit: str) -> bool | None:
    word = text.strip().lower()
    return _YES.get(word, _NO.get(word))


def _items(text: str, unit: str) -> list[str] | None:
    return [name for item in _LIST.split(text) if (name := firm_name(item))] or None


def _organisations(text: str, unit: str) -> list[str] | None:
    return [name for name in _items(text, unit) or () if _ORGANISATION.search(name)] or None


TYPES: dict[str, Callable[[str, str], Any]] = {
    "text": lambda text, unit: clean_name(text),
    "address": lambda text, unit: clean_name(text),
    "firm": lambda text, unit: firm_name(text) or None,
    "number": _number,
    "percent": _percent,
    "ratio": _ratio,
    "money": _money,
    "date": lambda text, unit: parse_date(text),
    "period_start": _start,
    "period_end": _end,
    "credit_code": lambda text, unit: credit_code.normalise(text),
    "patent": lambda text, unit: normalise_patent(text),
    "stock_code": _stock,
    "statistics_code": _class_code,
    "hs_code": _hs,
    "boolean": _yes,
    "list": _items,
    "organisations": _organisations,
}
"""Column types: a function of the cell's text and the column's unit; None means that it cannot be read."""
