"""Opened quotes side by side: by field, prices for one unit where units agree, the lowest named without a verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from web.db.inquiries import Inquiry
from web.work.inquiries.quote import Opened


@dataclass
class Cell:
    """What one firm answered to one field: None where it did not. `lowest` where it is the lowest of its kind."""

    value: Any = None
    each: str = ""
    lowest: bool = False


@dataclass
class Line:
    """A field and what each firm answered, in the order of the firms. `uneven` where prices cannot be compared."""

    code: str
    words: str
    cells: list[Cell] = field(default_factory=list)
    uneven: bool = False


def side_by_side(row: Inquiry, answered: Sequence[Opened], late: bool = False) -> list[Line]:
    """A line for each field that was asked; of late answers instead of those that count, where `late`."""
    lines = []
    for asked in row.asked:
        line = Line(asked["code"], str(asked.get("words", "")))
        for one in answered:
            quote = one.late if late else one.quote
            line.cells.append(Cell(quote.answers.get(asked["code"]) if quote is not None else None))
        if asked["code"] == "price":
            _prices(line)
        elif asked["code"] == "lead_time":
            _lowest(line, [(cell, Fraction(cell.value)) for cell in line.cells if cell.value is not None])
        lines.append(line)
    given = [one.late if late else one.quote for one in answered]
    attached = [quote.answers.get("files") if quote is not None else None for quote in given]
    if any(attached):
        lines.append(Line("files", "", [Cell(named) for named in attached]))
    return lines


def _prices(line: Line) -> None:
    """Fen for one unit; compared among those of the same unit, currency and tax alone."""
    groups: dict[tuple[str, str, str], list[tuple[Cell, Fraction]]] = defaultdict(list)
    for cell in line.cells:
        if cell.value is not None:
            each = Fraction(cell.value["fen"]) / Fraction(cell.value["per"])
            cell.each = yuan(each)
            groups[cell.value["unit"], cell.value["currency"], cell.value["tax"]].append((cell, each))
    line.uneven = len(groups) > 1
    if not line.uneven:
        for group in groups.values():
            _lowest(line, group)


def _lowest(line: Line, group: list[tuple[Cell, Fraction]]) -> None:
    if len(group) > 1:
        least = min(value for _, value in group)
        for cell, value in group:
            cell.lowest = value == least


def yuan(fen: Fraction | int) -> str:
    """Fen as yuan with at least two places and at most six, rounded half up: 123456 → 1234.56."""
    millionths = (Fraction(fen) * 10_000 * 2 + 1) // 2
    whole, rest = divmod(int(millionths), 1_000_000)
    places = f"{rest:06d}".rstrip("0").ljust(2, "0")
    return f"{whole}.{places}"
