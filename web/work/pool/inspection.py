"""What inspections of firms of the pool found: result, words, who and when, the day until which it is to be mended.

Each step is a row of its own: what was written down once stays as it was, the newest row of an inspection counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.models import new_id
from web.db.pool import PoolDraw, PoolEntry, PoolInspection
from web.errors import UnusableError, WebError
from web.work.bounties.application_told import people_in
from web.work.inquiries.told import people_of
from web.work.pool.calendar import address_of
from web.work.pool.draw import one_draw
from web.work.pool.pool import PROPOSE, WRITE, Done, Refused, one, own
from web.work.pool.told import RAISE, bureau_name
from web.work.step import note
from web.work.today.digest import tell_all
from web.work.today.watch_changes import Change
from web.work.typed import date_of

RESULTS = ("in_order", "to_mend", "unfit", "not_done")
"""Nothing to find fault with; something is to be mended; not fit for the pool; it could not be looked at."""
FIELDS = ("day", "inspector", "result", "finding", "deadline", "mended", "note")
TEXT, NAME = 4000, 120
"""Signs of a finding or note, and of the name of who inspected."""
NEAR = 7
"""Days before the last day to mend from which on the bureau and the firm are told."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """An inspection with all its rows, the newest first."""

    rows: Sequence[PoolInspection]

    @property
    def now(self) -> PoolInspection:
        """As it stands."""
        return self.rows[0]

    def waits(self) -> bool:
        """Whether something is still to be mended."""
        return self.now.result == "to_mend" and self.now.mended is None


def inspections(session: Session, entry_ids: Iterable[str]) -> dict[str, list[Inspection]]:
    """The inspections of entries, by entry, the newest day first."""
    wanted = select(PoolInspection).where(PoolInspection.entry_id.in_(list(entry_ids)))
    by: dict[str, list[PoolInspection]] = {}
    for row in session.scalars(wanted.order_by(PoolInspection.inspection, PoolInspection.number.desc())):
        by.setdefault(row.inspection, []).append(row)
    found: dict[str, list[Inspection]] = {}
    for rows in sorted(by.values(), key=lambda rows: (rows[0].day, rows[-1].at), reverse=True):
        found.setdefault(rows[0].entry_id, []).append(Inspection(rows))
    return found


def of_draws(session: Session, actor: Actor, draw_id: str = "") -> dict[str, dict[str, PoolInspection]]:
    """What was found by draw of the organisation (or of one draw) and by entry. Raises WebError WE401, WE032."""
    actor.need(PROPOSE)
    wanted = _newest().where(
        PoolInspection.organisation_id == actor.organisation,
        PoolInspection.draw_id == draw_id if draw_id else PoolInspection.draw_id.is_not(None),
    )
    found: dict[str, dict[str, PoolInspection]] = {}
    for row in session.scalars(wanted):
        found.setdefault(str(row.draw_id), {})[row.entry_id] = row
    return found


def to_mend(session: Session, organisation_ids: Iterable[str | None]) -> Sequence[PoolInspection]:
    """What is still to be mended in the pools of organisations, by its last day."""
    ids, owner = list(organisation_ids), PoolInspection.organisation_id
    mine = owner.in_([one for one in ids if one is not None])
    whose = mine | owner.is_(None) if None in ids else mine
    wanted = _newest().where(whose, PoolInspection.result == "to_mend", PoolInspection.mended.is_(None))
    return session.scalars(wanted.order_by(PoolInspection.deadline.nulls_last(), PoolInspection.inspection)).all()


def record(
    session: Session,
    actor: Actor,
    entry_ids: Sequence[str],
    values: Mapping[str, str],
    at: datetime,
    draw: PoolDraw | None = None,
    key: str = "",
) -> Done:
    """Write down the same finding for one firm or several: those of a draw that have one already are refused by name.

    The same form (`key`) sent twice writes once. Raises UnusableError WE190 (a field, or no firm; of a draw, one that
    was not drawn), WebError WE401, WE032, WE404.
    """
    actor.need(WRITE)
    if not entry_ids or (draw is not None and not set(entry_ids) <= set(draw.drawn)):
        raise UnusableError({"entry": "empty"}, "WE190")
    read = _read(values, at)
    held = of_draws(session, actor, draw.id).get(draw.id, {}) if draw is not None else {}
    done = Done()
    for entry_id in dict.fromkeys(entry_ids):
        row = one(session, actor, entry_id, WRITE)
        ident = stable_hash("inspection", actor.user, key, row.id)[:24] if key else new_id()
        if key and session.scalar(select(PoolInspection.id).where(PoolInspection.inspection == ident)) is not None:
            done.done.append(row)
        elif row.id in held:
            done.refused.append(Refused(row.firm_name, "WE198", "it is written down already"))
        else:
            _keep(session, actor, row, ident, 1, draw.id if draw is not None else None, read, at)
            done.done.append(row)
    return done


def draw_of(session: Session, actor: Actor, draw_id: str) -> PoolDraw | None:
    """The draw of an id, None for "". Raises as `one_draw`."""
    return one_draw(session, actor, draw_id) if draw_id else None


def one_inspection(session: Session, actor: Actor, entry_id: str, inspection: str) -> tuple[PoolEntry, Inspection]:
    """An inspection of an entry that the actor may see. Raises WebError WE401, WE032, WE404."""
    row = one(session, actor, entry_id)
    for found in inspections(session, [row.id]).get(row.id, ()):
        if found.now.inspection == inspection:
            return row, found
    raise WebError("no such page", code="WE404", hint="see the firm's entry in the pool")


def change(
    session: Session,
    actor: Actor,
    entry_id: str,
    inspection: str,
    values: Mapping[str, str],
    number: int,
    at: datetime,
) -> PoolInspection:
    """Write down that it was mended, another day for it, or a correction: one row more. `number` is that of the row
    that was looked at; where all is as before, nothing is written.

    Raises UnusableError WE190, WebError WE401, WE032, WE404, WE192 (somebody wrote meanwhile).
    """
    row, found = one_inspection(session, actor, entry_id, inspection)
    actor.need(WRITE, row.organisation_id)
    if number != found.now.number:
        raise WebError("it was changed meanwhile", code="WE192", hint="look at it again", place=row.id)
    read = _read(values, at)
    if all(getattr(found.now, name) == value for name, value in read.items()):
        return found.now
    return _keep(session, actor, row, inspection, number + 1, found.now.draw_id, read, at)


def _newest() -> Any:
    """The rows that count."""
    last = select(PoolInspection.inspection.label("of"), func.max(PoolInspection.number).label("number"))
    newest = last.group_by(PoolInspection.inspection).subquery()
    same = and_(PoolInspection.inspection == newest.c.of, PoolInspection.number == newest.c.number)
    return select(PoolInspection).join(newest, same)


def _read(values: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """The fields as they are kept. Raises UnusableError WE190 with all that cannot be used."""
    said = {name: str(values.get(name) or "").strip() for name in FIELDS}
    today, result = day_of(at), said["result"]
    wrong: dict[str, str] = {} if result in RESULTS else {"result": "empty" if not result else "unknown"}
    for name, most in (("inspector", NAME), ("finding", TEXT), ("note", TEXT)):
        if len(said[name]) > most:
            wrong[name] = "long"
    if not said["inspector"]:
        wrong["inspector"] = "empty"
    if not said["finding"] and result != "in_order":
        wrong["finding"] = "empty"
    for name, earliest, latest in (("day", "", today), ("deadline", said["day"], "9"), ("mended", said["day"], today)):
        if not said[name]:
            continue
        if date_of(said[name]) is None:
            wrong[name] = "unknown"
        elif not earliest <= said[name] <= latest:
            wrong[name] = "future" if said[name] > latest else "before"
    if not said["day"]:
        wrong["day"] = "empty"
    if result == "to_mend" and not said["deadline"]:
        wrong["deadline"] = "empty"
    if result != "to_mend":
        wrong |= {name: "to_mend" for name in ("deadline", "mended") if said[name]}
    if wrong:
        raise UnusableError(wrong, "WE190")
    return {name: said[name] or (None if name in ("deadline", "mended") else "") for name in FIELDS}


def _keep(
    session: Session,
    actor: Actor,
    row: PoolEntry,
    inspection: str,
    number: int,
    draw_id: str | None,
    read: Mapping[str, Any],
    at: datetime,
) -> PoolInspection:
    """Write the row, its event, and tell the firm what it sees of it."""
    kept = PoolInspection(
        organisation_id=row.organisation_id,
        inspection=inspection,
        number=number,
        entry_id=row.id,
        draw_id=draw_id,
        at=at,
        by=actor.user,
        by_name=actor.name,
        **read,
    )
    session.add(kept)
    session.flush()
    digest = stable_hash(inspection, str(number), *(str(value) for value in read.values()))
    state = "mended" if kept.mended else kept.result
    note(session, row, "pool_inspection", None, state, actor.user, at, kept.finding[:200], digest)
    if any(seen.id == row.id for seen in own(session, [row.firm_id])):
        change = Change("reply", f"{inspection}:{number}", _told(session, row, kept, state), address="/my/pool")
        tell_all(session, people_of(session, row.firm_id, RAISE), change, day_of(at))
    return kept


def _told(session: Session, row: PoolEntry, kept: PoolInspection, step: str) -> dict[str, str]:
    said = {"what": "inspection", "step": step, "name": row.firm_name, "until": kept.deadline or ""}
    return said | {"buyer": bureau_name(session, row.organisation_id)}


def tell_mending_due(session: Session, at: datetime) -> int:
    """Tell bureau and firm that the last day to mend is near, and the bureau that it is over; each once. Returns how
    many notices are new."""
    new, day, last = 0, day_of(at), day_of(at + timedelta(days=NEAR))
    due = (PoolInspection.result == "to_mend", PoolInspection.mended.is_(None), PoolInspection.deadline <= last)
    for kept in session.scalars(_newest().where(*due).order_by(PoolInspection.inspection)).all():
        row = session.get_one(PoolEntry, kept.entry_id)
        step = "over" if (kept.deadline or "") < day else "near"
        told = _told(session, row, kept, step)
        about = f"{kept.inspection}:{step}:{kept.deadline}"
        change = Change("deadline", about, told, address=address_of(kept))
        new += tell_all(session, people_in(session, row.organisation_id, WRITE), change, day)
        if step == "near" and any(seen.id == row.id for seen in own(session, [row.firm_id])):
            change = Change("deadline", about, told, address="/my/pool")
            new += tell_all(session, people_of(session, row.firm_id, RAISE), change, day)
    return new
