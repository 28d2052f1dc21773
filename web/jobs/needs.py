"""Needs of buyers: read from JSON lines, published, and brought to the graph through the outbox."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.errors import BulianError
from kg.projection.words import grams, pinyin
from kg.records import stable_hash
from kg.store import Graph
from kg.values.date import parse_date
from kg.values.name import clean_name, name_key
from matcher.query import parse_query
from web.db.models import Event, Need, Outbox, now
from web.errors import WebError
from web.home import Home
from web.jobs.lines import Refuse, read_lines

# From each state the states that it may lead to. A need that can be seen goes to the graph, and stays there closed.
TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"active", "withdrawn"}),
    "active": frozenset({"closed", "expired", "withdrawn"}),
    "closed": frozenset(),
    "expired": frozenset(),
    "withdrawn": frozenset(),
}
BEIJING = timezone(timedelta(hours=8))
SHOWN = ("active", "closed")


@dataclass(slots=True)
class NeedsRead:
    """What reading a file of needs did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def move(session: Session, need: Need, to: str, *, actor: str, reason: str = "") -> None:
    """Bring a need to another state: the event and, where it can be seen, the outbox row are of this transaction.

    Raises WebError WE013 where the state does not lead there.
    """
    if to not in TRANSITIONS[need.state]:
        raise WebError(
            f"a need that is {need.state} cannot become {to}", code="WE013", hint="see the need's events", place=need.id
        )
    session.add(
        Event(
            actor=actor,
            subject="need",
            subject_id=need.id,
            from_state=need.state,
            to_state=to,
            reason=reason,
            digest=stable_hash(json.dumps(_public(need), ensure_ascii=False, sort_keys=True)),
        )
    )
    need.state = to
    if need.visibility == "public":
        session.add(Outbox(subject="need", subject_id=need.id))


def read_needs(home: Home, path: Path, refuse: Refuse, *, demo: bool = False) -> NeedsRead:
    """Load needs from JSON lines and publish the new ones; a changed line of a known need is published again."""
    result = NeedsRead()
    with home.database().session() as session:
        for line in read_lines(path, {"id": str, "title": str}, refuse):
            try:
                parse_query(line)
            except BulianError as error:
                error.file, error.place = path.name, line["id"]
                refuse(error)
                continue
            fields = _fields(line)
            need = session.get(Need, line["id"])
            if need is None:
                need = Need(id=line["id"], demo=demo, visibility="public", **fields)
                session.add(need)
                session.add(Event(actor="operator", subject="need", subject_id=need.id, to_state="draft"))
                need.published = _published(line)
                move(session, need, "active", actor="operator", reason=f"read from {path.name}")
                result.new += 1
            elif any(getattr(need, name) != value for name, value in fields.items()):
                for name, value in fields.items():
                    setattr(need, name, value)
                session.add(Outbox(subject="need", subject_id=need.id))
                result.changed += 1
            else:
                result.unchanged += 1
    return result


def _fields(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": line["title"],
        "products": [clean_name(str(name)) for name in line.get("products") or []],
        "text": str(line.get("text") or ""),
        "conditions": line.get("conditions") or {},
        "buyer": str(line.get("buyer") or ""),
        "deadline": line.get("deadline") or None,
    }


def _published(line: dict[str, Any]) -> datetime:
    """When the line says that it was published; else now."""
    said = parse_date(str(line.get("published") or ""))
    return datetime.fromisoformat(f"{said}T00:00:00+08:00") if said and len(said) == 10 else now()


def _public(need: Need) -> dict[str, Any]:
    return {
        "id": need.id,
        "title": need.title,
        "grams": grams(need.title),
        "state": need.state,
        "published": need.published.astimezone(BEIJING).date().isoformat() if need.published else None,
        "deadline": need.deadline,
        "buyer": name_key(need.buyer),
        "products": [
            {"key": name_key(name), "name": name, "grams": grams(name), "pinyin": pinyin(name)}
            for name in need.products
        ],
    }


def deliver(home: Home, fresh: Graph | None = None) -> int:
    """Bring what the outbox holds to the live graph, or every public need to a `fresh` one. Returns how many went.

    Sending twice changes nothing, so a row is marked only once the graph has it.
    """
    with home.database().session() as session:
        if fresh is not None:
            needs: Iterable[Need] = session.scalars(select(Need).where(Need.visibility == "public"))
        else:
            waiting = select(Outbox.subject_id).where(Outbox.done.is_(None), Outbox.subject == "need")
            needs = session.scalars(select(Need).where(Need.id.in_(waiting)))
        rows = [_public(need) for need in needs]
        last = session.scalar(select(Outbox.number).order_by(Outbox.number.desc()).limit(1)) or 0
    if rows:
        graph = fresh or home.graph()
        graph.run_write("publish_needs", rows=[row for row in rows if row["state"] in SHOWN])
        graph.run_write("withdraw_needs", ids=[row["id"] for row in rows if row["state"] not in SHOWN])
    with home.database().session() as session:
        for row in session.scalars(select(Outbox).where(Outbox.done.is_(None), Outbox.number <= last)):
            row.done = now()
    return len(rows)
