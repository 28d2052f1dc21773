"""The team of an application: members are asked and confirm themselves, by account or by a one-time link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kg.values.name import name_key
from web.accounts.actor import Actor
from web.accounts.people import INDIVIDUAL
from web.accounts.tokens import hashed, new_code, typed, written
from web.db.accounts import Organisation
from web.db.bounties import Application, Bounty, TeamMember
from web.errors import UnusableError, WebError
from web.work.bounties.application import (
    APPLICATION,
    RIGHT,
    SENDS,
    draft_of_lead,
    joins,
    members,
    of_lead,
    one,
    takes,
)
from web.work.bounties.application_form import CODE
from web.work.bounties.application_party import LEADS
from web.work.bounties.application_told import tell_lead, tell_member
from web.work.step import States, note

MOST_MEMBERS = 9
ASKED = tuple(kind for kind in LEADS if kind != INDIVIDUAL)
"""Kinds of organisations that are found by name; people of one name are many, and come by a link."""

MEMBER = States(
    "team_member",
    "a member that is",
    "WE161",
    {
        "asked": frozenset({"confirmed", "declined"}),
        "confirmed": frozenset({"declined"}),
        "declined": frozenset({"asked"}),
    },
)


@dataclass(frozen=True, slots=True)
class Joined:
    """What a link of a member opens."""

    row: Application
    bounty: Bounty
    member: TeamMember


def ask(
    session: Session, actor: Actor, application_id: str, name: str, firm_id: str | None, task: str, at: datetime
) -> TeamMember:
    """Put a member into a draft's team. `firm_id` is the firm of the graph that it is, where it is one.

    Who declined may be asked again. Raises WebError WE401, WE032, WE404, WE161 (no draft), WE165 (who posts the
    bounty), UnusableError WE160 (no name, the lead itself, there already, too many).
    """
    seen = draft_of_lead(session, actor, application_id, RIGHT)
    name, team = name.strip()[:200], members(session, seen.row)
    present = next((one for one in team if name_key(one.firm_name) == name_key(name)), None)
    if not name_key(name):
        raise UnusableError({"name": "missing"}, CODE)
    if present is not None and present.state != "declined":
        raise UnusableError({"name": "there"}, CODE)
    if sum(one.state != "declined" for one in team) > MOST_MEMBERS:
        raise UnusableError({"name": "many"}, CODE)
    organisation = _organisation_of(session, firm_id, name)
    if organisation is not None and organisation == seen.bounty.organisation_id:
        raise WebError("the poster is no member", code="WE165", hint="ask another one", place=seen.bounty.id)
    if present is not None:
        MEMBER.move(session, present, "asked", actor.user, at)
        present.task, present.answered, present.answered_by = task.strip()[:500], None, ""
        return present
    member = TeamMember(
        organisation_id=organisation,
        application_id=seen.row.id,
        firm_id=firm_id,
        firm_name=name,
        task=task.strip()[:500],
    )
    session.add(member)
    session.flush()
    note(session, member, MEMBER.subject, None, "asked", actor.user, at, organisation_id=seen.row.organisation_id)
    return member


def _organisation_of(session: Session, firm_id: str | None, name: str) -> str | None:
    """The one open organisation that is this firm, or that bears this name; none where there are several."""
    open_ones = select(Organisation).where(Organisation.state == "open", Organisation.kind.in_(ASKED))
    if firm_id is not None:
        found = session.scalars(open_ones.where(Organisation.enterprise_id == firm_id)).all()
    else:
        found = session.scalars(open_ones.where(Organisation.name == name)).all()
    return found[0].id if len(found) == 1 else None


def take_out(session: Session, actor: Actor, application_id: str, member_id: str, at: datetime) -> None:
    """Take a member out of a draft's team: it counts as declined, and its targets are nobody's.

    Raises WebError WE401, WE032, WE404, WE161.
    """
    seen = draft_of_lead(session, actor, application_id, RIGHT)
    member = _member(session, seen.row, member_id)
    tell_member(session, seen.row, seen.bounty, member, "taken_out", at)
    MEMBER.move(session, member, "declined", actor.user, at, "taken out")
    member.token = ""
    seen.row.coverage = [
        cover | {"member": "" if cover["member"] == member.id else cover["member"]} for cover in seen.row.coverage
    ]


def _member(session: Session, row: Application, member_id: str) -> TeamMember:
    member = session.get(TeamMember, member_id)
    if member is None or member.application_id != row.id or member.role == "lead":
        raise WebError("no such member", code="WE404", hint="see the application's team")
    return member


def answer(session: Session, actor: Actor, application_id: str, confirms: bool, at: datetime) -> TeamMember:
    """A member's own people confirm or decline for it. Raises WebError WE401, WE032, WE404, WE161."""
    actor.need(SENDS)
    seen = one(session, actor, application_id)
    mine = [member for member in members(session, seen.row) if member.role != "lead" and _is_own(actor, member)]
    if not mine:
        raise WebError("no such member", code="WE404", hint="see the application's team")
    mine[0].organisation_id = actor.organisation
    _answered(session, Joined(seen.row, seen.bounty, mine[0]), confirms, actor.user, at)
    return mine[0]


