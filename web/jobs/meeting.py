"""The workbook of a day of meetings, as an officer fills it in, read as a problem; bad rows are named and left out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

from kg.mapping.sheet import SheetError, grids
from matcher.errors import BadMeetingError
from matcher.meeting.problem import (
    EXCLUDED,
    KINDS,
    Conflict,
    Diary,
    Firm,
    Meeting,
    Need,
    Points,
    Problem,
    Slot,
    Wish,
)

POINTS_FILE = "meeting-points.yml"
"""The operator's own points of wishes, in the data folder."""

SHEETS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "needs": ("需求", {"id": "编号", "title": "需求", "officer": "对接人", "absent": "缺席时段"}),
    "firms": ("企业", {"id": "编号", "name": "企业", "most": "最多场次", "absent": "缺席时段"}),
    "slots": ("时段", {"id": "编号", "begin": "开始", "end": "结束", "tables": "桌数"}),
    "wishes": (
        "意愿",
        {"need": "需求编号", "firm": "企业编号", "buyer": "买方次序", "by_firm": "企业次序", "score": "匹配分"},
    ),
    "conflicts": ("回避", {"kind": "类别", "first": "企业编号", "second": "另一企业编号", "need": "需求编号"}),
}
"""Sheets of the workbook and their columns, each by its English or its Chinese name."""

PROGRAMME = ("场次", {"need": "需求编号", "firm": "企业编号", "slot": "时段编号", "table": "桌号", "confirmed": "确认"})
"""The sheet of a programme that is read again at a re-run."""

HOW = ("说明", {"name": "项目", "value": "内容"})

_KIND = {"不见面": "excluded", "不同需求": "one", "不同时段": "apart"}
_YES = {"是", "yes", "y", "true", "1", "✓", "√", "已确认", "confirmed"}
_MOST = 1_000_000


@dataclass
class Workbook:
    """What was read: the problem, the seed of the programme that was kept (None without one), and what was refused."""

    problem: Problem
    seed: int | None = None
    refused: list[BadMeetingError] = field(default_factory=list)


def read_workbook(path: Path, keep: Path | None = None, points: Points | None = None) -> Workbook:
    """The problem of a workbook, with the confirmed meetings and the seed of an earlier programme `keep`.

    Raises BadMeetingError MA051 where a file is no workbook, or lacks needs, firms, slots or wishes that can be used.
    """
    rows = _Rows(path)
    needs: dict[str, Need] = {}
    firms: dict[str, Firm] = {}
    slots: dict[str, Slot] = {}
    wishes: dict[tuple[str, str], Wish] = {}
    conflicts: list[Conflict] = []

    def slot(row: Row) -> None:
        ident, tables = row.new(slots), row.number("tables")
        if tables is None:
            raise row.refused("tables: there is no number", "write a number such as 8")
        slots[ident] = Slot(ident, row.clock("begin"), row.clock("end"), tables)

    def need(row: Row) -> None:
        ident, title = row.new(needs), row.text("title")
        needs[ident] = Need(ident, title or ident, row.text("officer") or ident, row.several("absent", slots))

    def firm(row: Row) -> None:
        ident, name = row.new(firms), row.text("name")
        firms[ident] = Firm(ident, name or ident, row.number("most"), row.several("absent", slots))

    def wish(row: Row) -> None:
        key = (row.known("need", needs), row.known("firm", firms))
        if key in wishes:
            raise row.refused("this need and this firm stand in an earlier row", "say both wishes in one row")
        wishes[key] = Wish(*key, row.order("buyer"), row.order("by_firm"), row.points("score"))

    for name, take in (("slots", slot), ("needs", need), ("firms", firm), ("wishes", wish)):
        rows.each(name, *SHEETS[name], take)
    rows.each("conflicts", *SHEETS["conflicts"], lambda row: conflicts.append(conflict_of(row, needs, firms)))
    for name, found in (("needs", needs), ("firms", firms), ("slots", slots), ("wishes", wishes)):
        if not found:
            why = f"; first refused: {rows.refused[0]}" if rows.refused else ""
            raise BadMeetingError(
                f"no row of the sheet {SHEETS[name][0]} ({name}) can be used{why}",
                hint="bulian meeting example FILE writes a workbook to fill in",
                file=path.name,
            )
    whole = (tuple(needs.values()), tuple(firms.values()), tuple(slots.values()), tuple(wishes.values()))
    points = points or Points.load()
    bare = Problem(*whole, tuple(conflicts), (), points)
    if keep is None:
        return Workbook(bare, None, rows.refused)
    before = _Rows(keep)
    kept = _confirmed(before, bare)
    seed = before.seed()
    return Workbook(Problem(*whole, bare.conflicts, kept, points), seed, [*rows.refused, *before.refused])


def conflict_of(row: Row, needs: Mapping[str, Any], firms: Mapping[str, Any]) -> Conflict:
    """The conflict of a row. Raises BadMeetingError MA052 for another kind, an unknown id, or firms that do not fit."""
    kind = _KIND.get(row.text("kind"), row.text("kind").lower())
    if kind not in KINDS:
        raise row.refused(f"no such kind of conflict: {kind}", "、".join(_KIND))
    first = row.known("first", firms)
    second = row.known("second", firms) if row.text("second") else None
    if (second is None) != (kind == EXCLUDED) or first == second:
        raise row.refused("不见面 is said of one firm, the others of two that differ", "correct the second firm")
    return Conflict(kind, first, second, row.known("need", needs) if row.text("need") else None)


