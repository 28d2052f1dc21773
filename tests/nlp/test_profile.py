"""PROFILE, LOCATED_IN, PRODUCES, ALIAS_OF, OWNS_PATENT on invented texts."""

from __future__ import annotations

import pytest

from kg.records import DocumentId, Fact
from kg.values.date import find_dates
from kg.values.patent import check_digit
from nlp.extract import extract_text
from nlp.relations.founding import founding_days
from nlp.text import Text

PROFILE = """浙江岑曜精密环件股份有限公司
首次公开发行股票并在创业板上市招股说明书
第一节 释义
岑曜股份\t指\t浙江岑曜精密环件股份有限公司
第二节 发行人基本情况
公司名称：浙江岑曜精密环件股份有限公司
英文名称：Zhejiang Cenyao Ring Co., Ltd.
注册资本：5,200万元
法定代表人：王某某
成立日期：2004年3月1日
住所：浙江省宁波市镇海区骆驼街道明海路9号
公司网址：www.cenyao.example
公司的经营范围：精密环件、轴承套圈、锻件的研发、生产、销售；金属材料批发；货物进出口。
公司主要产品包括薄壁轴承套圈、齿轮环坯和法兰锻件，广泛用于风电行业。
"""


def facts(text: str, relation: str) -> list[Fact]:
    every = extract_text(Text(text, title=text.split("\n")[0]), "p.txt", DocumentId("1" * 64))
    assert all(fact.quote == text[fact.start : fact.end] for fact in every)
    return [fact for fact in every if fact.relation == relation]


def test_each_field_has_its_own_quote() -> None:
    found = {key: (value, fact) for fact in facts(PROFILE, "PROFILE") for key, value in fact.properties.items()}
    assert {key: value for key, (value, _) in found.items()}.items() >= {
        "founded": "2004-03-01",
        "address": "浙江省宁波市镇海区骆驼街道明海路9号",
        "registered_capital": 52_000_000.0,
        "english_name": "Zhejiang Cenyao Ring Co., Ltd.",
        "website": "www.cenyao.example",
        "legal_representative": "王某某",
    }.items()
    assert found["founded"][1].quote == "成立日期：2004年3月1日"


def test_place_by_the_registered_address() -> None:
    (fact,) = facts(PROFILE, "LOCATED_IN")
    assert fact.target is not None and (fact.target.name, fact.target.key) == ("镇海区", "330211")


def test_products_of_zones_and_scope() -> None:
    found = {fact.target.name: fact.level for fact in facts(PROFILE, "PRODUCES") if fact.target}
    assert {"薄壁轴承套圈", "齿轮环坯", "法兰锻件", "轴承套圈"} <= found.keys()
    assert found["薄壁轴承套圈"] == "disclosed" and found["金属材料"] == "inferred"
    assert not {"货物", "风电行业", "货物进出口"} & found.keys() and all(2 <= len(name) <= 20 for name in found)


def test_alias_of_the_glossary_without_roles() -> None:
    assert [(fact.source.name, fact.target and fact.target.name) for fact in facts(PROFILE, "ALIAS_OF")] == [
        ("岑曜股份", "浙江岑曜精密环件股份有限公司")
    ]


def test_patents_need_a_right_check_digit() -> None:
    digits = "201610611945"
    right = f"ZL{digits}.{check_digit(digits)}"
    text = f"清溪岑曜精密环件有限公司简介\n清溪岑曜精密环件有限公司拥有发明专利“一种环坯冷辗方法”（{right}）。\n"
    (fact,) = facts(text, "OWNS_PATENT")
    assert fact.target is not None and fact.target.key == right and fact.source.name == "清溪岑曜精密环件有限公司"
    assert facts(text.replace(right, right[:-1] + ("0" if right[-1] != "0" else "1")), "OWNS_PATENT") == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (
            "公司前身岑曜有限成立于2003年4月5日,由两人出资。2010年6月7日,岑曜有限整体变更设立。",
            ["2003-04-05", "2010-06-07"],
        ),
        ("1、2004年3月1日,岑曜有限成立\n2005年3月1日,砺岚有限成立\n", ["2004-03-01"]),
        ("2006年1月2日,宁波市工商行政管理局向岑曜有限核发了营业执照。", ["2006-01-02"]),
        ("2010年9月20日出具的《关于岑曜有限变更设立股份公司的批复》。", []),
    ],
)
def test_days_of_founding(text: str, days: list[str]) -> None:
    def told(known: str | None) -> list[str]:
        found = founding_days(text, "宁波岑曜环件股份有限公司", known)
        return [find_dates(day)[0].iso for day, _, _ in found]

    assert told(None) == days
    assert all(day not in told(day) for day in days)


def test_an_address_in_two_lines_with_its_label_between_them() -> None:
    text = PROFILE.replace("住所：浙江省宁波市镇海区骆驼街道明海路9号", "浙江省宁波市镇海区骆驼街道\n住所：\n明海路9号")
    values = {key: value for fact in facts(text, "PROFILE") for key, value in fact.properties.items()}
    assert values["address"] == "浙江省宁波市镇海区骆驼街道明海路9号"


def test_the_short_name_is_the_one_used_most() -> None:
    text = PROFILE.replace("岑曜股份\t指", "岑曜环件\t指") + "岑曜环件的客户稳定。" * 12 + "精密环件需求上升。" * 30
    values = {key: value for fact in facts(text, "PROFILE") for key, value in fact.properties.items()}
    assert values["short_name"] == "岑曜环件"
