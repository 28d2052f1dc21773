"""The cultivation pool (培育库) of a county or city bureau: entry, validity, recheck, removal and re-entry of firms.

All of it belongs to the bureau; nothing of it goes to the graph. A firm sees its own entry once it is invited, a city
reads those of its counties (`web.work.pool.below`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kg.records import stable_hash
from kg.tier import LADDER
from kg.values.region import Regions
from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.accounts import Organisation
from web.db.models import new_id
from web.db.pool import PoolEntry, PoolStep
from web.db.store import Database
from web.errors import UnusableError, WebError
from web.work.pool.below import is_below
from web.work.pool.fields import typed_fields
from web.work.pool.told import tell_firm
from web.work.step import States, note, one_step

READ, PROPOSE, WRITE = "pool.read", "pool.propose", "pool.write"
"""Counts; the list, and firms as candidates; all else."""
TIERS = tuple(sorted(LADDER, key=("innovative", "specialised", "little_giant", "champion").index))
REASON = 2000
"""Signs of a reason."""

_LEAVES = frozenset({"lapsed", "removed"})
POOL = States(
    "pool_entry",
    "an entry that is",
    "WE191",
    {
        "candidate": frozenset({"invited", "in_pool", "removed"}),
        "invited": frozenset({"candidate", "in_pool", "removed"}),
        "in_pool": frozenset({"applied", "recognised", "recheck_due"}) | _LEAVES,
        "applied": frozenset({"in_pool", "recognised", "recheck_due"}) | _LEAVES,
        "recognised": frozenset({"in_pool", "recheck_due"}) | _LEAVES,
        "recheck_due": frozenset({"rechecked"}) | _LEAVES,
        "rechecked": frozenset({"in_pool", "applied", "recognised", "recheck_due"}) | _LEAVES,
        "lapsed": frozenset({"candidate", "in_pool", "removed"}),
        "removed": frozenset({"candidate"}),
    },
)
"""The states of an entry. A removed firm comes back as a candidate once its ban is over."""
STATES = tuple(POOL.ways)
MEMBERS = ("in_pool", "applied", "recognised", "recheck_due", "rechecked")
"""States in which a firm is in the pool."""
SEEN = tuple(state for state in STATES if state != "candidate")
"""States that the firm itself sees."""
FIELDS = ("tier", "district", "until", "recheck", "ban")


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm of the graph as it enters; `district` is "" where its place is not known."""

    id: str
    name: str
    district: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A firm with which a step was not done: the code of the error, and its word or sentence."""

    name: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step for several firms."""

    done: list[PoolEntry] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters of a list; what is empty does not filter. `district` covers all places below it."""

    district: str = ""
    tier: str = ""
    state: str = ""
    name: str = ""


def step(database: Database, place: str) -> AbstractContextManager[Session]:
    """One transaction; where somebody else was quicker by a moment, WebError WE192."""
    return one_step(database, _stale(place))


def _stale(place: str) -> WebError:
    return WebError("it was changed meanwhile", code="WE192", hint="look at it again, then press again", place=place)


def entries(
    session: Session, actor: Actor, asked: Asked = Asked(), right: str = PROPOSE, of: str = ""
) -> Sequence[PoolEntry]:
    """The organisation's firms by district and name, or those `of` one whose pool it reads.

    Raises WebError WE401, WE032, WE404.
    """
    wanted = select(PoolEntry).where(PoolEntry.organisation_id == _whose(session, actor, right, of))
    if asked.tier:
        wanted = wanted.where(PoolEntry.tier == asked.tier)
    if asked.state == "members":
        wanted = wanted.where(PoolEntry.state.in_(MEMBERS))
    elif asked.state:
        wanted = wanted.where(PoolEntry.state == asked.state)
    if asked.name.strip():
        wanted = wanted.where(PoolEntry.firm_name.icontains(asked.name.strip(), autoescape=True))
    found = session.scalars(wanted.order_by(PoolEntry.district, PoolEntry.firm_name, PoolEntry.id)).all()
    if asked.district == "unknown":
        return [one for one in found if not one.district]
    return [one for one in found if not asked.district or Regions.load().contains(asked.district, one.district)]


def _whose(session: Session, actor: Actor, right: str, of: str) -> str | None:
    """The organisation whose pool is read: the actor's own, or `of`. Raises WebError WE401, WE032, WE404."""
    actor.need(right)
    if of and not is_below(session, actor, of):
        raise WebError("no such page", code="WE404", hint="see the pool")
    return of or actor.organisation


def one(session: Session, actor: Actor, entry_id: str, right: str = PROPOSE) -> PoolEntry:
    """An entry of the actor's organisation, or to read (any right but WRITE) of one whose pool it reads.

    Raises WebError WE404 for another's, WE401, WE032.
    """
    actor.need(right)
    row = session.get(PoolEntry, entry_id)
    if row is None:
        raise WebError("no such page", code="WE404", hint="see the pool")
    if right == WRITE or actor.owns(row.organisation_id) or not is_below(session, actor, row.organisation_id):
        actor.need(right, row.organisation_id)
    return row


