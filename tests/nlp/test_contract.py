"""WON_CONTRACT by the rules alone, on invented announcements written like real ones."""

from __future__ import annotations

import time
from typing import Any

from kg.records import DocumentId, Fact
from nlp.extract import extract_text
from nlp.pipeline import build
from nlp.text import Text

RULES = build(config={"bulian_contract": {"scorer": "rules"}})

AWARD = """证券代码：999001 证券简称：砺岚传动 公告编号：2026-001
甬川砺岚精密传动股份有限公司
关于中标柔性关节减速器采购项目的公告
甬川砺岚精密传动股份有限公司（以下简称“公司”或“砺岚传动”）于2026年3月2日收到示例招标代理有限公司发出的《中标通知书》，确定公司为“柔性关节减速器年度采购项目”的中标单位。
一、项目名称：柔性关节减速器年度采购项目
二、招标人：甬川云桁机器人集团有限公司
三、中标金额：人民币1,286.40万元。公司注册资本为8,000万元。
特此公告。
甬川砺岚精密传动股份有限公司董事会
2026年3月3日
"""
SIGNED = """清溪岑曜精密环件股份有限公司关于全资子公司签订重大合同的公告
近日，清溪岑曜精密环件股份有限公司（以下简称“公司”）全资子公司甬川岚砧热处理科技有限公司（以下简称“岚砧热处理”）与临澜海崧风电装备集团有限公司（以下简称“海崧风电”）签订了《风电轴承套圈热处理承揽合同》，合同总金额为1.05亿元。公司上年度营业收入为12亿元。
海崧风电与公司不存在关联关系。
清溪岑曜精密环件股份有限公司董事会
2026年5月6日
"""
TABLE = """甬川煊芒激光装备股份有限公司关于中标若干项目的公告
甬川煊芒激光装备股份有限公司（以下简称“煊芒激光”）及子公司石浦煊芒智能焊接有限公司（以下简称“石浦煊芒”）近期中标如下项目：
序号\t中标人\t项目名称\t招标人\t中标金额（万元）
1\t石浦煊芒\t港机结构件自动焊接线项目\t石浦港务集团有限公司\t1,015.00
2\t煊芒激光\t船用厚板激光切割设备采购项目\t甬川沐岑港口机械集团有限公司\t860.5
合计\t\t\t\t1,875.5
甬川煊芒激光装备股份有限公司董事会
2026年7月1日
"""


def contracts(text: str, title: str = "") -> list[Fact]:
    whole = Text(text, title=title or text.split("\n")[0])
    facts = extract_text(whole, "a.txt", DocumentId("0" * 64), RULES)
    assert all(fact.quote == text[fact.start : fact.end] for fact in facts)
    return [fact for fact in facts if fact.relation == "WON_CONTRACT"]


def said(fact: Fact, *keys: str) -> list[Any]:
    return [fact.properties.get(key) for key in keys]


def test_award_names_the_owner_not_the_agency() -> None:
    (fact,) = contracts(AWARD, "关于中标柔性关节减速器采购项目的公告")
    assert fact.source.name == "甬川砺岚精密传动股份有限公司"
    assert said(fact, "buyer", "project", "amount_max", "currency", "role") == [
        "甬川云桁机器人集团有限公司",
        "柔性关节减速器年度采购项目",
        12_864_000.0,
        "CNY",
        "lead",
    ]
    assert "柔性关节减速器年度采购项目" in fact.quote and fact.level == "disclosed"


def test_the_subsidiary_that_signs_is_the_supplier() -> None:
    (fact,) = contracts(SIGNED)
    assert fact.source.name == "甬川岚砧热处理科技有限公司"
    assert said(fact, "buyer", "contract", "amount_min") == [
        "临澜海崧风电装备集团有限公司",
        "风电轴承套圈热处理承揽合同",
        105_000_000.0,
    ]


def test_rows_of_a_table_resolve_short_names_and_the_unit_of_the_head() -> None:
    one, two = contracts(TABLE)
    assert (one.source.name, *said(one, "buyer", "amount_max")) == (
        "石浦煊芒智能焊接有限公司",
        "石浦港务集团有限公司",
        10_150_000.0,
    )
    assert (two.source.name, *said(two, "project", "amount_max")) == (
        "甬川煊芒激光装备股份有限公司",
        "船用厚板激光切割设备采购项目",
        8_605_000.0,
    )
    assert one.quote.startswith("1\t石浦煊芒")


def test_list_items_are_contracts_of_their_own() -> None:
    text = (
        "示例路桥股份有限公司重大工程中标公告\n近日，公司中标以下工程：\n"
        "1、清溪县环城公路施工SG-2标段，中标价212,797,754元，工期600日历天。\n"
        "2、石浦县跨海大桥引桥工程施工，中标价238,987,907元，工期20个月。\n"
        "特此公告。\n示例路桥股份有限公司董事会\n2026年4月9日\n"
    )
    assert [(fact.properties["project"], fact.properties["amount_max"]) for fact in contracts(text)] == [
        ("清溪县环城公路施工SG-2标段", 212_797_754.0),
        ("石浦县跨海大桥引桥工程施工", 238_987_907.0),
    ]


def test_members_of_a_consortium_have_their_own_lines() -> None:
    text = (
        "甬川煊芒激光装备股份有限公司关于联合体项目中标的公告\n"
        "甬川煊芒激光装备股份有限公司作为牵头人，与甬川澹码工业软件有限公司、甬川珩控自动化有限公司组成的联合体收到"
        "峦川轨道交通装备集团有限公司（以下简称“招标人”）发来的中标通知书，确定联合体为车体焊接生产线项目的中标人，"
        "中标价3,980万元。\n甬川煊芒激光装备股份有限公司董事会\n2026年5月18日\n"
    )
    facts = contracts(text)
    assert [(fact.source.name, fact.properties["role"]) for fact in facts] == [
        ("甬川煊芒激光装备股份有限公司", "lead"),
        ("甬川澹码工业软件有限公司", "member"),
        ("甬川珩控自动化有限公司", "member"),
    ]
    assert {fact.properties["buyer"] for fact in facts} == {"峦川轨道交通装备集团有限公司"}


def test_other_documents_tell_no_contract() -> None:
    assert contracts("甬川云桁机器人集团有限公司\n关于董事辞职的公告\n张三先生因个人原因辞去董事职务。\n") == []


def test_a_list_without_end_takes_linear_time() -> None:
    def took(count: int) -> float:
        lines = (
            f"{n}、清溪县第{n}号泵站设备采购项目，中标价{n},286.40万元，业主为清溪第{n}水务有限公司。"
            for n in range(1, count)
        )
        begun = time.process_time()
        assert contracts("示例泵业股份有限公司中标公告\n近日公司中标以下项目：\n" + "\n".join(lines))
        return time.process_time() - begun

    took(20)
    assert took(3_000) < 12 * max(0.5, took(600))
