"""The new product of an accepted bounty, offered to its solver and the team as a declaration that is filled in already:
so that the node of the chain has one maker more, by the firm's own word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.db.firms import Declaration
from web.errors import WebError
from web.work.bounties.agreement import Seen, one
from web.work.firms.declaration import Written, draft

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from web.db.store import Database

RIGHT = "firm.draft"


@dataclass(frozen=True, slots=True)
class Product:
    """A product that the bounty asked for by name, and what the actor's firm has made of the offer."""

    name: str
    row: Declaration | None


def products(session: Session, actor: Actor, seen: Seen) -> list[Product]:
    """The products that a firm of the accepted team may declare: those that the bounty names, else its title."""
    if seen.application.state != "accepted" or seen.side not in ("solver", "member") or not actor.may(RIGHT):
        return []
    names = seen.bounty.products or [seen.bounty.title]
    return [Product(name, session.get(Declaration, _key(actor, seen, name))) for name in dict.fromkeys(names)]


def declare(database: Database, ontology: Ontology, actor: Actor, agreement_id: str, name: str) -> Declaration:
    """A draft of the declaration; a second click leads to the same one.

    Raises WebError WE401, WE404 (no such product, or nothing accepted), and as `web.work.firms.declaration.draft`.
    """
    with database.session() as session:
        seen = one(session, actor, agreement_id)
        if name not in {offer.name for offer in products(session, actor, seen)}:
            raise WebError("no such product", code="WE404", hint="see the agreement")
        key = _key(actor, seen, name)
    return draft(database, ontology, actor, Written("product", {"name": name}, public=True, key=key))


def _key(actor: Actor, seen: Seen, name: str) -> str:
    return stable_hash(actor.organisation, seen.row.id, name)
