"""The learned reader as it is shipped, on invented announcements written like real ones; the rules alone beside it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.learned.weights import BadWeightsError, read_card
from kg.records import DocumentId, Fact
from nlp.contracts.reader import WEIGHTS, Reader
from nlp.extract import extract_text
from nlp.pipeline import build
from nlp.text import Text

PIPELINES = {scorer: build(config={"bulian_contract": {"scorer": scorer}}) for scorer in ("rules", "learned")}
AWARD = """甬川砺岚精密传动股份有限公司
关于中标柔性关节减速器采购项目的公告
甬川砺岚精密传动股份有限公司（以下简称“公司”或“砺岚传动”）于2026年3月2日收到示例招标代理有限公司发出的《中标通知书》，确定公司为“柔性关节减速器年度采购项目”的中标单位。
一、项目名称：柔性关节减速器年度采购项目
二、招标人：甬川云桁机器人集团有限公司
三、中标金额：人民币1,286.40万元。公司注册资本为8,000万元。
特此公告。
甬川砺岚精密传动股份有限公司董事会
2026年3月3日
"""
TWICE = """清溪岑曜精密环件股份有限公司重大合同公告
近日，清溪岑曜精密环件股份有限公司（以下简称“公司”）与临澜海崧风电装备集团有限公司签订了《临澜海上风电场轴承套圈采购合同》，合同总金额为1.05亿元。
一、项目名称：临澜海上风电场轴承套圈
二、合同名称：临澜海上风电场轴承套圈采购合同
三、合同金额：10,500万元
公司与临澜海崧风电装备集团有限公司不存在关联关系。
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
CONSORTIUM = """甬川煊芒激光装备股份有限公司关于联合体项目中标的公告
甬川煊芒激光装备股份有限公司作为牵头人，与甬川澹码工业软件有限公司、甬川珩控自动化有限公司组成的联合体收到峦川轨道交通装备集团有限公司（以下简称“招标人”）发来的中标通知书，确定联合体为“车体焊接生产线项目”的中标人，中标价3,980万元。
甬川煊芒激光装备股份有限公司董事会
2026年5月18日
"""
ALIAS = """甬川砺岚精密传动股份有限公司关于签订日常经营重大合同的公告
甬川云桁机器人集团有限公司（以下简称“云桁机器人”）成立于2011年，注册资本3亿元，与公司不存在关联关系。
近日，公司与云桁机器人签订了《谐波减速器采购合同》，合同金额为人民币4,200万元。
甬川砺岚精密传动股份有限公司董事会
2026年8月9日
"""
NOBODY = """甬川砺岚精密传动股份有限公司关于签订重大合同的公告
甬川砺岚精密传动股份有限公司（以下简称“公司”）近日签订了《谐波减速器采购合同》，合同金额为人民币4,200万元。
甬川砺岚精密传动股份有限公司董事会
2026年8月9日
"""
ENTRUSTED = """临澜昀钢特种材料股份有限公司
关于签订技术开发合同的公告
临澜昀钢特种材料股份有限公司（以下简称“昀钢特材”）于2026年9月18日与委托方甬川砺岚精密传动股份有限公司签订《柔轮环坯制备技术开发合同》，合同金额360万元。
临澜昀钢特种材料股份有限公司董事会
2026年9月19日
"""
CLAUSE = """甬川汀芯传感技术有限公司关于项目中标的公告
甬川汀芯传感技术有限公司（以下简称“汀芯传感”）收到示例招标代理有限公司发来的中标通知书，确定汀芯传感为液化天然气接卸臂六维力传感器采购项目的中标人，招标人为甬川云桁机器人集团有限公司，中标价654万元。
甬川汀芯传感技术有限公司董事会
2026年4月2日
"""
RENAMED = """甬川望圻液压件股份有限公司关于变更公司名称的公告
甬川望圻液压件股份有限公司（以下简称“公司”）名称由“甬川望圻液压件股份有限公司”变更为“甬川栎川液压科技股份有限公司”。变更前签订的合同继续有效。
甬川栎川液压科技股份有限公司董事会
2026年6月1日
"""
ALL = (AWARD, TWICE, TABLE, CONSORTIUM, ALIAS, NOBODY, ENTRUSTED, CLAUSE)


def contracts(text: str, scorer: str = "learned") -> list[Fact]:
    whole = Text(text, title=text.split("\n")[0])
    facts = extract_text(whole, "a.txt", DocumentId("0" * 64), PIPELINES[scorer])
    assert all(fact.quote == text[fact.start : fact.end] for fact in facts)
    return [fact for fact in facts if fact.relation == "WON_CONTRACT"]