def waits_for(actor: Actor) -> Select[str]:
    """The ids of applications whose team is asked now, and in which the actor's organisation has not answered."""
    return (
        select(Application.id)
        .join(TeamMember, TeamMember.application_id == Application.id)
        .where(Application.state == "team_confirming", TeamMember.role != "lead", TeamMember.state == "asked")
        .where(joins(actor))
        .order_by(Application.id)
    )


def _is_own(actor: Actor, member: TeamMember) -> bool:
    own = member.organisation_id is not None and member.organisation_id == actor.organisation
    return own or (member.firm_id is not None and member.firm_id == actor.enterprise)


def _answered(session: Session, joined: Joined, confirms: bool, who: str, at: datetime) -> None:
    """Confirming is of what the team was shown: while the lead still writes there is nothing to confirm."""
    row, member = joined.row, joined.member
    if row.state != "team_confirming":
        raise APPLICATION.refused(row, row.state, "confirmed")
    to = "confirmed" if confirms else "declined"
    MEMBER.move(session, member, to, who, at, digest=row.digest)
    member.answered, member.answered_by, member.token = at, who, ""
    tell_lead(session, row, joined.bounty, f"member_{to}", at, member.firm_name)


# --- links ---------------------------------------------------------------------------------------------------------


def link(session: Session, actor: Actor, application_id: str, member_id: str, at: datetime) -> tuple[TeamMember, str]:
    """A new link for a member without an account, instead of the one before: its code, which stands nowhere else.

    Raises WebError WE401, WE032, WE404, WE161 where the team is not asked now or the member answered.
    """
    seen = of_lead(session, actor, application_id, SENDS)
    member = _member(session, seen.row, member_id)
    if seen.row.state != "team_confirming" or member.state != "asked":
        raise MEMBER.refused(member, member.state, "asked")
    code = new_code()
    member.token = hashed(code)
    note(session, member, MEMBER.subject, "asked", "asked", actor.user, at, "link made")
    return member, written(code)


def by_link(session: Session, code: str, at: datetime) -> Joined:
    """What a member's link opens. Raises WebError WE166, always the same, where it is none, used or too late."""
    member = session.scalar(select(TeamMember).where(TeamMember.token == hashed(typed(code)), TeamMember.token != ""))
    if member is not None and member.state == "asked":
        row = session.get_one(Application, member.application_id)
        bounty = session.get_one(Bounty, row.bounty_id)
        if row.state == "team_confirming" and takes(bounty, at):
            return Joined(row, bounty, member)
    raise WebError("the link does not open anything", code="WE166", hint="ask the lead for a new one")


def answer_by_link(session: Session, code: str, confirms: bool, at: datetime) -> Joined:
    """Who holds a link confirms or declines; the link ends with it. Raises WebError WE166."""
    joined = by_link(session, code, at)
    _answered(session, joined, confirms, "link", at)
    return joined
