"""Tables of a page by geometry: ruled grids with merged cells, and tables between horizontal rules alone.

Reads rules and characters in points, y growing downwards; knows no PDF. Limits: a table without any rule is no table
here, nor one with more rules or cells than a page can show; its text stays as the reader gave it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from statistics import median
from typing import NamedTuple

_NEAR = 2.5
"""Points within which two rules are one, and a rule reaches another."""
_MOST_RULES = 4_000
_MOST_CELLS = 40_000
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d"
_WRAP = re.compile(rf"(?<=[{_WIDE}])\s*\n\s*|\s*\n\s*(?=[{_WIDE}])|(?<=[\d,.-])\n(?=[\d,.%])")


class Rule(NamedTuple):
    """A horizontal rule from x `low` to `high` at y `at`, or a vertical one from y `low` to `high` at x `at`."""

    at: float
    low: float
    high: float


class Sign(NamedTuple):
    """A character and its box; `at` is its place in the page's order. A blank that the reader made has no width."""

    char: str
    left: float
    top: float
    right: float
    bottom: float
    at: int

    @property
    def x(self) -> float:
        """The middle, from the left."""
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        """The middle, from the top."""
        return (self.top + self.bottom) / 2


class End(NamedTuple):
    """A cell that reaches a table's lower edge: the row in which its text stands, the room that its last line leaves
    and the width of its signs, both in points."""

    row: int
    room: float
    size: float


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a table by rows, and the places of the characters that it took in.

    A row of one cell is one that no rule divides. Of a ruled table `edges` are the x of its vertical rules, `used` the
    columns that hold text, and `ends` the cells at its lower edge by column.
    """

    rows: tuple[tuple[str, ...], ...]
    signs: frozenset[int]
    top: float
    bottom: float
    edges: tuple[float, ...] = ()
    used: tuple[int, ...] = ()
    ends: Mapping[int, End] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """One row a line, its cells divided by tabs."""
        return "\n".join(self._line(row) for row in self.rows)

    def _line(self, row: tuple[str, ...]) -> str:
        return "\t".join(row[at] for at in self.used) if self.used and len(row) > 1 else "\t".join(row)


def tables(across: Iterable[Rule], down: Iterable[Rule], signs: Sequence[Sign]) -> list[Table]:
    """The tables of a page; no character is in two of them."""
    rows, columns = _merged(across), _merged(down)
    if len(rows) < 2 or len(rows) + len(columns) > _MOST_RULES:
        return []
    found: list[Table] = []
    taken: set[int] = set()
    free = set(rows)
    for horizontal, vertical in _touching(rows, columns):
        free -= set(horizontal)
        table = _ruled(horizontal, vertical, [sign for sign in signs if sign.at not in taken])
        if table is not None:
            found.append(table)
            taken |= table.signs
    for table in _between(sorted(free), [sign for sign in signs if sign.at not in taken]):
        found.append(table)
        taken |= table.signs
    return found


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Rules in a line joined: typesetters draw each cell's edge by itself."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules):
        if groups and rule.at - groups[-1][0].at <= _NEAR:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    merged: list[Rule] = []
    for group in groups:
        at = group[0].at
        low, high = None, 0.0
        for rule in sorted(group, key=lambda r: r.low):
            if low is None or rule.low > high + _NEAR:
                if low is not None:
                    merged.append(Rule(at, low, high))
                low, high = rule.low, rule.high
            else:
                high = max(high, rule.high)
        if low is not None:
            merged.append(Rule(at, low, high))
    return merged


def _touching(rows: Sequence[Rule], columns: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """The rules in groups that hang together, each with horizontal and vertical ones."""
    parent = list(range(len(rows) + len(columns)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    starts = [row.at for row in rows]
    for number, column in enumerate(columns, start=len(rows)):
        for at in range(bisect_right(starts, column.low - 2 * _NEAR), bisect_right(starts, column.high + 2 * _NEAR)):
            if rows[at].low - _NEAR <= column.at <= rows[at].high + _NEAR:
                parent[root(number)] = root(at)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for at, rule in enumerate((*rows, *columns)):
        groups.setdefault(root(at), ([], []))[at >= len(rows)].append(rule)
    return [group for group in groups.values() if len(group[0]) >= 2 and group[1]]


def _distinct(places: Iterable[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found


def _ruled(horizontal: Sequence[Rule], vertical: Sequence[Rule], signs: Sequence[Sign]) -> Table | None:
    """A grid. Cells that no rule divides are one, whose text stands in the first of them. Where two vertical rules go
    on beyond the last horizontal one, the page's end cut a row."""
    lows, highs = sorted(rule.low for rule in vertical), sorted(rule.high for rule in vertical)
    ys = _distinct([*(rule.at for rule in horizontal), *lows[1:2], *highs[-2:-1]])
    sides = [min(rule.low for rule in horizontal), max(rule.high for rule in horizontal)]
    xs = _distinct([*(rule.at for rule in vertical), *sides])
    height, width = len(ys) - 1, len(xs) - 1
    if height < 1 or width < 2 or height * width > _MOST_CELLS:
        return None
    first = _cells(ys, xs, horizontal, vertical)
    inside: dict[tuple[int, int], list[Sign]] = {}
    for sign in signs:
        row, column = bisect_right(ys, sign.y) - 1, bisect_right(xs, sign.x) - 1
        if 0 <= row < height and 0 <= column < width:
            inside.setdefault(first[row][column], []).append(sign)
    used = tuple(sorted({column for _, column in inside}))
    if len(used) < 2:
        return None
    rows: list[tuple[str, ...]] = []
    row_of: dict[int, int] = {}
    for row in range(height):
        row_of[row] = len(rows)
        cells = tuple(_text(inside.get((row, column), ())) for column in range(width))
        if sum(map(bool, cells)) == 1 and first[row][0] == first[row][-1]:
            rows.append((_text(inside[first[row][0]], wrapped=False),))
        elif any(cells):
            rows.append(cells)
    ends = {
        column: End(row_of[cell[0]], *_room(inside[cell], xs[column], xs[right]))
        for column, right, cell in _lowest(first[-1])
        if any(sign.char.strip() for sign in inside.get(cell, ()))
        # text that runs on over a rule was set without regard to its cell
        and not (right < width and any(sign.left < xs[right] + 1 for sign in inside.get(first[-1][right], ())))
    }
    taken = frozenset(sign.at for cell in inside.values() for sign in cell)
    return Table(tuple(rows), taken, ys[0], ys[-1], tuple(xs), used, ends)


