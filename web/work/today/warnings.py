"""Early warnings as they are kept: first and last seen, gone, found again; and what an organisation said to each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from matcher.warning.find import EarlyWarning
from web.accounts.actor import Actor
from web.db.warnings import KeptWarning, WarningRun, WarningWord
from web.errors import WebError

READ, WRITE = "warning.read", "warning.write"

State = Literal["open", "changed", "acknowledged", "gone"]
STATES: tuple[State, ...] = ("open", "changed", "acknowledged", "gone")
"""open: nobody of the organisation said anything; changed: what was said was said to other facts; acknowledged; gone:
no longer found."""
WAITING = "waiting"
"""What somebody has to look at: open, and changed since it was acknowledged."""
_ASKED: dict[str, tuple[State, ...]] = {"": STATES, WAITING: ("open", "changed")}

LONGEST = 1000
"""Signs of a note."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a rule as they stand, and the name of its set."""

    zh: str
    en: str
    rules: str


@dataclass(slots=True)
class Kept:
    """What keeping one look did, by rule: found, new, gone."""

    found: dict[str, int]
    new: dict[str, int]
    gone: dict[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which warnings: of a rule, in a place (head of its code), in a state or WAITING ("": all that are not gone), of a
    thing.
    """

    rule: str = ""
    region: str = ""
    state: str = ""
    subject_id: str = ""
    new_since: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A warning as the reader's organisation sees it, with the newest word of it."""

    row: KeptWarning
    state: State
    word: WarningWord | None


def owner_of(organisation_id: str | None, user_id: str) -> str:
    """The owner of a warning that a watch makes."""
    return f"{organisation_id or ''}\n{user_id}"


def keep(session: Session, found: Iterable[EarlyWarning], words: Mapping[str, Words], day: str) -> Kept:
    """Keep what a look on a day found: what is there already is seen again, what is no longer found is gone from then.

    A warning whose values or statements are others than before has another digest: what was said to it is then said to
    something else. The same look again changes nothing.
    """
    rows = {row.key: row for row in session.scalars(select(KeptWarning))}
    done, seen = Kept({}, {}, {}), set[str]()
    for one in found:
        owner = (one.owner or "\n").split("\n")
        key = stable_hash("early warning", one.rule, one.subject, one.subject_id, one.about, one.owner or "")
        if key in seen:
            continue
        seen.add(key)
        row = rows.get(key)
        said = words[one.rule]
        if row is None:
            row = KeptWarning(
                key=key, organisation_id=owner[0] or None, user_id=owner[1], rule=one.rule, kind=one.kind,
                rule_zh=said.zh, rule_en=said.en, rules=said.rules, subject=one.subject, subject_id=one.subject_id,
                name=one.name, region=one.region, digest="", first_seen=day, last_seen=day,
            )  # fmt: skip
            session.add(row)
            done.new[one.rule] = done.new.get(one.rule, 0) + 1
        elif row.gone is not None:
            row.gone, row.round, row.first_seen = None, row.round + 1, day
            done.new[one.rule] = done.new.get(one.rule, 0) + 1
        done.found[one.rule] = done.found.get(one.rule, 0) + 1
        told = json.loads(json.dumps(dict(one.values), ensure_ascii=False))
        if (row.told, row.facts) != (told, list(one.facts)):
            row.told, row.facts = told, list(one.facts)
        row.kind, row.name, row.region, row.last_seen = one.kind, one.name, one.region, day
        row.rule_zh, row.rule_en, row.rules = said.zh, said.en, said.rules
        row.digest = stable_hash(json.dumps([told, sorted(one.facts), row.round], ensure_ascii=False, sort_keys=True))
    for key, row in rows.items():
        if key not in seen and row.gone is None:
            row.gone = day
            done.gone[row.rule] = done.gone.get(row.rule, 0) + 1
    return done


def last_run(session: Session) -> WarningRun | None:
    """The newest look."""
    return session.scalar(select(WarningRun).order_by(WarningRun.number.desc()).limit(1))


def listed(session: Session, actor: Actor, asked: Asked) -> list[Seen]:
    """The warnings that a reader may see and asked for, the newest first. Raises WebError WE401, WE032."""
    actor.need(READ)
    wanted = select(KeptWarning).where(
        or_(
            KeptWarning.user_id == "",
            (KeptWarning.user_id == actor.user) & (KeptWarning.organisation_id == actor.organisation)
            if actor.organisation
            else (KeptWarning.user_id == actor.user) & KeptWarning.organisation_id.is_(None),
        )
    )
    for column, value in ((KeptWarning.rule, asked.rule), (KeptWarning.subject_id, asked.subject_id)):
        if value:
            wanted = wanted.where(column == value)
    if asked.region:
        wanted = wanted.where(KeptWarning.region.startswith(asked.region, autoescape=True))
    if asked.new_since:
        wanted = wanted.where(KeptWarning.first_seen >= asked.new_since)
    wanted = wanted.where(KeptWarning.gone.is_not(None) if asked.state == "gone" else KeptWarning.gone.is_(None))
    ordered = wanted.order_by(KeptWarning.first_seen.desc(), KeptWarning.rule, KeptWarning.name, KeptWarning.id)
    rows = session.scalars(ordered).all()
    said = _words(session, actor, None if len(rows) > 500 else [row.id for row in rows])
    found = [_seen(row, said.get(row.id)) for row in rows]
    return [one for one in found if one.state in _ASKED.get(asked.state, (asked.state,))]


def one(session: Session, actor: Actor, warning_id: str) -> Seen:
    """A warning that the reader may see. Raises WebError WE401, WE032, WE404."""
    actor.need(READ)
    row = session.get(KeptWarning, warning_id)
    if row is None or (row.user_id and (row.user_id != actor.user or not actor.owns(row.organisation_id))):
        raise WebError("no such page", code="WE404", hint="see the list of warnings")
    return _seen(row, _words(session, actor, [row.id]).get(row.id))


def say(session: Session, actor: Actor, warning_id: str, act: str, note: str, digest: str, at: datetime) -> WarningWord:
    """Acknowledge a warning with a note, or take that back (`reopened`): one row more, nothing is overwritten.

    `digest` is the state that was looked at. Raises WebError WE401, WE032, WE404, WE261 (no note, or no such act),
    WE262 (its facts changed meanwhile).
    """
    actor.need(WRITE)
    seen = one(session, actor, warning_id)
    note = note.strip()
    if act not in ("acknowledged", "reopened") or len(note) > LONGEST or (act == "acknowledged" and not note):
        raise WebError("a note is wanted", code="WE261", hint="say what was done or why it may stay", place="note")
    if digest != seen.row.digest:
        raise WebError("its facts changed meanwhile", code="WE262", hint="look at it again")
    word = WarningWord(
        organisation_id=actor.organisation, at=at, warning_id=warning_id, digest=digest, act=act, by=actor.user,
        by_name=actor.name, note=note,
    )  # fmt: skip
    session.add(word)
    session.flush()
    return word


def words_of(session: Session, actor: Actor, warning_id: str) -> Sequence[WarningWord]:
    """All that the reader's organisation said to a warning, newest first. Raises as `one`."""
    one(session, actor, warning_id)
    wanted = select(WarningWord).where(WarningWord.warning_id == warning_id, _own(actor))
    return session.scalars(wanted.order_by(WarningWord.number.desc())).all()


def _own(actor: Actor) -> Any:
    mine = WarningWord.organisation_id
    return mine == actor.organisation if actor.organisation else mine.is_(None)


def _words(session: Session, actor: Actor, ids: list[str] | None) -> dict[str, WarningWord]:
    newest = select(func.max(WarningWord.number)).where(_own(actor)).group_by(WarningWord.warning_id)
    if ids is not None:
        newest = newest.where(WarningWord.warning_id.in_(ids))
    return {row.warning_id: row for row in session.scalars(select(WarningWord).where(WarningWord.number.in_(newest)))}


def _seen(row: KeptWarning, word: WarningWord | None) -> Seen:
    if row.gone is not None:
        return Seen(row, "gone", word)
    if word is None or word.act != "acknowledged":
        return Seen(row, "open", word)
    return Seen(row, "acknowledged" if word.digest == row.digest else "changed", word)
