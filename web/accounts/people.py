"""Organisations, the people in them and their roles: made, given, ended, closed. Each change is an event."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.values.region import Regions
from web.accounts.actor import Actor, rights, roles_for
from web.accounts.keys import end_keys
from web.accounts.log import note
from web.accounts.passwords import BadPasswordError
from web.accounts.sessions import OPERATOR, end_all, may_try, passwords
from web.db.accounts import Membership, Organisation, User
from web.db.models import Event, now
from web.errors import WebError

if TYPE_CHECKING:
    from web.db.store import Database
    from web.settings import Settings

_LOGIN = re.compile(r"[\w.@+-]{2,64}")
LONGEST_NAME = 120
INDIVIDUAL = "individual"
"""The kind of an organisation that is one natural person."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an organisation with the roles held there."""

    id: str
    login: str
    name: str
    state: str
    roles: tuple[str, ...]
    locked_until: datetime | None
    demo: bool


def kinds() -> list[str]:
    """The kinds of organisations; the operator is none of them."""
    return [kind for kind in rights()["kinds"] if kind != OPERATOR]


# --- organisations -------------------------------------------------------------------------------------------------


def add_organisation(
    database: Database, name: str, kind: str, *, region: str = "", by: str = OPERATOR, demo: bool = False, id: str = ""
) -> Organisation:
    """A new organisation. Raises WebError WE074 for a kind, name or place that cannot be used."""
    if kind not in kinds():
        raise _unusable("kind", f"no such kind of organisation: {kind[:20]}", f"one of {', '.join(kinds())}")
    made = Organisation(name=_name(name), kind=kind, region=_code(region), demo=demo)
    if id:
        made.id = id
    with database.session() as session:
        session.add(made)
        session.add(
            Event(actor=by, subject="organisation", subject_id=made.id, organisation_id=made.id, to_state="open")
        )
    return made


def place_organisation(database: Database, organisation_id: str, place: str, by: str = OPERATOR) -> Organisation:
    """Set where an organisation is: a code of GB/T 2260 or a name, "" where it is of no place; by that it sees pools of
    counties, and is told what concerns its place. Raises WebError WE404, WE074 (no such place).
    """
    found, code = organisation(database, organisation_id), _code(place)
    with database.session() as session:
        row = session.get_one(Organisation, found.id)
        before, row.region = row.region, code
        if before != row.region:
            session.add(
                Event(
                    actor=by, subject="organisation", subject_id=row.id, organisation_id=row.id, to_state=row.state,
                    reason=f"place {before or '-'} to {row.region or '-'}",
                )
            )  # fmt: skip
    return row


def _code(place: str) -> str:
    region = Regions.load().named(place) if place else None
    if place and region is None:
        raise _unusable("region", f"no such place: {place[:40]}", "a code of GB/T 2260, or a whole name")
    return region.code if region else ""


def organisations(database: Database) -> list[Organisation]:
    """All organisations by name."""
    with database.session() as session:
        return list(session.scalars(select(Organisation).order_by(Organisation.name, Organisation.id)))


def organisation(database: Database, organisation_id: str) -> Organisation:
    """One of them, by its id or its whole name. Raises WebError WE404."""
    with database.session() as session:
        found = session.get(Organisation, organisation_id) or session.scalar(
            select(Organisation).where(Organisation.name == organisation_id).order_by(Organisation.created)
        )
    if found is None:
        raise WebError("no such organisation", code="WE404", hint="bulian user organisation list")
    return found


# --- people --------------------------------------------------------------------------------------------------------


def add_user(
    database: Database,
    settings: Settings,
    login: str,
    name: str,
    password: str,
    roles: Iterable[str],
    organisation_id: str | None = None,
    *,
    by: str = OPERATOR,
) -> User:
    """A new person with roles in an organisation (None: who runs this data folder).

    Raises WebError WE073 for a password, WE074 for a login, a name or a role that cannot be used.
    """
    with database.session() as session:
        made = new_user(session, settings, login, name, password, organisation_id, by=by)
        for role in roles:
            give_role(session, made, role, organisation_id, by)
    return made


