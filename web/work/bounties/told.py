"""Who is told in the inbox of a bounty's own steps: poster, host and county office, and who applied.

A notice says that there is something, never what.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.beijing import day_of
from web.db.bounties import Application, Bounty
from web.work.bounties.application_told import HOSTS, WRITES, People, people_in, team_people
from web.work.today.digest import tell_all
from web.work.today.watch_changes import Change

POSTS, COUNTY = "bounty.write", "bounty.county"


def tell_bounty(
    session: Session,
    row: Bounty,
    step: str,
    at: datetime,
    own: str | None = None,
    to: Collection[str] = ("poster", "host"),
    part: str = "",
) -> int:
    """Tell these sides of a bounty (poster, host, county) of a step; not the people of the organisation `own`, which
    took it. `part` is where on the bounty's pages it is seen. Returns how many notices are new.
    """
    sides = {
        "poster": (row.organisation_id, POSTS),
        "host": (row.host_id, HOSTS),
        "county": (row.county_id, COUNTY),
    }
    people = [
        one
        for side, (organisation_id, right) in sides.items()
        if side in to and organisation_id != own
        for one in people_in(session, organisation_id, right)
    ]
    return _tell(session, people, row, step, at, part)


def tell_applicants(session: Session, row: Bounty, change: Change, at: datetime) -> int:
    """Tell all who apply, each with its team, asked or confirmed. Returns how many notices are new."""
    wanted = select(Application).where(Application.bounty_id == row.id)
    applied = session.scalars(wanted.order_by(Application.id)).all()
    people = [who for one in applied for who in team_people(session, one, ("asked", "confirmed"))]
    return tell_all(session, people, change, day_of(at))


def ended_without(row: Bounty, at: datetime) -> Change:
    """What applicants are told of a bounty that ends without a solver."""
    return _change(row, "no_taker", at)


def tell_asker(session: Session, row: Bounty, organisation_id: str | None, at: datetime) -> int:
    """Tell who asked a question that it is answered. Returns how many notices are new."""
    return _tell(session, people_in(session, organisation_id, WRITES), row, "answered", at, "#questions")


def _tell(session: Session, people: People, row: Bounty, step: str, at: datetime, part: str) -> int:
    return tell_all(session, people, _change(row, step, at, part), day_of(at))


def _change(row: Bounty, step: str, at: datetime, part: str = "") -> Change:
    told = {"name": row.title, "what": "bounty", "step": step}
    return Change("reply", f"{row.id}:{step}@{at.isoformat()}", told, address=f"/bounties/{row.id}{part}")