def history(session: Session, row: PoolEntry) -> Sequence[PoolStep]:
    """All steps of an entry, the newest first."""
    return session.scalars(select(PoolStep).where(PoolStep.entry_id == row.id).order_by(PoolStep.number.desc())).all()


def histories(session: Session, actor: Actor, of: str = "") -> dict[str, list[PoolStep]]:
    """All steps of the organisation's entries, or of those `of` one whose pool it reads, the oldest first, by entry.

    Raises WebError WE401, WE032, WE404.
    """
    wanted = select(PoolStep).where(PoolStep.organisation_id == _whose(session, actor, PROPOSE, of))
    found: dict[str, list[PoolStep]] = {}
    for one in session.scalars(wanted.order_by(PoolStep.entry_id, PoolStep.number)):
        found.setdefault(one.entry_id, []).append(one)
    return found


def counts(session: Session, actor: Actor) -> list[tuple[str, str, str, int]]:
    """Firms of the organisation by district, tier and state. Raises WebError WE401, WE032."""
    actor.need(READ)
    kept = (PoolEntry.district, PoolEntry.tier, PoolEntry.state)
    wanted = select(*kept, func.count()).where(PoolEntry.organisation_id == actor.organisation).group_by(*kept)
    return [(district, tier, state, count) for district, tier, state, count in session.execute(wanted.order_by(*kept))]


def own(session: Session, ids: Sequence[str]) -> Sequence[PoolEntry]:
    """Entries that a firm sees of itself, by all its ids."""
    known = select(PoolStep.entry_id).where(PoolStep.state.in_(("invited", "in_pool")))
    wanted = select(PoolEntry).where(PoolEntry.firm_id.in_(ids), PoolEntry.state.in_(SEEN), PoolEntry.id.in_(known))
    return session.scalars(wanted.order_by(PoolEntry.created, PoolEntry.id)).all()


def add(
    session: Session,
    actor: Actor,
    firms: Sequence[Firm],
    state: str,
    values: Mapping[str, Any],
    reason: str,
    at: datetime,
) -> Done:
    """Take firms into the pool, as candidates or further on; who only proposes takes candidates alone.

    A firm that was removed or has lapsed comes back, with its history; one that is in the pool already is refused, as
    one outside the bureau's district is. The same form sent twice so changes nothing. Raises UnusableError WE190.
    """
    actor.need(PROPOSE)
    if state not in ("candidate", "invited", "in_pool") or (state != "candidate" and not actor.may(WRITE)):
        raise UnusableError({"state": "unknown"}, "WE190")
    values = _read(values, state, at, {"tier"})
    place = session.get(Organisation, actor.organisation) if actor.organisation else None
    done, bulk = Done(), new_id()
    for firm in firms:
        try:
            done.done.append(_enter(session, actor, firm, state, values, reason, at, bulk, place))
        except WebError as error:
            done.refused.append(Refused(firm.name, error.code, str(error)))
    session.flush()
    return done


def _enter(
    session: Session,
    actor: Actor,
    firm: Firm,
    state: str,
    values: Mapping[str, Any],
    reason: str,
    at: datetime,
    bulk: str,
    place: Organisation | None,
) -> PoolEntry:
    district = values.get("district") or firm.district
    if place is not None and place.region and district and not Regions.load().contains(place.region, district):
        raise WebError("its place is outside the district", code="WE195", hint="ask the bureau of its place")
    wanted = select(PoolEntry).where(PoolEntry.organisation_id == actor.organisation, PoolEntry.firm_id == firm.id)
    row = session.scalar(wanted)
    if row is None:
        row = PoolEntry(
            organisation_id=actor.organisation,
            firm_id=firm.id,
            firm_name=firm.name,
            tier=values["tier"],
            state=state,
            made_by=actor.user,
        )
        session.add(row)
        session.flush()
        before = None
    elif row.state not in ("removed", "lapsed"):
        raise WebError("it is in the pool already", code="WE194", hint="open its entry", place=row.id)
    else:
        _ban_over(row, day_of(at))
        before, row.state = row.state, "candidate" if row.state == "removed" else state
        row.round, row.until, row.recheck, row.ban, row.reason = row.round + 1, None, None, None, ""
        row.firm_name = firm.name
        if row.state != state:  # from removed no other way leads: two steps at one moment
            _set(row, {**values, "district": district})
            _keep(session, row, actor.user, actor.name, before, reason, at, bulk)
            before, row.state = row.state, state
    _set(row, {**values, "district": district})
    _keep(session, row, actor.user, actor.name, before, reason, at, bulk)
    return row


def _ban_over(row: PoolEntry, day: str) -> None:
    if row.state == "removed" and row.ban and day < row.ban:
        raise WebError(f"it may come back from {row.ban} on", code="WE193", hint="wait for that day", place=row.id)


