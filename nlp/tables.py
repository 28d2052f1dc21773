"""Rows of tables as the readers leave them: lines, cells divided by tabs, or by blanks where a table had no rules.

Reads a document's own text line by line; page furniture (running heads, page numbers) is left out. A `Row` is a line
with figures, its label, and the cells behind; where a label wraps over several lines, `labels` holds the longer forms.
With tabs a cell belongs to the head that stands above it, also where the table goes on behind a page's end; with
blanks cells and heads are counted. Spans count in the document's own text. Limits: cells that a typesetter set on top
of one another without rules come in the order in which the reader gives them; a table without figures has no rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile

from nlp.text import Text, normalise


@dataclass(frozen=True, slots=True)
class Line:
    """A line in normal form; `start` and `end` count in the document's own text. `flat` has no blanks."""

    text: str
    start: int
    end: int

    @property
    def flat(self) -> str:
        """The line without blanks and tabs."""
        return _BLANKS.sub("", self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """A line with figures: `labels[n]` joins n lines above to the label, beginning at `starts[n]`."""

    labels: tuple[str, ...]
    starts: tuple[int, ...]
    cells: tuple[str, ...]
    end: int
    line: int
    columns: tuple[str | None, ...] = ()
    head: str = ""

    @property
    def values(self) -> tuple[float | None, ...]:
        """The cells as numbers, None where a cell holds none."""
        return tuple(number(cell) for cell in self.cells)


_BLANKS = re.compile(r"\s+")
_AROUND = " \f\v\r\xa0"
_NUMBER = re.compile(r"[-+]?\(?\d{1,3}(?:,\d{3})+(?:\.\d+)?\)?%?|[-+]?\(?\d+(?:\.\d+)?\)?%?")
_EMPTY = re.compile(r"[-—–/]{1,2}|不适用|N/?A", re.I)
_CHANGE = re.compile(r"(?:增加|减少|上升|下降|提高|降低)-?\d+(?:\.\d+)?(?:个?百分点)?")
_TAIL = re.compile(r"(?:个?百分点|分点|点|[)%]+)")
_COLUMN = re.compile(
    r"(20\d\d)(?:年(度|末|12月31日|\d{1,2}[-至]\d{1,2}月)?|[./-]12[./-]31|(?=[/\s]|$))(?:[.\d]*日)?|(增减|变动|同比|变化)"
    r"|(调整前)|(调整后)"
)
_AMOUNT = re.compile(r"\d[.,]\d")
_FURNITURE = 3
"""Pages on which a first line must stand before it counts as a running head."""


def number(cell: str) -> float | None:
    """The number of a cell (1,234.50, (12.3), 4.12%); None where it is no number."""
    if not _NUMBER.fullmatch(cell):
        return None
    value = float(re.sub(r"[(),%+]", "", cell))
    return -value if cell.startswith("(") and value > 0 else value


@lru_cache(maxsize=2)
def lines_of(text: Text) -> tuple[Line, ...]:
    """The lines of a document without page furniture; empty lines are left out."""
    norm = normalise(text.text)
    found = []
    at = 0
    for part in norm.text.split("\n"):
        if part.strip():
            start, end = norm.original(at, at + len(part))
            found.append(Line(part.strip(_AROUND), start, end))
        at += len(part) + 1
    heads = _furniture(text, found)
    return tuple(line for line in found if _form(line.flat) not in heads)


def _form(flat: str) -> str:
    return re.sub(r"\d+", "#", flat)


def _furniture(text: Text, lines: Sequence[Line]) -> set[str]:
    """Forms of lines that stand among the first three or the last of many pages; a table's rows are none."""
    if len(text.pages) < _FURNITURE:
        return set()
    by_page: dict[int, list[str]] = {}
    for line in lines:
        form = "" if "\t" in line.text or _AMOUNT.search(line.text) else _form(line.flat)
        by_page.setdefault(text.page_of(line.start), []).append(form)
    counts = Counter(form for forms in by_page.values() for form in {*forms[:3], forms[-1]} if len(form) < 80)
    least = max(_FURNITURE, len(by_page) // 2)
    ends = ("适用", ":元", "人民币")
    return {form for form, count in counts.items() if form and count >= least and not form.endswith(ends)}


def cells_of(line: str) -> tuple[str, list[str]]:
    """Label and cells of a line: what stands before the first figure, and the cells from there on."""
    parts = [_BLANKS.sub("", part) for part in line.split("\t")] if "\t" in line else line.split()
    first = next((n for n, part in enumerate(parts) if n and _is_figure(part)), len(parts))
    if parts and _is_figure(parts[0]) and all(_is_figure(part) for part in parts[1:]):
        first = 0
    return "".join(parts[:first]), _merged(parts[first:])


def _is_figure(part: str) -> bool:
    return bool(_NUMBER.fullmatch(part) or _EMPTY.fullmatch(part) or _CHANGE.fullmatch(part))


def _merged(parts: Sequence[str]) -> list[str]:
    """Join 减少 and 3.96, which belong to one cell."""
    cells: list[str] = []
    for part in parts:
        if cells and re.fullmatch(r"增加|减少|上升|下降", cells[-1]):
            cells[-1] += part
        elif not (cells and _TAIL.fullmatch(part)):
            cells.append(part)
    return cells


def rows_of(lines: Sequence[Line], first: int = 0, last: int | None = None) -> Iterator[Row]:
    """The rows with figures between two lines, each with the columns (years, 增减) that its table's head names."""
    head: list[Line] = []
    columns: tuple[str | None, ...] = ()
    by_place: tuple[str | None, ...] = ()
    title = ""
    for at in range(first, len(lines) if last is None else min(last, len(lines))):
        line = lines[at]
        label, cells = cells_of(line.text)
        if not any(number(cell) is not None for cell in cells) or _only_years(label, cells):
            if not _TAIL.fullmatch(line.flat):
                head.append(line)
            continue
        tabbed = "\t" in line.text
        block = _head_rows(head) if tabbed else []
        if block:
            by_place = _places(block)
            columns = tuple(dropwhile(lambda place: not place, by_place))
            title = "".join(part.flat for part in head)
        named = () if block else columns_of("".join(_spaced(part.text) for part in head))
        if any(named):
            # a head may be longer than the page's heading above it: the last lines from the first year on
            columns, title, by_place = named, "".join(part.flat for part in head), ()
        elif any(re.search(r"单位[:为]", part.flat) for part in head):
            title = "".join(part.flat for part in head)
            if not block:
                columns, by_place = (), ()
        above = [part for part in head[-4:] if "\t" not in part.text][::-1]
        labels, starts = [label], [line.start]
        for part in above:
            labels.append(part.flat + labels[-1])
            starts.append(part.start)
        placed = _placed(line.text, by_place) if tabbed else None
        given, under = placed or (tuple(cells), columns)
        yield Row(tuple(labels), tuple(starts), given, line.end, at, under, title)
        head = []


def _head_rows(head: Sequence[Line]) -> list[list[str]]:
    """The last lines above a row that are rows of cells themselves, each with two cells or more that hold text."""
    block: list[list[str]] = []
    for line in reversed(head):
        cells = [_BLANKS.sub("", cell) for cell in line.text.split("\t")]
        if sum(map(bool, cells)) < 2:
            if "\t" not in line.text:
                break
            continue
        block.insert(0, cells)
    return block


def _places(block: Sequence[Sequence[str]]) -> tuple[str | None, ...]:
    """The columns of a head, place by place; () where none is a year. A wide cell reaches over the empty ones."""
    width = max(map(len, block))
    full = ["" for _ in range(width)]
    for row in block:
        before = ""
        for at in range(width):
            cell = row[at] if at < len(row) else ""
            before = cell or before
            below = any(at < len(other) and other[at] for other in block if other is not row)
            full[at] += cell or (before if below else "")
    places = tuple(_place(text) for text in full)
    return places if any(place and place != "change" for place in places) else ()


def _place(text: str) -> str | None:
    found = list(_COLUMN.finditer(text))
    if any(match[3] for match in found):
        return "change"
    year = next((match for match in found if match[1]), None)
    if year is None or any(match[4] for match in found) or (year[2] or "").endswith("月"):
        return None
    return year[1]


def _placed(line: str, places: Sequence[str | None]) -> tuple[tuple[str, ...], tuple[str | None, ...]] | None:
    """Cells and columns of a row from the first year on; None where the head above is not this row's."""
    parts = [_BLANKS.sub("", part) for part in line.split("\t")]
    first = next((at for at, place in enumerate(places) if place), None)
    if first is None or len(parts) > len(places) or any(_NUMBER.fullmatch(part) for part in parts[1:first]):
        return None
    parts += [""] * (len(places) - len(parts))
    return tuple(parts[first:]), tuple(places[first:])


def _spaced(text: str) -> str:
    return text.replace("\t", " ") + ("" if text[-1:] in "年期月比增" else " ")


def _only_years(label: str, cells: Sequence[str]) -> bool:
    return all(re.fullmatch(r"(?:19|20)\d\d", cell) or number(cell) is None for cell in cells)


def columns_of(head: str) -> tuple[str | None, ...]:
    """The columns that a table's head names: a year, 'change', or None for a part of a year; () without years."""
    head = re.sub(r"(?<=20\d\d)\s+(?=年)", "", head)
    flat = re.sub(r"(?<=[年末度\u4e00-\u9fff(])\s+(?=[度末\u4e00-\u9fff%])(?![\s]*20\d\d)", "", head)
    found: list[str | None] = []
    restated: list[str] = []
    for match in _COLUMN.finditer(flat):
        if match[1]:
            whole = not (match[2] or "").endswith("月")
            found.append(match[1] if whole else None)
        elif match[3]:
            if found and found[-1] != "change":
                found.append("change")
        else:
            restated.append("old" if match[4] else "new")
    if not any(column and column != "change" for column in found):
        return ()
    return _with_restated(found, restated) if restated else tuple(found)


def _with_restated(found: list[str | None], restated: list[str]) -> tuple[str | None, ...]:
    """Columns 调整前 and 调整后: every earlier year stands twice, and the restated form counts."""
    years = [column for column in found if column and column != "change"]
    twice = 2 * (len(years) - 1)
    if len(restated) not in (twice, twice + 1):
        return tuple(found)
    forms = iter(restated)
    result: list[str | None] = []
    for column in found:
        if column in years[1:]:
            result += [column if next(forms) == "new" else None for _ in range(2)]
        else:
            if column == "change" and len(restated) > twice:
                next(forms)
            result.append(column)
    return tuple(result)


def by_year(row: Row) -> dict[str, float]:
    """The row's numbers by year, where cells and columns agree; the given growth must fit the numbers."""
    values = row.values
    years = [column for column in row.columns if column and column != "change"]
    if not years:
        return {}
    if len(values) == len(row.columns):
        pairs = list(zip(row.columns, values, strict=True))
    elif len(values) == len(years) == len([c for c in row.columns if c != "change"]):
        pairs = list(zip([c for c in row.columns if c != "change"], values, strict=True))
    else:
        return {}
    found = {column: value for column, value in pairs if column and column != "change" and value is not None}
    change = next((value for column, value in pairs if column == "change"), None)
    if change is not None and len(years) >= 2 and not _fits(found.get(years[0]), found.get(years[1]), change):
        return {years[0]: found[years[0]]} if years[0] in found else {}
    return found


def _fits(now: float | None, before: float | None, change: float) -> bool:
    if now is None or before is None or before == 0:
        return True
    growth = (now - before) / abs(before) * 100
    return abs(growth - change) <= 0.06 or abs((now - before) - change) <= 0.011
