"""What the pool tells a firm in its inbox, and who keeps the pool."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from web.beijing import day_of
from web.db.accounts import Organisation
from web.db.pool import PoolEntry
from web.work.inquiries.told import people_of
from web.work.today.digest import tell_all
from web.work.today.watch_changes import Change

RAISE = "difficulty.raise"
"""The right by which people of a firm see its entry and raise a difficulty."""


def bureau_name(session: Session, organisation_id: str | None) -> str:
    """The name of who keeps the pool; empty where it is who runs the data folder."""
    place = session.get(Organisation, organisation_id) if organisation_id else None
    return place.name if place else ""


def tell_firm(session: Session, row: PoolEntry, at: datetime) -> int:
    """Tell the firm's people of a step that they see. Returns how many notices are new."""
    told = {"what": "pool", "step": row.state, "name": row.firm_name, "until": row.until or ""}
    told["buyer"] = bureau_name(session, row.organisation_id)
    change = Change("reply", f"{row.id}:{row.steps}", told, address="/my/pool")
    return tell_all(session, people_of(session, row.firm_id, RAISE), change, day_of(at))
