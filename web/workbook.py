"""A workbook for people: sheets with a head, and a last one that says what they rest on. Nothing in it is a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_LEAST, _MOST = 10, 46
_CELL = 32_767
"""Signs that a cell holds."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its head, its rows. Numbers are written as numbers, all else as text (codes too)."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


def workbook(sheets: Sequence[Sheet], about: str, lines: Iterable[tuple[str, str]]) -> bytes:
    """The sheets as XLSX; the last one, `about`, holds lines of name and text."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for one in sheets:
            sheet = book.add_worksheet(one.name)
            for place, words in enumerate(one.head):
                sheet.write_string(0, place, words, bold)
                widest = max((len(str(row[place] or "")) for row in one.rows), default=0)
                sheet.set_column(place, place, min(max(_LEAST, widest * 1.6), _MOST))
            for line, row in enumerate(one.rows, start=1):
                for place, value in enumerate(row):
                    if isinstance(value, int | float) and not isinstance(value, bool):
                        sheet.write_number(line, place, value, wrap)
                    elif value not in (None, ""):
                        sheet.write_string(line, place, str(value)[:_CELL], wrap)
            sheet.freeze_panes(1, 0)
            if one.rows:
                sheet.autofilter(0, 0, len(one.rows), len(one.head) - 1)
        last = book.add_worksheet(about)
        last.set_column(0, 0, 24)
        last.set_column(1, 1, 100, wrap)
        for line, (name, text) in enumerate(lines):
            last.write_string(line, 0, name, bold)
            last.write_string(line, 1, text[:_CELL], wrap)
    return out.getvalue()
