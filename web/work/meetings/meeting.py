"""A day of meetings: written, called, planned, confirmed, held, followed up; its states and who may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.meetings import Meeting, MeetingDay, MeetingNote, MeetingParty
from web.db.store import Database
from web.errors import WebError
from web.work.meetings.told import tell_firms
from web.work.step import States, add_once, note, one_step

ORGANISE, WISH = "meeting.organise", "meeting.wish"

DAY = States(
    "meeting_day",
    "a day that is",
    "WE101",
    {
        "draft": frozenset({"calling", "cancelled"}),
        "calling": frozenset({"assigned", "cancelled"}),
        "assigned": frozenset({"assigned", "confirmed", "cancelled"}),
        "confirmed": frozenset({"assigned", "held", "cancelled"}),
        "held": frozenset({"followed_up"}),
        "followed_up": frozenset(),
        "cancelled": frozenset(),
    },
)
"""The states of a day; assigned again is another run of the solver."""

MEETING = States(
    "meeting",
    "a meeting that is",
    "WE101",
    {
        "planned": frozenset({"confirmed", "dropped"}),
        "confirmed": frozenset({"planned", "held", "missed", "dropped"}),
        "held": frozenset({"missed"}),
        "missed": frozenset({"held"}),
        "dropped": frozenset({"planned"}),
    },
)
"""The same of a single meeting."""

STANDS = ("planned", "confirmed", "held", "missed")
SHOWN = ("confirmed", "held", "missed")
"""Meetings that their firm sees: what is only planned may still change."""


class Stale(WebError):  # noqa: N818 (it is the reader that is stale)
    """Somebody else changed the day, its wishes or its meetings since the page was made."""

    code = "WE103"

    def __init__(self, place: str) -> None:
        super().__init__("it was changed meanwhile", hint="compare; what you typed is still in the form", place=place)


def step(database: Database, place: str) -> AbstractContextManager[Session]:
    """One transaction; where somebody else was quicker by a moment, it is Stale WE103."""
    return one_step(database, Stale(place))


@dataclass(frozen=True, slots=True)
class Written:
    """A day as its form says it, read and checked (`web.work.meetings.form`)."""

    title: str
    date: str
    place: str = ""
    needs: Sequence[Mapping[str, Any]] = ()
    firms: Sequence[Mapping[str, Any]] = ()
    slots: Sequence[Mapping[str, Any]] = ()
    conflicts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting with the notes of the reader's organisation."""

    row: Meeting
    notes: list[MeetingNote] = field(default_factory=list)


def write(session: Session, actor: Actor, written: Written, at: datetime, key: str = "") -> MeetingDay:
    """A new draft; the same key leads to the one that it made before. Raises WebError WE401, WE032."""
    actor.need(ORGANISE)
    own = key_of(actor, key)
    sent = select(MeetingDay).where(MeetingDay.key == own)
    if own and (made := session.scalar(sent)) is not None:
        return made
    row = MeetingDay(
        organisation_id=actor.organisation,
        title=written.title,
        date=written.date,
        host=actor.organisation_name,
        made_by=actor.user,
        key=own,
    )
    _take(row, written)
    kept = add_once(session, row, sent)
    if kept is row:
        note(session, row, DAY.subject, None, "draft", actor.user, at)
    return kept


def edit(session: Session, actor: Actor, day_id: str, written: Written, version: int, at: datetime) -> MeetingDay:
    """Change a draft. Raises as `one`, WebError WE101 where it is none any more, Stale WE103."""
    row = one(session, actor, day_id, ORGANISE)
    if row.state != "draft":
        raise DAY.refused(row, row.state, "draft")
    fresh(row, version)
    _take(row, written)
    note(session, row, DAY.subject, "draft", "draft", actor.user, at, "changed")
    return row


def _take(row: MeetingDay, written: Written) -> None:
    row.title, row.date, row.place = written.title, written.date, written.place
    row.needs, row.firms = [dict(one) for one in written.needs], [dict(one) for one in written.firms]
    row.slots, row.conflicts = [dict(one) for one in written.slots], [dict(one) for one in written.conflicts]


def key_of(actor: Actor, key: str) -> str | None:
    """A form's key, which is one person's; None without one."""
    return f"{actor.user}:{key}"[:96] if key else None


