"""Who is told in the inbox of the steps after an award: the sides of an agreement with the whole team, its broker, and
the host, each of what others do.

A notice says that there is something, never what.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.orm import Session

from web.beijing import day_of
from web.db.bounties import Agreement, Application, Bounty
from web.work.bounties.application_told import BRINGS, BROUGHT, HOSTS, People, people_in, team_people
from web.work.today.digest import tell_all
from web.work.today.watch_changes import Change

POSTS = "bounty.write"
OF_BROKERS = ("agreed", "running", "paid", "won", "outrun", "settled", "terminated", "failed")
"""Steps that say something of a broker's share; the others are between the sides."""


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
    """Tell the people of these sides (poster, solver with its team, host) of a step; those of the organisation `own`,
    which took it, are not told. Returns how many notices are new.
    """
    sides: dict[str, Callable[[], People]] = {
        "poster": lambda: people_in(session, bounty.organisation_id, POSTS),
        "solver": lambda: team_people(session, application),
        "host": lambda: people_in(session, bounty.host_id, HOSTS),
    }
    told = {"name": bounty.title, "firm": application.firm_name, "what": "agreement", "step": step}
    about = f"{row.id}:{step}@{at.isoformat()}"
    change = Change("reply", about, told, address=f"/agreements/{row.id}")
    people = [one for side, of in sides.items() if side in to for one in of() if one[1] != own]
    new = tell_all(session, people, change, day_of(at))
    if "solver" in to and step in OF_BROKERS:
        change = Change("reply", f"broker:{about}", told, address=BROUGHT)
        new += tell_all(session, people_in(session, application.broker_id, BRINGS), change, day_of(at))
    return new
