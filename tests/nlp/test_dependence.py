"""What a firm must import."""

from __future__ import annotations

import pytest

from tests.nlp.conftest import PROSPECTUS, Facts


def test_imports_and_single_sources(facts: Facts) -> None:
    text = PROSPECTUS + "公司柔轮材料目前主要依赖进口，存在供应单一的风险。"
    (fact,) = facts(text, "DEPENDS_ON")
    assert fact.target is not None and fact.target.name == "柔轮材料"
    assert fact.properties == {"imported": True, "single_source": True}


def test_lists(facts: Facts) -> None:
    found = facts(PROSPECTUS + "公司乳清粉、蛋白粉等原材料主要从国外进口。", "DEPENDS_ON")
    assert {f.target.name for f in found if f.target} == {"乳清粉", "蛋白粉"}


@pytest.mark.parametrize(
    ("sentence", "product", "properties"),
    [
        ("公司产品的编码器等重要配件需要从境外进口。", "编码器", {"imported": True}),
        ("公司产品所使用的特种钢主要来源于进口。", "特种钢", {"imported": True}),
        ("公司特种钢供应商较为单一。", "特种钢", {"single_source": True}),
        ("公司特种钢由石浦礁岩液压有限公司独家供应。", "特种钢", {"single_source": True}),
        ("公司生产减速器。特种钢主要从国外进口。", "特种钢", {"imported": True}),
    ],
)
def test_wordings(facts: Facts, sentence: str, product: str, properties: dict[str, bool]) -> None:
    (fact,) = facts(PROSPECTUS + sentence, "DEPENDS_ON")
    assert fact.target is not None and (fact.target.name, fact.properties) == (product, properties)


@pytest.mark.parametrize(
    "sentence",
    ["公司为石浦礁岩液压有限公司的柔轮的独家供应商。", "石浦礁岩液压有限公司做油泵,公司为其柔轮的唯一供应商。"],
)
def test_the_customer_of_a_sole_supplier_depends(facts: Facts, sentence: str) -> None:
    (fact,) = facts(PROSPECTUS + sentence, "DEPENDS_ON")
    assert fact.target is not None and (fact.source.name, fact.target.name) == ("石浦礁岩液压有限公司", "柔轮")
    assert fact.properties == {"single_source": True}


@pytest.mark.parametrize(
    "sentence",
    [
        "我国高端轴承长期依赖进口。",
        "公司产品打破了高端轴承依赖进口的局面。",
        "公司轴承不再依赖进口。",
        "公司所处行业的高端轴承主要依赖进口。",
        "国内厂商的高端轴承依赖进口，公司已实现自产。",
        "公司特种钢不存在依赖单一供应商的情形。",
        "公司主要竞争对手的特种钢主要依赖进口。",
        "公司主要原材料需要进口。",
        "本项目特种钢需从国外进口。",
    ],
)
def test_what_is_no_dependence_of_the_firm(facts: Facts, sentence: str) -> None:
    assert facts(PROSPECTUS + sentence, "DEPENDS_ON") == []
