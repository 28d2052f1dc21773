from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import BadQueryError
from matcher.fields import FIELDS, OPERATORS
from matcher.firm import firm_from_json
from matcher.query import Condition, Conditions, Truth, outcomes, parse_condition, parse_conditions, parse_query

TRUTHS = st.sampled_from(list(Truth))
DAY = date(2026, 11, 25)


def truth(condition: dict[str, Any], **fields: Any) -> Truth:
    firm = firm_from_json({"id": "f", **fields})
    return parse_condition(condition).truth(lambda name: firm.values(name, DAY))


@given(TRUTHS, TRUTHS, TRUTHS)
def test_the_algebra_is_a_lattice_with_a_complement(a: Truth, b: Truth, c: Truth) -> None:
    assert a & b == b & a and a | b == b | a
    assert (a & b) & c == a & (b & c) and (a | b) | c == a | (b | c)
    assert a & (a | b) == a and a | (a & b) == a
    assert a & (b | c) == (a & b) | (a & c) and a | (b & c) == (a | b) & (a | c)
    assert ~~a == a
    assert ~(a & b) == ~a | ~b and ~(a | b) == ~a & ~b
    assert a & Truth.TRUE == a and a | Truth.FALSE == a
    assert all(isinstance(one, Truth) for one in (a & b, a | b, ~a))


@given(TRUTHS, st.sampled_from(["&", "|", "~"]), TRUTHS)
def test_what_is_decided_stays_so_when_the_unknown_becomes_known(a: Truth, op: str, b: Truth) -> None:
    def result(left: Truth, right: Truth) -> Truth:
        return left & right if op == "&" else left | right if op == "|" else ~left

    known = [Truth.TRUE, Truth.FALSE]
    decided = {result(x, y) for x in ([a] if a != 1 else known) for y in ([b] if b != 1 else known)}
    if result(a, b) != Truth.UNKNOWN:
        assert decided == {result(a, b)}


