"""Conditions in words: every declared field and every operator has one in both languages."""

from __future__ import annotations

import pytest

from matcher.conditions import parse_condition
from matcher.fields import FIELDS, OPERATORS
from matcher.wording import worded


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("op", sorted(set(OPERATORS.values()) - {"between", "known"}))
def test_operators_are_worded(op: str, lang: str) -> None:
    value: object = ["轴承"] if op in ("in", "not_in") else "330200" if "within" in op else "轴承"
    field = "region" if "within" in op else "founded" if op[0] in "<>" else "name"
    value = "2020-01-01" if field == "founded" else value
    text = worded(parse_condition({"field": field, "op": op, "value": value}), lang)
    assert "_" not in text and not any(sign in text for sign in "<>=!")
    assert lang == "zh" or op in ("prefix", "contains") or " " in text


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_fields_are_worded(name: str) -> None:
    text = worded(parse_condition({"field": name, "op": "known", "value": True}), "zh")
    assert name not in text and text.endswith("有记载")


def test_places_and_tiers_are_said_by_name() -> None:
    place = parse_condition({"field": "region", "op": "within", "value": "990100"})
    tier = parse_condition({"field": "tier", "op": ">=", "value": "specialised"})
    assert worded(place) == "所在地在甬川市"
    assert worded(tier) == "梯度不低于专精特新中小企业"


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        (("revenue", ">=", 5e7), "营业收入不低于5,000 万元", "revenue at least CNY 50 million"),
        (("delivery", "<=", 30), "交货期不大于30天", "delivery time at most 30 days"),
        (("delivery", "<=", "8周"), "交货期不大于8周", "delivery time at most 8周"),
        (("staff", "between", [20, 300]), "员工人数介于20人 至 300人", "staff between 20 persons and 300 persons"),
        (("founded", "<", "2022-01-01"), "成立日期早于2022-01-01", "founded before 2022-01-01"),
        (("as_of", ">=", "2025"), "最新依据不早于2025", "newest source not before 2025"),
        (("domestic", "=", True), "国产", "made in China"),
        (("dishonest", "=", False), "未列入失信名单", "not on a list of dishonest debtors"),
        (("domestic", "!=", True), "非国产", "not made in China"),
        (("size", "in", ["small", "micro"]), "规模属于小型、微型", "size in small, micro"),
        (
            ("firm", "not_in", list("abcdefg")),
            "企业不属于a、b、c、d、e 等 7 项",
            "firm not in a, b, c, d, e and 2 more",
        ),
        (("region", "known", False), "所在地没有记载", "place is not known"),
        (("debt_ratio", "<", 70), "资产负债率小于70", "debt ratio less than 70"),
    ],
)
def test_values_are_said_with_their_units(condition: tuple[str, str, object], zh: str, en: str) -> None:
    field, op, value = condition
    part = parse_condition({"field": field, "op": op, "value": value})
    assert (worded(part), worded(part, "en")) == (zh, en)
