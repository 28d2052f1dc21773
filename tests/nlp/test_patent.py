"""Patents of a firm, told from those of licensors and competitors."""

from __future__ import annotations

import pytest

from kg.values.patent import check_digit
from tests.nlp.conftest import Facts

NUMBER = "ZL201610611945." + check_digit("201610611945")


@pytest.mark.parametrize(
    ("text", "owned"),
    [
        (f"公司以独占许可方式将其发明专利“一种环坯冷辗方法”（专利号：{NUMBER}）许可给一家客户使用。", 1),
        (f"公司拥有“一种环坯冷辗方法”（专利号：{NUMBER}）专利的独家使用权。", 0),
        (f"出让方拥有“一种环坯冷辗方法”（专利号：{NUMBER}）的专利权。", 0),
        (f"上述对比选取同行业企业的专利“一种环坯冷辗方法”（{NUMBER}）。", 0),
        (f"公司取得专利（{NUMBER}）。\n" + "略" * 300 + f"\n出让方的专利为{NUMBER}。", 0),
    ],
)
def test_a_patent_of_another_is_not_the_firms(facts: Facts, text: str, owned: int) -> None:
    found = facts(f"清溪岑曜精密环件有限公司简介\n{text}\n", "OWNS_PATENT")
    assert len(found) == owned