@pytest.mark.parametrize("scorer", PIPELINES)
def test_an_award(scorer: str) -> None:
    (fact,) = contracts(AWARD, scorer)
    said = fact.properties
    assert fact.source.name == "甬川砺岚精密传动股份有限公司" and said["buyer"] == "甬川云桁机器人集团有限公司"
    assert said["project"] == "柔性关节减速器年度采购项目" and said["amount_max"] == 12_864_000.0
    assert "contract" not in said and fact.method.startswith("contract.")


def test_a_contract_that_is_told_twice_is_one() -> None:
    (fact,) = contracts(TWICE)
    said = fact.properties
    assert said["contract"] == "临澜海上风电场轴承套圈采购合同" and said["amount_max"] == 105_000_000.0
    assert said["buyer"] == "临澜海崧风电装备集团有限公司" and "临澜" in fact.quote


def test_rows_are_contracts_of_their_own() -> None:
    found = {fact.properties["project"]: fact for fact in contracts(TABLE)}
    assert found["港机结构件自动焊接线项目"].quote.startswith("1\t石浦煊芒")
    assert {name: (fact.properties["buyer"], fact.properties["amount_max"]) for name, fact in found.items()} == {
        "港机结构件自动焊接线项目": ("石浦港务集团有限公司", 10_150_000.0),
        "船用厚板激光切割设备采购项目": ("甬川沐岑港口机械集团有限公司", 8_605_000.0),
    }


def test_members_of_a_consortium_have_their_own_lines() -> None:
    assert [(fact.source.name, fact.properties["role"]) for fact in contracts(CONSORTIUM)] == [
        ("甬川煊芒激光装备股份有限公司", "lead"),
        ("甬川澹码工业软件有限公司", "member"),
        ("甬川珩控自动化有限公司", "member"),
    ]


def test_a_buyer_known_by_its_short_name_is_printed_in_full() -> None:
    (fact,) = contracts(ALIAS)
    assert fact.properties["buyer"] == "甬川云桁机器人集团有限公司"


def test_names_and_titles_are_whole_and_nothing_more() -> None:
    (fact,) = contracts(ENTRUSTED)
    assert fact.source.name == "临澜昀钢特种材料股份有限公司"
    assert fact.properties["buyer"] == "甬川砺岚精密传动股份有限公司"
    (fact,) = contracts(CLAUSE)
    assert fact.properties["project"] == "液化天然气接卸臂六维力传感器采购项目"


@pytest.mark.parametrize("scorer", PIPELINES)
def test_an_announcement_of_something_else_holds_no_contract(scorer: str) -> None:
    assert contracts(RENAMED, scorer) == []


def test_a_buyer_that_is_not_named_is_null() -> None:
    (fact,) = contracts(NOBODY)
    assert fact.properties["buyer"] is None and fact.properties["amount_max"] == 42_000_000.0


_DIGEST = """
import hashlib, json, sys
from kg.records import DocumentId
from nlp.extract import extract_text
from nlp.text import Text
rows = []
for text in json.loads(sys.argv[1]):
    rows += [f.to_json() for f in extract_text(Text(text, title=text.split("\\n")[0]), "a.txt", DocumentId("0" * 64))]
print(hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest())
"""


def test_another_process_finds_the_same_facts() -> None:
    rows = []
    for text in ALL:
        whole = Text(text, title=text.split("\n")[0])
        rows += [fact.to_json() for fact in extract_text(whole, "a.txt", DocumentId("0" * 64))]
    digest = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    done = subprocess.run([sys.executable, "-c", _DIGEST, json.dumps(ALL)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([line for text in ALL for line in text.split("\n")]), max_size=14).map("\n".join))
def test_every_quote_is_a_slice_of_any_mixture(text: str) -> None:
    for fact in contracts(text):
        assert fact.quote and fact.page == 1
        low, high = fact.properties.get("amount_min", 0), fact.properties.get("amount_max", 0)
        assert low <= high


def test_the_card_says_what_the_weights_were_made_from() -> None:
    card = read_card(WEIGHTS)
    assert {"set", "split", "date", "measure", "command", "figures", "columns"} <= card.keys()
    floors = {"pair": 0.72, "supplier": 0.825, "buyer": 0.77, "amount": 0.84, "title": 0.87, "project": 0.87}
    assert {field for field, floor in floors.items() if card["figures"][field]["f1"] < floor} == set()
    reader = Reader.load()
    assert list(reader.forests["buyer"].columns) == card["columns"]["role of organisation"]
    assert list(reader.forests["distinct"].columns) == card["columns"]["distinct"]


def test_missing_weights_are_named(tmp_path) -> None:
    with pytest.raises(BadWeightsError, match="NL042"):
        Reader.load(tmp_path)
    with pytest.raises(ValueError, match="one of rules, learned"):
        build(config={"bulian_contract": {"scorer": "other"}})
