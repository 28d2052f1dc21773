"""What a condition may ask of a firm: the declared fields, their kinds, and how one value is compared.

A field that is not declared here may still be asked for, if firms of the corpus have it: then its values are
compared as numbers where both sides are numbers, else as text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from kg.values.region import Regions

Kind = Literal["text", "number", "date", "region", "ordinal", "flag"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a firm: its kind, the order of its words (ordinal) and its unit (number)."""

    name: str
    kind: Kind
    order: tuple[str, ...] = ()
    unit: str = ""


TIERS = ("innovative", "specialised", "little_giant", "champion")
"""创新型中小企业 < 专精特新中小企业 < 专精特新“小巨人” < 制造业单项冠军 (tiers of the official lists)."""

SIZES = ("micro", "small", "medium", "large")
"""微型 小型 中型 大型."""

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("name", "text"),
        Field("products", "text"),
        Field("industries", "text"),
        Field("region", "region"),
        Field("tier", "ordinal", TIERS),
        Field("honour", "text"),
        Field("certificate", "text"),
        Field("founded", "date"),
        Field("age", "number", unit="years"),
        Field("size", "ordinal", SIZES),
        Field("staff", "number", unit="persons"),
        Field("revenue", "number", unit="CNY"),
        Field("rd_ratio", "number", unit="percent"),
        Field("patents", "number"),
        Field("contracts", "number"),
        Field("process", "text"),
        Field("foundation", "text"),
        Field("chain_node", "text"),
        Field("credit_code", "text"),
        Field("as_of", "date"),
        Field("demo", "flag"),
    )
}

SYNONYMS = {
    "regions": "region",
    "honours": "honour",
    "honors": "honour",
    "certificates": "certificate",
    "employees": "staff",
    "product": "products",
    "industry": "industries",
    "processes": "process",
}
"""Other names of fields, in conditions and in files of firms."""

OPERATORS: dict[str, str] = {
    "=": "=",
    "==": "=",
    "eq": "=",
    "is": "=",
    "!=": "!=",
    "<>": "!=",
    "ne": "!=",
    "<": "<",
    "lt": "<",
    "<=": "<=",
    "≤": "<=",
    "le": "<=",
    "lte": "<=",
    ">": ">",
    "gt": ">",
    ">=": ">=",
    "≥": ">=",
    "ge": ">=",
    "gte": ">=",
    "between": "between",
    "range": "between",
    "in": "in",
    "not_in": "not_in",
    "not in": "not_in",
    "contains": "contains",
    "has": "contains",
    "not_contains": "not_contains",
    "prefix": "prefix",
    "starts_with": "prefix",
    "within": "within",
    "in region": "within",
    "in_region": "within",
    "not_within": "not_within",
    "known": "known",
}
"""Operators as they may be written, and what they mean."""

NEGATIONS = {"!=": "=", "not_in": "in", "not_contains": "contains", "not_within": "within"}
"""An operator that says no: it is true of a firm of which the other is false of all values."""

_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def field_of(name: str) -> Field:
    """The declared field of that name or synonym; an undeclared one is text."""
    name = SYNONYMS.get(name, name)
    return FIELDS.get(name) or Field(name, "text")


def plain(value: object) -> str:
    """A value as text to compare: NFKC, lower case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", str(value)).lower().split())


def region_prefix(code: str) -> str:
    """The significant head of a GB/T 2260 code: 330000 → 33, 330200 → 3302, 330211 → 330211."""
    code = code.strip()
    while len(code) > 2 and code.endswith("00") and len(code) % 2 == 0:
        code = code[:-2]
    return code


def number(value: object) -> float | None:
    """A number, or None where the value is none (booleans are none)."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return None


def comparable(field: Field, value: object) -> Any:
    """The value in the form that is compared; None where it is no value of the field's kind."""
    if value is None:
        return None
    if field.kind == "number":
        return number(value)
    if field.kind == "ordinal":
        text = plain(value)
        return field.order.index(text) if text in field.order else None
    if field.kind == "flag":
        return value if isinstance(value, bool) else {"true": True, "false": False}.get(plain(value))
    if field.kind == "date":
        text = plain(value)
        return text if text[:4].isdigit() else None
    return plain(value)


def holds(field: Field, op: str, have: object, want: object) -> bool | None:
    """Whether one value of a firm satisfies the operator; None where they cannot be compared.

    `op` is a positive operator of OPERATORS' right side. `want` is a list for `in` and `between`; for `within`
    it is a region or a list of regions.
    """
    if op == "in":
        return _any(holds(field, "=", have, one) for one in _listed(want))
    if op == "between":
        low, high = _listed(want)
        return _both(holds(field, ">=", have, low), holds(field, "<=", have, high))
    if op == "within" or (op == "=" and field.kind == "region"):
        return _any(_inside(str(have), str(one)) for one in _listed(want))
    if op in ("contains", "prefix"):
        text, part = plain(have), plain(want)
        return part in text if op == "contains" else text.startswith(part)
    mine: Any = comparable(field, have)
    theirs: Any = comparable(field, want)
    if field.name not in FIELDS and number(have) is not None and number(want) is not None:
        mine, theirs = number(have), number(want)
    elif field.kind == "text" and op in _ORDERED:
        return None
    if mine is None or theirs is None:
        return None
    if field.kind == "date":
        return _dates(op, mine, theirs)
    return mine == theirs if op == "=" else _ORDERED[op](mine, theirs)


def _dates(op: str, mine: str, theirs: str) -> bool | None:
    """Dates of different exactness (2005, 2005-06) are compared on what both state, if that decides it."""
    length = min(len(mine), len(theirs))
    a, b = mine[:length], theirs[:length]
    if a != b or len(mine) >= len(theirs):
        return a == b if op == "=" else _ORDERED[op](a, b)
    return None


@lru_cache(maxsize=4096)
def region_code(text: str) -> str | None:
    """Code of a region that is given as its code (or the head of it) or by name; None for a name nobody knows."""
    text = text.strip()
    if text.isdigit():
        return text
    found = Regions.load().find(text)
    return found.code if found else None


def _inside(have: str, want: str) -> bool | None:
    """Whether a place lies in a region; None where the place is only known more coarsely (its province, say)."""
    mine, theirs = region_code(have), region_code(want)
    if mine is None or theirs is None:
        return True if plain(want) in plain(have) else None
    mine, theirs = region_prefix(mine), region_prefix(theirs)
    return True if mine.startswith(theirs) else None if theirs.startswith(mine) else False


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _any(results: Any) -> bool | None:
    seen = list(results)
    return True if True in seen else None if None in seen else False


def _both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True
