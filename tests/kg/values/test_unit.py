"""Units of measure: one form for many spellings, and what can be compared."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg.values.unit import comparable, converted, converted_difference, find_unit


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


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (2.2, "kW", "W", 2200), (0.5, "MPa", "bar", 5), (25, "℃", "K", 298.15), (0, "K", "℃", -273.15),
        (77, "℉", "℃", 25), (1, "t/h", "kg/min", 1000 / 60), (1, "W/(m·K)", "W/(m·℃)", 1), (1, "N/mm2", "MPa", 1),
        (3000, "r/min", "rpm", 3000),
        (5, "%", "‰", 50), (1, "kWh", "MJ", 3.6), (2, "斤", "kg", 1), (1, "cm-2", "m-2", 1e4),
        (10, "℃/min", "K/s", 1 / 6), (1, "mPa·s", "Pa·s", 1e-3), (1, "kcal", "kJ", 4.1868), (3, "台", "台", 3),
        (3000, "元/t", "元/kg", 3),
    ],
)  # fmt: skip
def test_conversion(value: float, unit: str, to: str, expected: float) -> None:
    assert converted(value, unit, to) == pytest.approx(expected)
    assert converted(converted(value, unit, to), to, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    ("first", "second"),
    [("Nm", "J"), ("W", "VA"), ("%", "rad"), ("Hz", "r/min"), ("HRC", "HV"), ("dB", "%"), ("m", "m2"), ("台", "套"),
     ("bit", "%"), ("foo", "m"), ("lm", "cd"), ("Nm3/h", "m3/h")],
)  # fmt: skip
def test_what_cannot_be_compared(first: str, second: str) -> None:
    assert not comparable(first, second)
    for convert in (converted, converted_difference):
        with pytest.raises(ValueError, match="cannot be said"):
            convert(1.0, first, second)


def test_a_difference_of_degrees_has_no_zero() -> None:
    assert converted_difference(2, "K", "℃") == pytest.approx(2)
    assert converted_difference(9, "℉", "℃") == pytest.approx(5)


def test_every_unit_that_is_named_in_the_words_of_pint_is_known_to_it() -> None:
    table = yaml.safe_load(files("kg.values").joinpath("units.yml").read_text("utf-8"))
    for units in table.values():
        for symbol in (symbol for symbol, entry in units.items() if entry[0]):
            assert comparable(f"{symbol}·m", f"m·{symbol}"), symbol


def test_reading_does_not_load_pint() -> None:
    said = "import sys; from nlp.requirement.read import read_targets; read_targets('压力≥5MPa')"
    subprocess.run([sys.executable, "-c", f"{said}; assert 'pint' not in sys.modules"], check=True)


@given(st.text(alphabet="毫米度次/·()^-23hmgkVAW%每分 ", max_size=12))
def test_never_raises_and_stays_inside(text: str) -> None:
    found = find_unit(text, 0)
    assert found is None or 0 < found.end <= len(text)
