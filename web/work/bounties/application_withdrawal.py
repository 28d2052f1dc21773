"""Taking an application back: free until the deadline, after it with the host's consent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.bounties import Application
from web.db.models import Event
from web.work.bounties.application import APPLICATION, HOSTS, SENDS, of_lead, one, takes
from web.work.bounties.application_told import tell_host, tell_team
from web.work.step import note

ASKED, REFUSED = "withdraw_asked", "withdraw_kept"
"""Marks in an application's events: its lead asks to take it back, the host does not consent."""


def withdraw(session: Session, actor: Actor, application_id: str, reason: str, at: datetime) -> bool:
    """Take an application back: at once while the bounty is open or where it was never sent, else the host is asked.

    Returns whether it is withdrawn. Raises WebError WE401, WE032, WE404, WE161.
    """
    seen = of_lead(session, actor, application_id, SENDS)
    row, reason = seen.row, reason.strip()[:2000]
    APPLICATION.check(row, "withdrawn")
    if row.submitted is None or takes(seen.bounty, at):
        APPLICATION.move(session, row, "withdrawn", actor.user, at, reason)
        if row.submitted is not None:
            tell_host(session, row, seen.bounty, "withdrawn", at)
        tell_team(session, row, seen.bounty, "withdrawn", at, own=row.organisation_id)
        row.submitted = None
        return True
    if not asks_to_withdraw(session, row):
        note(session, row, APPLICATION.subject, row.state, ASKED, actor.user, at, reason)
        tell_host(session, row, seen.bounty, ASKED, at)
    return False


def asks_to_withdraw(session: Session, row: Application) -> bool:
    """Whether the lead asked to take it back and the host has not answered."""
    wanted = select(Event.to_state).where(Event.subject == APPLICATION.subject, Event.subject_id == row.id)
    marks = wanted.where(Event.to_state.in_((ASKED, REFUSED, "withdrawn"))).order_by(Event.number.desc()).limit(1)
    return session.scalar(marks) == ASKED


def answer_withdrawal(
    session: Session, actor: Actor, application_id: str, consents: bool, reason: str, at: datetime
) -> None:
    """The host consents that one is taken back after the deadline, or not.

    Raises WebError WE401, WE032, WE404, WE161 where nobody asked.
    """
    actor.need(HOSTS)
    seen = one(session, actor, application_id)
    if seen.side != "host" or not asks_to_withdraw(session, seen.row):
        raise APPLICATION.refused(seen.row, seen.row.state, "withdrawn")
    if consents:
        APPLICATION.move(session, seen.row, "withdrawn", actor.user, at, reason.strip()[:2000])
    else:
        said = reason.strip()[:2000]
        note(session, seen.row, APPLICATION.subject, seen.row.state, REFUSED, actor.user, at, said)
    tell_team(session, seen.row, seen.bounty, "withdrawn" if consents else REFUSED, at)
