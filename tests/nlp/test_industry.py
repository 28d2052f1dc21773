"""Classes of GB/T 4754 in which firms place themselves."""

from __future__ import annotations

from tests.nlp.conftest import PROSPECTUS, Facts

HEAD = "甬川岚峤传动有限公司供应商情况表\n企业名称\t甬川岚峤传动有限公司\n"


def keys(facts: Facts, text: str) -> list[tuple[str, str | None]]:
    return [(f.target.name, f.target.key) for f in facts(text, "IN_INDUSTRY") if f.target]


def test_the_row_of_a_sheet(facts: Facts) -> None:
    text = HEAD + "所属行业\t齿轮及齿轮减、变速箱制造（GB/T 4754 3453）\n"
    assert keys(facts, text) == [("齿轮及齿轮减、变速箱制造", "GB/T 4754:3453")]


def test_the_finest_class_of_a_sentence(facts: Facts) -> None:
    text = (
        PROSPECTUS
        + "根据《国民经济行业分类》（GB/T 4754-2017），公司所属行业为“C34通用设备制造业”之“C3453齿轮制造业务类”。"
    )
    assert [key for _, key in keys(facts, text)] == ["GB/T 4754:3453"]


def test_the_edition_of_2002_is_left(facts: Facts) -> None:
    text = PROSPECTUS + "根据《国民经济行业分类》（GB/T 4754-2002），公司所属行业为“3661电工机械专用设备制造”。"
    assert keys(facts, text) == []
