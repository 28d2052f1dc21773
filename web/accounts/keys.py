"""Keys for programs: made once, kept as hashes, limited to scopes, of one person in one organisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from web.accounts.actor import READ, Actor, rights_of, roles_for
from web.accounts.log import note
from web.accounts.sessions import OPERATOR, SEEN_EVERY, for_now, places_of
from web.accounts.tokens import hashed, new_key
from web.db.accounts import ApiKey, Organisation, User
from web.db.models import now
from web.errors import WebError

if TYPE_CHECKING:
    from web.db.store import Database

DAYS = (7, 30, 90, 365)
"""For how many days a key may be made."""


def scopes_of(actor: Actor) -> list[str]:
    """What a key of this person may be limited to: "read", or a right that is held."""
    return [READ, *rights_of(actor.roles)]


def make_key(database: Database, actor: Actor, name: str, scopes: Iterable[str], days: int) -> str:
    """Make a key; returns it: it is shown this once. Raises WebError WE074 for scopes, days or a name of no use."""
    wanted, name = sorted(set(scopes)), " ".join(name.split())
    if not wanted or not set(wanted) <= set(scopes_of(actor)):
        raise WebError(
            "a key needs scopes, and those that you hold", code="WE074", hint="choose some of the list", place="scopes"
        )
    if days not in DAYS or not 0 < len(name) <= 80:
        raise WebError("a key needs a name and a term", code="WE074", hint="say what program will use it", place="key")
    key = new_key()
    with database.session() as session:
        open_too = select(ApiKey.id).where(
            ApiKey.user_id == actor.user, ApiKey.name == name, ApiKey.ended.is_(None), ApiKey.expires > now()
        )
        if session.scalar(open_too):  # a form that was sent twice makes one key
            raise WebError("an open key has this name", code="WE074", hint="choose another name", place="key")
        row = ApiKey(
            user_id=actor.user,
            organisation_id=actor.organisation,
            name=name,
            token=hashed(key),
            scopes=wanted,
            expires=now() + timedelta(days=days),
        )
        session.add(row)
        session.flush()
        reason = f"{row.id}: {' '.join(wanted)}, {days} days"
        note(session, actor.user, "key_made", organisation_id=actor.organisation, reason=reason)
    return key


def keys_of(database: Database, actor: Actor) -> list[ApiKey]:
    """The keys of this person in this organisation, the newest first; ended ones say so."""
    with database.session() as session:
        return list(
            session.scalars(
                select(ApiKey)
                .where(ApiKey.user_id == actor.user, ApiKey.organisation_id.is_not_distinct_from(actor.organisation))
                .order_by(ApiKey.created.desc(), ApiKey.id)
            )
        )


def end_key(database: Database, actor: Actor, key_id: str) -> None:
    """End a key of this person. Raises WebError WE404."""
    with database.session() as session:
        row = session.get(ApiKey, key_id)
        if row is None or row.user_id != actor.user:
            raise WebError("no such key of yours", code="WE404", hint="look at your account")
        if row.ended is None:
            row.ended = now()
            note(session, actor.user, "key_ended", organisation_id=row.organisation_id, reason=row.id)


def end_keys(session: Session, user_id: str, by: str) -> None:
    """End all keys of a person."""
    for row in session.scalars(select(ApiKey).where(ApiKey.user_id == user_id, ApiKey.ended.is_(None))):
        row.ended = now()
        note(session, user_id, "key_ended", by=by, organisation_id=row.organisation_id, reason=row.id)


def actor_of_key(database: Database, key: str) -> Actor:
    """Who comes with a key: its person in its organisation, with the roles held now, limited to its scopes.

    Raises WebError WE076 for a key that is none, has ended or has run out.
    """
    present = now()
    with database.session() as session:
        row = session.execute(
            select(ApiKey, User.name, Organisation)
            .join(User, User.id == ApiKey.user_id)
            .outerjoin(Organisation, Organisation.id == ApiKey.organisation_id)
            .where(ApiKey.token == hashed(key), ApiKey.ended.is_(None), User.state == "open", for_now())
        ).first()
        if row is None or (row[0].expires is not None and row[0].expires <= present):
            raise WebError("this key cannot be used", code="WE076", hint="make another one on the page of your account")
        found, name, place = row
        if found.used is None or present - found.used > SEEN_EVERY:
            session.execute(update(ApiKey).where(ApiKey.id == found.id).values(used=present))
        held = {one.id: one.roles for one in places_of(session, found.user_id)}.get(found.organisation_id, ())
    kind = place.kind if place else OPERATOR
    whole = Actor(
        user=found.user_id,
        name=name,
        organisation=found.organisation_id,
        kind=kind,
        enterprise=place.enterprise_id if place else None,
        roles=frozenset(held) & frozenset(roles_for(kind)),
        organisation_name=place.name if place else "",
    )
    return replace(whole, scopes=frozenset(found.scopes))
