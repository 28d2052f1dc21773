"""Two descriptions of firms: the verdict, and what it names as agreeing and as differing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.identity.compare import DIFFERENT, SAME, compare, verdict
from kg.identity.firm import Firm

CODES = ("91000000MADEM0038R", "91000000MADEM0417B")
NAME = "甬川砺岚精密传动股份有限公司"


@pytest.mark.parametrize(
    ("one", "other", "verdict", "reason"),
    [
        (Firm("a", NAME, key=CODES[0]), Firm("b", "另一个名称有限公司", key=CODES[0]), "same", "信用代码相同"),
        (Firm("a", NAME, key=CODES[0]), Firm("b", NAME, key=CODES[1]), "different", "信用代码不同"),
        (Firm("a", NAME), Firm("b", " 甬川砺岚精密传动股份有限公司（盖章）"), "same", "名称相同"),
        (Firm("a", NAME), Firm("b", "*ST砺岚", aliases=(NAME,)), "same", "别名"),
        (Firm("a", NAME, former=("岑曜锻造有限公司",)), Firm("b", "岑曜锻造有限公司"), "same", "曾用名"),
        (Firm("a", NAME), Firm("b", NAME + "杭州分公司"), "different", "分支机构"),
        (Firm("a", NAME + "杭州分公司"), Firm("b", NAME + "湖州分公司"), "different", "分支机构"),
        (Firm("a", "宁波砺岚液压件厂"), Firm("b", "宁波砺岚液压件有限公司"), "doubtful", "工厂"),
        (Firm("a", NAME, aliases=("砺岚传动",)), Firm("b", "甬川砺岚精密传动有限公司"), "doubtful", "子公司"),
        (Firm("a", NAME), Firm("b", "甬川砺岚精密传动有限公司"), "same", "除组织形式外名称相同"),
        (Firm("a", "宁波砺岚集团"), Firm("b", "宁波砺岚有限公司"), "doubtful", "集团"),
        (
            Firm("a", "砺岚轴承有限公司", region="杭州市"),
            Firm("b", "砺岚轴承有限公司", region="四川省成都市"),
            "doubtful",
            "地区不同",
        ),
        (Firm("a", "宁波砺岚液压有限公司"), Firm("b", "宁波岑曜轴承有限公司"), "different", "文字相近"),
    ],
)
def test_verdicts(one: Firm, other: Firm, verdict: str, reason: str) -> None:
    for found in (compare(one, other), compare(other, one)):
        assert found.verdict == verdict and reason in found.reason, found


def test_what_agrees_and_what_differs() -> None:
    one = Firm("a", "宁波砺岚液压有限公司", patents=frozenset({"CN1", "CN2"}), address="宁波市镇海区 恒越路8号")
    other = Firm("b", "宁波砺岚轴承股份有限公司", patents=frozenset({"CN2"}), address="宁波市镇海区恒越路8号")
    found = compare(one, other)
    agrees, differs = (
        {point.trait: (point.one, point.other) for point in side} for side in (found.agrees, found.differs)
    )
    assert agrees["brand"] == ("砺岚", "砺岚") and agrees["patents"] == ("CN2", "CN2")
    assert agrees["place"][0].endswith("宁波市镇海区") and "address" in agrees and "code" not in agrees
    assert differs["trade"] == ("液压", "轴承") and differs["form"] == ("有限公司", "股份有限公司")
    assert "相同的专利、地址" in found.reason
    assert found.score > compare(Firm("a", one.name), Firm("b", other.name)).score


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_two_texts_are_compared_alike_from_both_sides(one: str, other: str) -> None:
    found, turned = compare(Firm("a", one), Firm("b", other)), compare(Firm("b", other), Firm("a", one))
    assert 0 <= found.score <= 1 and found.score == turned.score and found.verdict == turned.verdict


def test_thresholds() -> None:
    assert [verdict(score) for score in (SAME, SAME - 0.001, DIFFERENT, DIFFERENT - 0.001)] == [
        "same",
        "doubtful",
        "doubtful",
        "different",
    ]
