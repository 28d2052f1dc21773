"""Who is told in the inbox of the steps after an award: the sides of an agreement and the host, each of what others do.

A notice says that there is something, never what.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from web.beijing import day_of
from web.db.bounties import Agreement, Application, Bounty
from web.work.application_told import HOSTS, WRITES, people_in
from web.work.digest import tell
from web.work.watch_changes import Change

POSTS = "bounty.write"


def tell_sides(
    session: Session,
    row: Agreement,
    bounty: Bounty,
    application: Application,
    step: str,
    at: datetime,
    own: str | None = None,
    to: Collection[str] = ("poster", "solver"),
) -> int:
    """Tell the people of these sides (poster, solver, host) of a step; those of the organisation `own`, which took it,
    are not told. Returns how many notices are new.
    """
    sides = {
        "poster": (bounty.organisation_id, POSTS),
        "solver": (application.organisation_id, WRITES),
        "host": (bounty.host_id, HOSTS),
    }
    told = {"name": bounty.title, "firm": application.firm_name, "what": "agreement", "step": step}
    change = Change("reply", f"{row.id}:{step}@{at.isoformat()}", told, address=f"/agreements/{row.id}")
    people = [
        one
        for side, (organisation_id, right) in sides.items()
        if side in to and organisation_id != own
        for one in people_in(session, organisation_id, right)
    ]
    return sum(tell(session, *who, change, day_of(at)) for who in dict.fromkeys(people))