def move(
    session: Session,
    actor: Actor,
    row: PoolEntry,
    to: str,
    values: Mapping[str, Any],
    reason: str,
    at: datetime,
    version: int | None = None,
    bulk: str = "",
) -> PoolEntry:
    """Bring an entry to another state, or change what is known of it where `to` is its own or "". `values` are the
    fields to set, as they were typed; an empty one sets nothing there.

    Raises UnusableError WE190 for a field or a removal without a reason, WebError WE191, WE192 (another `version`),
    WE193 (a removed firm before its ban is over).
    """
    actor.need(WRITE, row.organisation_id)
    if version is not None and version != row.version:
        raise _stale(row.id)
    to, reason = to or row.state, reason.strip()[:REASON]
    if to != row.state:
        POOL.check(row, to)
        _ban_over(row, day_of(at))
    read = _read(values, to, at, set(), _without_reason(to, reason) if to != row.state else {})
    same = to == row.state and all(getattr(row, name) == value for name, value in read.items())
    if same and not reason:
        return row
    until = read.get("until", row.until)
    if to in MEMBERS and until and until < day_of(at):
        raise UnusableError({"until": "past"}, "WE190")
    before = row.state
    if to == "candidate" and before in _LEAVES:
        row.round, row.until, row.recheck, row.ban = row.round + 1, None, None, None
    if to in ("rechecked", "recognised", "in_pool") and "recheck" not in read and (row.recheck or "~") <= day_of(at):
        row.recheck = None  # it was done; the next one is set by who decides
    _set(row, read)
    row.state, row.ban = to, row.ban if to == "removed" else None
    _keep(session, row, actor.user, actor.name, before, reason, at, bulk)
    return row


def move_several(
    session: Session,
    actor: Actor,
    chosen: Sequence[tuple[str, int]],
    to: str,
    values: Mapping[str, Any],
    reason: str,
    at: datetime,
) -> Done:
    """The same step for several entries, each by id and the version that was looked at: those that cannot are refused
    by name, the others are done. Raises UnusableError WE190 where none is chosen, or a field cannot be used for any.
    """
    actor.need(WRITE)
    if not chosen:
        raise UnusableError({"entry": "empty"}, "WE190")
    if not to and not values and not reason.strip():
        raise UnusableError({"to": "empty"}, "WE190")
    _read(values, to, at, set(), _without_reason(to, reason))
    done, bulk = Done(), new_id()
    for entry_id, version in chosen:
        row = one(session, actor, entry_id, WRITE)
        try:
            with session.begin_nested():
                move(session, actor, row, to, values, reason, at, version, bulk)
                session.flush()
            done.done.append(row)
        except (WebError, StaleDataError) as error:
            session.refresh(row)
            told = error if isinstance(error, WebError) else _stale(row.id)
            done.refused.append(Refused(row.firm_name, told.code, str(told)))
    return done


def clock_moves(session: Session, row: PoolEntry, at: datetime) -> bool:
    """What a day brings about: validity that is over ends it, a recheck falls due. Returns whether it moved."""
    day, before = day_of(at), row.state
    if row.state in MEMBERS and row.until and row.until < day:
        row.state, row.reason = "lapsed", ""
    elif row.state in ("in_pool", "applied", "recognised", "rechecked") and row.recheck and row.recheck <= day:
        row.state = "recheck_due"
    else:
        return False
    _keep(session, row, "clock", "", before, "", at, "")
    return True


def _keep(
    session: Session, row: PoolEntry, by: str, name: str, before: str | None, reason: str, at: datetime, bulk: str
) -> None:
    """Write the step: what the entry is now, its event, and what the firm is told."""
    row.reason, row.steps = (reason if row.state in _LEAVES else ""), row.steps + 1
    kept = {field: getattr(row, field) for field in ("state", "round", *FIELDS)}
    session.add(
        PoolStep(
            organisation_id=row.organisation_id,
            entry_id=row.id,
            number=row.steps,
            at=at,
            by=by,
            by_name=name,
            before=before,
            reason=reason,
            bulk=bulk,
            **kept,
        )
    )
    digest = stable_hash(*(str(value) for value in kept.values()), reason)
    note(session, row, POOL.subject, before, row.state, by, at, reason[:200], digest)
    if row.state not in (before, "candidate") and (before, row.state) != ("candidate", "removed"):
        tell_firm(session, row, at)


def _without_reason(to: str, reason: str) -> dict[str, str]:
    """What is wrong with a reason: a removal and a lapse need one."""
    return {"reason": "empty"} if to in _LEAVES and not reason.strip() else {}


def _set(row: PoolEntry, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _read(
    values: Mapping[str, Any], to: str, at: datetime, needed: set[str], wrong: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The fields as they are kept. Raises UnusableError WE190 with all that cannot be used."""
    names = [name for name in FIELDS if name in values or name in needed]
    return typed_fields(values, names, TIERS, day_of(at) if to in MEMBERS else "", wrong or {})
