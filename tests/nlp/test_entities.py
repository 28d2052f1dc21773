"""Organisations of a sentence: whole names, no roles, kinds or organs of a firm; exact offsets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.entities import entities


def organisations(text: str) -> list[str]:
    return [each.text for each in entities(text) if each.label in ("ENTERPRISE", "ORG")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("因此公司认为该公司及其子公司未损害公司利益。", []),
        ("经审计委员会和提名委员会同意，主要委托加工厂生产。", []),
        ("公司收购宁波岑曜环件有限公司全部股权。", ["宁波岑曜环件有限公司"]),
        ("发行人 2014 年受到深圳市宝安区人力资源局的处罚。", ["深圳市宝安区人力资源局"]),
        ("客户为宁波岑曜环\n件有限公司。", ["宁波岑曜环\n件有限公司"]),
        ("由财政部批准。", ["财政部"]),
        ("毕业于岑曜学院，现任砺岚大学教授、董事会审计委员会委员。", ["岑曜学院", "砺岚大学"]),
        ("就读于美国岑曜州立大学、各大学和行业协会。", ["岑曜州立大学"]),
        ("经岑曜市财政局办公室批准，向甬川银行股份有限公司宁波分行借款。", ["甬川银行股份有限公司宁波分行"]),
        ("为宁波岑曜\n（集团）有限公司担保。", ["宁波岑曜\n（集团）有限公司"]),
        ("持有砺岚产业投资基金（有限合伙）的份额。", ["砺岚产业投资基金（有限合伙）"]),
        ("宁波市财政局办公室及国务院。", ["宁波市财政局办公室", "国务院"]),
        ("资产投入新设股份公司，北京分公司与26家分公司不变。", []),
        (
            "2004年至今任甬川砺岚控股有限公司董事，曾任财政部国家税务总局专员。",
            ["甬川砺岚控股有限公司", "财政部", "国家税务总局"],
        ),
        ("岑曜科技（宁波）有限公司及甬川银行宁波分行签订协议。", ["岑曜科技（宁波）有限公司", "甬川银行宁波分行"]),
        (
            "1998年9月起任甬川砺岚股份有限公司董事，2003年加入岑曜机械有限公司。",
            ["甬川砺岚股份有限公司", "岑曜机械有限公司"],
        ),
        ("甬川砺岚集团股份有限公司董事局主席，宁波市供电局副局长", ["甬川砺岚集团股份有限公司", "宁波市供电局"]),
        ("（2）砺岚电子（惠州）有限公司", ["砺岚电子（惠州）有限公司"]),
        ("按照证券交易所规定和审计委员会决定解聘会计师事务所。", []),
    ],
)
def test_whole_names(text: str, found: list[str]) -> None:
    assert organisations(text) == found


def test_works_and_branches_are_firms_and_the_central_bank_is_none() -> None:
    found = entities("宁波岑曜机械厂；中国人民银行宁波市中心支行；甬川砺岚会计师事务所")
    assert [(each.text, each.label) for each in found if each.label in ("ENTERPRISE", "ORG")] == [
        ("宁波岑曜机械厂", "ENTERPRISE"),
        ("中国人民银行宁波市中心支行", "ORG"),
        ("甬川砺岚会计师事务所", "ENTERPRISE"),
    ]


@given(st.text(alphabet="甲乙丙宁波市\n 公司有限，。0a", max_size=60))
def test_spans_are_slices_of_the_given_text(text: str) -> None:
    found = entities(text)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
