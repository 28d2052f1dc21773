"""A bounty with its poster, host, applicants and experts in a store, for tests: who acts, and how far it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.accounts import Membership, Organisation, User
from web.db.bounties import Bounty
from web.db.models import Event, new_id

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
AFTER = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)
DEADLINE = "2026-05-31"
TARGETS: list[dict[str, Any]] = [
    {"name": "抗拉强度", "operator": ">=", "value": 1850.0, "unit": "MPa", "method": "GB/T 228.1"},
    {"name": "批次稳定性", "method": "用户试验"},
]
RACE = {"id": "race", "title": "赛马", "solvers_most": 3}


def actor(organisation: Organisation, *roles: str, user: str = "") -> Actor:
    """Somebody with these roles there."""
    return Actor(
        user or f"u-{organisation.name}-{'-'.join(roles)}",
        organisation.name,
        organisation.id,
        organisation.kind,
        organisation.enterprise_id,
        frozenset(roles),
        organisation.name,
    )


def organisation(session: Session, kind: str, name: str, enterprise: str | None = None) -> Organisation:
    """A new organisation."""
    made = Organisation(name=name, kind=kind, enterprise_id=enterprise)
    session.add(made)
    session.flush()
    return made


def expert(session: Session, place: Organisation, name: str) -> Actor:
    """A person with the role of an expert there."""
    user = User(login=f"{name}-{new_id()}", name=name)
    session.add(user)
    session.flush()
    session.add(Membership(organisation_id=place.id, user_id=user.id, role="expert"))
    session.flush()
    return actor(place, "expert", user=user.id)


def bounty(session: Session, poster: Organisation, host: Organisation, state: str = "open", **more: Any) -> Bounty:
    """A bounty that everybody sees, in a state."""
    made = Bounty(
        organisation_id=poster.id,
        title="高强度钢丝",
        products=["钢丝"],
        text="现有钢丝强度不够",
        buyer=poster.name,
        deadline=DEADLINE,
        state=state,
        visibility="public",
        published=AT,
        targets=TARGETS,
        host_id=host.id,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def to(session: Session, row: Bounty, state: str, at: datetime = AT) -> None:
    """Bring it to a state, as its own machine would, without that machine's questions."""
    session.add(Event(at=at, actor="test", subject="bounty", subject_id=row.id, from_state=row.state, to_state=state))
    row.state = state
    session.flush()
