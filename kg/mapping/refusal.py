"""What is refused of a list: a row, a cell, or the whole file."""

from __future__ import annotations

from dataclasses import dataclass

from kg.errors import KgError

MANIFEST = "KG801"
UNREADABLE = "KG802"
NO_HEADER = "KG803"
COUNT = "KG804"
BAD_LINE = "KG805"
MISSING = "KG806"
BAD_CELL = "KG807"
NO_STATEMENT = "KG808"
CONTRADICTION = "KG809"
IMPLAUSIBLE = "KG810"
PLACE = "KG811"
TWO_FIRMS = "KG812"
REPEATED = "KG813"
LEFT = "KG814"
DOUBTS = (IMPLAUSIBLE, PLACE, TWO_FIRMS, REPEATED)
"""Codes of rows that could be read and wait until somebody accepts them."""


class SourceError(KgError):
    """A list cannot be imported: wrong manifest, unreadable file, no head, too few or too many rows."""

    code = MANIFEST


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was left out, or (`kept`) a cell of a row that went in without it.

    `place` is `sheet:row`, with `:column` where one cell is to blame.
    """

    file: str
    place: str
    code: str
    reason: str
    hint: str = ""
    kept: bool = False

    def as_row(self) -> dict[str, str]:
        """The refusal as a line of `--report`: file, place, code, reason, hint."""
        return {
            "file": self.file,
            "place": self.place,
            "code": self.code,
            "reason": self.reason,
            "hint": self.hint,
        }
