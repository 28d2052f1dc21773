"""Sessions: signing in and out, who comes with a token, which sessions a person has. The cookie's token is random."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Exists, and_, bindparam, case, exists, literal, null, or_, select, update

from web.accounts.actor import Actor, roles_for
from web.accounts.attempts import Attempts
from web.accounts.log import UNKNOWN, note
from web.accounts.passwords import Passwords
from web.accounts.tokens import hashed, new_token
from web.db.accounts import Membership, Organisation, SignIn, User
from web.db.models import Document, UtcTime, now
from web.errors import WebError
from web.home import REFERENCE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from web.db.store import Database
    from web.settings import Settings

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a session was last used: one write a minute at most."""
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation in which a person has roles; id None is who runs this data folder."""

    id: str | None
    name: str
    kind: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """From where a sign-in comes: the address and the browser as it names itself."""

    address: str = ""
    agent: str = ""


@cache
def passwords(settings: Settings) -> Passwords:
    """The keeper of passwords by these settings."""
    return Passwords(settings)


def sign_in(
    database: Database, settings: Settings, attempts: Attempts, login: str, password: str, came: Came = Came()
) -> str:
    """Begin a session; returns its token, which stands nowhere else.

    Raises WebError WE071 where login and password do not fit, the account is closed or has no role: always the same,
    after the same time; WE072 where the address has failed too often.
    """
    attempts.check(came.address)
    keeper = passwords(settings)
    with database.session() as session:
        user = session.scalar(select(User).where(User.login == login.strip().casefold()))
        # Counted before it is compared: of many at once no more are compared than may fail.
        counted = user is not None and may_try(session, user, settings)
    fits = keeper.same(user.password if user else "", password)
    if user is None or not (fits and counted and user.state == "open" and _is_for_now(database, user)):
        attempts.failed(came.address)
        with database.session() as session:
            _failed(session, user, counted, came)
        raise _refused()
    with database.session() as session:
        session.execute(update(User).where(User.id == user.id).values(failed=0, locked_until=None))
        if keeper.is_outdated(user.password):
            session.execute(update(User).where(User.id == user.id).values(password=keeper.kept(password)))
        return begin(session, user.id, came)


def begin(session: Session, user_id: str, came: Came, how: str = "") -> str:
    """A new session of a person whose identity was proved, in the first of the organisations; returns its token."""
    places = places_of(session, user_id)
    if not places:
        raise _refused()
    token = new_token()
    session.add(SignIn(token=hashed(token), user_id=user_id, organisation_id=places[0].id, agent=came.agent[:200]))
    note(session, user_id, "signed_in", organisation_id=places[0].id, reason=_whence(came, how))
    return token


def may_try(session: Session, user: User, settings: Settings) -> bool:
    """Count one more attempt; False where the account is closed for a while."""
    present, limit = now(), settings.lockout_failures
    until = literal(present + timedelta(minutes=settings.lockout_minutes), UtcTime())
    over = and_(User.locked_until.is_not(None), User.locked_until <= present)
    tried = case((over, 1), else_=User.failed + 1)
    done = session.execute(
        update(User)
        .where(User.id == user.id, or_(User.locked_until.is_(None), User.locked_until <= present))
        .values(failed=tried, locked_until=case((tried >= limit, until), else_=null()))
        .execution_options(synchronize_session=False)
        .returning(User.failed)
    )
    return done.scalar() is not None


def _failed(session: Session, user: User | None, counted: bool, came: Came) -> None:
    if user is None:
        note(session, UNKNOWN, "sign_in_failed", reason=_whence(came))
        return
    note(session, user.id, "sign_in_failed", reason=_whence(came))
    locked = session.scalar(select(User.locked_until).where(User.id == user.id))
    if counted and locked is not None and locked > now():
        note(session, user.id, "locked_out", reason=f"until {locked.isoformat(timespec='minutes')}")


def _whence(came: Came, how: str = "") -> str:
    return ", ".join(filter(None, (f"from {came.address}" if came.address else "", how)))


def _refused() -> WebError:
    return WebError(
        "login and password do not fit, or the account is closed",
        code="WE071",
        hint="try again; after some failures in a row an account is closed for a while",
    )


# --- who comes with a token ----------------------------------------------------------------------------------------


def actor_of(database: Database, settings: Settings, token: str) -> Actor | None:
    """Who comes with a session's token, by one look-up; None where the session has ended, or is not one."""
    with database.session() as session:
        rows = session.execute(_known(), {"token": hashed(token)}).all()
        if not rows:
            return None
        row = rows[0]
        present = now()
        idle = present - row.seen
        if idle > timedelta(minutes=settings.session_idle) or present - row.began > timedelta(
            hours=settings.session_hours
        ):
            return None
    if idle > SEEN_EVERY:
        with suppress(WebError), database.session() as session:  # a long write of another: said a minute later
            session.execute(update(SignIn).where(SignIn.id == row.id).values(seen=present))
    kind = OPERATOR if row.organisation_id is None else row.kind or ""
    held = frozenset(one.role for one in rows if one.role in roles_for(kind))
    return Actor(
        user=row.user_id,
        name=row.user_name,
        organisation=row.organisation_id,
        kind=kind,
        enterprise=row.enterprise_id,
        roles=held,
        organisation_name=row.organisation_name or "",
        session=row.id,
    )


