"""What a patent is about, by its title."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.projection.keys import node_key
from kg.records import DocumentId, Fact, Mention
from kg.values.patent import check_digit
from nlp.relations.about import subjects_of, with_subjects
from tests.nlp.conftest import Facts


@pytest.mark.parametrize(
    ("title", "things"),
    [
        ("一种环坯", ["环坯"]),
        ("一种高强度柔轮及其制备方法", ["高强度柔轮"]),
        ("柔轮粉生产方法", ["柔轮粉"]),
        ("一种低成本制备多孔环坯材料的方法", ["多孔环坯材料"]),
        ("从环坯废料中提取稀土的工艺", ["稀土"]),
        ("一种具有回收和收集功能的便捷型环坯机", ["便捷型环坯机"]),
        ("一种用于环坯复合片焊接的固定装置", []),
        ("环坯的固定装置", ["环坯的固定装置"]),
        ("一种基于深度解析的面向环坯车间的异常检测方法", ["异常检测"]),
        ("环坯双T板的施工方法", ["环坯双T板"]),
        ("一种判断环坯是否染色的方法及系统", []),
        ("一种信息处理方法、装置及存储介质", []),
        ("环坯、柔轮和砺机", ["环坯", "柔轮", "砺机"]),
        ("环坯提取物在柔轮生产中的应用", ["环坯提取物"]),
        ("一种提高环坯产量的方法", []),
        ("苯并[b,c]环坯及其应用", ["苯并[b,c]环坯"]),
        ("", []),
    ],
)
def test_things_of_a_title(title: str, things: list[str]) -> None:
    found = subjects_of(title)
    assert [one.name for one in found] == things
    assert all(title[one.start : one.end] == one.name and 0 < one.score <= 1 for one in found)


@given(st.text(alphabet="一种环坯的及其和、方法装置(),用于基于[]“”制备 A1", max_size=60))
def test_any_title_keeps_its_places(title: str) -> None:
    for one in subjects_of(title):
        assert title[one.start : one.end] == one.name


def _owned(title: str, key: str | None = None) -> Fact:
    quote = f"title: {title}\nassignees: 甲有限公司"
    owner = Mention("Enterprise", "甲有限公司")
    return Fact("a.jsonl", DocumentId("0" * 64), "OWNS_PATENT", owner, Mention("Patent", title, key), page="1:2",
                start=5, end=5 + len(quote), quote=quote)  # fmt: skip


def test_the_title_in_its_row_is_the_evidence() -> None:
    owned = _owned("一种环坯及其制备方法")
    first, about = with_subjects([owned])
    assert first is owned and about.relation == "ABOUT" and about.page == "1:2"
    assert about.quote == "一种环坯及其制备方法" == owned.quote[about.start - 5 : about.end - 5]
    assert about.target == Mention("Product", "环坯")


@pytest.mark.parametrize("key", [None, "ZL201610611945." + check_digit("201610611945")])
def test_both_facts_meet_in_one_patent(key: str | None) -> None:
    owned, about = with_subjects([_owned("一种环坯", key)])
    assert owned.target is not None
    here = node_key(owned.target, {}, owned.source, owned.document)
    assert here == node_key(about.source, about.properties, about.source, about.document)


def test_a_title_in_a_filing(facts: Facts) -> None:
    number = "ZL201610611945." + check_digit("201610611945")
    text = f"清溪岑曜精密环件有限公司简介\n公司拥有发明专利“一种环坯的冷辗装置”（{number}）。\n"
    (about,) = facts(text, "ABOUT")
    assert about.source.key == number and about.quote == "一种环坯的冷辗装置"
