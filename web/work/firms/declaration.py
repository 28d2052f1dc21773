"""Declarations of firms on themselves: written, declared, withdrawn. What is public of them is brought to the graph.

draft → declared → withdrawn, and a draft again. Editors of the firm write, its owner declares and withdraws. Nothing is
deleted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.db.firms import Declaration, FirmFile
from web.db.models import new_id, now
from web.errors import WebError
from web.work.firms.kinds import kind_of, kinds, typed
from web.work.step import States, note

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from web.db.store import Database

DECLARATION = States(
    "declaration",
    "what is",
    "WE112",
    {
        "draft": frozenset({"declared", "withdrawn"}),
        "declared": frozenset({"withdrawn"}),
        "withdrawn": frozenset({"draft"}),
    },
)
MOST = 500
"""Declarations of one firm that are not withdrawn."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a form brings: the kind, its fields as text, whether all may see it, a proof, and the form's own key."""

    kind: str
    given: Mapping[str, str]
    public: bool = False
    file_id: str | None = None
    key: str = ""
    place: Mapping[str, Any] = field(default_factory=dict)


def own_firm(actor: Actor) -> str:
    """The firm of the graph for which the actor writes. Raises as `Actor.need`, and WE116 without a verified claim."""
    actor.need("firm.draft")
    if actor.enterprise is None:
        raise WebError(
            "your organisation has not proved to be a firm", code="WE116", hint="claim the firm on its page first"
        )
    return actor.enterprise


def form_key(given: str) -> str:
    """The key of a form as an id, or a new id where it has none that could be one."""
    return given if len(given) == 24 and set(given) <= set("0123456789abcdef") else new_id()


def draft(database: Database, ontology: Ontology, actor: Actor, written: Written) -> Declaration:
    """Write a draft; a form that is sent twice leads to what it made first.

    Raises as `own_firm`, UnusableError (WE114), WebError WE404 (a proof of somebody else), WE117 (too many).
    """
    firm = own_firm(actor)
    kind = kind_of(written.kind)
    key = form_key(written.key)
    with database.session() as session:
        known = session.get(Declaration, key)
        if known is not None:
            actor.need("firm.draft", known.organisation_id)
            return known
        values = typed(kind, ontology, written.given)
        if len(_standing(session, actor.organisation)) >= MOST:
            raise WebError(f"more than {MOST} declarations", code="WE117", hint="withdraw those that no longer hold")
        if written.file_id is not None:
            file = session.get(FirmFile, written.file_id)
            if file is None or file.organisation_id != actor.organisation:
                raise WebError("no such file", code="WE404", hint="send it again")
        row = Declaration(
            id=key,
            organisation_id=actor.organisation,
            firm_id=firm,
            kind=kind.name,
            values=values,
            public=kind.public == "yes" or (kind.public == "ask" and written.public),
            file_id=written.file_id,
            place=dict(written.place),
            written_by=actor.user,
        )
        session.add(row)
        begun(session, row, actor.user)
        return row


def change(
    database: Database, ontology: Ontology, actor: Actor, row_id: str, version: int, written: Written
) -> Declaration:
    """Write a draft anew. Raises as `draft`, WE404, WE112 (declared already), WE115 (another one changed it)."""
    own_firm(actor)
    with database.session() as session:
        row = _own(session, actor, row_id)
        if row.state != "draft":
            raise DECLARATION.refused(row, row.state, "draft")
        if row.version != version:
            raise stale(row.id)
        kind = kind_of(row.kind)
        row.values = typed(kind, ontology, written.given)
        row.public = kind.public == "yes" or (kind.public == "ask" and written.public)
        note(session, row, DECLARATION.subject, "draft", "draft", actor.user, digest=_digest(row))
        return row


def put_back(database: Database, actor: Actor, row_id: str) -> Declaration:
    """Make a draft of what was withdrawn. Raises as `own_firm`, WebError WE404, WE112; WE032 without `firm.send`."""
    own_firm(actor)
    actor.need("firm.send")
    with database.session() as session:
        row = _own(session, actor, row_id)
        move(session, row, "draft", actor=actor.user)
        return row


def move(session: Session, row: Declaration, to: str, *, actor: str, reason: str = "") -> None:
    """Bring a declaration to another state; the event is of this transaction. Raises WebError WE112."""
    DECLARATION.move(session, row, to, actor, reason=reason, digest=_digest(row))
    if to == "declared":
        row.day = now().date().isoformat()


def begun(session: Session, row: Declaration, who: str, reason: str = "") -> None:
    """Write the event of a new draft, in its transaction."""
    note(session, row, DECLARATION.subject, None, "draft", who, reason=reason, digest=_digest(row))


def _digest(row: Declaration) -> str:
    """The hash of what is declared."""
    return stable_hash(json.dumps([row.kind, row.values, row.public], ensure_ascii=False, sort_keys=True))


def declarations(database: Database, actor: Actor) -> list[Declaration]:
    """All of the actor's firm that are not withdrawn, by kind, the newest first."""
    own_firm(actor)
    with database.session() as session:
        rows = _standing(session, actor.organisation)
    order = {name: place for place, name in enumerate(kinds())}
    return sorted(rows, key=lambda row: (order.get(row.kind, 99), row.state != "draft"))


def declaration(database: Database, actor: Actor, row_id: str) -> Declaration:
    """One of the actor's firm. Raises WebError WE404."""
    own_firm(actor)
    with database.session() as session:
        return _own(session, actor, row_id)


def of_firm(session: Session, firm_ids: Sequence[str]) -> list[Declaration]:
    """What a firm, by any of its ids, has declared and not withdrawn."""
    wanted = select(Declaration).where(Declaration.firm_id.in_(firm_ids), Declaration.state == "declared")
    return list(
        session.scalars(
            wanted.order_by(Declaration.day.desc().nulls_last(), Declaration.created.desc(), Declaration.id)
        )
    )


def _standing(session: Session, organisation_id: str | None) -> list[Declaration]:
    wanted = select(Declaration).where(
        Declaration.organisation_id == organisation_id, Declaration.state.in_(("draft", "declared"))
    )
    return list(session.scalars(wanted.order_by(Declaration.created.desc(), Declaration.id)))


def _own(session: Session, actor: Actor, row_id: str) -> Declaration:
    row = session.get(Declaration, row_id)
    if row is None or not actor.owns(row.organisation_id):
        raise WebError("no such declaration", code="WE404", hint="look at /my")
    return row


def stale(place: str) -> WebError:
    """Somebody else changed it since the form was made (WE115)."""
    return WebError(
        "somebody else has changed it meanwhile", code="WE115", hint="compare the two and send it again", place=place
    )
