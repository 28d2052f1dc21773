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
from matcher.quantity import quantity

Kind = Literal["text", "number", "quantity", "date", "region", "ordinal", "flag"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a firm: its kind, its names for people, the order of its words (ordinal), its unit (numbers)."""

    name: str
    kind: Kind
    zh: str
    en: str
    order: tuple[str, ...] = ()
    unit: str = ""


TIERS = ("innovative", "specialised", "little_giant", "champion")
"""创新型中小企业 < 专精特新中小企业 < 专精特新“小巨人” < 制造业单项冠军 (tiers of the official lists)."""

SIZES = ("micro", "small", "medium", "large")
"""微型 小型 中型 大型."""

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("name", "text", "名称", "name"),
        Field("firm", "text", "企业", "firm"),
        Field("products", "text", "产品", "products"),
        Field("industries", "text", "行业", "industry"),
        Field("region", "region", "所在地", "place"),
        Field("tier", "ordinal", "梯度", "tier", TIERS),
        Field("honour", "text", "荣誉", "honour"),
        Field("status", "text", "荣誉状态", "state of the honour"),
        Field("certificate", "text", "证书", "certificate"),
        Field("founded", "date", "成立日期", "founded"),
        Field("age", "number", "成立年数", "years since founding", unit="years"),
        Field("size", "ordinal", "规模", "size", SIZES),
        Field("staff", "number", "员工人数", "staff", unit="persons"),
        Field("revenue", "number", "营业收入", "revenue", unit="CNY"),
        Field("rd_ratio", "number", "研发投入占比", "R&D share", unit="percent"),
        Field("patents", "number", "专利数", "patents"),
        Field("contracts", "number", "中标合同数", "contracts won"),
        Field("process", "text", "工艺", "process"),
        Field("capacity", "quantity", "产能", "capacity"),
        Field("delivery", "quantity", "交货期", "delivery time", unit="days"),
        Field("domestic", "flag", "国产", "made in China"),
        Field("domestic_share", "number", "国产化率", "domestic share", unit="percent"),
        Field("imports", "text", "依赖进口的", "what it imports"),
        Field("dishonest", "flag", "列入失信名单", "on a list of dishonest debtors"),
        Field("abnormal", "flag", "列入经营异常名录", "on the list of abnormal operation"),
        Field("foundation", "text", "产业基础领域", "foundation field"),
        Field("chain_node", "text", "链上环节", "chain node"),
        Field("credit_code", "text", "信用代码", "credit code"),
        Field("kind", "text", "类型", "kind"),
        Field("as_of", "date", "最新依据", "newest source"),
        Field("demo", "flag", "演示数据", "demo data"),
    )
}
"""Fields that conditions may ask for. `firm` is any of id, name, alias and credit code: what exclusion lists hold.

What nobody has read for a firm is unknown: `capacity` (10000件/年), `delivery` (days, or 8周), `domestic`,
`domestic_share` (percent) come from lines of JSON. `dishonest` and `abnormal` come from imported lists of these names
(seeds/dishonest, seeds/abnormal) too: true while an entry stands, unknown of a firm that is on none.
"""

SYNONYMS = {
    "regions": "region",
    "honours": "honour",
    "honors": "honour",
    "certificates": "certificate",
    "employees": "staff",
    "product": "products",
    "industry": "industries",
    "processes": "process",
    "localisation": "domestic_share",
    "lead_time": "delivery",
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
    return FIELDS.get(name) or Field(name, "text", name, name)


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
    if field.kind == "quantity":
        return quantity(value, field.unit)
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
    if field.kind == "quantity":
        mine, theirs = mine.like(theirs), theirs.number
        if mine is None:
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
