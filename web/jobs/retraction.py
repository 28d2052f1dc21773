"""Right of reply: a firm, or one statement on it, is taken out with a reason, and can be brought back.

A retraction is a decision on records (`kg.projection.retraction`): it lies in the relational store, survives rebuild,
re-import and re-extraction, and its reason is shown where the statements stood.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select, update

from kg.projection import read
from kg.projection.retraction import RETRACT, slot
from web.db import models
from web.errors import Usage, WebError
from web.home import Home
from web.jobs.graph import settle

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Retraction:
    """What was taken out, when and why; `statement` names the one statement, None the whole firm. `act` undoes it."""

    act: str
    firm: str | None
    statement: str | None
    reason: str
    at: datetime
    undone_at: datetime | None = None


def retract(home: Home, firm: str, reason: str, fact: str | None = None) -> Retraction:
    """Take out all statements on a firm, or its statement `fact`. Other documents may still say the same.

    Raises Usage (no reason), WebError WE005 (no such firm or statement of it), WE006 (another writer), WE013 (taken
    out already).
    """
    reason = reason.strip()
    if not reason:
        raise Usage("a retraction needs a reason", hint="--reason TEXT; it is shown where the statements stood")
    with home.writing("retract"):
        rows = home.graph().read("firm_records", id=firm)
        if not rows:
            raise WebError(f"no firm {firm[:80]}", code="WE005", hint="the number of a firm stands on its page")
        key, records = str(rows[0]["firm"]), [str(row["record"]) for row in rows]
        statement = None
        if fact is not None:
            record, statement = _statement(home, fact, records)
            records = [record]
        _refuse_again(home, records, statement)
        act, moment = models.new_id(), models.now()
        with home.database().session() as session:
            session.add_all(
                models.Decision(
                    verdict=RETRACT,
                    record_a=record,
                    record_b=record,
                    reason=reason,
                    act=act,
                    kind=RETRACT,
                    at=moment,
                    statement=statement,
                )
                for record in records
            )
            session.add(models.Event(actor="operator", subject=RETRACT, subject_id=act, to_state="out", reason=reason))
        # The copy was made before, and still holds what was taken out; it goes first, as a load that fails is finished
        # by a later command, which knows nothing of it.
        home.analysts.forget()
        settle(home)
    _log.info("taken out", firm=key, statement=statement, act=act)
    return Retraction(act, key, statement, reason, moment)


def restore(home: Home, act: str, reason: str = "") -> Retraction:
    """Bring back what a retraction took out. Raises WebError WE005 (no such retraction), WE006, WE013 (done)."""
    with home.writing("retract --undo"):
        with home.database().session() as session:
            found = session.scalars(
                select(models.Decision).where(models.Decision.act == act, models.Decision.verdict == RETRACT)
            ).first()
            if found is None:
                raise WebError(f"no retraction {act[:80]}", code="WE005", hint="see bulian retract --list")
            if found.undone_at is not None:
                raise WebError("it was brought back already", code="WE013", place=act)
            moment = models.now()
            session.execute(
                update(models.Decision).where(models.Decision.act == act).values(undone_at=moment, settled=False)
            )
            session.add(
                models.Event(
                    actor="operator",
                    subject=RETRACT,
                    subject_id=act,
                    from_state="out",
                    to_state="back",
                    reason=reason,
                )
            )
            result = Retraction(act, None, found.statement, found.reason, found.at, moment)
        settle(home)
    return result


def retractions(home: Home) -> list[Retraction]:
    """All of them, newest first, those that were taken back included."""
    with home.database().session() as session:
        rows = session.scalars(
            select(models.Decision)
            .where(models.Decision.verdict == RETRACT)
            .order_by(models.Decision.at.desc(), models.Decision.id)
        )
        acts = {row.act: row for row in rows}
    firms = {row["id"]: row["firm"] for row in home.graph().read("records", ids=[r.record_a for r in acts.values()])}
    return [
        Retraction(act, firms.get(row.record_a), row.statement, row.reason, row.at, row.undone_at)
        for act, row in acts.items()
    ]


def _statement(home: Home, fact: str, records: list[str]) -> tuple[str, str]:
    """The record that a statement is about, and what the statement says wherever in its document."""
    rows = home.graph().read("fact", id=fact)
    document = rows[0]["document"]["id"] if rows else None
    found = None
    if document is not None and document in home.documents:
        kept = home.documents.get(document)
        found = read({kept.id: kept}, home.journal.read(document), home.ontology).statements.get(fact)
    if found is None or found.subject.key not in records:
        raise WebError(
            f"no statement {fact[:80]} on this firm", code="WE005", hint="see /evidence/… on the firm's page"
        )
    return found.subject.key, slot(found, home.ontology)


def _refuse_again(home: Home, records: list[str], statement: str | None) -> None:
    with home.database().session() as session:
        held = session.scalar(
            select(models.Decision.act).where(
                models.Decision.verdict == RETRACT,
                models.Decision.undone_at.is_(None),
                models.Decision.record_a.in_(records),
                models.Decision.statement.is_(None) if statement is None else models.Decision.statement == statement,
            )
        )
    if held is not None:
        raise WebError("it was taken out already", code="WE013", hint=f"bulian retract --undo {held}", place=held)
