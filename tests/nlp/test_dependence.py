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
    "sentence",
    [
        "我国高端轴承长期依赖进口。",
        "公司产品打破了高端轴承依赖进口的局面。",
        "公司轴承不再依赖进口。",
        "公司所处行业的高端轴承主要依赖进口。",
        "国内厂商的高端轴承依赖进口，公司已实现自产。",
    ],
)
def test_what_is_no_dependence_of_the_firm(facts: Facts, sentence: str) -> None:
    assert facts(PROSPECTUS + sentence, "DEPENDS_ON") == []