@cache
def _known() -> Any:  # a statement whose type would be as wide as its row
    return (
        select(
            SignIn.id,
            SignIn.user_id,
            SignIn.organisation_id,
            SignIn.began,
            SignIn.seen,
            User.name.label("user_name"),
            Organisation.name.label("organisation_name"),
            Organisation.kind,
            Organisation.enterprise_id,
            Membership.role,
        )
        .join(User, User.id == SignIn.user_id)
        .outerjoin(Organisation, and_(Organisation.id == SignIn.organisation_id, Organisation.state == "open"))
        .outerjoin(
            Membership,
            and_(
                Membership.user_id == SignIn.user_id,
                Membership.organisation_id.is_not_distinct_from(SignIn.organisation_id),
                Membership.ended.is_(None),
            ),
        )
        .where(SignIn.token == bindparam("token"), SignIn.ended.is_(None), User.state == "open", for_now())
    )


def for_now() -> ColumnElement[bool]:
    """Accounts of the demo count only where all data is the demo's; their passwords are known to everybody."""
    return or_(~User.demo, ~real_data())


def real_data() -> Exists:
    """Whether any data here is not the demo's."""
    return exists().where(~Document.demo, Document.state != "withdrawn", Document.kind.not_in(REFERENCE))


def _is_for_now(database: Database, user: User) -> bool:
    if not user.demo:
        return True
    with database.session() as session:
        return not session.scalar(select(real_data()))


def has_operator(database: Database) -> bool:
    """Whether an account that is not the demo's may act as the operator: then nobody is one without signing in."""
    with database.session() as session:
        return bool(
            session.scalar(
                select(
                    exists().where(
                        Membership.user_id == User.id,
                        Membership.role == OPERATOR,
                        Membership.organisation_id.is_(None),
                        Membership.ended.is_(None),
                        User.state == "open",
                        ~User.demo,
                    )
                )
            )
        )


def places_of_person(database: Database, user_id: str) -> list[Place]:
    """As `places_of`, in a transaction of its own."""
    with database.session() as session:
        return places_of(session, user_id)


def places_of(session: Session, user_id: str) -> list[Place]:
    """The organisations in which a person has roles, the operator's first."""
    rows = session.execute(
        select(Membership.organisation_id, Membership.role, Organisation.name, Organisation.kind)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.user_id == user_id,
            Membership.ended.is_(None),
            or_(Membership.organisation_id.is_(None), Organisation.state == "open"),
        )
        .order_by(Membership.organisation_id.is_not(None), Organisation.name, Membership.role)
    ).all()
    found: dict[str | None, tuple[str, str, list[str]]] = {}
    for organisation, role, name, kind in rows:
        found.setdefault(organisation, (name or "", kind or OPERATOR, []))[2].append(role)
    return [Place(id, name, kind, tuple(roles)) for id, (name, kind, roles) in found.items()]


# --- a person's sessions -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """A session that still holds."""

    id: str
    began: datetime
    seen: datetime
    agent: str


def sessions_of(database: Database, settings: Settings, user_id: str) -> list[Open]:
    """The sessions of a person that still hold, the one last used first."""
    present = now()
    with database.session() as session:
        rows = session.execute(
            select(SignIn.id, SignIn.began, SignIn.seen, SignIn.agent)
            .where(
                SignIn.user_id == user_id,
                SignIn.ended.is_(None),
                SignIn.seen >= present - timedelta(minutes=settings.session_idle),
                SignIn.began >= present - timedelta(hours=settings.session_hours),
            )
            .order_by(SignIn.seen.desc())
        ).all()
    return [Open(*row) for row in rows]


def end(database: Database, actor: Actor, ids: Sequence[str], to: str = "revoked") -> int:
    """End sessions of this person; ids of others are passed over. Returns how many ended."""
    ended = 0
    with database.session() as session:
        for one in ids:
            found = session.execute(
                update(SignIn)
                .where(SignIn.id == one, SignIn.user_id == actor.user, SignIn.ended.is_(None))
                .values(ended=now())
                .returning(SignIn.id)
            ).scalar()
            if found:
                note(session, actor.user, to, organisation_id=actor.organisation)
                ended += 1
    return ended


def end_all(session: Session, user_id: str, by: str, but: str = "", reason: str = "") -> int:
    """End all sessions of a person, but for one of them; returns how many ended."""
    ended = session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended.is_(None), SignIn.id != but)
        .values(ended=now())
        .returning(SignIn.id)
    ).all()
    if ended:
        note(session, user_id, "revoked", by=by, reason=reason or f"{len(ended)} sessions")
    return len(ended)


def switch(database: Database, actor: Actor, organisation_id: str | None) -> str:
    """Go on in another organisation of this person; returns a new token for the session.

    Raises WebError WE404 where the person has no role there.
    """
    with database.session() as session:
        if organisation_id not in {place.id for place in places_of(session, actor.user)}:
            raise WebError("no such organisation of yours", code="WE404", hint="choose one of the list")
        token = new_token()
        session.execute(
            update(SignIn)
            .where(SignIn.id == actor.session, SignIn.user_id == actor.user)
            .values(token=hashed(token), organisation_id=organisation_id)
        )
        note(session, actor.user, "switched", organisation_id=organisation_id)
    return token
