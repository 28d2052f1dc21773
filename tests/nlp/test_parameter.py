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


def test_what_a_firm_states_of_its_products(facts: Facts) -> None:
    text = (
        PROSPECTUS
        + "目前,公司砺环模具精度可达到±0.002mm,表面粗糙度可达Ra0.1um,均优于行业0.5um的标准,"
        + "其中环坯模具使用寿命可达200万次。\n"
        + "公司自主研发的环坯测厚仪,在电压20-40V的环境下,测量误差低于20μm。\n"
        + "公司是唯一能生产剪切宽度1,250毫米的高速(120米/分)环坯线。\n"
        + "公司车间噪声声压级约为80.0dB。竞争对手的环坯模具精度可达0.01mm。公司采购直径0.14mm的漆包线。"
    )
    said = [
        (f.target.name, f.properties["name"], f.properties["operator"], f.properties["value"], f.properties["unit"])
        for f in facts(text, "HAS_PARAMETER")
        if f.target
    ]
    assert said == [
        ("砺环模具", "精度", "range", -0.002, "mm"),
        ("砺环模具", "表面粗糙度", "=", 0.1, "μm"),
        ("环坯模具", "使用寿命", "=", 2_000_000, "次"),
        ("环坯测厚仪", "测量误差", "<", 20, "μm"),
        ("环坯线", "剪切宽度", "=", 1250, "mm"),
    ]


def test_what_plants_can_do(facts: Facts) -> None:
    text = (
        PROSPECTUS
        + "公司已形成年产3,000台套环坯设备的生产能力。\n公司拟建成年产9万件砺机的生产能力。\n"
        + "公司陆续具备了冲压、焊接等多项工艺。\n逐步掌握了环坯机、砺环机等专用设备的生产技术与工艺的是公司。\n"
        + "同时掌握精密铸造、冷挤加工工艺的企业极少,本公司是其中之一。"
    )
    found = {f.target.name: f.properties.get("capacity") for f in facts(text, "CAPABLE_OF") if f.target}
    assert found == {"环坯设备": 3000.0, "冲压": None, "焊接": None, "精密铸造": None, "冷挤加工": None}
