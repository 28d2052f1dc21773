"""Shortlists of an organisation: firms that were kept or rejected for a need, notes, and versions that never change.

All of it belongs to the organisation and goes nowhere else: no outbox row is written, the graph never sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kg.records import stable_hash
from matcher.query import Query, parse_query
from web.accounts.actor import AT_THE_MACHINE, Actor
from web.db.lists import Shortlist, ShortlistItem, ShortlistNote, ShortlistVersion
from web.db.models import Feedback, new_id, now
from web.errors import WebError
from web.work.lists.frozen import digest_of
from web.work.lists.states import HEARD, LIST, move_item
from web.work.step import add_once

RIGHT, FREEZE = "list.write", "list.freeze"
NOTE = 2000
"""Signs of a note."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The need as a list asks it, and the query of the need's page by which it was asked."""

    query: Query
    address: str = ""
    top: int = 20


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decides on a firm. `version` is that of the item that was looked at (0: nothing decided yet).
    Without a `note` the one that there is stays.
    """

    firm: str
    state: str
    reason: str = ""
    note: str | None = None
    version: int | None = None


class Stale(WebError):  # noqa: N818 (it is the reader that is stale)
    """Somebody else decided on the firm since the page was made; `now` is what stands there."""

    code = "WE082"

    def __init__(self, row: ShortlistItem) -> None:
        super().__init__(
            f"{row.firm_name} was changed meanwhile: {row.state}",
            hint="look at it again; what you typed is still in the form",
            place=row.firm_id,
        )
        self.now = {name: getattr(row, name) for name in ("firm_id", "state", "reason", "note", "made_by", "version")}


def asked_as(query: Query) -> dict[str, Any]:
    """A need with all that its ranking depends on, as it is kept."""
    return query.to_json() | {"buyer": query.buyer, "without": sorted(query.without)}


def query_of(kept: Mapping[str, Any]) -> Query:
    """The need that `asked_as` kept. Raises BadQueryError (MA001) where it cannot be read."""
    without = frozenset(map(str, kept.get("without") or ()))
    return replace(parse_query(kept), buyer=str(kept.get("buyer") or ""), without=without)


def begin(session: Session, actor: Actor, asked: Asked, key: str = "") -> Shortlist:
    """A new list, or the one that the same form made before. Raises WebError WE401, WE032."""
    actor.need(RIGHT)
    sent = select(Shortlist).where(Shortlist.key == key)
    if key and (made := session.scalar(sent)) is not None:
        actor.need(RIGHT, made.organisation_id)
        return made
    query = asked.query
    row = Shortlist(
        organisation_id=actor.organisation,
        need_id=query.id,
        title=query.title or query.text[:80] or "、".join(query.terms)[:80],
        query=asked_as(query),
        asked=asked.address,
        top=asked.top,
        made_by=actor.user,
        key=key or None,
    )
    kept = add_once(session, row, sent)
    actor.need(RIGHT, kept.organisation_id)
    return kept


def current(session: Session, actor: Actor, need_id: str) -> Shortlist | None:
    """The organisation's newest list of a need that is not archived."""
    if not actor.known or not actor.may(RIGHT):
        return None
    wanted = select(Shortlist).where(
        Shortlist.need_id == need_id,
        Shortlist.organisation_id == actor.organisation,
        Shortlist.state != "archived",
    )
    return session.scalar(wanted.order_by(Shortlist.created.desc(), Shortlist.id).limit(1))


def one(session: Session, actor: Actor, list_id: str, right: str = RIGHT) -> Shortlist:
    """A list of the actor's organisation. Raises WebError WE404 for another's, WE401, WE032."""
    actor.need(right)
    row = session.get(Shortlist, list_id)
    if row is None:
        raise WebError("no such page", code="WE404", hint="see your lists")
    actor.need(right, row.organisation_id)
    return row


def own(session: Session, actor: Actor) -> Sequence[Shortlist]:
    """The organisation's lists, newest first."""
    actor.need(RIGHT)
    wanted = select(Shortlist).where(Shortlist.organisation_id == actor.organisation)
    return session.scalars(wanted.order_by(Shortlist.created.desc(), Shortlist.id)).all()


def items(session: Session, row: Shortlist) -> dict[str, ShortlistItem]:
    """What was decided on the firms of a list, by firm; those taken off again too."""
    found = session.scalars(select(ShortlistItem).where(ShortlistItem.list_id == row.id))
    return {item.firm_id: item for item in found}


def notes(session: Session, row: Shortlist) -> Sequence[ShortlistNote]:
    """The notes of a list, oldest first."""
    wanted = select(ShortlistNote).where(ShortlistNote.list_id == row.id)
    return session.scalars(wanted.order_by(ShortlistNote.created, ShortlistNote.id)).all()


