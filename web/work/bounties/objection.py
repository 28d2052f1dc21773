"""Objections (异议) to the notices of a bounty: made by anybody while a notice runs, answered by the host.

Who objects, and in which words, is for the host alone; the answer is public. Nothing of an objection goes to the graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.bounties import Application, Bounty, Objection
from web.db.models import Event
from web.errors import UnusableError, WebError
from web.work.bounties.application import APPLICATION, bounty_of
from web.work.bounties.application_told import tell_team
from web.work.bounties.bounty import hosted
from web.work.bounties.states import BACK, NOTICES, enter_stage, noticed
from web.work.bounties.told import tell_bounty
from web.work.step import States, add_once, note

OBJECTION = States(
    "objection",
    "an objection that is",
    "WE172",
    {
        "open": frozenset({"upheld", "rejected"}),
        "upheld": frozenset(),
        "rejected": frozenset(),
    },
)
LONGEST = {"text": 4000, "author": 200, "contact": 200}
WAITING_MOST = 50
"""Objections of one bounty that wait for an answer: more say nothing new, and would keep a notice from its end."""


def notice_of(bounty: Bounty) -> str | None:
    """The notice of a bounty that can be objected to: the one that runs, also while another objection waits."""
    if bounty.state == "objection":
        return noticed(bounty)
    return bounty.state if bounty.state in NOTICES else None


def object_to(
    session: Session, bounty_id: str, typed: Mapping[str, str], key: str, who: str, at: datetime
) -> Objection:
    """Object to the notice that runs; the bounty stands in objection from then on. The same key leads to the same one.

    `who` is the account of the author, "" without one.

    Raises WebError WE404, WE171 (no notice runs), WE173 (too many wait), UnusableError WE170 by field.
    """
    bounty = bounty_of(session, bounty_id)
    sent = select(Objection).where(Objection.key == f"{bounty.id}:{key}"[:96])
    if key and (made := session.scalar(sent)) is not None:
        return made
    notice = notice_of(bounty)
    if notice is None or bounty.notice_until is None or day_of(at) > bounty.notice_until:
        raise WebError("no notice runs", code="WE171", hint="write to the host of the bounty", place=bounty.id)
    said = _read(typed)
    waits = select(func.count()).where(Objection.bounty_id == bounty.id, Objection.state == "open")
    if (session.scalar(waits) or 0) >= WAITING_MOST:
        raise WebError("many objections wait for an answer", code="WE173", hint="wait for it", place=bounty.id)
    row = Objection(
        organisation_id=bounty.host_id,
        bounty_id=bounty.id,
        notice=notice,
        made_by=who,
        key=f"{bounty.id}:{key}"[:96] if key else None,
        created=at,
        text=said["text"],
        author=said["author"],
        contact=said["contact"],
    )
    kept = add_once(session, row, sent)
    if kept is row:
        note(session, row, OBJECTION.subject, None, "open", "objector", at)
        if bounty.state != "objection":
            enter_stage(session, bounty, "objection", actor="objector", at=at)
        tell_bounty(session, bounty, "objected", at, to=("host",), part="/objections")
    return kept


def _read(typed: Mapping[str, str]) -> dict[str, str]:
    said = {name: typed.get(name, "").strip() for name in LONGEST}
    wrong = {name: "missing" for name, value in said.items() if not value}
    wrong |= {name: "long" for name, value in said.items() if len(value) > LONGEST[name]}
    if wrong:
        raise UnusableError(wrong, "WE170")
    return said


def answer(
    session: Session, actor: Actor, bounty_id: str, objection_id: str, verdict: str, words: str, at: datetime
) -> Objection:
    """Answer an objection, upheld or rejected, in words that everybody sees.

    With the last answer the bounty goes on: where one was upheld, back to its poster (`returned`) or to its talks with
    nobody chosen; where all were rejected, its notice goes on.

    Raises WebError WE401, WE032, WE404, WE172 (answered already), UnusableError WE170.
    """
    bounty = hosted(session, actor, bounty_id)
    row = session.get(Objection, objection_id)
    if row is None or row.bounty_id != bounty.id:
        raise WebError("no such objection", code="WE404", hint="see the bounty")
    words = words.strip()
    wrong = {} if verdict in ("upheld", "rejected") else {"verdict": "choose"}
    if not 0 < len(words) <= LONGEST["text"]:
        wrong["answer"] = "missing" if not words else "long"
    if wrong:
        raise UnusableError(wrong, "WE170")
    OBJECTION.move(session, row, verdict, actor.user, at)
    row.answer, row.answered, row.answered_by = words, at, actor.user
    session.flush()
    tell_bounty(session, bounty, verdict, at, own=actor.organisation, part="/objections")
    if bounty.state == "objection" and not _of_this_round(session, bounty, "open"):
        _go_on(session, bounty, actor, at)
    return row


def _of_this_round(session: Session, bounty: Bounty, state: str) -> list[Objection]:
    """The objections of a state since the bounty came to stand in objection."""
    began = select(func.max(Event.at)).where(Event.subject_id == bounty.id, Event.to_state == "objection")
    wanted = select(Objection).where(
        Objection.bounty_id == bounty.id, Objection.state == state, Objection.created >= session.scalar(began)
    )
    return list(session.scalars(wanted))


def _go_on(session: Session, bounty: Bounty, actor: Actor, at: datetime) -> None:
    notice = noticed(bounty)
    if not _of_this_round(session, bounty, "upheld"):
        enter_stage(session, bounty, notice, actor=actor.user, at=at, reason="objections rejected")
        return
    enter_stage(session, bounty, BACK[notice], actor=actor.user, at=at, reason="an objection was upheld")
    if notice == "notice":
        return
    chosen = select(Application).where(
        Application.bounty_id == bounty.id, Application.state.in_(("selected", "not_selected"))
    )
    for application in session.scalars(chosen).all():
        APPLICATION.move(session, application, "talks", actor.user, at, "an objection to the award was upheld")
        tell_team(session, application, bounty, "talks", at)


def objections(session: Session, bounty: Bounty) -> Sequence[Objection]:
    """All of a bounty, the oldest first: for its host, and for what is public of the answered ones."""
    wanted = select(Objection).where(Objection.bounty_id == bounty.id)
    return session.scalars(wanted.order_by(Objection.created, Objection.id)).all()
