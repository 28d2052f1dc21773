"""Organisations and short names in invented sentences written like real ones."""

from __future__ import annotations

import pytest

from nlp.names import aliases, names


def found(text: str) -> list[str]:
    return [name.text for name in names(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("公司与甬川泰和机械有限公司签订合同", ["甬川泰和机械有限公司"]),
        ("近日收到岭北县住房和城乡建设局发来的通知", ["岭北县住房和城乡建设局"]),
        ("确认本公司为中标人,公司收到通知", []),
        ("由华为海洋网络有限公司及大同煤业集团公司承担", ["华为海洋网络有限公司", "大同煤业集团公司"]),
        ("与Norvik Antriebe GmbH签署了合同", ["Norvik Antriebe GmbH"]),
        ("全资子公司清溪齿岳齿轮(北仓)有限公司中标", ["清溪齿岳齿轮(北仓)有限公司"]),
        ("上述合同金额约占公司上年收入的三成", []),
        ("与清溪众和投资管理有限公司签订合同", ["清溪众和投资管理有限公司"]),
        ("公司与甬川交通银行岭北分行签订", ["甬川交通银行岭北分行"]),
        ("子公司系甬川砺岚控股有限公司子公司", ["甬川砺岚控股有限公司"]),
        ("获清溪县第二人民医院及清溪县水利局的批复", ["清溪县第二人民医院", "清溪县水利局"]),
    ],
)
def test_edges(text: str, wanted: list[str]) -> None:
    assert found(text) == wanted


def test_a_name_said_alone_elsewhere_trims_a_longer_span() -> None:
    text = "甬川云桁机器人集团有限公司公告。现获悉甬川云桁机器人集团有限公司中标。"
    assert set(found(text)) == {"甬川云桁机器人集团有限公司"}


def test_short_names_in_brackets_and_glossary() -> None:
    text = (
        "甬川砺岚精密传动股份有限公司(以下简称“砺岚传动”或“乙方”)与示例电网公司(下称甲方)签约。\n"
        "齿岳齿轮\t指\t清溪齿岳齿轮有限公司\n"
    )
    pairs = {(alias.short, alias.full) for alias in aliases(text, names(text))}
    assert {
        ("砺岚传动", "甬川砺岚精密传动股份有限公司"),
        ("乙方", "甬川砺岚精密传动股份有限公司"),
        ("甲方", "示例电网公司"),
        ("齿岳齿轮", "清溪齿岳齿轮有限公司"),
    } <= pairs


def test_linear_on_a_long_text_without_names() -> None:
    assert names("有限公司" * 20_000 + "和与及" * 20_000) == []