@pytest.mark.parametrize(
    ("condition", "fields", "expected"),
    [
        (("region", "within", "330200"), {"region": "330211"}, "TRUE"),
        (("region", "in region", "浙江省宁波市"), {"region": "330211"}, "TRUE"),
        (("region", "in", ["330200", "310000"]), {"region": "310115"}, "TRUE"),
        (("region", "within", "330211"), {"region": "330200"}, "UNKNOWN"),
        (("region", "within", "330200"), {"region": "浙江省杭州市"}, "FALSE"),
        (("region", "not_within", "330200"), {"region": "330211"}, "FALSE"),
        (("region", "within", "990000"), {"region": "990101"}, "TRUE"),
        (("region", "within", "330200"), {}, "UNKNOWN"),
        (("tier", ">=", "specialised"), {"tier": "little_giant"}, "TRUE"),
        (("tier", ">", "little_giant"), {"tier": ["little_giant", "specialised"]}, "FALSE"),
        (("tier", ">=", "specialised"), {"tier": "未知"}, "UNKNOWN"),
        (("honour", "contains", "小巨人"), {"honour": ["专精特新“小巨人”企业"]}, "TRUE"),
        (("certificate", "contains", "iso 9001"), {"certificate": ["ISO9001:2015"]}, "TRUE"),
        (("certificate", "not_contains", "ISO9001"), {"certificate": ["ISO9001:2015", "IATF16949"]}, "FALSE"),
        (("founded", "<", "2022-01-01"), {"founded": "2005-06-01"}, "TRUE"),
        (("founded", "<", "2005-06-01"), {"founded": "2005"}, "UNKNOWN"),
        (("founded", ">=", "2005"), {"founded": "2005-06-01"}, "TRUE"),
        (("age", ">=", 21), {"founded": "2005-11-26"}, "FALSE"),
        (("age", ">=", 21), {"founded": "2005-11-25"}, "TRUE"),
        (("size", "in", ["small", "micro"]), {"size": "small"}, "TRUE"),
        (("staff", "between", [20, 300]), {"staff": 300}, "TRUE"),
        (("revenue", ">", 4e8), {"revenue": "400,000,001"}, "TRUE"),
        (("patents", ">=", 2), {"patents": ["一种柔轮", "一种泵"]}, "TRUE"),
        (("patents", ">=", 2), {"patents": 12}, "TRUE"),
        (("products", "contains", "柱塞泵"), {"products": ["高压 柱塞泵"]}, "TRUE"),
        (("name", "!=", "甲公司"), {"name": "甲公司"}, "FALSE"),
        (("demo", "=", True), {"demo": True}, "TRUE"),
        (("certificate", "known", True), {}, "FALSE"),
        (("certificate", "known", False), {}, "TRUE"),
        (("lead_days", "<=", 30), {"lead_days": 21}, "TRUE"),
        (("lead_days", "<=", 30), {"lead_days": "soon"}, "UNKNOWN"),
        (("delivery", "<=", 30), {"delivery": "4周"}, "TRUE"),
        (("delivery", "<=", "1个月"), {"delivery": 45}, "FALSE"),
        (("lead_time", "<=", "1个月"), {"delivery": "面议"}, "UNKNOWN"),
        (("capacity", ">=", "10万件/年"), {"capacity": "1.2万件/月"}, "TRUE"),
        (("capacity", ">=", "10万件/年"), {"capacity": ["200吨/年", "9万件/年"]}, "UNKNOWN"),
        (("capacity", ">=", "150吨/年"), {"capacity": "200000kg/年"}, "TRUE"),
        (("capacity", ">=", "100件/年"), {"capacity": "300件/天"}, "UNKNOWN"),
        (("capacity", ">=", "100件/年"), {}, "UNKNOWN"),
        (("domestic", "=", True), {"domestic": False}, "FALSE"),
        (("localisation", ">=", 90), {"domestic_share": 95.5}, "TRUE"),
        (("imports", "not_contains", "轴承"), {"imports": ["精密轴承"]}, "FALSE"),
        (("imports", "not_contains", "轴承"), {}, "UNKNOWN"),
        (("dishonest", "=", False), {}, "UNKNOWN"),
        (("abnormal", "=", False), {"abnormal": True}, "FALSE"),
        (("firm", "not_in", ["甲 公司", "乙公司"]), {"name": "丙公司", "aliases": ["甲公司"]}, "FALSE"),
        (("firm", "not_in", ["甲公司", "f9"]), {"name": "丙公司"}, "TRUE"),
        (("firm", "in", ["f"]), {}, "TRUE"),
    ],
)
def test_fields_and_operators(condition: tuple[str, str, Any], fields: dict[str, Any], expected: str) -> None:
    field, op, value = condition
    assert truth({"field": field, "op": op, "value": value}, **fields) is Truth[expected]


