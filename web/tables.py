"""An answer of the console as CSV, XLSX or JSON, each with its source, its day and the query that defines it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.console import Table
from kg.console.result import Link, Node, Path

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAX_CELL = 32_767
"""Signs that a cell of a sheet holds."""

_EXACT = 2**53
"""Whole numbers from here on are no longer exact in a sheet: they are written as text."""

CSV, XLSX, JSON = "csv", "xlsx", "json"
MEDIA = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    JSON: "application/json",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer comes from: the graph's stamp and day, when it was asked, the query and its parameters."""

    source: str
    as_of: str
    asked: str
    query: str
    parameters: Mapping[str, Any]
    definitions: tuple[tuple[str, str], ...] = ()
    """What is asked, what its columns mean, what it leaves out; empty for a text of one's own."""

    def lines(self, table: Table) -> list[tuple[str, str]]:
        """Name and value of what a reader of the file needs to know."""
        rows = f"{len(table.rows)} of {'at least ' if table.at_least else ''}{table.total}"
        return [
            ("source", self.source),
            ("as_of", self.as_of),
            ("asked", self.asked),
            ("rows", rows),
            ("values_shortened", str(table.shortened)),
            ("parameters", json.dumps(dict(self.parameters), ensure_ascii=False)),
            *self.definitions,
            ("query", self.query.strip()),
        ]


def shown(value: Any) -> str:
    """A value as a cell of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Node):
        return value.caption
    if isinstance(value, Link):
        ends = (value.start.caption if value.start else "", value.end.caption if value.end else "")
        return f"{ends[0]}-[:{value.type}]->{ends[1]}"
    if isinstance(value, Path):
        parts = [value.nodes[0].caption if value.nodes else ""]
        for link, node in zip(value.links, value.nodes[1:], strict=False):
            parts.append(f"-[:{link.type}]-{node.caption}")
        return "".join(parts)
    if isinstance(value, list):
        return "、".join(shown(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(plain(value), ensure_ascii=False)
    return str(value)


def plain(value: Any) -> Any:
    """A value as JSON has it; numbers that JSON has not (infinite, not a number) as text."""
    if isinstance(value, Node | Link | Path):
        return plain(value.plain())
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return value


def as_json(table: Table, origin: Origin) -> dict[str, Any]:
    """The answer as one JSON object."""
    return {
        "columns": [{"name": column.name, "type": column.type} for column in table.columns],
        "rows": [[plain(value) for value in row] for row in table.rows],
        "total": table.total,
        "at_least": table.at_least,
        "left_off": table.left_off,
        "shortened": table.shortened,
        "seconds": table.seconds,
        "source": origin.source,
        "as_of": origin.as_of,
        "asked": origin.asked,
        "query": origin.query,
        "parameters": dict(origin.parameters),
        **({"definitions": dict(origin.definitions)} if origin.definitions else {}),
    }


def json_bytes(table: Table, origin: Origin) -> bytes:
    """The answer as a file of JSON."""
    return (json.dumps(as_json(table, origin), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def as_csv(table: Table, origin: Origin) -> bytes:
    """UTF-8 with BOM: lines that begin with `#` say where it comes from, then head and rows.

    Cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    return csv_bytes([column.name for column in table.columns], table.rows, origin.lines(table))


def csv_bytes(head: Iterable[str], rows: Iterable[Iterable[Any]], lines: Iterable[tuple[str, str]]) -> bytes:
    """Any table as such a file; `lines` are name and value of what is said above it."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    for name, value in lines:
        writer.writerow([f"# {name}: {value}"])
    writer.writerow([_guarded(name) for name in head])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().encode("utf-8", "replace")


def as_xlsx(table: Table, origin: Origin) -> bytes:
    """A workbook: a sheet of rows, and one that says where they come from."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True})
        sheet = book.add_worksheet("rows")
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, column.name[:_MAX_CELL], head)
        for line, row in enumerate(table.rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, bool):
                    sheet.write_boolean(line, place, value)
                elif isinstance(value, int | float) and abs(value) < _EXACT:
                    sheet.write_number(line, place, value)
                elif value is not None:
                    sheet.write_string(line, place, shown(value)[:_MAX_CELL])
        sheet.freeze_panes(1, 0)
        if table.columns and table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        said = [("source", origin.lines(table)), ("definitions", list(origin.definitions))]
        for title, lines in said[: 2 if origin.definitions else 1]:
            about = book.add_worksheet(title)
            about.set_column(0, 0, 18)
            about.set_column(1, 1, 100, wrapped)
            for line, (name, text) in enumerate(lines):
                about.write_string(line, 0, name[:_MAX_CELL], head)
                about.write_string(line, 1, text[:_MAX_CELL])
    return out.getvalue()


MAKERS = {CSV: as_csv, XLSX: as_xlsx, JSON: json_bytes}
"""What makes a file of each kind."""


def _cell(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _guarded(shown(value))


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text