def fresh(row: MeetingDay, version: int) -> None:
    """Raise Stale WE103 where the row is of another version than the page that was looked at."""
    if row.version != version:
        raise Stale(row.id)


# --- what may be seen ----------------------------------------------------------------------------------------------


def one(session: Session, actor: Actor, day_id: str, right: str = WISH) -> MeetingDay:
    """A day of the actor's organisation. Raises WebError WE401, WE032, WE404."""
    actor.need(right)
    row = session.get(MeetingDay, day_id)
    if row is None:
        raise WebError("no such page", code="WE404", hint="see the organisation's meetings")
    actor.need(right, row.organisation_id)
    return row


def of_organisation(session: Session, actor: Actor, most: int = 200) -> list[MeetingDay]:
    """The organisation's days, the latest first. Raises WebError WE401, WE032."""
    actor.need(WISH)
    wanted = select(MeetingDay).where(MeetingDay.organisation_id == actor.organisation)
    return list(session.scalars(wanted.order_by(MeetingDay.date.desc(), MeetingDay.id).limit(most)))


def called(session: Session, actor: Actor, most: int = 200) -> list[tuple[MeetingDay, MeetingParty]]:
    """The days to which the actor's firm was called, the latest first. Raises WebError WE401, WE032."""
    actor.need(WISH)
    if actor.enterprise is None:
        return []
    wanted = (
        select(MeetingDay, MeetingParty)
        .join(MeetingDay, MeetingDay.id == MeetingParty.day_id)
        .where(MeetingParty.firm_id == actor.enterprise)
        .order_by(MeetingDay.date.desc(), MeetingDay.id)
        .limit(most)
    )
    return [(row, party) for row, party in session.execute(wanted)]


def as_firm(session: Session, actor: Actor, party_id: str) -> tuple[MeetingDay, MeetingParty]:
    """One day as the actor's firm was called to it. Raises WebError WE401, WE032, WE404."""
    actor.need(WISH)
    party = session.get(MeetingParty, party_id)
    if party is None or not actor.enterprise or party.firm_id != actor.enterprise:
        raise WebError("no such page", code="WE404", hint="see the meetings to which your firm was called")
    return session.get_one(MeetingDay, party.day_id), party


def parties(session: Session, row: MeetingDay) -> list[MeetingParty]:
    """The firms that were called, by name."""
    wanted = select(MeetingParty).where(MeetingParty.day_id == row.id)
    return list(session.scalars(wanted.order_by(MeetingParty.firm_name, MeetingParty.id)))


def meetings(
    session: Session, row: MeetingDay, states: Sequence[str] = STANDS, firm: str | None = None
) -> list[Meeting]:
    """Meetings of a day in the order of slots and tables, of one firm alone where it is named."""
    wanted = select(Meeting).where(Meeting.day_id == row.id, Meeting.state.in_(states))
    if firm is not None:
        wanted = wanted.where(Meeting.firm_id == firm)
    order = {slot["id"]: number for number, slot in enumerate(row.slots)}
    return sorted(session.scalars(wanted), key=lambda one: (order[one.slot], one.table_number, one.need))


def with_notes(session: Session, actor: Actor, rows: Sequence[Meeting]) -> list[Held]:
    """Meetings, each with the notes that the actor's organisation wrote."""
    wanted = (
        select(MeetingNote)
        .where(MeetingNote.meeting_id.in_([row.id for row in rows]), MeetingNote.organisation_id == actor.organisation)
        .order_by(MeetingNote.created, MeetingNote.id)
    )
    found: dict[str, list[MeetingNote]] = {}
    for text in session.scalars(wanted):
        found.setdefault(text.meeting_id, []).append(text)
    return [Held(row, found.get(row.id, [])) for row in rows]


# --- steps ---------------------------------------------------------------------------------------------------------


