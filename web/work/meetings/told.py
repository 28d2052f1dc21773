"""What a firm is told in the inbox: that it is called to a day of meetings, its meetings are confirmed, it is off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from web.beijing import day_of
from web.db.meetings import MeetingDay, MeetingParty
from web.work.inquiries.told import people_of
from web.work.today.digest import tell_all
from web.work.today.watch_changes import Change


def tell_firms(
    session: Session, row: MeetingDay, parties: Iterable[MeetingParty], step: str, right: str, at: datetime
) -> int:
    """Tell the people who hold the right for these firms; `step`: called, confirmed, cancelled. A firm is told of each
    run's confirmation once. Returns how many notices are new.
    """
    new = 0
    told = {"name": row.title, "buyer": row.host, "what": "meeting", "step": step, "until": row.date}
    for party in parties:
        change = Change("reply", f"{party.id}:{step}:{row.run}", told, address=f"/meetings/called/{party.id}")
        new += tell_all(session, people_of(session, party.firm_id, right), change, day_of(at))
    return new
