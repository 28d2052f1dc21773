"""Rows of lists and sheets, as the store keeps them: one page a row, its place and then `column: value` lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from web.pages.evidence.pagetext import PageText

if TYPE_CHECKING:
    from collections.abc import Iterator


class Cell(BaseModel):
    """A cell of a row."""

    column: str
    value: str
    quoted: bool = Field(default=False, description="whether the statement quotes it")


class SheetRow(BaseModel):
    """A row of a sheet; `place` is sheet:row."""

    place: str
    cells: list[Cell]


def sheet_rows(text: PageText, first: int, last: int) -> Iterator[SheetRow]:
    """The rows from number `first` to before `last`, counted from zero."""
    for number in range(first, min(last, len(text.pages))):
        start, end = text.page_span(number + 1)
        place, _, row = text.slice(start, end).partition("\n")
        yield SheetRow(place=place, cells=cells(row.rstrip("\n")))


def sheet_row(text: PageText, place: str, start: int, end: int) -> SheetRow | None:
    """The row at a place, with the cells marked that start:end of it quotes; None where there is no such row."""
    head = f"{place}\n"
    at = 0 if text.text.startswith(head) else text.text.find(f"\n\n{head}") + 2
    if at == 1:
        return None
    low, high = text.page_span(text.page_at(at))
    row = text.slice(low + len(head), high).rstrip("\n")
    return SheetRow(place=place, cells=cells(row, start, end))


def cells(row: str, start: int = 0, end: int = 0) -> list[Cell]:
    """The columns of a row that is printed as `column: value` lines; a line without a column goes on."""
    found: list[Cell] = []
    at = 0
    for line in row.split("\n"):
        column, colon, value = line.partition(": ")
        quoted = start < at + len(line) and end > at
        if colon or not found:
            found.append(Cell(column=column if colon else "", value=value if colon else line, quoted=quoted))
        else:
            found[-1].value += "\n" + line
            found[-1].quoted |= quoted
        at += len(line) + 1
    return found
