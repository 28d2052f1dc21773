"""A table that goes on behind a page's end: its cut row made whole, its columns kept.

Reads the last table of a page and the first of the next, of one grid of rules. The rest of a cut row is what stands
first on the next page (behind the repeated head) where each of its cells goes on with a cell of the row above that had
no room for one word more. It joins the row on the page where that began. Limits: ruled tables alone; a row that is cut
twice is joined once; a figure is never taken for the rest of one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from nlp.readers.grid import End, Table, one_line

_NEAR = 3.0
_ASCII_WIDTH = 0.5
"""Of a Latin letter, as a part of a Chinese sign's width."""
_WORD = re.compile(r"[!-~]+(?= |$)")
# What is a cell by itself: figures, dates, marks of yes, no and none.
_WHOLE = re.compile(r"[\d.,%()（）年月日：:～~+\-—–/\s]*|是|否|无|有|不适用|[√×□]")
# What opens a row: numbers of items, 其中, 加, 减, sums.
_OPENS = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|其中[:：]?|[加减][:：]|合\s*计|小\s*计|总\s*计|[①-⑳]|单位[:：]"
)


def joined(above: Table, below: Table) -> tuple[Table, Table]:
    """The two tables with the cut row whole and the columns of the first kept in the second."""
    place = _same_columns(above, below)
    if place is None:
        return above, below
    head = 0
    while head < min(len(above.rows), len(below.rows) - 1) and above.rows[head] == below.rows[head]:
        head += 1
    rest = below.rows[head]
    ends = _continued(above, rest, place)
    if ends:
        rows = list(above.rows)
        for column, end in ends.items():
            row = list(rows[end.row])
            row[place[column]] = one_line(f"{row[place[column]]}\n{rest[column]}")
            rows[end.row] = tuple(row)
        above = replace(above, rows=tuple(rows))
        left = {at: end._replace(row=end.row - (end.row > head)) for at, end in below.ends.items() if end.row != head}
        below = replace(below, rows=below.rows[:head] + below.rows[head + 1 :], ends=left)
    if len(above.edges) == len(below.edges) == len(place):
        below = replace(below, used=tuple(sorted({*above.used, *below.used})))
    return above, below


def _same_columns(above: Table, below: Table) -> Mapping[int, int] | None:
    """For each column of the second table that begins where one of the first does, that one; None for another table."""
    if not above.edges or not below.edges or not below.rows:
        return None
    outer = zip((above.edges[0], above.edges[-1]), (below.edges[0], below.edges[-1]), strict=True)
    if any(abs(one - other) > _NEAR for one, other in outer):
        return None
    return {
        column: number
        for column, left in enumerate(below.edges)
        for number, other in enumerate(above.edges)
        if abs(left - other) <= _NEAR
    }


def _continued(above: Table, rest: tuple[str, ...], place: Mapping[int, int]) -> dict[int, End]:
    """The cells of the first table that `rest` goes on with, by column of `rest`; none where one does not fit."""
    if len(rest) < 2:
        return {}
    found: dict[int, End] = {}
    for column, text in enumerate(rest):
        if not text:
            continue
        end = above.ends.get(place.get(column, -1))
        if end is None or len(above.rows[end.row]) < 2 or _WHOLE.fullmatch(text) or _OPENS.match(text):
            return {}
        word = _WORD.match(text)
        if end.room >= (len(word[0]) * _ASCII_WIDTH if word else 1.5) * end.size:
            return {}
        found[column] = end
    return found
