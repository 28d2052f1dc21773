"""Codes of GB/T 4754-2017, the national classification of industries: the section of a code without its letter."""

from __future__ import annotations

import re

_BEGINS = {
    "A": 1, "B": 6, "C": 13, "D": 44, "E": 47, "F": 51, "G": 53, "H": 61, "I": 63, "J": 66,
    "K": 70, "L": 71, "M": 73, "N": 76, "O": 80, "P": 83, "Q": 84, "R": 86, "S": 91, "T": 97,
}  # fmt: skip
"""The first division (two digits) of each section, by its letter."""

_LAST = 97
_CODE = re.compile(r"(?:.*:)?([A-T]?)(\d{2,4})")


def section_of(code: str) -> str | None:
    """The section (A to T) of a code of digits (3393); None for a division that there is not."""
    division = int(code[:2]) if code[:2].isdigit() and len(code) >= 2 else 0
    if not 1 <= division <= _LAST:
        return None
    return max(letter for letter, first in _BEGINS.items() if first <= division)


def lettered(code: str) -> str:
    """A code as the standard prints it, with the letter of its section: C3393 for 3393, C3393 or GB/T 4754:3393.

    What is no code stays as it is.
    """
    found = _CODE.fullmatch(code)
    if found is None or found[1]:
        return code if found is None else f"{found[1]}{found[2]}"
    return f"{section_of(found[2]) or ''}{found[2]}"
