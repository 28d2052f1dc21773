"""Corrections: a firm says of one statement that it is not right, with reason and proof; the operator decides.

draft → sent → accepted | refused. Accepted, the statement is taken out with its reason (it can be brought back), and
what the firm says in its place, if anything, is declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import Actor
from web.db.firms import Correction, Declaration, FirmFile
from web.errors import UnusableError, WebError
from web.jobs.graph import settle
from web.jobs.retraction import retract
from web.work.firms.declaration import begun, form_key, move, own_firm
from web.work.firms.declaration_sheet import bring, firm_of
from web.work.firms.kinds import kind_of, typed
from web.work.step import States, note

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from web.db.store import Database
    from web.home import Home

CORRECTION = States(
    "correction",
    "what is",
    "WE112",
    {
        "draft": frozenset({"sent"}),
        "sent": frozenset({"accepted", "refused"}),
        "accepted": frozenset(),
        "refused": frozenset(),
    },
)
REASONS = ("misread", "not_us", "outdated", "wrong_source", "other")
"""The text was misread; it speaks of another firm; it no longer holds; the document itself is wrong; else."""
REPLACES = {
    "PRODUCES": "product",
    "HAS_PARAMETER": "parameter",
    "HOLDS_CERTIFICATE": "certificate",
    "CAPABLE_OF": "process",
}
"""What may be declared in place of a statement, by its relation."""
MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Wrong:
    """What the form of a correction brings: the statement (`said` as it was shown), why, and what is right instead."""

    fact: str
    relation: str
    said: str
    reason: str
    words: str
    right: Mapping[str, str] = field(default_factory=dict)
    file_id: str | None = None
    key: str = ""


def write(database: Database, ontology: Ontology, actor: Actor, wrong: Wrong) -> Correction:
    """Write a draft. A form that is sent twice leads to what it made first.

    Raises as `own_firm`, UnusableError (WE114), WebError WE404 (a proof of somebody else), WE013 (said already).
    """
    firm = own_firm(actor)
    key, words = form_key(wrong.key), wrong.words.strip()
    bad = {} if wrong.reason in REASONS else {"reason": "unknown"}
    if not words:
        bad["words"] = "empty"
    elif len(words) > MOST_WORDS:
        bad["words"] = "long"
    right: dict[str, object] = {}
    kind = REPLACES.get(wrong.relation)
    if kind and any(text.strip() for text in wrong.right.values()):
        try:
            right = {"kind": kind, "values": typed(kind_of(kind), ontology, wrong.right)}
        except UnusableError as error:
            bad |= {f"right.{name}": why for name, why in error.wrong.items()}
    if bad:
        raise UnusableError(bad, "WE114")
    with database.session() as session:
        known = session.get(Correction, key)
        if known is not None:
            actor.need("firm.draft", known.organisation_id)
            return known
        waits = select(Correction.id).where(
            Correction.fact == wrong.fact,
            Correction.organisation_id == actor.organisation,
            Correction.state.in_(("draft", "sent")),
        )
        if session.scalar(waits.limit(1)) is not None:
            raise WebError("this statement is corrected already", code="WE013", hint="look at /my")
        if wrong.file_id is not None:
            file = session.get(FirmFile, wrong.file_id)
            if file is None or file.organisation_id != actor.organisation:
                raise WebError("no such file", code="WE404", hint="send it again")
        row = Correction(
            id=key,
            organisation_id=actor.organisation,
            firm_id=firm,
            fact=wrong.fact,
            relation=wrong.relation,
            said=wrong.said,
            reason=wrong.reason,
            words=words,
            right=right,
            file_id=wrong.file_id,
            written_by=actor.user,
        )
        session.add(row)
        note(session, row, CORRECTION.subject, None, "draft", actor.user, digest=_digest(row))
        return row


def send(database: Database, actor: Actor, row_id: str) -> Correction:
    """Send it to the operator. Raises as `own_firm`, WebError WE032 (not the owner), WE404, WE112."""
    own_firm(actor)
    actor.need("firm.send")
    with database.session() as session:
        row = session.get(Correction, row_id)
        if row is None or not actor.owns(row.organisation_id):
            raise WebError("no such correction", code="WE404", hint="look at /my")
        _move(session, row, "sent", actor.user)
        return row


def refuse(database: Database, actor: Actor, row_id: str, answer: str) -> Correction:
    """The statement stands, for a reason that the firm reads. Raises WebError WE032, WE404, WE112, UnusableError."""
    with database.session() as session:
        row = _waiting(session, actor, row_id, answer, "refused")
        row.answer = answer.strip()
        _move(session, row, "refused", actor.user, row.answer)
        return row


def accept(home: Home, actor: Actor, row_id: str, answer: str) -> Correction:
    """Take the statement out and declare what is right instead. Raises as `refuse`, and as `retract`."""
    with home.database().session() as session:
        row = _waiting(session, actor, row_id, answer, "accepted")
    reason = f"更正：{answer.strip()}"
    try:
        act = retract(home, row.firm_id, reason, row.fact).act
    except WebError as error:
        if error.code != "WE013":  # out already, as where this was cut off before its end
            raise
        act = error.place or ""
    with home.writing("correct"):
        with home.database().session() as session:
            row = _waiting(session, actor, row_id, answer, "accepted")
            row.answer, row.act = answer.strip(), act
            _move(session, row, "accepted", actor.user, row.answer)
            if row.right:
                made = Declaration(
                    organisation_id=row.organisation_id,
                    firm_id=row.firm_id,
                    kind=str(row.right["kind"]),
                    values=dict(row.right["values"]),
                    public=True,
                    file_id=row.file_id,
                    written_by=row.written_by,
                )
                session.add(made)
                session.flush()
                begun(session, made, row.written_by, f"correction {row.id}")
                move(session, made, "declared", actor=actor.user, reason=f"correction {row.id}")
                bring(home, session, firm_of(home, row.firm_id), [made])
        settle(home)
    return row


def corrections(database: Database, actor: Actor) -> list[Correction]:
    """Those of the actor's firm, or all that were sent where the actor decides on them; waiting ones first."""
    wanted = select(Correction).order_by(Correction.created.desc(), Correction.id)
    if actor.may("correction.decide"):
        wanted = wanted.where(Correction.state != "draft")
    else:
        own_firm(actor)
        wanted = wanted.where(Correction.organisation_id == actor.organisation)
    with database.session() as session:
        rows = list(session.scalars(wanted))
    return sorted(rows, key=lambda row: ("sent", "draft", "accepted", "refused").index(row.state))


def _waiting(session: Session, actor: Actor, row_id: str, answer: str, to: str) -> Correction:
    actor.need("correction.decide")
    if not answer.strip():
        raise UnusableError({"answer": "empty"}, "WE114")
    row = session.get(Correction, row_id)
    if row is None:
        raise WebError("no such correction", code="WE404", hint="look at /claims")
    CORRECTION.check(row, to)
    return row


def _move(session: Session, row: Correction, to: str, by: str, reason: str = "") -> None:
    CORRECTION.move(session, row, to, by, reason=reason, digest=_digest(row))


def _digest(row: Correction) -> str:
    return stable_hash(row.fact, row.reason, row.words)
