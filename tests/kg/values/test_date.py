from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.values.date import find_dates, parse_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2015年6月1日", "2015-06-01"),
        ("2015 年 6 月 1 日", "2015-06-01"),
        ("２０１５年６月１日", "2015-06-01"),
        ("二〇一五年六月一日", "2015-06-01"),
        ("二○一五年十二月三十一日", "2015-12-31"),
        ("2015-06-01", "2015-06-01"),
        ("2015/6/1", "2015-06-01"),
        ("2015.06.01", "2015-06-01"),
        ("2015.06", "2015-06"),
        ("2015年6月", "2015-06"),
        ("2015年", "2015"),
    ],
)
def test_forms(text: str, iso: str) -> None:
    around = f"于{text}签订"
    (span,) = find_dates(around)
    assert span.iso == iso
    assert around[span.start : span.end] == text
    assert parse_date(text) == iso


@pytest.mark.parametrize(
    "text", ["2015年度", "2015年13月40日", "3.2015.06.1", "2015.06万元", "12015-06-01", "合同2015.5%"]
)
def test_no_date(text: str) -> None:
    assert find_dates(text) == []


def test_cells_of_sheets() -> None:
    assert parse_date("20150601") == "2015-06-01"
    assert parse_date("2015-06-01 00:00:00") == "2015-06-01"
    assert parse_date("2015") == "2015"
    assert parse_date("20151301") is None
    assert parse_date("签于2015年6月1日") is None


@given(st.dates(dt.date(1850, 1, 1), dt.date(2099, 12, 31)))
def test_every_day(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == day.isoformat()
    assert parse_date(f"{day.year}年{day.month}月{day.day}日") == day.isoformat()


@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    for span in find_dates(text):
        assert 0 <= span.start < span.end <= len(text)
