"""Parameters of products and processes of firms."""

from __future__ import annotations

from tests.nlp.conftest import PROSPECTUS, Facts

REPORT = """马氏体时效钢带材疲劳试验报告
委托单位：临澜磐石特钢有限公司　　检测单位：甬川准衡检测技术有限公司
样品为厚度0.45毫米的马氏体时效钢带材，经固溶处理。
检测项目\t技术要求\t检测结果
抗拉强度\t≥1850MPa\t1912MPa
"""


def test_sentences_about_a_product(facts: Facts) -> None:
    text = (
        PROSPECTUS
        + "公司主要产品包括精密减速机、关节模组。精密减速机的额定扭矩不低于50N·m，公司精密减速机的噪声不超过60dB。"
    )
    found = facts(text, "HAS_PARAMETER")
    assert [(f.target.name, f.properties["name"], f.properties["operator"]) for f in found if f.target] == [
        ("精密减速机", "噪声", "<=")
    ], "a sentence counts from its first firm on"


def test_business_figures_are_no_parameters(facts: Facts) -> None:
    text = PROSPECTUS + "公司主要产品包括精密减速机。公司精密减速机的毛利率达到35%，精密减速机的销量增长20%。"
    assert facts(text, "HAS_PARAMETER") == []


def test_a_test_report(facts: Facts) -> None:
    (fact,) = facts(REPORT, "HAS_PARAMETER")
    assert fact.source.name == "临澜磐石特钢有限公司"
    assert fact.target is not None and fact.target.name == "马氏体时效钢带材"
    assert (fact.properties["name"], fact.properties["value"], fact.properties["unit"]) == ("抗拉强度", 1912.0, "MPa")


def test_processes(facts: Facts) -> None:
    head = "甬川岚峤传动有限公司简介\n甬川岚峤传动有限公司成立于2010年。\n"
    text = head + "主要工艺为冷辗扩，拥有6台数控冷辗环机，年加工能力180万件。"
    (fact,) = facts(text, "CAPABLE_OF")
    assert fact.target is not None and fact.target.name == "冷辗扩"
    assert fact.properties == {"equipment": "6台数控冷辗环机", "capacity": 1.8e6, "unit": "件"}
