"""Conditions in words, for people: 所在地在示例省 instead of `region within 990000`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kg.ontology import Ontology
from kg.values.region import Regions
from matcher.conditions import AnyOf, Condition, Conditions

_FIELDS = {
    "name": ("名称", "name"),
    "products": ("产品", "products"),
    "industries": ("行业", "industry"),
    "region": ("所在地", "place"),
    "tier": ("梯度", "tier"),
    "honour": ("荣誉", "honour"),
    "status": ("荣誉状态", "state of the honour"),
    "certificate": ("证书", "certificate"),
    "founded": ("成立日期", "founded"),
    "age": ("成立年数", "age in years"),
    "size": ("规模", "size"),
    "staff": ("员工数", "staff"),
    "revenue": ("营业收入（元）", "revenue (CNY)"),
    "rd_ratio": ("研发投入占比（%）", "R&D share (%)"),
    "patents": ("专利数", "patents"),
    "contracts": ("合同数", "contracts"),
    "process": ("工艺", "process"),
    "foundation": ("产业基础领域", "foundation field"),
    "chain_node": ("产业链环节", "chain node"),
    "credit_code": ("信用代码", "credit code"),
    "demo": ("演示数据", "demo data"),
    "as_of": ("最新依据", "newest source"),
}
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


def worded(part: Condition | Conditions | AnyOf, lang: str = "zh") -> str:
    """A condition or a group of them as a phrase in the language (zh or en)."""
    zh = lang == "zh"
    if isinstance(part, AnyOf):
        return ("或" if zh else " or ").join(worded(member, lang) for member in part.members)
    if isinstance(part, Conditions):
        return ("且" if zh else " and ").join(worded(member, lang) for member in part.parts())
    names, signs = _FIELDS.get(part.field), _OPERATORS.get(part.op)
    field = names[not zh] if names else part.field
    sign = signs[not zh] if signs else part.op
    if part.op == "known":
        return f"{field}{sign}" if zh else f"{field} {sign}"
    values = part.value if isinstance(part.value, list | tuple) else (part.value,)
    value = ("、" if zh else ", ").join(_value(part.field, one, lang) for one in values)
    return f"{field}{sign}{value}" if zh else f"{field} {sign} {value}"


def _value(field: str, value: Any, lang: str) -> str:
    if field == "region" and lang == "zh":
        return "".join(region.name for region in Regions.load().path(str(value))[-1:]) or str(value)
    term = {"tier": "tier", "honour": "tier", "status": "honour_status"}.get(field)
    if term is None:
        return str(value)
    label = _ontology().label(f"{term}.{value}", lang)
    return str(value) if label == f"{term}.{value}" else label


@lru_cache(maxsize=1)
def _ontology() -> Ontology:
    return Ontology.load()