def new_user(
    session: Session,
    settings: Settings,
    login: str,
    name: str,
    password: str,
    organisation_id: str | None,
    *,
    by: str,
    known: str = "",
) -> User:
    """A new person without a role, in an open transaction. `known` is a demo's password as it is kept: all know it."""
    login, name = login.strip().casefold(), _name(name)
    if not _LOGIN.fullmatch(login):
        raise _unusable("login", "a login has 2 to 64 letters, digits or the signs . @ + - _", "choose another one")
    if session.scalar(select(User.id).where(User.login == login)):
        raise _unusable("login", "this login is taken", "choose another one")
    keeper = passwords(settings)
    place = session.get(Organisation, organisation_id) if organisation_id else None
    if not known:
        keeper.check(password, login, name, place.name if place else "")
    kept = known or keeper.kept(password)
    made = User(login=login, name=name, password=kept, password_set=now(), demo=bool(known))
    session.add(made)
    session.flush()
    note(session, made.id, "open", by=by or made.id, organisation_id=organisation_id)
    return made


def has_people(database: Database) -> bool:
    """Whether anybody has an account."""
    with database.session() as session:
        return session.scalar(select(User.id).limit(1)) is not None


def user_named(session: Session, login: str) -> User:
    """The person with a login. Raises WebError WE404."""
    found = session.scalar(select(User).where(User.login == login.strip().casefold()))
    if found is None:
        raise WebError("no such login", code="WE404", hint="bulian user list")
    return found


def members(database: Database, organisation_id: str | bool | None = False) -> list[tuple[Member, str | None]]:
    """People with the organisation in which their roles are held, by login; of one organisation, or of all (False)."""
    held = select(Membership, User).join(User, User.id == Membership.user_id).where(Membership.ended.is_(None))
    if not isinstance(organisation_id, bool):
        held = held.where(Membership.organisation_id.is_not_distinct_from(organisation_id))
    found: dict[tuple[str, str | None], tuple[User, list[str]]] = {}
    with database.session() as session:
        for row, user in session.execute(held.order_by(User.login, Membership.role)):
            found.setdefault((user.id, row.organisation_id), (user, []))[1].append(row.role)
    return [
        (Member(user.id, user.login, user.name, user.state, tuple(roles), _locked(user), user.demo), place)
        for (_, place), (user, roles) in found.items()
    ]


def _locked(user: User) -> datetime | None:
    return user.locked_until if user.locked_until is not None and user.locked_until > now() else None


# --- roles ---------------------------------------------------------------------------------------------------------


def give_role(session: Session, user: User, role: str, organisation_id: str | None, by: str) -> None:
    """Give a role; one that is held stays. Raises WebError WE074 for one that the organisation's kind has not."""
    place = session.get_one(Organisation, organisation_id) if organisation_id else None
    _fits(role, place.kind if place else OPERATOR)
    if place is not None and place.kind == INDIVIDUAL:
        _check_alone(session, user.id, place)
    held = _membership(session, user.id, role, organisation_id)
    if held is not None and held.ended is None:
        return
    if held is not None:
        held.ended = None
    else:
        session.add(Membership(user_id=user.id, role=role, organisation_id=organisation_id))
    note(session, user.id, "role_given", by=by, organisation_id=organisation_id, reason=role)


def _check_alone(session: Session, user_id: str, place: Organisation) -> None:
    """An individual is one person: raise WebError WE074 for a second one."""
    others = select(Membership.id).where(
        Membership.organisation_id == place.id, Membership.user_id != user_id, Membership.ended.is_(None)
    )
    if session.scalar(others.limit(1)) is not None:
        raise _unusable("role", "an individual is one person", "make an individual of its own")


def end_role(session: Session, user_id: str, role: str, organisation_id: str | None, by: str) -> None:
    """End a role. Raises WebError WE404 where it is not held."""
    held = _membership(session, user_id, role, organisation_id)
    if held is None or held.ended is not None:
        raise WebError("no such role of that person here", code="WE404", hint="look at the list of people")
    held.ended = now()
    note(session, user_id, "role_ended", by=by, organisation_id=organisation_id, reason=role)


