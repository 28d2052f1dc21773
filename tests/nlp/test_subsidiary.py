"""Subsidiaries: sentences, the section of annual reports, and what is none."""

from __future__ import annotations

import pytest

from tests.nlp.conftest import PROSPECTUS, REPORT, Facts

PARENT = "甬川岚峤传动股份有限公司"


def pairs(facts: Facts, text: str) -> dict[tuple[str, str], float | None]:
    found = facts(text, "SUBSIDIARY_OF")
    return {(f.source.name, f.target.name): f.properties.get("share") for f in found if f.target}


@pytest.mark.parametrize(
    ("sentence", "share"),
    [
        ("公司全资子公司石浦岚峤精工有限公司取得土地一宗。", 100.0),
        ("石浦岚峤精工有限公司为公司的控股子公司，主营齿轮。", None),
        ("石浦岚峤精工有限公司系发行人全资子公司。", 100.0),
    ],
)
def test_sentences(facts: Facts, sentence: str, share: float | None) -> None:
    assert pairs(facts, PROSPECTUS + sentence) == {("石浦岚峤精工有限公司", PARENT): share}


@pytest.mark.parametrize(
    "sentence",
    [
        "公司原全资子公司石浦岚峤精工有限公司已于2019年注销。",
        "公司控股股东甬川岚峤控股集团有限公司的关联方为石浦岚峤精工有限公司。",
        "公司参股公司石浦岚峤精工有限公司主营齿轮，公司没有控股子公司。",
    ],
)
def test_none(facts: Facts, sentence: str) -> None:
    assert ("石浦岚峤精工有限公司", PARENT) not in pairs(facts, PROSPECTUS + sentence)


def test_the_section_of_an_annual_report(facts: Facts) -> None:
    section = """主要控股参股公司分析
公司名称 公司类型 主要业务 注册资本 净利润
甬川岚峤智
能装备有限
公司
子公司 减速机 50,000,000.00 18,000,000.00
石浦岚峤精工有限公司 子公司 齿轮 20,000,000.00 7,000,000.00
清溪礁岩液压有限公司 参股公司 液压件 20,000,000.00 7,000,000.00
"""
    assert set(pairs(facts, REPORT + section)) == {
        ("甬川岚峤智能装备有限公司", PARENT),
        ("石浦岚峤精工有限公司", PARENT),
    }
