from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.values.name import clean_name, name_key, split_name, trade_product, written_names


@pytest.mark.parametrize(
    ("name", "place", "brand", "trade", "form"),
    [
        ("宁波中意液压马达有限公司", "宁波", "中意", "液压马达", "有限公司"),
        ("甬川市恒越谐波减速器股份有限公司", "甬川市", "恒越", "谐波减速器", "股份有限公司"),
        ("恒越（甬川）精密机电股份有限公司", "甬川", "恒越", "精密机电", "股份有限公司"),
        ("慈溪汇丽机电股份有限公司", "慈溪", "汇丽", "机电", "股份有限公司"),
        ("东方电子有限公司", "", "东方", "电子", "有限公司"),
        ("宁波东方电子有限公司", "宁波", "东方", "电子", "有限公司"),
        ("宁波市科技园区明天医网科技有限公司", "宁波市科技园区", "明天", "医网科技", "有限公司"),
        ("意宁液压股份有限公司", "", "意宁", "液压", "股份有限公司"),
        ("宁波轴承厂", "宁波", "", "轴承", "厂"),
        ("*ST恒越", "", "恒越", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_parts(name: str, place: str, brand: str, trade: str, form: str) -> None:
    parts = split_name(name)
    assert (parts.place, parts.brand, parts.trade, parts.form) == (place, brand, trade, form)


@pytest.mark.parametrize(
    ("name", "unit", "core", "listed"),
    [
        ("宁波恒越液压(集团)有限公司", "company", "宁波恒越液压", False),
        ("宁波恒越液压股份有限公司", "company", "宁波恒越液压", True),
        ("宁波恒越液压有限公司杭州分公司", "branch", "宁波恒越液压", False),
        ("宁波恒越液压有限公司象山厂", "branch", "宁波恒越液压", False),
        ("宁波恒越液压件厂", "plant", "宁波恒越液压件", False),
        ("恒越集团", "group", "恒越", False),
        ("宁波恒越液压研究院", "institute", "宁波恒越液压", False),
        ("甬川大学(恒越)", "institute", "甬川大学恒越", False),
        ("甬川大学附属恒越医院", "institute", "甬川大学附属恒越医院", False),
        ("甬川研究院股份有限公司", "company", "甬川研究院", True),
        ("*ST恒越", "", "恒越", True),
        ("恒越Ａ", "", "恒越", True),
    ],
)
def test_units(name: str, unit: str, core: str, listed: bool) -> None:
    parts = split_name(name)
    assert (parts.unit, parts.core, parts.listed) == (unit, core, listed)


def test_one_string_can_hold_two_names() -> None:
    assert written_names("1、恒越轴承【宁波】有限公司（更名前：越东轴承有限公司） ") == [
        "恒越轴承(宁波)有限公司",
        "越东轴承有限公司",
    ]


def test_a_former_name_in_a_note() -> None:
    parts = split_name("甬川恒越轴承有限公司（曾用名：甬川越东轴承有限公司）")
    assert (parts.brand, parts.trade, parts.former) == ("恒越", "轴承", "甬川越东轴承有限公司")


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("宁波中意液压马达有限公司", "液压马达"),
        ("余姚市三力信电磁阀有限公司", "电磁阀"),
        ("宁波一力减震器有限公司", "减震器"),
        ("宁波合力磁材技术有限公司", "磁材"),
        ("宁波得利时泵业有限公司", "泵"),
        ("宁波永久磁业有限公司", "磁材"),
        ("宁波焊割机械制造有限公司", "焊割机械"),
        ("宁波宇洲液压设备有限公司", "液压设备"),
        ("宁波蓝野医疗器械有限公司", "医疗器械"),
        ("宁海县第一注塑模具有限公司", "注塑模具"),
        ("宁波大智机械科技股份有限公司", None),
        ("宁波隆源精密机械有限公司", None),
        ("宁波长城精工实业有限公司", None),
        ("宁波菲仕技术股份有限公司", None),
        ("宁波金海电子有限公司", None),
        ("宁波某某新材料科技有限公司", None),
        ("宁波恒越轴承贸易有限公司", None),
        ("宁波大东南万象科技有限公司", None),
    ],
)
def test_products_of_names(name: str, product: str | None) -> None:
    assert trade_product(name) == product


@given(st.text(max_size=30))
def test_any_name(name: str) -> None:
    split_name(name)
    trade_product(name)
    assert name_key(name_key(name)) == name_key(name)
    assert clean_name(clean_name(name)) == clean_name(name)


@given(st.text(alphabet="宁波恒越液压轴承电子科技（）有限公司集团东方\u200b\u3000 ", max_size=20))
def test_keys_ignore_blanks_and_width(name: str) -> None:
    assert name_key(name) == name_key(f" {name}\u200b\xa0") == name_key(name.replace("（", "(").replace("）", ")"))