def call(session: Session, actor: Actor, day_id: str, version: int, at: datetime) -> MeetingDay:
    """Begin to take wishes: from now on the firms see the day. Raises as `one`, WebError WE101, Stale WE103."""
    row = one(session, actor, day_id, ORGANISE)
    fresh(row, version)
    DAY.move(session, row, "calling", actor.user, at, f"{len(row.firms)} firms")
    for firm in row.firms:
        session.add(
            MeetingParty(
                organisation_id=row.organisation_id,
                day_id=row.id,
                firm_id=firm["id"],
                firm_name=firm["name"],
                most=firm["most"],
                absent=list(firm["absent"]),
            )
        )
    session.flush()
    tell_firms(session, row, parties(session, row), "called", WISH, at)
    return row


def cancel(session: Session, actor: Actor, day_id: str, version: int, at: datetime, reason: str = "") -> MeetingDay:
    """Call a day off, with its meetings. Raises as `one`, WebError WE101, Stale WE103."""
    row = one(session, actor, day_id, ORGANISE)
    fresh(row, version)
    DAY.move(session, row, "cancelled", actor.user, at, reason[:2000])
    for meeting in meetings(session, row):
        MEETING.move(session, meeting, "dropped", actor.user, at, "the day was cancelled")
    tell_firms(session, row, parties(session, row), "cancelled", WISH, at)
    return row


def confirm(session: Session, actor: Actor, day_id: str, version: int, at: datetime) -> MeetingDay:
    """Confirm the programme: all that is planned. Raises as `one`, WebError WE101, WE104 for none, Stale WE103."""
    row = one(session, actor, day_id, ORGANISE)
    fresh(row, version)
    DAY.check(row, "confirmed")
    rows = meetings(session, row)
    if not rows:
        raise WebError("there is no meeting to confirm", code="WE104", hint="plan again", place=row.id)
    for meeting in rows:
        if meeting.state == "planned":
            MEETING.move(session, meeting, "confirmed", actor.user, at)
    DAY.move(session, row, "confirmed", actor.user, at, f"{len(rows)} meetings")
    met = {meeting.firm_id for meeting in rows}
    tell_firms(session, row, [party for party in parties(session, row) if party.firm_id in met], "confirmed", WISH, at)
    return row


def hold(session: Session, actor: Actor, day_id: str, version: int, at: datetime) -> MeetingDay:
    """Say that the day was held: each confirmed meeting was, until it is said to be missed.

    Raises as `one`, WebError WE101, WE105 before its date, Stale WE103.
    """
    row = one(session, actor, day_id, ORGANISE)
    fresh(row, version)
    DAY.check(row, "held")
    if day_of(at) < row.date:
        raise WebError("the day has not come yet", code="WE105", hint=f"wait until {row.date}", place=row.id)
    for meeting in meetings(session, row, ("confirmed",)):
        MEETING.move(session, meeting, "held", actor.user, at)
    DAY.move(session, row, "held", actor.user, at)
    return row


def follow_up(session: Session, actor: Actor, day_id: str, version: int, at: datetime) -> MeetingDay:
    """Say that it was followed up. Raises as `one`, WebError WE101, WE106 for a held meeting without a note, Stale."""
    row = one(session, actor, day_id, ORGANISE)
    fresh(row, version)
    DAY.check(row, "followed_up")
    bare = [held for held in with_notes(session, actor, meetings(session, row, ("held",))) if not held.notes]
    if bare:
        raise WebError(f"{len(bare)} held meetings have no note", code="WE106", hint="write them first", place=row.id)
    DAY.move(session, row, "followed_up", actor.user, at)
    return row


def settle(session: Session, actor: Actor, day_id: str, meeting_id: str, to: str, at: datetime) -> Meeting:
    """Confirm a single meeting or take that back (planned) while the day is assigned; say after it whether it was held
    or missed. Raises as `one`, WebError WE404, WE101.
    """
    row = one(session, actor, day_id, ORGANISE)
    meeting = session.get(Meeting, meeting_id)
    if meeting is None or meeting.day_id != row.id:
        raise WebError("no such meeting of the day", code="WE404", hint="see the day")
    now_may = {"assigned": ("confirmed", "planned"), "held": ("held", "missed")}.get(row.state, ())
    if to not in now_may:
        raise MEETING.refused(meeting, f"{meeting.state} on a day that is {row.state}", to)
    if meeting.state != to:  # the same button, pressed twice
        MEETING.move(session, meeting, to, actor.user, at)
    return meeting
