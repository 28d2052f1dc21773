"""One-time links that make somebody a member of an organisation. The link is handed over by who made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor, roles_for
from web.accounts.log import note
from web.accounts.people import give_role, manages, new_user
from web.accounts.sessions import OPERATOR, Came, begin
from web.accounts.tokens import hashed, new_token
from web.db.accounts import Organisation, Ticket, User
from web.db.models import now
from web.errors import WebError

if TYPE_CHECKING:
    from web.db.store import Database
    from web.settings import Settings

PURPOSE = "invitation"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link opens: an organisation (None: who runs the data folder) with roles, until a time."""

    id: str
    organisation: str | None
    name: str
    kind: str
    roles: tuple[str, ...]
    expires: datetime
    made: datetime


def invite(
    database: Database,
    settings: Settings,
    actor: Actor,
    organisation_id: str | None,
    roles: Sequence[str],
    email: str = "",
) -> str:
    """Make a link; returns its token, which stands nowhere else. `email`: who may follow it by signing in elsewhere.

    Raises as `manages`; WebError WE074 for no role or one that the organisation's kind has not.
    """
    manages(actor, organisation_id)
    token = new_token()
    with database.session() as session:
        place = session.get(Organisation, organisation_id) if organisation_id else None
        if organisation_id and (place is None or place.state != "open"):
            raise WebError("no such organisation", code="WE404", hint="look at the list of organisations")
        kind = place.kind if place else OPERATOR
        if not roles or not set(roles) <= set(roles_for(kind)):
            known = ", ".join(roles_for(kind))
            raise WebError("an invitation gives roles", code="WE074", hint=f"some of {known}", place="role")
        ticket = Ticket(
            token=hashed(token),
            purpose=PURPOSE,
            subject_id=email.strip().casefold()[:96],
            grants=list(roles),
            made_by=actor.user,
            organisation_id=organisation_id,
            expires=now() + timedelta(days=settings.invitation_days),
        )
        session.add(ticket)
        session.flush()
        note(session, ticket.id, "invited", by=actor.user, organisation_id=organisation_id, reason=" ".join(roles))
    return token


def open_invitations(database: Database, organisation_id: str | None) -> list[Invitation]:
    """Links of an organisation that still work, the newest first."""
    with database.session() as session:
        place = session.get(Organisation, organisation_id) if organisation_id else None
        rows = session.scalars(
            select(Ticket)
            .where(
                Ticket.purpose == PURPOSE,
                Ticket.organisation_id.is_not_distinct_from(organisation_id),
                Ticket.ended.is_(None),
                Ticket.expires > now(),
            )
            .order_by(Ticket.created.desc(), Ticket.id)
        )
        return [_shown(row, place) for row in rows]


def withdraw(database: Database, actor: Actor, organisation_id: str | None, ticket_id: str) -> None:
    """Take a link back. Raises as `manages`; WebError WE404."""
    manages(actor, organisation_id)
    with database.session() as session:
        row = session.get(Ticket, ticket_id)
        if row is None or row.purpose != PURPOSE or row.organisation_id != organisation_id:
            raise WebError("no such invitation here", code="WE404", hint="look at the list of people")
        if row.ended is None:
            row.ended = now()
            note(session, row.id, "withdrawn", by=actor.user, organisation_id=organisation_id)


def invitation(database: Database, token: str) -> Invitation:
    """What a link opens. Raises WebError WE075 for one that is none, was used, taken back, or has run out."""
    with database.session() as session:
        row = _works(session, token)
        return _shown(row, session.get(Organisation, row.organisation_id) if row.organisation_id else None)


def join_new(
    database: Database, settings: Settings, token: str, login: str, name: str, password: str, came: Came
) -> str:
    """Follow a link with a new account; returns the token of its first session.

    Raises WebError WE075, WE073 (the password), WE074 (login or name).
    """
    with database.session() as session:
        row = _works(session, token)
        inviter = session.get(User, row.made_by)
        # Whom a demo's account invites is the demo's too: its password is known, so it may give nothing lasting.
        user = new_user(session, settings, login, name, password, row.organisation_id, by="")
        user.demo = inviter is not None and inviter.demo
        _join(session, row, user)
        return begin(session, user.id, came)


def join(database: Database, token: str, actor: Actor) -> None:
    """Follow a link with the account that one is signed in with. Raises WebError WE075, WE401."""
    with database.session() as session:
        row = _works(session, token)
        user = session.get(User, actor.user)
        if user is None:
            raise WebError("this is for who has signed in with an account", code="WE401", hint="sign in")
        _join(session, row, user)


def join_by_email(session: Session, email: str, name: str, sub: str) -> User | None:
    """The person whom a provider has proved to have this e-mail, if an open link is meant for it: a new account."""
    row = session.scalar(
        select(Ticket)
        .where(
            Ticket.purpose == PURPOSE,
            Ticket.subject_id == email.casefold()[:96],
            Ticket.ended.is_(None),
            Ticket.expires > now(),
        )
        .order_by(Ticket.created)
    )
    if not email or row is None:
        return None
    user = User(login=email[:64], name=name, sub=sub)
    session.add(user)
    session.flush()
    note(session, user.id, "open", organisation_id=row.organisation_id, reason="by the provider")
    _join(session, row, user)
    return user


def _join(session: Session, row: Ticket, user: User) -> None:
    for role in row.grants:
        give_role(session, user, role, row.organisation_id, row.made_by)
    row.used = row.ended = now()
    session.flush()
    note(session, user.id, "joined", organisation_id=row.organisation_id, reason=f"by invitation {row.id}")


def _works(session: Session, token: str) -> Ticket:
    row = session.scalar(select(Ticket).where(Ticket.token == hashed(token), Ticket.purpose == PURPOSE))
    if row is None or row.ended is not None or row.expires <= now():
        raise WebError("this link does not work any more", code="WE075", hint="ask for another one")
    return row


def _shown(row: Ticket, place: Organisation | None) -> Invitation:
    return Invitation(
        id=row.id,
        organisation=row.organisation_id,
        name=place.name if place else "",
        kind=place.kind if place else OPERATOR,
        roles=tuple(row.grants),
        expires=row.expires,
        made=row.created,
    )
