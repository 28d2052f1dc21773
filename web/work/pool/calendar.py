"""Days that wait in a pool, in their order: ends of validity, rechecks, ends of titles, answers that are due. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.projection.words import day as whole_day
from kg.tier import Course
from web.db.pool import PoolDifficulty, PoolEntry, PoolInspection
from web.work.pool.pool import MEMBERS

KINDS = ("recheck", "until", "title", "mend", "answer", "ban")
"""What a day is for: a recheck of the pool, the end of an entry's validity, the end of a title, what an inspection
found to be mended, an answer to a difficulty, the first day on which a removed firm may come back."""


@dataclass(frozen=True, slots=True)
class Due:
    """A day of a firm. `day` is a whole day, `said` the date as it is known (year, month or day).

    Of a title: `tier`, whether no source states the end (`reckoned`), whether it counts only if a notice came about
    (`unsure`), and the statement `fact`. Of an answer and of what is to be mended: `words`, and the
    `address` where it stands.
    """

    day: str
    kind: str
    entry: PoolEntry
    said: str = ""
    tier: str = ""
    reckoned: bool = False
    unsure: bool = False
    fact: str | None = None
    address: str = ""
    words: str = ""


def calendar(
    entries: Iterable[PoolEntry],
    titles: Mapping[str, Iterable[Course]],
    difficulties: Iterable[PoolDifficulty],
    since: str,
    until: str,
    mending: Iterable[PoolInspection] = (),
) -> list[Due]:
    """The days from `since` to `until`, both included; `titles` are courses by the entries' firms, `mending` what is
    still to be mended.
    """
    by_id = {one.id: one for one in entries}
    found = [due for one in by_id.values() for due in (*_own(one), *_titles(one, titles.get(one.firm_id, ())))]
    found += [
        Due(
            one.deadline,
            "answer",
            by_id[one.entry_id],
            one.deadline,
            address=f"/difficulties/{one.id}",
            words=one.title,
        )
        for one in difficulties
        if one.deadline and one.state == "assigned" and one.entry_id in by_id
    ]
    found += [
        Due(one.deadline, "mend", by_id[one.entry_id], one.deadline, address=address_of(one), words=one.finding)
        for one in mending
        if one.deadline and one.entry_id in by_id
    ]
    inside = (due for due in found if since <= due.day <= until)
    return sorted(inside, key=lambda due: (due.day, KINDS.index(due.kind), due.entry.firm_name, due.entry.id, due.tier))


def address_of(one: PoolInspection) -> str:
    """Where an inspection stands."""
    return f"/pool/{one.entry_id}/inspections/{one.inspection}"


def _own(row: PoolEntry) -> Iterator[Due]:
    if row.state in MEMBERS and row.until:
        yield Due(row.until, "until", row, row.until)
    if row.state in MEMBERS and row.recheck:
        yield Due(row.recheck, "recheck", row, row.recheck)
    if row.state == "removed" and row.ban:
        yield Due(row.ban, "ban", row, row.ban)


def _titles(row: PoolEntry, courses: Iterable[Course]) -> Iterator[Due]:
    """Ends of titles of firms that have not left: a removed one is no longer looked after."""
    for course in courses if row.state not in ("removed", "lapsed") else ():
        end = next((one for one in course.steps if one.kind == "end"), None)
        day = whole_day(end.date, last=True) if end else None
        if end is None or day is None or course.standing == "revoked":
            continue
        yield Due(day, "title", row, end.date or "", course.tier, end.reckoned, end.if_confirmed, end.fact)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = dt.date(year, month + 1, 1)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - first).days
    return first.replace(day=min(day.day, last))
