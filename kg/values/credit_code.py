"""Unified social credit codes (统一社会信用代码), GB 32100-2015: 18 signs, the last one a check sign modulo 31.

Place of the parts: 1 registering department, 2 kind of organisation, 3 to 8 division code of the registering
authority (GB/T 2260), 9 to 17 organisation code (GB 11714), 18 check sign.
"""

from __future__ import annotations

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 signs in the order of their values: no I, O, S, V, Z."""

_FORM = re.compile(rf"[1-9ANY][1-9A]\d{{6}}[{ALPHABET}]{{10}}")
_IN_TEXT = re.compile(rf"(?<![0-9A-Za-z])[1-9ANY][1-9A]\d{{6}}[{ALPHABET}]{{10}}(?![0-9A-Za-z])", re.ASCII)
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))


def check_sign(first: str) -> str:
    """The 18th sign for the first 17; raises KeyError on a sign outside the alphabet."""
    total = sum(weight * _VALUE[sign] for weight, sign in zip(_WEIGHTS, first[:17], strict=True))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Whether the text is a credit code as it is written in capitals, with the right check sign."""
    return bool(_FORM.fullmatch(code)) and check_sign(code[:17]) == code[17]


def normalise(text: str) -> str | None:
    """The code in capitals without blanks, hyphens and full-width signs; None where it is not a valid code."""
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    return code if is_valid(code) else None


def region(code: str) -> str:
    """Division code (GB/T 2260) of the authority that registered the firm: not always where the firm works."""
    return code[2:8]


def find_credit_codes(text: str) -> list[tuple[str, int, int]]:
    """Valid codes in a text with start and end (code points)."""
    return [(hit.group(), hit.start(), hit.end()) for hit in _IN_TEXT.finditer(text) if is_valid(hit.group())]
