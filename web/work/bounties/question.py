"""Questions on an open bounty and their answers: who asked is seen by nobody else; what is answered everybody sees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.bounties import Bounty, Question
from web.errors import WebError
from web.work.bounties.application import RIGHT, takes
from web.work.bounties.bounty import WRITE, own, seen
from web.work.bounties.told import tell_asker, tell_bounty
from web.work.step import add_once, note

LONGEST = 2000


def ask(session: Session, actor: Actor, bounty_id: str, text: str, key: str, at: datetime) -> Question:
    """Ask; the same key asks once. Raises WebError WE401, WE032, WE404, WE159 (closed, empty, too long)."""
    actor.need(RIGHT)
    bounty = seen(session, actor, bounty_id)
    _check(takes(bounty, at) and 0 < len(text.strip()) <= LONGEST, bounty)
    own_key = f"{actor.organisation}:{bounty.id}:{key}"[:96] if key else None
    sent = select(Question).where(Question.key == own_key)
    if own_key is not None and (made := session.scalar(sent)) is not None:
        return made
    row = Question(
        organisation_id=actor.organisation,
        bounty_id=bounty.id,
        text=text.strip(),
        asked_by=actor.user,
        key=own_key,
        created=at,
    )
    kept = add_once(session, row, sent)
    if kept is row:
        note(session, row, "question", None, "open", actor.user, at)
        tell_bounty(session, bounty, "asked", at, to=("poster",), part="#questions")
    return kept


def answer(session: Session, actor: Actor, bounty_id: str, question_id: str, text: str, at: datetime) -> Question:
    """The poster's answer, which everybody sees with the question. Raises WebError WE401, WE032, WE404, WE159."""
    bounty = own(session, actor, bounty_id, WRITE)
    row = session.get(Question, question_id)
    if row is None or row.bounty_id != bounty.id:
        raise WebError("no such question", code="WE404", hint="see the bounty")
    _check(row.answered is None and 0 < len(text.strip()) <= LONGEST, bounty)
    row.answer, row.answered, row.answered_by = text.strip(), at, actor.user
    note(session, row, "question", "open", "answered", actor.user, at, organisation_id=actor.organisation)
    tell_asker(session, bounty, row.organisation_id, at)
    return row


def questions(session: Session, actor: Actor, bounty: Bounty) -> list[Question]:
    """The answered ones, and those that wait for who asked and for the poster; the oldest first."""
    wanted = select(Question).where(Question.bounty_id == bounty.id)
    poster = actor.organisation is not None and bounty.organisation_id == actor.organisation and actor.may(WRITE)
    if not poster:
        mine = Question.organisation_id == actor.organisation if actor.organisation else Question.id.is_(None)
        wanted = wanted.where(or_(Question.answered.is_not(None), mine))
    return list(session.scalars(wanted.order_by(Question.created, Question.id)))


def _check(usable: bool, bounty: Bounty) -> None:
    if not usable:
        hint = "1 to 2000 signs, once, while the bounty is open"
        raise WebError("a question or an answer that cannot be taken", code="WE159", hint=hint, place=bounty.id)