def change_role(
    database: Database, actor: Actor, user_id: str, role: str, organisation_id: str | None, to: str
) -> None:
    """Give ("given") or end ("ended") a role of a person who is in the organisation.

    Raises as `manages`; WebError WE032 for one's own roles, which another person gives and ends; WE074, WE404.
    """
    manages(actor, organisation_id)
    if user_id == actor.user:
        raise WebError("your own roles are given and ended by another person", code="WE032", hint="ask one")
    with database.session() as session:
        user = session.get(User, user_id)
        here = user is not None and session.scalar(
            select(Membership.id).where(
                Membership.user_id == user_id, Membership.organisation_id.is_not_distinct_from(organisation_id)
            )
        )
        if user is None or not here:
            raise WebError("no such person here", code="WE404", hint="look at the list of people")
        if to == "given":
            give_role(session, user, role, organisation_id, actor.user)
        else:
            end_role(session, user_id, role, organisation_id, actor.user)


def manages(actor: Actor, organisation_id: str | None) -> None:
    """Raise unless the actor gives roles there: people.manage everywhere, people.invite in one's own organisation."""
    if actor.known and actor.may("people.manage"):
        return
    actor.need("people.invite", organisation_id)


def _membership(session: Session, user_id: str, role: str, organisation_id: str | None) -> Membership | None:
    return session.scalar(
        select(Membership).where(
            Membership.user_id == user_id,
            Membership.role == role,
            Membership.organisation_id.is_not_distinct_from(organisation_id),
        )
    )


def _fits(role: str, kind: str) -> None:
    if role not in roles_for(kind):
        known = ", ".join(roles_for(kind))
        raise _unusable("role", f"an organisation of the kind {kind} has no role {role[:32]}", f"one of {known}")


# --- closed and opened ---------------------------------------------------------------------------------------------


def close(session: Session, user: User, by: str) -> None:
    """Lock an account until it is opened again; its sessions end."""
    if user.state != "locked":
        note(session, user.id, "locked", by=by, before=user.state)
        user.state = "locked"
        session.flush()
    end_all(session, user.id, by, reason="account locked")
    end_keys(session, user.id, by)


def change_state(database: Database, actor: Actor, user_id: str, what: str) -> None:
    """Lock or unlock an account, by who holds people.manage. Raises as `Actor.need`; WE032 for one's own; WE404."""
    actor.need("people.manage")
    if user_id == actor.user:
        raise WebError("your own account is locked by another person", code="WE032", hint="ask one")
    with database.session() as session:
        user = session.get(User, user_id)
        if user is None:
            raise WebError("no such person", code="WE404", hint="look at the list of people")
        if what == "lock":
            close(session, user, actor.user)
        else:
            reopen(session, user, actor.user)


def reopen(session: Session, user: User, by: str) -> None:
    """Open an account that was locked, by a person or by failed sign-ins."""
    note(session, user.id, "unlocked", by=by, before=user.state)
    user.state, user.failed, user.locked_until = "open", 0, None


def set_password(session: Session, settings: Settings, user: User, password: str, by: str, keep: str = "") -> None:
    """Another password; all sessions end but `keep`. Raises WebError WE073."""
    keeper = passwords(settings)
    places = session.scalars(
        select(Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user.id)
    )
    keeper.check(password, user.login, user.name, *places)
    user.password, user.password_set = keeper.kept(password), now()
    user.failed, user.locked_until = 0, None
    session.flush()
    note(session, user.id, "password_set", by=by)
    end_all(session, user.id, by, but=keep, reason="password set")


def change_password(database: Database, settings: Settings, actor: Actor, present: str, new: str) -> None:
    """A person's own change: the present password is asked for, all other sessions end.

    Raises BadPasswordError (WE073), also with the fault "present" where that one is wrong; each such failure counts as
    one of signing in.
    """
    with database.session() as session:
        user = session.get_one(User, actor.user)
        counted = may_try(session, user, settings)
    if not (counted and passwords(settings).same(user.password, present)):
        with database.session() as session:
            note(session, actor.user, "password_failed", organisation_id=actor.organisation)
        raise BadPasswordError(["present"], "the present password is another one")
    with database.session() as session:
        user = session.get_one(User, actor.user)
        user.failed, user.locked_until = 0, None
    with database.session() as session:
        set_password(session, settings, session.get_one(User, actor.user), new, actor.user, keep=actor.session)


def _name(name: str) -> str:
    found = " ".join(name.split())
    if not 0 < len(found) <= LONGEST_NAME:
        raise _unusable("name", f"a name has 1 to {LONGEST_NAME} signs", "write it")
    return found


def _unusable(field: str, reason: str, hint: str) -> WebError:
    return WebError(reason, code="WE074", hint=hint, place=field)
