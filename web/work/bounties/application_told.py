"""Who is told of applications, teams and reviews in the inbox: each of a team and its broker of what concerns it.

A notice says that there is something, never what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.accounts import Membership
from web.db.bounties import Application, Bounty, TeamMember
from web.work.inquiries.told import people_of
from web.work.today.digest import tell_all
from web.work.today.watch_changes import Change

WRITES, HOSTS, BRINGS = "application.write", "bounty.organise", "application.bring"
BROUGHT = "/applications/brought"
"""Where a broker finds what it brought: the application itself is not for it."""

People = Sequence[tuple[str, str | None]]


def people_in(session: Session, organisation_id: str | None, right: str) -> People:
    """Who holds a right in an organisation."""
    if organisation_id is None:
        return []
    wanted = select(Membership.user_id, Membership.role).where(
        Membership.organisation_id == organisation_id, Membership.ended.is_(None)
    )
    held = session.execute(wanted.order_by(Membership.user_id))
    found = [user for user, role in held if Actor(roles=frozenset({role})).may(right)]
    return [(user, organisation_id) for user in dict.fromkeys(found)]


def team_people(session: Session, row: Application, states: Iterable[str] = ("confirmed",)) -> People:
    """The people of the lead and of each member in one of these states."""
    wanted = select(TeamMember).where(
        TeamMember.application_id == row.id, TeamMember.role != "lead", TeamMember.state.in_(list(states))
    )
    found = [*people_in(session, row.organisation_id, WRITES)]
    for member in session.scalars(wanted.order_by(TeamMember.created, TeamMember.id)):
        found += member_people(session, member)
    return list(dict.fromkeys(found))


def member_people(session: Session, member: TeamMember) -> People:
    """The people of a member, where it has an account."""
    own = people_in(session, member.organisation_id, WRITES)
    return own or (people_of(session, member.firm_id, WRITES) if member.firm_id else [])


def tell_host(session: Session, row: Application, bounty: Bounty, step: str, at: datetime) -> None:
    """Tell the host of a step of the lead."""
    _tell(session, people_in(session, bounty.host_id, HOSTS), row, bounty, step, row.firm_name, at)


def tell_lead(session: Session, row: Application, bounty: Bounty, step: str, at: datetime, firm: str = "") -> None:
    """Tell the lead what a member (`firm`) answered."""
    _tell(session, people_in(session, row.organisation_id, WRITES), row, bounty, step, firm, at)


def tell_team(
    session: Session, row: Application, bounty: Bounty, step: str, at: datetime, own: str | None = None
) -> None:
    """Tell the lead, who of its team has confirmed, and the broker what became of an application; not the people of the
    organisation `own`, which took the step.
    """
    team = [one for one in team_people(session, row) if one[1] != own]
    _tell(session, team, row, bounty, step, row.firm_name, at)
    brokers = people_in(session, row.broker_id, BRINGS)
    _tell(session, brokers, row, bounty, step, row.firm_name, at, "broker:", BROUGHT)


def tell_member(
    session: Session, row: Application, bounty: Bounty, member: TeamMember, step: str, at: datetime
) -> None:
    """Tell a member's people, where it has an account, that it is asked, or no more."""
    people = member_people(session, member)
    address = "/applications" if step == "taken_out" else ""
    _tell(session, people, row, bounty, step, row.firm_name, at, f"{member.id}:", address)


def tell_invited(session: Session, bounty: Bounty, firm_id: str, at: datetime) -> int:
    """Tell the people of a firm that it is invited to apply. Returns how many were told."""
    told = {"name": bounty.title, "firm": "", "what": "application", "step": "invited", "until": bounty.deadline or ""}
    change = Change("reply", f"{bounty.id}:invited:{firm_id}", told, address=f"/bounties/{bounty.id}")
    return tell_all(session, people_of(session, firm_id, WRITES), change, day_of(at))


def _tell(
    session: Session,
    people: People,
    row: Application,
    bounty: Bounty,
    step: str,
    firm: str,
    at: datetime,
    about: str = "",
    address: str = "",
) -> None:
    told = {"name": bounty.title, "firm": firm, "what": "application", "step": step, "until": bounty.deadline or ""}
    address = address or f"/applications/{row.id}"
    change = Change("reply", f"{row.id}:{about}{step}@{at.isoformat()}", told, address=address)
    tell_all(session, people, change, day_of(at))
