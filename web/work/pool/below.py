"""Pools that a city reads: those of the authorities whose place lies inside its own. It reads them, and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kg.values.region import Regions
from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.accounts import Organisation
from web.db.pool import PoolEntry, PoolStep

QUIET = 365
"""Days without a step after which an entry counts as not looked after."""


@dataclass(slots=True)
class PoolBelow:
    """A pool of a county, counted: firms by state, the day of its newest step ("": it has none), and entries of which
    nothing was written down for a year.
    """

    organisation: Organisation
    states: Counter[str] = field(default_factory=Counter)
    newest: str = ""
    quiet: int = 0

    @property
    def firms(self) -> int:
        """All firms of it."""
        return self.states.total()


def below(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The open authorities inside the place of the actor's authority, by place and name; nobody's where a place is not
    known. Who has the same place, or is no authority, is not among them.
    """
    own = session.get(Organisation, actor.organisation) if actor.organisation else None
    if own is None or own.kind != "authority" or own.state != "open" or not own.region:
        return []
    wanted = select(Organisation).where(
        Organisation.kind == "authority",
        Organisation.state == "open",
        Organisation.region.not_in(("", own.region)),
        Organisation.id != own.id,
    )
    found = session.scalars(wanted.order_by(Organisation.region, Organisation.name, Organisation.id)).all()
    return [one for one in found if Regions.load().contains(own.region, one.region)]


def is_below(session: Session, actor: Actor, organisation_id: str | None) -> bool:
    """Whether an organisation is one of them."""
    return any(one.id == organisation_id for one in below(session, actor))


def entries_below(session: Session, actor: Actor) -> dict[str, list[PoolEntry]]:
    """The firms in the pools of these authorities, by authority, each by district and name."""
    found: dict[str, list[PoolEntry]] = {one.id: [] for one in below(session, actor)}
    wanted = select(PoolEntry).where(PoolEntry.organisation_id.in_(list(found)))
    for row in session.scalars(wanted.order_by(PoolEntry.district, PoolEntry.firm_name, PoolEntry.id)):
        found[str(row.organisation_id)].append(row)
    return found


def pools_below(session: Session, actor: Actor, at: datetime) -> list[PoolBelow]:
    """The pools of these authorities, counted; those without a firm too, so that it is seen who has none."""
    found = {one.id: PoolBelow(one) for one in below(session, actor)}
    if not found:
        return []
    mine = PoolEntry.organisation_id.in_(list(found))
    counted = select(PoolEntry.organisation_id, PoolEntry.state, func.count()).where(mine)
    for organisation, state, count in session.execute(counted.group_by(PoolEntry.organisation_id, PoolEntry.state)):
        found[str(organisation)].states[state] += count
    last = select(PoolStep.organisation_id.label("of"), PoolStep.entry_id, func.max(PoolStep.at).label("at"))
    steps = last.where(PoolStep.organisation_id.in_(list(found))).group_by(PoolStep.organisation_id, PoolStep.entry_id)
    since = day_of(at - timedelta(days=QUIET))
    for organisation, _, when in session.execute(steps):
        one, day = found[str(organisation)], day_of(when)
        one.newest, one.quiet = max(one.newest, day), one.quiet + (day < since)
    return list(found.values())
