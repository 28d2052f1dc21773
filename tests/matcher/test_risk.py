"""Risks: graded by rules, with their facts, silent where nothing is known, and without a say in the score."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.corpus import Corpus
from matcher.firm import Firm, firm_from_json
from matcher.query import parse_query
from matcher.rank import Ranker
from matcher.risk import GRADES, RULES, risks
from tests.matcher.conftest import CharacterEmbedder

DAY = date(2026, 11, 25)


def firm(**fields: Any) -> Firm:
    return firm_from_json({"id": "f", "name": "甲公司", **fields})


def honour(status: str, dated: str | None, **more: Any) -> dict[str, Any]:
    return {"tier": "little_giant", "status": status, "dated": dated, "fact": "h1", **more}


AWARDS = [{"value": {"title": f"项目{n}", "buyer": "乙集团", "day": "2025-01-01"}, "fact": f"a{n}"} for n in range(3)]
STEEL = {"name": "轴承钢", "fact": "d"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"honours": [honour("notice", "2026-09-01")]}, ("notice_only", "note", ["h1"])),
        ({"honours": [honour("notice", "2024-09-01")]}, ("notice_only", "medium", ["h1"])),
        ({"honours": [honour("notice", None)]}, ("notice_only", "medium", ["h1"])),
        ({"honours": [honour("recognised", "2025-09-01")]}, None),
        ({"honours": [honour("notice", "2024-06"), honour("recognised", "2024-09")]}, None),
        ({"honours": [honour("recognised", "2021")]}, ("title_expired", "note", ["h1"])),
        ({"honours": [honour("recognised", "2021", valid_to="2024-01-01")]}, ("title_expired", "medium", ["h1"])),
        ({"honours": [honour("recognised", "2024"), honour("revoked", "2025")]}, ("title_expired", "high", ["h1"])),
        ({"honours": [honour("recognised", "2021"), honour("rechecked", "2024-12")]}, None),
        ({"top_customer_ratio": {"value": 62.5, "fact": "c"}}, ("one_customer", "high", ["c"])),
        ({"top_customer_ratio": 35}, ("one_customer", "medium", [])),
        ({"top_customer_ratio": 12}, None),
        ({"awards": AWARDS}, ("one_customer", "medium", ["a0", "a1", "a2"])),
        ({"awards": AWARDS[:2]}, None),
        ({"top5_customers_ratio": 85}, ("one_customer", "note", [])),
        ({"depends_on": [STEEL | {"imported": True, "single_source": True}]}, ("single_source", "high", ["d"])),
        ({"depends_on": [STEEL | {"single_source": True}]}, ("single_source", "medium", ["d"])),
        ({"depends_on": [STEEL | {"imported": True}]}, ("single_source", "note", ["d"])),
        ({"depends_on": ["轴承钢"]}, None),
        ({"as_of": {"value": "2020-05-01", "fact": "s"}}, ("stale", "medium", ["s"])),
        ({"as_of": "2023"}, ("stale", "note", [])),
        ({"as_of": ["2020", "2026-01-01"]}, None),
        ({"dishonest": {"value": True, "fact": "l"}}, ("dishonest", "high", ["l"])),
        ({"abnormal": True}, ("abnormal", "medium", [])),
        ({"dishonest": False, "abnormal": False}, None),
        ({}, None),
    ],
)
def test_a_risk_is_graded_by_its_rule(fields: dict[str, Any], expected: tuple[str, str, list[str]] | None) -> None:
    made = firm(**fields)
    found = risks(made, DAY)
    assert [(one.kind, one.grade, list(one.facts)) for one in found] == ([expected] if expected else [])
    assert risks(firm_from_json(made.to_json()), DAY) == found
    for one in found:
        assert one.grade in RULES[one.kind].grades and one.says("zh") and one.says("en") != one.says("zh")


def test_the_gravest_comes_first_and_every_rule_can_be_read() -> None:
    found = risks(firm(dishonest=True, abnormal=True, as_of="2023"), DAY)
    assert [one.grade for one in found] == list(GRADES)
    assert all(zh and en for rule in RULES.values() for zh, en in (*rule.grades.values(), (rule.zh, rule.en)))


FIELDS = st.sampled_from(["honours", "depends_on", "as_of", "awards", "dishonest", "top_customer_ratio"])


@given(st.dictionaries(FIELDS, st.text(alphabet="甲乙 -.") | st.none() | st.dictionaries(st.text(), st.text())))
def test_what_is_not_understood_is_no_risk(fields: dict[str, Any]) -> None:
    assert risks(firm(**fields), DAY) == []


def test_risks_change_no_score(characters: CharacterEmbedder) -> None:
    clean = [{"id": f"f{n}", "name": f"公司{n}", "products": [f"谐波减速器{n}", "轴承"]} for n in range(5)]
    grave: dict[str, Any] = {"dishonest": True, "abnormal": True, "depends_on": [{"name": "钢", "single_source": True}]}
    need = parse_query({"id": "n", "title": "谐波减速器"})
    runs = [
        list(Ranker(Corpus.build(map(firm_from_json, firms), as_of=DAY), characters).rank(need).pairs())
        for firms in (clean, [one | grave if one["id"] == "f2" else one for one in clean])
    ]
    assert runs[0] == runs[1]