@pytest.mark.parametrize(
    "bad",
    [
        "region",
        {"op": "=", "value": 1},
        {"field": "staff", "op": "about", "value": 3},
        {"field": "staff", "op": ">", "value": "many"},
        {"field": "staff", "op": ">"},
        {"field": "staff", "op": "between", "value": [1]},
        {"field": "staff", "op": "in", "value": 3},
        {"field": "tier", "op": ">=", "value": "giant"},
        {"field": "name", "op": "within", "value": "330200"},
        {"field": "name", "op": "=", "value": ["a", "b"]},
        {"field": "name", "op": "=", "value": {}},
        {"field": "lead", "op": ">", "value": "x"},
        {"field": "staff", "op": ">", "value": 3, "hard": "yes"},
        {"field": "staff", "op": ">", "value": 3, "unknown": "maybe"},
        {"field": "staff", "op": ">", "value": 3, "weight": 2},
        {"field": "staff", "op": ">", "value": 3, "reason": 5},
        {"field": "capacity", "op": ">", "value": "very much"},
    ],
)
def test_bad_conditions_say_what_is_wrong(bad: Any) -> None:
    with pytest.raises(BadQueryError) as caught:
        parse_condition(bad)
    assert caught.value.code == "MA001" and caught.value.reason and caught.value.hint


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["all", "any", "field", "op", "value", "hard", "unknown", "reason"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_anything_is_read_or_refused_by_code(value: Any) -> None:
    try:
        parse_conditions(value)
    except BadQueryError:
        return


LEAVES = st.builds(
    Condition,
    field=st.sampled_from(["staff", "revenue", "patents"]),
    op=st.sampled_from(["<", ">=", "=", "!="]),
    value=st.integers(0, 3),
    hard=st.booleans(),
    unknown=st.sampled_from(["keep", "drop"]),
    reason=st.sampled_from(["", "到厂维修须当天到达"]),
)
GROUPS = st.recursive(
    st.builds(Conditions, all=st.lists(LEAVES, max_size=3).map(tuple), any=st.lists(LEAVES, max_size=3).map(tuple)),
    lambda inner: st.builds(
        Conditions,
        all=st.lists(LEAVES | inner, max_size=2).map(tuple),
        any=st.lists(LEAVES | inner, max_size=2).map(tuple),
    ),
    max_leaves=6,
)
FIRM = st.dictionaries(st.sampled_from(["staff", "revenue", "patents"]), st.integers(0, 3).map(lambda n: (n,)))


@given(GROUPS, FIRM)
def test_conditions_keep_their_meaning(group: Conditions, firm: dict[str, tuple[int, ...]]) -> None:
    def values(name: str) -> tuple[int, ...]:
        return firm.get(name, ())

    assert parse_conditions(json.loads(json.dumps(group.to_json()))) == group
    found = outcomes(group, values)
    assert group.passes(values) == all(one.passes for one in found)
    if not group.hard:
        assert group.passes(values)
    decided = [leaf for leaf in group.leaves() if leaf.truth(values) is Truth.UNKNOWN]
    if not decided and all(leaf.hard for leaf in group.leaves()):
        assert group.passes(values) == (group.truth(values) is Truth.TRUE)
    negated = {"<": ">=", ">=": "<", "=": "!=", "!=": "="}
    for leaf in group.leaves():
        other = Condition(leaf.field, negated[leaf.op], leaf.value)
        assert other.truth(values) is ~leaf.truth(values)


def test_every_field_and_operator_can_be_asked() -> None:
    sample = {"number": 3, "ordinal": None, "date": "2020-01-01", "region": "330200", "flag": True, "text": "甲"}
    for name, field in FIELDS.items():
        value = field.order[0] if field.order else "30天" if field.kind == "quantity" else sample[field.kind]
        assert parse_condition({"field": name, "op": "=", "value": value}).field == name
    assert set(OPERATORS.values()) >= {"=", "in", "within", "known", "between"}


def test_a_hard_place_says_why() -> None:
    place = {"field": "region", "op": "within", "value": "330200"}
    assert parse_condition(place).unreasoned
    assert not parse_condition(place | {"hard": False}).unreasoned
    told = parse_condition(place | {"reason": " 到厂维修须当天到达 "})
    assert not told.unreasoned and told.to_json()["reason"] == "到厂维修须当天到达"
    group = parse_conditions([{"any": [told.to_json(), {"field": "staff", "op": ">", "value": 3}]}])
    assert [one.reason for one in outcomes(group, lambda _: ())] == ["到厂维修须当天到达"]


@pytest.mark.parametrize(
    "bad", [[], {}, {"id": "a"}, {"id": "", "title": "泵"}, {"id": "a", "title": 3}, {"id": "a", "products": [1]}]
)
def test_bad_needs_are_refused(bad: Any) -> None:
    with pytest.raises(BadQueryError):
        parse_query(bad)


def test_a_need_is_what_it_names() -> None:
    assert parse_query({"id": 7, "title": "题", "products": "泵"}).terms == ("泵",)
    assert parse_query({"id": "a", "title": "题", "text": "说明"}).terms == ("题",)
    assert parse_query({"id": "a", "text": "说明"}).terms == ("说明",)
    query = parse_query(
        {"id": "a", "products": ["泵", "泵", " "], "conditions": [{"field": "age", "op": ">", "value": 3}]}
    )
    assert query.products == ("泵",) and query.conditions.all[0].hard
    assert parse_query(query.to_json()) == query
