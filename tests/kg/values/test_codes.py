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


@given(st.integers(1986, 2026), st.sampled_from("12389"), st.integers(0, 9_999_999))
def test_numbers_are_found_with_their_place(year: int, sort: str, serial: int) -> None:
    digits = f"{year}{sort}{serial:07d}"
    text = f"专利号为{digits}.{check_digit(digits)}的专利"
    (span,) = find_patents(text)
    assert text[span.start : span.end] == f"{digits}.{check_digit(digits)}"
    assert span.number == f"ZL{digits}.{check_digit(digits)}"
