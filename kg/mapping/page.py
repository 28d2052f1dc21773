"""Tables of an HTML page as grids of cells: notices as authorities publish them, with the words that stand above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

_MOST_CELLS = 2_000_000
_ABOVE = 4
_LINE = 120


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table by its number in the page, the lines above it (nearest first), and its cells, spans filled."""

    name: str
    above: str
    grid: list[list[str]]


def is_page(begin: bytes) -> bool:
    """Whether a file begins as HTML does; spreadsheets that are HTML under the name of .xls do so too."""
    start = begin.lstrip(b"\xef\xbb\xbf \t\r\n")[:400].lower()
    return start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<div", b"<meta")) or (
        start.startswith(b"<?xml") and b"<html" in start
    )


def page_tables(text: str) -> list[PageTable]:
    """Tables that hold no other table, in their order. Raises ValueError where spans ask for too many cells."""
    found: list[PageTable] = []
    lines: list[str] = []
    room = _MOST_CELLS
    for node in _blocks(LexborHTMLParser(text)):
        if node.tag != "table":
            line = " ".join(node.text(separator=" ").split())
            if line and len(line) <= _LINE:
                lines.append(line)
            continue
        grid = _grid(node, room)
        room -= sum(map(len, grid))
        found.append(PageTable(str(len(found) + 1), "\n".join(reversed(lines[-_ABOVE:])), grid))
        lines.clear()
    return found


def _blocks(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """Headings, paragraphs and tables of data. A table that holds others is layout: what stands in it is the page's."""
    for node in tree.css("h1, h2, h3, h4, p, caption, table"):
        if node.tag == "table":
            if not _holds_tables(node):
                yield node
            continue
        parent = node.parent
        while parent is not None and parent.tag != "table":
            parent = parent.parent
        if parent is None or node.tag == "caption" or _holds_tables(parent):
            yield node


def _holds_tables(table: LexborNode) -> bool:
    return any(inner.mem_id != table.mem_id for inner in table.css("table"))


def _grid(table: LexborNode, room: int) -> list[list[str]]:
    rows: list[dict[int, str]] = []
    for number, line in enumerate(table.css("tr")):
        rows += [{} for _ in range(number + 1 - len(rows))]
        at = 0
        for cell in line.css("td, th"):
            while at in rows[number]:
                at += 1
            text = "\n".join(" ".join(part.split()) for part in cell.text(separator="").split("\n") if part.strip())
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            room -= wide * high
            if room < 0:
                raise ValueError("its spans ask for too many cells")
            rows += [{} for _ in range(number + high - len(rows))]
            for below in range(number, number + high):
                rows[below].update((place, text) for place in range(at, at + wide))
            at += wide
    width = max((max(row) + 1 for row in rows if row), default=0)
    if width * len(rows) > _MOST_CELLS:
        raise ValueError("its spans ask for too many cells")
    return [[row.get(place, "") for place in range(width)] for row in rows]


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "1").strip()
    return max(1, int(value)) if value.isdigit() and len(value) < 6 else 1
