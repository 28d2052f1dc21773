"""The form of a day of meetings: one line each for needs, firms, slots and conflicts, read as what the solver takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from matcher.errors import BadMeetingError
from web.beijing import BEIJING
from web.db.meetings import MeetingDay
from web.errors import UnusableError
from web.jobs.meeting import Row, conflict_of
from web.work.meetings.meeting import Written
from web.work.typed import date_of

MOST = {"needs": 40, "topics": 40, "firms": 200, "slots": 60, "conflicts": 400}
"""Lines of each field."""
TABLES = 100
TIMES = ("09:00", "09:30", "10:00", "10:30", "11:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00")
ENDS = ("09:25", "09:55", "10:25", "10:55", "11:25", "13:55", "14:25", "14:55", "15:25", "15:55", "16:25")


@dataclass
class Typed:
    """What was typed. Each line of `needs` is id | officer | slots of absence, of `topics` the same with a title in
    place of an id, of `firms` id | most meetings | slots of absence, of `slots` begin | end | tables, of `conflicts`
    kind | firm | other firm | need.
    """

    title: str = ""
    date: str = ""
    place: str = ""
    needs: str = ""
    topics: str = ""
    firms: str = ""
    slots: str = ""
    conflicts: str = ""
    key: str = ""
    version: str = ""


def lines(text: str) -> list[list[str]]:
    """Cells of each line that is not empty; | or ｜ stands between them."""
    rows = [[cell.strip() for cell in line.replace("｜", "|").split("|")] for line in text.split("\n")]
    return [cells for cells in rows if any(cells)]


def ids(text: str) -> list[str]:
    """The first cell of each line, once each."""
    return list(dict.fromkeys(cells[0] for cells in lines(text)))


def default_slots(tables: int) -> str:
    """Eleven slots of one day."""
    return "\n".join(f"{begin} | {end} | {tables}" for begin, end in zip(TIMES, ENDS, strict=True))


def read(typed: Typed, needs: Mapping[str, str], firms: Mapping[str, str], at: datetime) -> Written:
    """The day that was typed; `needs` are titles of the organisation's needs by id, `firms` names of firms by id.

    Raises UnusableError WE100 with what is wrong by field: missing, long, past, bad, unknown, many, or `3: bad` where
    the third line is meant.
    """
    wrong = _wrong_head(typed, at)
    table = _Table(needs, firms)
    for name, (columns, take) in table.fields().items():
        if said := _wrong_lines(lines(getattr(typed, name)), MOST[name], columns, take):
            wrong[name] = said
    for name, found in (("slots", table.slots), ("firms", table.firms), ("needs", table.needs)):
        if not found and name not in wrong and not (name == "needs" and "topics" in wrong):
            wrong[name] = "missing"
    if wrong:
        raise UnusableError(wrong, "WE100")
    return Written(
        typed.title.strip(),
        typed.date.strip(),
        typed.place.strip(),
        tuple(table.needs.values()),
        tuple(table.firms.values()),
        tuple(table.slots.values()),
        tuple(table.conflicts),
    )


def _wrong_head(typed: Typed, at: datetime) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not typed.title.strip():
        wrong["title"] = "missing"
    elif len(typed.title) > 200:
        wrong["title"] = "long"
    if len(typed.place) > 200:
        wrong["place"] = "long"
    day = date_of(typed.date)
    if day is None:
        wrong["date"] = "bad" if typed.date.strip() else "missing"
    elif day < at.astimezone(BEIJING).date():
        wrong["date"] = "past"
    return wrong


def _wrong_lines(rows: list[list[str]], most: int, columns: tuple[str, ...], take: Callable[[Row], None]) -> str:
    """Give each line to `take`; what is wrong with the first that it refuses, empty where it takes all."""
    if len(rows) > most:
        return "many"
    wrong = ""
    for number, cells in enumerate(rows, 1):
        try:
            take(Row("", f"{number}", dict(zip(columns, cells, strict=False))))
        except BadMeetingError as error:
            wrong = wrong or f"{error.place}: {'unknown' if 'there is no ' in error.reason else 'bad'}"
    return wrong


class _Table:
    """What the lines of the fields say, gathered in the order in which fields name one another."""

    def __init__(self, titles: Mapping[str, str], names: Mapping[str, str]) -> None:
        self._titles, self._names = titles, names
        self.slots: dict[str, dict[str, Any]] = {}
        self.needs: dict[str, dict[str, Any]] = {}
        self.firms: dict[str, dict[str, Any]] = {}
        self.conflicts: list[dict[str, Any]] = []

    def fields(self) -> dict[str, tuple[tuple[str, ...], Callable[[Row], None]]]:
        """The columns of each field, and what takes its lines; in this order."""
        return {
            "slots": (("begin", "end", "tables"), self._slot),
            "needs": (("id", "officer", "absent"), self._need),
            "topics": (("id", "officer", "absent"), self._topic),
            "firms": (("id", "most", "absent"), self._firm),
            "conflicts": (("kind", "first", "second", "need"), self._conflict),
        }

    def _slot(self, row: Row) -> None:
        begin, end, tables = row.clock("begin"), row.clock("end"), row.number("tables")
        if not (_is_time(begin) and _is_time(end) and begin < end) or not tables or tables > TABLES:
            raise row.refused("a slot is begin | end | tables", "09:00 | 09:25 | 8")
        ident = f"S{len(self.slots) + 1}"
        self.slots[ident] = {"id": ident, "begin": begin, "end": end, "tables": tables}

    def _need(self, row: Row) -> None:
        ident = row.known("id", self._titles)
        if any(one["need"] == ident for one in self.needs.values()):
            raise row.refused("the need stands twice", "say it once")
        self._add(row, ident, self._titles[ident])

    def _topic(self, row: Row) -> None:
        title = row.text("id")
        if not title or len(title) > 200:
            raise row.refused("a title is missing or too long", "at most 200 signs")
        self._add(row, "", title)

    def _add(self, row: Row, ident: str, title: str) -> None:
        number = f"N{len(self.needs) + 1}"
        self.needs[number] = {
            "id": number,
            "need": ident,
            "title": title,
            "officer": row.text("officer")[:80],
            "absent": sorted(row.several("absent", self.slots)),
        }

    def _firm(self, row: Row) -> None:
        ident, most = row.new(self.firms), row.number("most")
        if ident not in self._names:
            raise row.refused(f"there is no firm {ident}", "the id stands in the address of the firm's page")
        self.firms[ident] = {
            "id": ident,
            "name": self._names[ident],
            "most": most,
            "absent": sorted(row.several("absent", self.slots)),
        }

    def _conflict(self, row: Row) -> None:
        self.conflicts.append(asdict(conflict_of(row, self.needs, self.firms)))


def typed_of(row: MeetingDay) -> Typed:
    """A draft as its form has it."""
    word = {"excluded": "不见面", "one": "不同需求", "apart": "不同时段"}
    return Typed(
        title=row.title,
        date=row.date,
        place=row.place,
        needs=_text((one["need"], one["officer"], "、".join(one["absent"])) for one in row.needs if one["need"]),
        topics=_text((one["title"], one["officer"], "、".join(one["absent"])) for one in row.needs if not one["need"]),
        firms=_text((one["id"], one["most"], "、".join(one["absent"])) for one in row.firms),
        slots=_text((one["begin"], one["end"], one["tables"]) for one in row.slots),
        conflicts=_text((word[one["kind"]], one["first"], one["second"], one["need"]) for one in row.conflicts),
        version=str(row.version),
    )


def _text(rows: Iterable[tuple[Any, ...]]) -> str:
    return "\n".join(" | ".join("" if cell is None else str(cell) for cell in row).rstrip(" |") for row in rows)


def _is_time(text: str) -> bool:
    try:
        return datetime.strptime(text, "%H:%M").strftime("%H:%M") == text
    except ValueError:
        return False
