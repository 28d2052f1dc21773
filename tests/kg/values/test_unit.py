"""Units of measure: one form for many spellings, and what can be compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.values.unit import find_unit, size_of


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("毫米", "mm"), ("KW", "kW"), ("Mpa", "MPa"), ("MPA", "MPa"), ("v", "V"), ("公斤", "kg"),
        ("°C", "℃"), ("度电", "kWh"),
        ("mg/Nm3", "mg/Nm3"), ("立方米/小时", "m3/h"), ("W/(m·K)", "W/(m·K)"), ("次/分钟", "次/min"),
        ("次/分", "次/min"),
        ("吨每小时", "t/h"), ("克/立方厘米", "g/cm3"), ("ions/cm2", "ions/cm2"), ("cm-2", "cm-2"), ("dB(A)", "dB(A)"),
        ("mAh/g", "mAh/g"), ("个月", "月"), ("元/吨", "元/t"),
    ],
)  # fmt: skip
def test_spellings(written: str, symbol: str) -> None:
    found = find_unit(written, 0)
    assert found is not None and (found.symbol, found.end) == (symbol, len(written))


@pytest.mark.parametrize("written", ["G频段", "CrNi", "的", "", "中", "D打印"])
def test_what_is_no_unit(written: str) -> None:
    assert find_unit(written, 0) is None


def test_sizes() -> None:
    assert size_of("kg/h") == ("mass/time", pytest.approx(1 / 3600))
    assert size_of("MPa") == ("pressure", 1e6)
    assert size_of("HRC") is None


@given(st.text(alphabet="毫米度次/·()^-23hmgkVAW%每分 ", max_size=12))
def test_never_raises_and_stays_inside(text: str) -> None:
    found = find_unit(text, 0)
    assert found is None or 0 < found.end <= len(text)
