"""Rows of CSV, XLS, XLSX, HTML pages, JSON lines and zip archives of JSON lines, each with the place where it stands.

Sheets: the head is the row among the first thirty that has most of the manifest's columns; merged cells hold their
value in all of their cells, so that heads of two levels and merged places of firms need no special treatment.
"""

from __future__ import annotations

import csv
import fnmatch
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from kg.mapping.cell import printed
from kg.mapping.manifest import Column, Manifest, Table
from kg.mapping.page import is_page, page_tables
from kg.mapping.refusal import BAD_LINE, LEFT, NO_HEADER, UNREADABLE, Refusal, SourceError
from kg.mapping.sheet import Grid, SheetError, grids
from kg.values.name import name_key

SECTION = "分节"
"""Under this head a row has the note across the table above it, where a column asks for it by the head `@section`."""
_HEAD_ROWS = 30
_MOST_BYTES = 2 << 30
_SURE_BYTES, _MOST_RATIO = 50 << 20, 200
"""So much may be unpacked however small the file is, and so many times its size; lists are compressed five- to
thirtyfold."""
_SAVE = "open it in its own program and save it again"
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeError)
_BRACKET = re.compile(r"\(.*\)$")


@dataclass(slots=True)
class Row:
    """A row at `page` (`sheet:row`), its cells by head, as they stand in the file.

    `shown` are the heads that the public may see, None for all.
    """

    page: str
    cells: dict[str, str]
    shown: frozenset[str] | None = None

    @property
    def text(self) -> str:
        """The row as `column: value` lines, empty cells left out: what offsets and quotes of its facts count in."""
        shown = self.shown
        return "\n".join(
            [f"{head}: {text}" for head, text in self.cells.items() if text and (shown is None or head in shown)]
        )

    def span(self, heads: frozenset[str]) -> tuple[int, int]:
        """From the first to the last of these columns in `text`; the whole text where none of them has a value."""
        start, end, at = -1, 0, 0
        for head, text in self.cells.items():
            if not text or (self.shown is not None and head not in self.shown):
                continue
            length = len(head) + 2 + len(text)
            if head in heads:
                start = at if start < 0 else start
                end = at + length
            at += length + 1
        return (start, end) if start >= 0 else (0, max(at - 1, 0))


@dataclass(slots=True)
class Part:
    """One table as it stands in a file: its head row by column, the text above it, its rows."""

    table: Table
    name: str
    heads: Mapping[str, str]
    units: Mapping[str, str]
    above: str
    rows: Iterator[Row]
    refusals: list[Refusal] = field(default_factory=list)
    left: int = 0

    def leaves(self, cells: Mapping[str, str]) -> bool:
        """Whether the manifest leaves this row out; nothing is known of it afterwards but that it is one more."""
        if any(entry.takes(cells.get(self.heads.get(entry.column, ""), "")) for entry in self.table.leave):
            self.left += 1
            return True
        return False

    def tell_left(self, file: str) -> None:
        """One refusal that says how many rows were left out, if any were."""
        if self.left:
            reason = f"{self.left} rows that the manifest does not let in, of natural persons or of no firm"
            hint = "nothing: they are left out on purpose, and nothing of them is kept"
            self.refusals.append(Refusal(file, self.name, LEFT, reason, hint))

    @property
    def shown(self) -> frozenset[str] | None:
        """Heads of the columns that the public may see, None for all that the file has."""
        if not self.table.discreet:
            return None
        public = (column.name for column in self.table.columns.values() if not column.private)
        private = {self.heads[c.name] for c in self.table.columns.values() if c.private and c.name in self.heads}
        return (
            frozenset() if self.table.private else frozenset(self.heads[n] for n in public if n in self.heads) - private
        )


