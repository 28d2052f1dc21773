"""Numbers of Chinese patents (ZC 0006-2003): application numbers with check digit, and publication numbers.

An application number has year, kind, serial number and a check digit modulo 11: 13 digits since October 2003
(ZL201610611945.6), 9 before (ZL03123456.X). `ZL` marks a granted patent; as the number is the same before and after
the grant, the normal form always carries it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.values.numeral import HALF_WIDTH

KINDS = {"1": "invention", "2": "utility_model", "3": "design", "8": "invention", "9": "utility_model"}
"""Kind by the digit behind the year; 8 and 9 came by the international way (PCT)."""

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_B = r"[^\S\n]{0,2}"
_APPLICATION = re.compile(
    rf"(?<![0-9A-Za-z.])(?P<prefix>ZL|CN|Zl|zl|cn)?{_B}"
    rf"(?P<digits>(?:19|20)\d\d{_B}[12389]{_B}\d{{7}}|(?:8[5-9]|9\d|0[0-3])[12389]\d{{5}})"
    rf"(?:{_B}(?P<dot>\.){_B}(?P<check>[\dXx])|(?P<bare>[\dXx]))?(?![0-9A-Za-z]|\.\d)"
)
_PUBLICATION = re.compile(r"(?<![0-9A-Za-z])CN\s?(?P<serial>\d{7}|\d{9})\s?(?P<letter>[ABCUSY]\d?)(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class PatentSpan:
    """A patent's number in its normal form, its kind where the number tells it, and its place in the text."""

    number: str
    kind: str | None
    start: int
    end: int


def check_digit(digits: str) -> str:
    """Check digit (0 to 9, X) of the 12 or 8 digits before it."""
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return "X" if rest == 10 else str(rest)


def find_patents(text: str) -> list[PatentSpan]:
    """Patent numbers with a right check digit, and publication numbers (CN104567890A), in order.

    A number without its check digit counts only behind ZL or CN; the digit is then added.
    """
    plain = text.translate(HALF_WIDTH)
    found = []
    for hit in _APPLICATION.finditer(plain):
        number = _number(hit)
        if number:
            found.append(PatentSpan(number, kind(number), hit.start(), hit.end()))
    for hit in _PUBLICATION.finditer(plain):
        number = f"CN{hit['serial']}{hit['letter']}"
        found.append(PatentSpan(number, kind(number), hit.start(), hit.end()))
    return sorted(found, key=lambda span: span.start)


def normalise_patent(text: str) -> str | None:
    """The normal form of a text that is a patent number and nothing else; None for a wrong check digit."""
    found = find_patents(text.strip())
    whole = len(text.strip())
    return found[0].number if len(found) == 1 and found[0].start == 0 and found[0].end == whole else None


def kind(number: str) -> str | None:
    """invention, utility_model or design, by a number in its normal form."""
    if number.startswith("ZL"):
        return KINDS.get(number[6] if len(number) == 16 else number[4])
    return {"A": "invention", "B": "invention", "C": "invention", "U": "utility_model", "Y": "utility_model"}.get(
        number.rstrip("0123456789")[-1], "design" if number.rstrip("0123456789").endswith("S") else None
    )


def _number(hit: re.Match[str]) -> str | None:
    digits = re.sub(r"\s", "", hit["digits"])
    given = hit["check"] or hit["bare"]
    right = check_digit(digits)
    if given is None:
        return f"ZL{digits}.{right}" if hit["prefix"] else None
    if given.upper() != right or not (hit["prefix"] or hit["dot"] or len(digits) == 12):
        return None
    return f"ZL{digits}.{right}"
