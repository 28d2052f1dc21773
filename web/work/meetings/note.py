"""Notes on a meeting after the day: of the organisation and of the firm, each for itself alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.meetings import Meeting, MeetingNote
from web.errors import WebError
from web.work.meetings.meeting import MEETING, SHOWN, WISH, key_of
from web.work.step import note

NOTE = 4000
"""Signs of a note."""


def write_note(session: Session, actor: Actor, meeting_id: str, text: str, at: datetime, key: str = "") -> MeetingNote:
    """A note on a meeting that was held or missed, by the organisation or by the firm, each for itself alone.

    Raises WebError WE401, WE032, WE404; WE101 before the day was held, WE107 for an empty or too long one.
    """
    actor.need(WISH)
    meeting = session.get(Meeting, meeting_id)
    firms_own = meeting is not None and actor.enterprise == meeting.firm_id and meeting.state in SHOWN
    if meeting is None or not (actor.owns(meeting.organisation_id) or firms_own):
        raise WebError("no such page", code="WE404", hint="see the organisation's meetings")
    own = key_of(actor, key)
    made = session.scalar(select(MeetingNote).where(MeetingNote.key == own)) if own else None
    if made is not None:
        return made
    if meeting.state not in ("held", "missed"):
        raise MEETING.refused(meeting, meeting.state, "noted")
    if not text.strip() or len(text) > NOTE:
        raise WebError("a note is empty or too long", code="WE107", hint=f"write 1 to {NOTE} signs", place=meeting.id)
    row = MeetingNote(
        organisation_id=actor.organisation, meeting_id=meeting.id, text=text.strip(), made_by=actor.user, key=own
    )
    row.created = at
    session.add(row)
    state = meeting.state
    note(session, meeting, MEETING.subject, state, state, actor.user, at, "noted", organisation_id=actor.organisation)
    return row
