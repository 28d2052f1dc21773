"""The team of an application: members are asked and confirm themselves, by account or by a one-time link; brokers.

A broker (技术经纪人) makes a code for a bounty with the share that it wants; the solver that writes the code into its
application takes both, so that each side has consented. The share goes into the agreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.values.name import name_key
from web.accounts.actor import Actor
from web.accounts.tokens import hashed, new_code, typed, written
from web.beijing import BEIJING
from web.db.accounts import Organisation, Ticket
from web.db.bounties import Application, Bounty, TeamMember
from web.errors import UnusableError, WebError
from web.work.application import (
    APPLICATION,
    LEADS,
    RIGHT,
    SENDS,
    bounty_of,
    check_takes,
    draft_of_lead,
    members,
    of_lead,
    one,
    takes,
)
from web.work.application_form import CODE
from web.work.application_told import tell_lead
from web.work.step import States, note

BRINGS = "application.bring"
MOST_MEMBERS = 9

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
    open_ones = select(Organisation).where(Organisation.state == "open", Organisation.kind.in_(LEADS))
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


# --- brokers -------------------------------------------------------------------------------------------------------


def offer(session: Session, actor: Actor, bounty_id: str, share: str, at: datetime) -> str:
    """A broker's code for a bounty, with its share in percent of what the solver gets. Works until the deadline.

    Raises WebError WE401, WE032, WE404, WE162 (no broker, none wanted, not open), UnusableError WE160.
    """
    actor.need(BRINGS)
    bounty = bounty_of(session, bounty_id)
    if actor.kind != "intermediary" or (bounty.participation and "broker" not in bounty.participation):
        raise WebError("no broker is asked for here", code="WE162", hint="see the bounty's terms", place=bounty.id)
    check_takes(bounty, at)
    most = bounty.broker_share if bounty.broker_share is not None else 100.0
    percent = _percent(share)
    if percent is None or not 0 < percent <= most:
        raise UnusableError({"share": "bad"}, CODE)
    code = new_code()
    ticket = Ticket(
        organisation_id=actor.organisation,
        token=hashed(code),
        purpose="broker",
        subject_id=bounty.id,
        grants=[f"{percent:g}"],
        made_by=actor.user,
        expires=_end_of(bounty, at),
    )
    session.add(ticket)
    note(session, ticket, "broker", None, "offered", actor.user, at, f"{percent:g} %")
    return written(code)


def _percent(text: str) -> float | None:
    try:
        found = float(text.strip().rstrip("%％"))
    except ValueError:
        return None
    return found if found == found and round(found, 2) == found else None


def _end_of(bounty: Bounty, at: datetime) -> datetime:
    """The end of the deadline's day in Beijing; a year from now where there is none."""
    if bounty.deadline is None:
        return at + timedelta(days=365)
    day = datetime.fromisoformat(bounty.deadline).replace(tzinfo=BEIJING)
    return (day + timedelta(days=1)).astimezone(UTC)


def take_broker(session: Session, actor: Actor, application_id: str, code: str, at: datetime) -> Application:
    """Write a broker's code into a draft: who brought it, and its share. An empty code takes the broker out.

    Raises WebError WE401, WE032, WE404, WE161, UnusableError WE160 (no such code for this bounty, used).
    """
    seen = draft_of_lead(session, actor, application_id, SENDS)
    row = seen.row
    if not code.strip():
        row.broker_id = row.broker_share = None
        note(session, row, APPLICATION.subject, "draft", "draft", actor.user, at, "no broker")
        return row
    wanted = select(Ticket).where(Ticket.token == hashed(typed(code)), Ticket.purpose == "broker")
    ticket = session.scalar(wanted)
    if ticket is None or ticket.subject_id != row.bounty_id or ticket.used is not None or at >= ticket.expires:
        raise UnusableError({"broker": "unknown"}, CODE)
    ticket.used = at
    row.broker_id, row.broker_share = ticket.organisation_id, float(ticket.grants[0])
    note(session, row, APPLICATION.subject, "draft", "draft", actor.user, at, f"broker {row.broker_share:g} %")
    return row
