"""Technology brokers (技术经纪人): a code for a bounty, taken by a solver, and what the broker then sees.

A broker makes a code for a bounty with the share that it wants; the solver that writes the code into its application
takes both, so that each side has consented. The share goes into the agreement. The broker sees how far what it brought
has come, with whom, and its share; never the application itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.accounts.tokens import hashed, new_code, typed, written
from web.beijing import BEIJING
from web.db.accounts import Ticket
from web.db.bounties import Agreement, Application, Bounty
from web.errors import UnusableError, WebError
from web.work.bounties.application import APPLICATION, SENDS, bounty_of, check_takes, draft_of_lead
from web.work.bounties.application_form import CODE
from web.work.step import note

BRINGS = "application.bring"
MOST = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """A code of a broker: for which bounty, its share in percent, until when; `used` is when a solver took it."""

    bounty_id: str
    title: str
    share: float
    made: datetime
    expires: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of an application that a broker brought: its state, and the agreement's, in which the share stands
    (`agreed`: percent; None before there is one).
    """

    bounty_id: str
    title: str
    solver: str
    state: str
    share: float
    submitted: datetime | None
    agreement: str
    agreed: float | None


def brings(actor: Actor, bounty: Bounty) -> bool:
    """Whether the actor's organisation may bring a solver to a bounty: it is a broker, and brokers are taken."""
    takes = not bounty.participation or "broker" in bounty.participation
    return actor.kind == "intermediary" and actor.may(BRINGS) and takes


def offer(session: Session, actor: Actor, bounty_id: str, share: str, at: datetime) -> str:
    """A broker's code for a bounty, with its share in percent of what the solver gets. Works until the deadline.

    Raises WebError WE401, WE032, WE404, WE162 (no broker, none wanted, not open), UnusableError WE160.
    """
    actor.need(BRINGS)
    bounty = bounty_of(session, bounty_id)
    if not brings(actor, bounty):
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
        created=at,
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


def offers(session: Session, actor: Actor) -> list[Offered]:
    """The codes that the actor's organisation made, the newest first. Raises WebError WE401, WE032."""
    actor.need(BRINGS)
    wanted = (
        select(Ticket.grants, Ticket.created, Ticket.expires, Ticket.used, Bounty.id, Bounty.title)
        .join(Bounty, Bounty.id == Ticket.subject_id)
        .where(Ticket.purpose == "broker", Ticket.organisation_id == actor.organisation)
        .order_by(Ticket.created.desc(), Ticket.id)
        .limit(MOST)
    )
    return [
        Offered(row.id, row.title, float(row.grants[0]), row.created, row.expires, row.used)
        for row in session.execute(wanted)
    ]


def brought(session: Session, actor: Actor, *, skip: int = 0, most: int = MOST) -> list[Brought]:
    """The applications that the actor's organisation brought, the newest first, or a part of them: how far each is,
    nothing of what it says, which is not even read. Raises WebError WE401, WE032.
    """
    actor.need(BRINGS)
    wanted = (
        select(
            Bounty.id, Bounty.title, Application.firm_name, Application.state, Application.broker_share,
            Application.submitted, Agreement.state.label("agreement"), Agreement.terms["broker"].label("broker"),
        )
        .join(Bounty, Bounty.id == Application.bounty_id)
        .outerjoin(Agreement, Agreement.application_id == Application.id)
        .where(_own(actor))
        .order_by(Application.created.desc(), Application.id)
        .offset(skip)
        .limit(most)
    )  # fmt: skip
    return [
        Brought(
            bounty_id=row.id,
            title=row.title,
            solver=row.firm_name,
            state=row.state,
            share=row.broker_share or 0.0,
            submitted=row.submitted,
            agreement=row.agreement or "",
            agreed=float(row.broker["share"]) if row.broker else None,
        )
        for row in session.execute(wanted)
    ]


def count_brought(session: Session, actor: Actor) -> int:
    """How many these are. Raises WebError WE401, WE032."""
    actor.need(BRINGS)
    return session.scalar(select(func.count()).select_from(Application).where(_own(actor))) or 0


def _own(actor: Actor) -> ColumnElement[bool]:
    return and_(Application.broker_id == actor.organisation, Application.broker_id.is_not(None))
