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
