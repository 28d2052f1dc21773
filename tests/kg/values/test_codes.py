from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from kg.values import credit_code
from kg.values.patent import check_digit, find_patents, kind, normalise_patent


@given(st.text(credit_code.ALPHABET, min_size=9, max_size=9))
def test_check_sign_as_in_another_program(tail: str) -> None:
    first = "91000000" + tail
    code = first + credit_code.check_sign(first)
    assert credit_code.is_valid(code)
    assert uscc.calc_check_digit(first) == code[-1]
    wrong = first + ("0" if code[-1] != "0" else "1")
    assert not credit_code.is_valid(wrong)


def test_codes_as_they_are_written() -> None:
    first = "91000000MA0000001"
    code = first + credit_code.check_sign(first)
    assert credit_code.normalise(f" {code[:9]} {code[9:].lower()}\n") == code
    assert credit_code.region(code) == "000000"
    assert credit_code.find_credit_codes(f"代码：{code}，又{code}9") == [(code, 3, 21)]
    for wrong in ("", "91", code[:-1], "I" * 18, "91000000MA000000O1"):
        assert credit_code.normalise(wrong) is None


@pytest.mark.parametrize(
    ("text", "number", "what"),
    [
        ("ZL201610611945.6", "ZL201610611945.6", "invention"),
        ("201610611945.6", "ZL201610611945.6", "invention"),
        ("ZL 2016 1 0611945.6", "ZL201610611945.6", "invention"),
        ("2016106119456", "ZL201610611945.6", "invention"),
        ("ＺＬ201610611945．6", "ZL201610611945.6", "invention"),
        ("CN201610611945.6", "ZL201610611945.6", "invention"),
        ("ZL201610611945", "ZL201610611945.6", "invention"),
        ("ZL201610611945.7", None, None),
        ("ZL03123456." + check_digit("03123456"), "ZL03123456." + check_digit("03123456"), "invention"),
        ("CN104567890A", "CN104567890A", "invention"),
        ("CN 204567890 U", "CN204567890U", "utility_model"),
        ("13800138000", None, None),
    ],
)
def test_patent_numbers(text: str, number: str | None, what: str | None) -> None:
    assert normalise_patent(text) == number
    if number:
        assert kind(number) == what


SERIAL_13 = (st.sampled_from("12389"), st.integers(0, 9_999_999))
SERIAL_9 = (st.sampled_from("12389"), st.integers(0, 99_999))
YEARS_9 = (*range(85, 100), *range(4))


@given(st.integers(1986, 2026), st.sampled_from("12389"), st.integers(0, 9_999_999))
def test_numbers_are_found_with_their_place(year: int, sort: str, serial: int) -> None:
    digits = f"{year}{sort}{serial:07d}"
    text = f"专利号为{digits}.{check_digit(digits)}的专利"
    (span,) = find_patents(text)
    assert text[span.start : span.end] == f"{digits}.{check_digit(digits)}"
    assert span.number == f"ZL{digits}.{check_digit(digits)}"


MADE = st.one_of(
    st.builds(lambda year, sort, serial: f"{year}{sort}{serial:07d}", st.integers(2003, 2026), *SERIAL_13),
    st.builds(lambda year, sort, serial: f"{year:02d}{sort}{serial:05d}", st.sampled_from(YEARS_9), *SERIAL_9),
)
"""The digits before the check digit, of numbers since October 2003 and before."""


@given(MADE, st.sampled_from(["ZL{}.{}", "ZL {}.{}", "CN{}.{}", "zl{}.{}", "ZL{}{}", "ＺＬ{}．{}", "\t{}.{}\t"]))
def test_a_number_is_read_however_it_is_printed(digits: str, form: str) -> None:
    printed = form.format(digits, check_digit(digits))
    assert [one.number for one in find_patents(f"一种方法\t{printed}\t授权")] == [f"ZL{digits}.{check_digit(digits)}"]


@given(MADE, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_never_a_number(digits: str, at: int, more: int) -> None:
    whole = digits + check_digit(digits)
    at = min(at, len(whole) - 1)
    wrong = str(((10 if whole[at] == "X" else int(whole[at])) + more) % 10)
    damaged = whole[:at] + wrong + whole[at + 1 :]
    assert damaged == whole or find_patents(f"专利号ZL{damaged[:-1]}.{damaged[-1]}。") == []


@given(MADE, st.integers(0, 9))
def test_a_digit_too_many_is_no_number(digits: str, more: int) -> None:
    assert find_patents(f"ZL{digits}.{more}{check_digit(digits)} 专利") == []
