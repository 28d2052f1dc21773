"""Conditions in words, for people: 所在地在示例省 instead of `region within 990000`. The one place that words them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kg.ontology import Ontology
from kg.values.region import Regions
from matcher.conditions import AnyOf, Condition, Conditions
from matcher.fields import FIELDS, SIZES, field_of, number, region_code

_OPERATORS = {
    "=": ("为", "is"),
    "!=": ("不为", "is not"),
    "<": ("小于", "less than"),
    "<=": ("不大于", "at most"),
    ">": ("大于", "more than"),
    ">=": ("不低于", "at least"),
    "in": ("属于", "in"),
    "not_in": ("不属于", "not in"),
    "within": ("在", "in"),
    "not_within": ("不在", "not in"),
    "contains": ("含", "contains"),
    "not_contains": ("不含", "does not contain"),
    "prefix": ("开头是", "begins with"),
    "between": ("介于", "between"),
    "known": ("有记载", "is known"),
}
_DAYS = {
    "<": ("早于", "before"),
    "<=": ("不晚于", "not after"),
    ">": ("晚于", "after"),
    ">=": ("不早于", "not before"),
}
_SIZES = dict(zip(SIZES, (("微型", "micro"), ("小型", "small"), ("中型", "medium"), ("大型", "large")), strict=True))
_TERMS = {"tier": "tier", "honour": "tier", "status": "honour_status", "kind": "enterprise_kind"}
_UNITS = {"persons": ("人", " persons"), "percent": ("%", " %"), "years": ("年", " years"), "days": ("天", " days")}
_MONEY = {"zh": (1e4, "{} 万元"), "en": (1e6, "CNY {} million")}
LISTED = 5
"""Values of a list that are named; of a longer one the number follows."""


def worded(part: Condition | Conditions | AnyOf, lang: str = "zh") -> str:
    """A condition or a group of them as a phrase in the language (zh or en)."""
    zh = lang == "zh"
    if isinstance(part, AnyOf):
        return ("或" if zh else " or ").join(worded(member, lang) for member in part.members)
    if isinstance(part, Conditions):
        return ("且" if zh else " and ").join(worded(member, lang) for member in part.parts())
    name, sign = field_name(part.field, lang), operator_name(part.op, lang, field_of(part.field).kind)
    if field_of(part.field).kind == "flag" and part.op in ("=", "!=") and isinstance(part.value, bool):
        yes = part.value is (part.op == "=")
        no = f"{'未' if name.startswith('列入') else '非'}{name}" if zh else f"not {name}"
        return name if yes else no
    if part.op == "known":
        unknown = part.value is False
        return f"{name}{'没有' if unknown else '有'}记载" if zh else f"{name} is {'not ' if unknown else ''}known"
    values = part.value if isinstance(part.value, list | tuple) else (part.value,)
    value = values_name(part.field, values, lang, " 至 " if zh else " and ") if part.op == "between" else None
    value = value or values_name(part.field, values, lang)
    return f"{name}{sign}{value}" if zh else f"{name} {sign} {value}"


def field_name(name: str, lang: str = "zh") -> str:
    """What people call a field; a figure that is none of the declared fields by its name in the ontology."""
    if name in FIELDS:
        return FIELDS[name].zh if lang == "zh" else FIELDS[name].en
    label = _ontology().label(f"metric.{name}", lang)
    return name if label == f"metric.{name}" else label


def operator_name(op: str, lang: str = "zh", kind: str = "") -> str:
    """What people call an operator, between values of a kind of field: days are earlier, not smaller."""
    return (_DAYS if kind == "date" and op in _DAYS else _OPERATORS)[op][lang != "zh"]


def values_name(field: str, values: Any, lang: str = "zh", between: str | None = None) -> str:
    """Values of a field in words, at most LISTED of them by name."""
    named = [value_name(field, one, lang) for one in values[:LISTED]]
    more = len(values) - len(named)
    text = (between or ("、" if lang == "zh" else ", ")).join(named)
    return text if not more else f"{text} 等 {len(values)} 项" if lang == "zh" else f"{text} and {more} more"


def value_name(field: str, value: Any, lang: str = "zh") -> str:
    """One value of a field in words: a place by its name, money in 万元 (in English millions), numbers with units."""
    kind, other = field_of(field), int(lang != "zh")
    if kind.kind == "region":
        code = region_code(str(value))
        return "".join(region.name for region in Regions.load().path(code or "")[-1:]) or str(value)
    if field == "size" and value in _SIZES:
        return _SIZES[value][other]
    if kind.kind == "flag":
        return ("否", "no")[other] if value is False else ("是", "yes")[other] if value is True else str(value)
    amount = number(value)
    if amount is not None and kind.unit == "CNY":
        scale, text = _MONEY[lang]
        return text.format(_short(amount / scale))
    if amount is not None and kind.kind in ("number", "quantity"):
        return _short(amount) + (_UNITS[kind.unit][other] if kind.unit else "")
    if field not in _TERMS:
        return str(value)
    term = f"{_TERMS[field]}.{value}"
    label = _ontology().label(term, lang)
    return str(value) if label == term else label


def _short(value: float) -> str:
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


@lru_cache(maxsize=1)
def _ontology() -> Ontology:
    return Ontology.load()
