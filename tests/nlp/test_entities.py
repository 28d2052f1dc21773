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
    ],
)
def test_whole_names(text: str, found: list[str]) -> None:
    assert organisations(text) == found


@given(st.text(alphabet="甲乙丙宁波市\n 公司有限，。0a", max_size=60))
def test_spans_are_slices_of_the_given_text(text: str) -> None:
    found = entities(text)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