def parts(manifest: Manifest, path: Path) -> Iterator[Part]:
    """The tables of a file in the order of the manifest; raises KG802, and KG803 where no part has its columns."""
    try:
        with path.open("rb") as stream:
            begin = stream.read(1000)
    except OSError as error:
        raise SourceError(f"the file cannot be opened: {error.strerror}", code=UNREADABLE, file=path.name) from error
    if not begin:
        raise SourceError("the file is empty", code=UNREADABLE, hint="send it again", file=path.name)
    if begin.startswith(b"PK") and _is_archive(path):
        return _archive(manifest, path)
    if begin.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _book(manifest, path)
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json") or begin.lstrip()[:1] == b"{":
        return iter([_lines(manifest.tables[0], path.name, "1", path.open("rb"))])
    if is_page(begin):
        return _page(manifest, path)
    return _csv(manifest, path)


def _is_archive(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            most = min(_MOST_BYTES, max(_SURE_BYTES, path.stat().st_size * _MOST_RATIO))
            if size > most:
                reason = f"it unpacks to {size >> 20} MiB, more than {most >> 20}"
                raise SourceError(reason, code=UNREADABLE, hint="split it", file=path.name)
            return "[Content_Types].xml" not in archive.namelist()
    except _BROKEN_ZIP as error:
        raise _broken(path.name, error) from error


def _broken(file: str, error: BaseException) -> SourceError:
    return SourceError(f"a broken archive: {error}", code=UNREADABLE, hint="send it again, unencrypted", file=file)


def _archive(manifest: Manifest, path: Path) -> Iterator[Part]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for table in manifest.tables:
            found = [name for name in names if fnmatch.fnmatch(name.rsplit("/", 1)[-1], table.part)]
            if not found:
                raise SourceError(
                    f"no member {table.part} in the archive", code=NO_HEADER, hint=f"it has {names}", file=path.name
                )
            for name in found:
                try:
                    stream = archive.open(name)
                except _BROKEN_ZIP as error:
                    raise _broken(path.name, error) from error
                yield _lines(table, path.name, name.rsplit("/", 1)[-1], stream)


def _lines(table: Table, file: str, name: str, stream: IO[bytes]) -> Part:
    heads = {column.name: column.heads[0] for column in table.columns.values()}
    part = Part(table, name, heads, {}, "", iter(()))
    part.rows = _json_rows(part, file, stream)
    return part


def _json_rows(part: Part, file: str, stream: IO[bytes]) -> Iterator[Row]:
    # other keys of the same column are renamed to the first one, so that rules know one head a column
    shown = part.shown
    others = {head: column.heads[0] for column in part.table.columns.values() for head in column.heads[1:]}
    decode = json.JSONDecoder().decode
    with stream:
        for number, line in enumerate(_unpacked(stream, file), 1):
            if not line.strip():
                continue
            try:
                cells = decode(line.decode())
            except (ValueError, RecursionError):
                cells = None
            page = f"{part.name}:{number}"
            if not isinstance(cells, dict):
                part.refusals.append(Refusal(file, page, BAD_LINE, "the line is no JSON object", "one object a line"))
                continue
            if others:
                cells = {others.get(head, head): value for head, value in cells.items()}
            for head, value in cells.items():
                if type(value) is not str or not value.isprintable():
                    cells[head] = printed(value)
            if not part.leaves(cells):
                yield Row(page, cells, shown)
    part.tell_left(file)


def _unpacked(stream: IO[bytes], file: str) -> Iterator[bytes]:
    try:
        yield from stream
    except _BROKEN_ZIP as error:
        raise _broken(file, error) from error


def _csv(manifest: Manifest, path: Path) -> Iterator[Part]:
    text = _decoded(path.read_bytes(), manifest.encoding, path.name)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:5000], ",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        grid: Grid = list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error as error:
        raise SourceError(f"no CSV: {error}", code=UNREADABLE, file=path.name) from error
    return iter([_sheet(table, "1", grid, path.name) for table in manifest.tables[:1]])


def _page(manifest: Manifest, path: Path) -> Iterator[Part]:
    text = _decoded(path.read_bytes(), manifest.encoding, path.name)
    try:
        found = page_tables(text)
    except ValueError as error:
        raise SourceError(f"the page cannot be read: {error}", code=UNREADABLE, file=path.name) from error
    return _sheets(manifest, path.name, [(item.name, item.grid, item.above) for item in found])


def _decoded(data: bytes, encoding: str | None, file: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    for name in [encoding] if encoding else ["utf-8-sig", "gb18030"]:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    raise SourceError("the encoding is not known", code=UNREADABLE, hint="save it as UTF-8 or GB18030", file=file)


def _book(manifest: Manifest, path: Path) -> Iterator[Part]:
    return _sheets(manifest, path.name, [(name, grid, "") for name, grid in _grids(path)])


def _sheets(manifest: Manifest, file: str, found: Sequence[tuple[str, Grid, str]]) -> Iterator[Part]:
    """The sheets of a book, or the tables of a page, that have the columns of one of the manifest's tables."""
    failed: SourceError | None = None
    any_found = False
    for table in manifest.tables:
        for name, grid, before in found:
            if not fnmatch.fnmatch(name, table.part):
                continue
            try:
                part = _sheet(table, name, grid, file, before)
            except SourceError as error:
                failed = error
                continue
            any_found = True
            yield part
    if not any_found:
        raise failed or SourceError("no sheet with rows", code=NO_HEADER, file=file)


def _grids(path: Path) -> list[tuple[str, Grid]]:
    try:
        return grids(path)
    except SheetError as error:
        kind, said = error.args
        hints = {"password": "save it without a password", "large": "delete what stands far outside the table"}
        raise SourceError(
            f"the sheet cannot be read: {said}", code=UNREADABLE, hint=hints.get(kind, _SAVE), file=path.name
        ) from error


def _sheet(table: Table, name: str, grid: Grid, file: str, before: str = "") -> Part:
    number, places = _head(table, grid, name, file)
    keys = [name_key(printed(cell)) for cell in grid[number]]
    heads = _distinct([printed(cell) for cell in grid[number]])
    units = {}
    for column, place in places.items():
        bracket = _BRACKET.search(keys[place])
        if bracket:
            units[column] = bracket.group()
    own = [
        (printed(row[0]) if row else "") or next((printed(c) for c in row if c), "") for row in reversed(grid[:number])
    ]
    above = "\n".join(filter(None, (*own, before)))  # the nearest line first
    part = Part(table, name, {column: heads[place] for column, place in places.items()}, units, above, iter(()))
    needed = [heads[places[c.name]] for c in table.columns.values() if c.required]
    part.heads = {**part.heads, **{c.name: SECTION for c in table.columns.values() if "@section" in c.heads}}
    part.rows = _data(part, grid, number, heads, needed, file)
    return part


def _distinct(heads: list[str]) -> list[str]:
    """Heads as keys of a row: unnamed columns get their number, repeated heads a sign behind them."""
    seen: dict[str, int] = {}
    result = []
    for place, head in enumerate(heads, 1):
        head = head or f"列{place}"
        seen[head] = seen.get(head, 0) + 1
        result.append(head if seen[head] == 1 else f"{head}·{seen[head]}")
    return result


def _head(table: Table, grid: Grid, sheet: str, file: str) -> tuple[int, dict[str, int]]:
    best: tuple[int, dict[str, int]] = (0, {})
    for number, row in enumerate(grid[:_HEAD_ROWS]):
        above = grid[number - 1] if number else []
        places = _places(table.columns, row, above)
        if len(places) > len(best[1]):
            best = (number, places)
    missing = [column for column in table.columns.values() if column.required and column.name not in best[1]]
    if missing or not best[1]:
        wanted = "; ".join(" or ".join(column.heads) for column in missing or table.columns.values())
        raise SourceError(
            f"no row in the first {_HEAD_ROWS} has the heads {wanted}",
            code=NO_HEADER,
            hint="name the column so, or add its head to the manifest",
            file=file,
            place=sheet,
        )
    return best


def _places(columns: Mapping[str, Column], row: Sequence[Any], above: Sequence[Any]) -> dict[str, int]:
    keys = [name_key(printed(cell)) for cell in row]
    bare = [_BRACKET.sub("", key) for key in keys]
    both = [f"{name_key(printed(above[i]))}/{key}" if i < len(above) else key for i, key in enumerate(keys)]
    places: dict[str, int] = {}
    for column in columns.values():
        for head in map(name_key, column.heads):
            place = next((line.index(head) for line in (keys, both, bare) if head in line), None)
            if place is not None:
                places[column.name] = place
                break
    return places


def _data(part: Part, grid: Grid, head: int, heads: list[str], needed: list[str], file: str) -> Iterator[Row]:
    shown, section, divided = part.shown, "", SECTION in part.heads.values()
    for number, line in enumerate(grid[head + 1 :], head + 2):
        if line.count("") == len(line):  # a stray cell far below has a million such rows before it
            continue
        cells = {name: printed(cell) for name, cell in zip(heads, line, strict=False)}
        filled = [text for text in cells.values() if text]
        if not filled or list(cells.values()) == heads:
            continue
        if len(set(filled)) == 1 and (len(filled) > 1 or not any(cells.get(name) for name in needed)):
            section = filled[0]
            continue
        if part.leaves(cells):
            continue
        if divided and section:
            cells[SECTION] = section
        yield Row(f"{part.name}:{number}", cells, shown)
    part.tell_left(file)
