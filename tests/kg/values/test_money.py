from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.values.money import amount, fen, find_money, unit_of
from kg.values.numeral import chinese_number


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("5,000万元至6,000万元", 5e7, 6e7, "CNY"),
        ("5000-6000万元", 5e7, 6e7, "CNY"),
        ("1.5亿元~2亿元", 1.5e8, 2e8, "CNY"),
        ("1.05亿美元", 1.05e8, 1.05e8, "USD"),
        ("18,233,600元", 18233600, 18233600, "CNY"),
        ("１，８２３．３６万元", 18233600, 18233600, "CNY"),
        ("¥18,233,600.50", 18233600.5, 18233600.5, "CNY"),
        ("人民币12亿3,456万元", 1234560000, 1234560000, "CNY"),
        ("壹拾柒亿叁仟万元", 1.73e9, 1.73e9, "CNY"),
        ("人民币贰仟壹百万", 2.1e7, 2.1e7, "CNY"),
        ("人民币(大写)壹亿壹仟叁佰叁拾陆万玖仟元", 113369000, 113369000, "CNY"),
        ("伍拾元叁角贰分", 50.32, 50.32, "CNY"),
        ("US$ 1,200,000", 1.2e6, 1.2e6, "USD"),
        ("3.2亿元人民币", 3.2e8, 3.2e8, "CNY"),
        ("5000余万元", 5e7, 5e7, "CNY"),
        ("800万欧元", 8e6, 8e6, "EUR"),
        ("1, 234, 567.00 元", 1234567, 1234567, "CNY"),
        ("人民币5.6亿", 5.6e8, 5.6e8, "CNY"),
        ("一百万元", 1e6, 1e6, "CNY"),
        ("488.806.625.00元", 488806625, 488806625, "CNY"),
        ("17485 . 00 万元", 174850000, 174850000, "CNY"),
        ("11.1572 惩元", 1115720000, 1115720000, "CNY"),
    ],
)
def test_one_sum(text: str, low: float, high: float, currency: str) -> None:
    around = f"总价为{text},特此公告"
    (money,) = find_money(around)
    assert (money.low, money.high, money.currency) == (low, high, currency)
    assert around[money.start : money.end] == money.text == text


@pytest.mark.parametrize(
    "text",
    [
        "三元食品公司",
        "2015年6月",
        "元器件100元件",
        "装机2×600MW",
        "第3标段",
        "多元化",
        "人民币2015年",
        "12345",
        "3万千瓦",
    ],
)
def test_no_sum(text: str) -> None:
    assert find_money(text) == []


def test_several_sums_do_not_overlap() -> None:
    text = "中标价1.05亿美元,约合7.05亿元人民币;编号2013-500万元"
    assert [(m.high, m.currency) for m in find_money(text)] == [(1.05e8, "USD"), (7.05e8, "CNY"), (5e6, "CNY")]


def test_unit_from_the_head_of_a_table() -> None:
    assert amount("12,345.60", "金额（万元）") == (123456000, "CNY")
    assert amount("7.5亿元", "万元") == (7.5e8, "CNY")
    assert amount("1,200", "单位：千美元") == (1.2e6, "USD")
    assert amount("--", "万元") is None
    assert unit_of("人民币元") == (Decimal(1), "CNY")


@given(st.integers(1, 10**13))
def test_fen_and_thousands(value: int) -> None:
    assert fen(value / 100) == value
    whole = value % 10**12 + 1
    (money,) = find_money(f"计{whole:,}元")
    assert money.low == money.high == whole


@given(st.integers(1, 9999), st.integers(0, 9999))
def test_chinese_numerals(high: int, low: int) -> None:
    def section(number: int) -> str:
        out, zero = "", False
        for unit, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
            digit = number // unit % 10
            if digit:
                out += ("零" if zero and out else "") + "零壹贰叁肆伍陆柒捌玖"[digit] + name
                zero = False
            else:
                zero = True
        return out

    text = section(high) + "亿" + (("零" if low < 1000 else "") + section(low) + "万" if low else "")
    assert chinese_number(text) == high * 10**8 + low * 10**4
    assert [money.high for money in find_money(text + "元整")] == [high * 10**8 + low * 10**4]


@given(st.text(max_size=60))
def test_spans_are_slices_of_any_text(text: str) -> None:
    for money in find_money(text + "共3万元"):
        assert (text + "共3万元")[money.start : money.end] == money.text
        assert money.low <= money.high