def _lowest(cells: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """The cells of the lowest row of fields, each with its first column and the first column to its right."""
    for column, cell in enumerate(cells):
        if cell[1] == column:
            right = next((at for at in range(column, len(cells)) if cells[at][1] != column), len(cells))
            yield column, right, cell


def _room(signs: Iterable[Sign], left: float, right: float) -> tuple[float, float]:
    """The room that the last line of a cell leaves before its right padding, and the width of the line's signs."""
    lines = sign_lines([sign for sign in signs if sign.char.strip()])
    padding = min(8.0, min(line[0].left for line in lines) - left)
    return right - padding - lines[-1][-1].right, max(sign.right - sign.left for sign in lines[-1])


def _cells(
    ys: Sequence[float], xs: Sequence[float], horizontal: Sequence[Rule], vertical: Sequence[Rule]
) -> list[list[tuple[int, int]]]:
    """For each field of the grid the first field of the cell that it belongs to."""
    height, width = len(ys) - 1, len(xs) - 1
    first = [[(row, column) for column in range(width)] for row in range(height)]
    left = [[rule for rule in vertical if abs(rule.at - x) <= _NEAR] for x in xs]
    above = [[rule for rule in horizontal if abs(rule.at - y) <= _NEAR] for y in ys]
    for row in range(height):
        for column in range(width):
            if column and not _covers(left[column], (ys[row] + ys[row + 1]) / 2):
                first[row][column] = first[row][column - 1]
            elif row and not _covers(above[row], (xs[column] + xs[column + 1]) / 2):
                first[row][column] = first[row - 1][column]
    return first


def _covers(rules: Sequence[Rule], at: float) -> bool:
    return any(rule.low <= at <= rule.high for rule in rules)


def _text(signs: Iterable[Sign], wrapped: bool = True) -> str:
    """The text of a cell; a line's end is a blank between Latin words, and nothing beside a Chinese sign."""
    text = "".join(sign.char for sign in sorted(signs, key=lambda s: s.at)).replace("\t", " ").strip()
    text = re.sub(r"[ \xa0]*[\r\n]+[ \xa0]*", "\n", text)
    return one_line(text) if wrapped else text


def one_line(text: str) -> str:
    """The lines of a cell as one."""
    return _WRAP.sub("", text).replace("\n", " ")


def _between(rules: Sequence[Rule], signs: Sequence[Sign]) -> list[Table]:
    """Tables between rules of one width without vertical ones; text between two tables of a width ends the first."""
    found: list[Table] = []
    groups: list[list[Rule]] = []
    for rule in rules:
        same = (g for g in groups if abs(g[0].low - rule.low) <= 5 and abs(g[0].high - rule.high) <= 5)
        group = next(same, None)
        if group is None:
            groups.append([rule])
        else:
            group.append(rule)
    for group in groups[:50]:
        inside = [s for s in signs if group[0].low - 5 <= s.x <= group[0].high + 5 and s.char.strip()]
        run: list[list[list[Sign]]] = []
        headed = True
        for number, band in enumerate((*_bands(group, inside), [])):
            if not run:
                headed = number > 0
            if band and sum(len(_runs(line)) > 1 for line in band) >= 0.5 * len(band):
                run.append(band)
                continue
            table = _open(run, headed) if len(run) > headed else None
            if table is not None and not any(table.signs & other.signs for other in found):
                found.append(table)
            run = []
    return found


def _bands(group: Sequence[Rule], signs: Sequence[Sign]) -> Iterator[list[list[Sign]]]:
    """The lines above the first rule, between the rules and below the last. A table goes on beyond the page's end as
    long as its lines have cells with figures."""
    yield _cellular(sign_lines([sign for sign in signs if sign.y < group[0].at])[::-1])[::-1]
    for above, below in pairwise(group):
        yield sign_lines([sign for sign in signs if above.at <= sign.y <= below.at])
    yield _cellular(sign_lines([sign for sign in signs if sign.y > group[-1].at]))


def _cellular(lines: Sequence[list[Sign]]) -> list[list[Sign]]:
    found = list(takewhile(lambda line: len(_runs(line)) > 1, lines))
    figures = sum(any(sign.char.isdigit() for sign in line) for line in found)
    return found if len(found) >= 2 and 2 * figures >= len(found) else []


def sign_lines(signs: Sequence[Sign]) -> list[list[Sign]]:
    """Characters in lines from above, each from the left."""
    lines: list[list[Sign]] = []
    for sign in sorted(signs, key=lambda s: s.y):
        if lines and abs(sign.y - lines[-1][0].y) <= 0.4 * max(4.0, sign.bottom - sign.top):
            lines[-1].append(sign)
        else:
            lines.append([sign])
    return [sorted(line, key=lambda s: s.left) for line in lines]


def _runs(line: Sequence[Sign]) -> list[list[Sign]]:
    """What stands together in a line: a gap as wide as a sign and more divides."""
    runs: list[list[Sign]] = []
    for sign in line:
        if runs and sign.left - runs[-1][-1].right <= 0.9 * max(4.0, sign.bottom - sign.top):
            runs[-1].append(sign)
        else:
            runs.append([sign])
    return runs


def _open(bands: Sequence[Sequence[list[Sign]]], headed: bool) -> Table | None:
    """A table from its bands, the first its head; the columns are where no line of the body has a sign."""
    body = [line for band in bands[headed:] for line in band]
    edges = _gaps([run for line in body for run in _runs(line)])
    if not edges:
        return None
    rows: list[tuple[str, ...]] = []
    single = len(bands) > 3 and median(len(band) for band in bands[headed:]) <= 2
    for number, band in enumerate(bands):
        parts = [list(band)] if single or (headed and not number) else _rows(band)
        for part in parts:
            rows.append(_open_row(part, edges))
    filled = [row for row in rows if len(row) > 1]
    if len(rows) < 2 or 2 * len(filled) < len(rows):
        return None
    signs = [sign for band in bands for line in band for sign in line]
    top, bottom = min(sign.top for sign in signs), max(sign.bottom for sign in signs)
    return Table(tuple(rows), frozenset(sign.at for sign in signs), top, bottom)


def _gaps(runs: Sequence[Sequence[Sign]]) -> list[float]:
    """The places that divide the columns."""
    edges: list[float] = []
    reach: float | None = None
    for left, right in sorted((run[0].left, run[-1].right) for run in runs):
        if reach is not None and left > reach + 1:
            edges.append((left + reach) / 2)
        reach = right if reach is None else max(reach, right)
    return edges


def _rows(lines: Sequence[list[Sign]]) -> list[list[list[Sign]]]:
    """The lines of a band by rows: where lines stand at two distances, the near ones are one row's."""
    steps = [below[0].y - above[0].y for above, below in pairwise(lines)]
    limit = 0.0
    if steps and max(steps) > 1.3 * min(steps):
        ordered = sorted(steps)
        limit = max(pairwise(ordered), key=lambda pair: pair[1] / max(pair[0], 0.1))[0]
    rows = [[line] for line in lines[:1]]
    for step, line in zip(steps, lines[1:], strict=True):
        if step <= limit:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _open_row(lines: Sequence[list[Sign]], edges: Sequence[float]) -> tuple[str, ...]:
    cells: list[list[str]] = [[] for _ in range(len(edges) + 1)]
    for line in lines:
        for run in _runs(line):
            column = bisect_right(edges, run[0].left + 1)
            cells[column].append(_spaced(run))
    row = [one_line("\n".join(cell)) for cell in cells]
    while len(row) > 1 and not row[-1]:
        row.pop()
    return tuple(row)


def _spaced(run: Sequence[Sign]) -> str:
    """The signs of a run, with a blank where Latin words stand apart."""
    text = run[0].char
    for before, sign in pairwise(run):
        apart = sign.left - before.right > 0.2 * (sign.bottom - sign.top)
        text += f" {sign.char}" if apart and before.char.isascii() and sign.char.isascii() else sign.char
    return text
