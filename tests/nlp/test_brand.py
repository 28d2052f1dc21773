"""Brands that a firm calls its own."""

from __future__ import annotations

from tests.nlp.conftest import PROSPECTUS, Facts


def test_lists_of_brands(facts: Facts) -> None:
    found = facts(PROSPECTUS + "公司拥有“岚峤”、“砥岩”等品牌。", "OWNS_BRAND")
    assert [f.target.name for f in found if f.target] == ["岚峤", "砥岩"]


def test_brands_of_others_are_left(facts: Facts) -> None:
    for sentence in ("公司代理“砥岩”品牌。", "公司获授权使用“砥岩”商标。", "国外“砥岩”品牌占据市场。"):
        assert facts(PROSPECTUS + sentence, "OWNS_BRAND") == [], sentence