def decide(
    session: Session, actor: Actor, row: Shortlist, name: str, decided: Decided, heard: Feedback | None = None
) -> ShortlistItem:
    """Write what was decided on a firm, with its event and its row of the log of outcomes, `heard`.

    Deciding the same again changes nothing. Raises Stale (WE082) where another decided meanwhile, WebError WE081 for a
    move that its state does not allow or a list that is archived.
    """
    actor.need(RIGHT, row.organisation_id)
    if row.state == "archived":
        raise WebError("an archived list stays as it is", code="WE081", hint="begin a new one from the need's page")
    wanted = select(ShortlistItem).where(ShortlistItem.list_id == row.id, ShortlistItem.firm_id == decided.firm)
    item = session.scalar(wanted)
    remark = None if decided.note is None else decided.note.strip()[:NOTE]
    same = item is not None and (item.state, item.reason) == (decided.state, decided.reason)
    if item is not None and same and remark in (None, item.note):
        return item
    if item is not None and decided.version is not None and decided.version != item.version:
        raise Stale(item)
    if item is None:
        item = ShortlistItem(
            organisation_id=row.organisation_id, list_id=row.id, firm_id=decided.firm, firm_name=name, state=""
        )
        session.add(item)
    if not decided.state or item.state != decided.state:
        move_item(session, item, decided.state, actor, decided.reason)
        if heard is not None and decided.state in HEARD:
            session.add(heard)
    item.reason, item.made_by = decided.reason, actor.user
    item.note = item.note if remark is None else remark
    if row.state in ("frozen", "decided"):
        LIST.move(session, row, "open", actor.user, reason=f"{name}: {decided.state}")
    try:
        session.flush()
    except IntegrityError as error:
        raise WebError(f"{name} was decided on meanwhile", code="WE082", hint="look at the list again") from error
    return item


def note(
    session: Session, actor: Actor, row: Shortlist, text: str, firm: str = "", key: str = ""
) -> ShortlistNote | None:
    """Write a note on a list or one of its firms; blanks are none. The same `key` writes once."""
    actor.need(RIGHT, row.organisation_id)
    if not text.strip():
        return None
    ident = stable_hash("\n".join((actor.user, row.id, firm, key)))[:24] if key else new_id()
    if (made := session.get(ShortlistNote, ident)) is not None:
        return made
    written = ShortlistNote(
        id=ident,
        organisation_id=row.organisation_id,
        list_id=row.id,
        firm_id=firm,
        text=text.strip()[:NOTE],
        made_by=actor.user,
    )
    session.add(written)
    return written


def may_freeze(actor: Actor, row: Shortlist) -> bool:
    """Whether this person may freeze the list: who holds the right and did not make it; at the machine, one alone."""
    return actor.may(FREEZE) and (actor == AT_THE_MACHINE or actor.user != row.made_by)


def freeze(session: Session, actor: Actor, row: Shortlist, content: Mapping[str, Any]) -> ShortlistVersion:
    """Write the next version of a list, for good.

    Raises WebError WE080 for who made the list, WE081 where its state does not allow it, WE085 for a list of nothing.
    """
    actor.need(FREEZE, row.organisation_id)
    if not may_freeze(actor, row):
        raise WebError(
            "a list is frozen by another person than who made it", code="WE080", hint="ask a colleague who may"
        )
    if not content["items"]:
        raise WebError("the list has no firm", code="WE085", hint="loosen a condition, or keep a firm first")
    last = newest(session, row)
    number = (last.number if last else 0) + 1
    content = {**content, "list": row.id, "title": row.title, "version": number}
    content |= {"frozen": now().isoformat(timespec="seconds"), "by": actor.name or actor.user}
    digest = digest_of(content)
    version = ShortlistVersion(
        organisation_id=row.organisation_id,
        list_id=row.id,
        number=number,
        made_by=actor.user,
        digest=digest,
        content=content,
    )
    session.add(version)
    LIST.move(session, row, "frozen", actor.user, reason=f"version {number}", digest=digest)
    return version


def versions(session: Session, row: Shortlist) -> Sequence[ShortlistVersion]:
    """The frozen versions of a list, newest first, without their content."""
    wanted = select(ShortlistVersion).where(ShortlistVersion.list_id == row.id)
    return session.scalars(wanted.order_by(ShortlistVersion.number.desc())).all()


def newest(session: Session, row: Shortlist) -> ShortlistVersion | None:
    """The last frozen version of a list."""
    return next(iter(versions(session, row)), None)


def frozen(session: Session, row: Shortlist, number: int) -> tuple[ShortlistVersion, dict[str, Any]]:
    """A frozen version and its content. Raises WebError WE404."""
    wanted = select(ShortlistVersion).where(ShortlistVersion.list_id == row.id, ShortlistVersion.number == number)
    found = session.scalar(wanted)
    if found is None:
        raise WebError("no such version", code="WE404", hint="see the list's versions")
    return found, found.content