def _confirmed(rows: _Rows, problem: Problem) -> tuple[Meeting, ...]:
    """Confirmed meetings of an earlier programme that can still be; the others are refused with code MA053."""
    diary, found = Diary(problem), list[Meeting]()
    slots = {slot.id: slot for slot in problem.slots}
    taken: set[tuple[str, int]] = set()

    def meeting(row: Row) -> None:
        if row.text("confirmed").lower() not in _YES:
            return
        need, firm = row.known("need", problem.need), row.known("firm", problem.firm)
        slot, table = row.known("slot", slots), row.number("table") or 0
        why = diary.cannot(need, firm, slot)
        if not why and table > slots[slot].tables:
            why = f"the slot has no table {table}"
        if not why and table and (slot, table) in taken:
            why = "another confirmed meeting is at the table"
        if why:
            hint = "take the confirmation out, or change it"
            raise row.refused(f"a confirmed meeting cannot be: {why}", hint, "MA053")
        found.append(Meeting(need, firm, slot, table, True))
        diary.put(found[-1])
        taken.add((slot, table))

    rows.each("meetings", *PROGRAMME, meeting)
    return tuple(found)


class Row:
    """Cells of a row by the English name of their column."""

    def __init__(self, file: str, place: str, cells: Mapping[str, Any]) -> None:
        self.file, self.place, self._cells = file, place, cells

    def refused(self, reason: str, hint: str, code: str = "MA052") -> BadMeetingError:
        """What is to be raised where the row cannot be used."""
        return BadMeetingError(reason, hint=hint, code=code, file=self.file, place=self.place)

    def text(self, name: str) -> str:
        """A cell as text without blanks around it; a whole number without its point."""
        value = self._cells.get(name, "")
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return str("" if value is None else value).strip()

    def clock(self, name: str) -> str:
        """A time of the day as 09:30, or the text that stands there."""
        value = self._cells.get(name)
        return value.strftime("%H:%M") if isinstance(value, datetime | time) else self.text(name)

    def new(self, known: Mapping[str, Any]) -> str:
        """The id, which must be there and new."""
        ident = self.text("id")
        if not ident or ident in known:
            raise self.refused(
                f"the id {ident} stands twice" if ident else "there is no id", "give each row its own id"
            )
        return ident

    def known(self, name: str, known: Mapping[str, Any]) -> str:
        """An id that must be there."""
        ident = self.text(name)
        if ident not in known:
            raise self.refused(f"{name}: there is no {ident or 'id'}", "name an id of the sheet it belongs to")
        return ident

    def several(self, name: str, known: Mapping[str, Any]) -> frozenset[str]:
        """Ids with signs between them."""
        found = [one for one in re.split(r"[\s,，;；、]+", self.text(name)) if one]
        for one in found:
            if one not in known:
                raise self.refused(f"{name}: there is no slot {one}", "name slots by their id, with 、 between them")
        return frozenset(found)

    def number(self, name: str) -> int | None:
        """A whole number from 0 on, None where the cell is empty."""
        text = self.text(name)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,7}", text) or int(text) > _MOST:
            raise self.refused(f"{name}: {text[:40]} is no whole number", "write a number such as 3")
        return int(text)

    def order(self, name: str) -> int | None:
        """A place in an order, from 1 on."""
        found = self.number(name)
        if found == 0:
            raise self.refused(f"{name}: an order begins with 1", "1 for the dearest wish")
        return found

    def points(self, name: str) -> float | None:
        """Points of the ranker."""
        text = self.text(name)
        if not text:
            return None
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise self.refused(f"{name}: {text[:40]} is no number", "write a number, or leave it empty")
        return found


class _Rows:
    """Sheets of a workbook, row by row; a row that cannot be used is collected and the next one comes."""

    def __init__(self, path: Path) -> None:
        hint = "bulian meeting example FILE writes a workbook to fill in"
        self._file, self.refused = path.name, list[BadMeetingError]()
        if not path.is_file():
            raise BadMeetingError("there is no such file", hint=hint, file=str(path))
        try:
            self._sheets = dict(grids(path))
        except SheetError as error:
            raise BadMeetingError(f"no workbook: {error.args[-1]}", hint=hint, file=path.name) from error

    def each(self, name: str, title: str, columns: Mapping[str, str], take: Callable[[Row], None]) -> None:
        """Give each row of a sheet to `take`; what that raises is collected, and the row left out.

        Raises BadMeetingError MA051 where the sheet lacks a column.
        """
        grid = self._sheets.get(title) or self._sheets.get(name) or []
        head = [str(cell).strip() for cell in grid[0]] if grid else []
        place = {key: head.index(one) for key, zh in columns.items() for one in (key, zh) if one in head}
        lacks = [zh for key, zh in columns.items() if key not in place]
        if grid and lacks:
            reason = f"the sheet {title} lacks the column {lacks[0]}"
            raise BadMeetingError(reason, hint="、".join(columns.values()), file=self._file, place=title)
        for number, cells in enumerate(grid[1:], 2):
            if any(str(cell).strip() for cell in cells):
                row = Row(self._file, f"{title}:{number}", {key: cells[at] for key, at in place.items()})
                try:
                    take(row)
                except BadMeetingError as error:
                    self.refused.append(error)

    def seed(self) -> int | None:
        """The seed that a programme says it was made with."""
        found: list[int] = []

        def line(row: Row) -> None:
            if row.text("name") == "seed" and re.fullmatch(r"[0-9]{1,9}", row.text("value")):
                found.append(int(row.text("value")))

        self.each("how", *HOW, line)
        return found[0] if found else None
