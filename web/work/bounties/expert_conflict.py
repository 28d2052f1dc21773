"""What stands against an expert: its organisations are the poster's, an applicant's, or of one group with one of them.

Found by the program, from memberships and ownership (SUBSIDIARY_OF); an expert declares what it cannot know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.values.name import name_key
from web.db.accounts import Membership, Organisation
from web.db.bounties import Application, Bounty, TeamMember

Groups = Mapping[str, frozenset[str]]
"""For each firm the ids by which it is of one group with another (`web.jobs.ownership.groups_of`)."""


@dataclass(frozen=True, slots=True)
class Side:
    """An organisation on one side of the question: by its account, its firm and its name."""

    kind: str
    name: str
    organisation: str | None = None
    firm: str | None = None


def conflict_of(
    session: Session, bounty: Bounty, application_id: str | None, expert: str, posters: Sequence[str], groups: Groups
) -> str:
    """What stands against this expert for the bounty, or for one application to it; empty where nothing is found.

    A word that pages know (poster, applicant, co_applicant, group) and the name that it is about, with a colon between.
    `posters` are the firms that the poster is; `groups` are of all firms concerned, and may lack what is not known.
    """
    own = organisations_of(session, expert)
    for side in sides(session, bounty, application_id, posters):
        for mine in own:
            if _same(mine, side):
                return f"{side.kind}:{side.name}"
            if mine.enterprise_id and side.firm and _tied(mine.enterprise_id, side.firm, groups):
                return f"group:{side.name}"
    return ""


def organisations_of(session: Session, user: str) -> Sequence[Organisation]:
    """Where a person has a role."""
    held = select(Membership.organisation_id).where(Membership.user_id == user, Membership.ended.is_(None))
    return session.scalars(select(Organisation).where(Organisation.id.in_(held))).all()


def sides(session: Session, bounty: Bounty, application_id: str | None, posters: Sequence[str]) -> list[Side]:
    """Who is not to be judged, nor judge others: the poster, and all who applied, with their teams and brokers."""
    found = [Side("poster", bounty.buyer, bounty.organisation_id)]
    found += [Side("poster", bounty.buyer, None, firm) for firm in posters]
    rows = session.scalars(
        select(Application).where(Application.bounty_id == bounty.id, Application.submitted.is_not(None))
    ).all()
    own = {row.id: "applicant" if row.id == application_id else "co_applicant" for row in rows}
    team = select(TeamMember).where(TeamMember.application_id.in_(own), TeamMember.state != "declined")
    for member in session.scalars(team):
        kind = own[member.application_id]
        found.append(Side(kind, member.firm_name, member.organisation_id, member.firm_id))
    for row in rows:
        broker = session.get(Organisation, row.broker_id) if row.broker_id else None
        if broker is not None:
            found.append(Side(own[row.id], broker.name, broker.id, broker.enterprise_id))
    return sorted(found, key=lambda side: ("poster", "applicant", "co_applicant").index(side.kind))


def _same(mine: Organisation, side: Side) -> bool:
    return (
        mine.id == side.organisation
        or (mine.enterprise_id is not None and mine.enterprise_id == side.firm)
        or name_key(mine.name) == name_key(side.name)
    )


def _tied(one: str, other: str, groups: Groups) -> bool:
    return not groups.get(one, frozenset([one])).isdisjoint(groups.get(other, frozenset([other])))


def firms_concerned(session: Session, bounty: Bounty, experts: Sequence[str], posters: Sequence[str]) -> list[str]:
    """The firms whose groups have to be known to find conflicts of these experts."""
    firms = [side.firm for side in sides(session, bounty, None, posters)]
    firms += [one.enterprise_id for expert in experts for one in organisations_of(session, expert)]
    return [firm for firm in dict.fromkeys(firms) if firm]
