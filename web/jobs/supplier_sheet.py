"""An organisation's supplier sheet from a file: looked through first, then taken, its rows resolved to firms."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from kg.errors import BulianError
from web.accounts.actor import Actor
from web.db.models import Event, ImportBatch
from web.errors import WebError
from web.home import Home
from web.jobs.firm_register import resolver_of
from web.jobs.lists import Batch, import_list
from web.work.lists import suppliers

SOURCE = "supplier-sheet"
KINDS = (".xlsx", ".xls", ".ods", ".csv", ".jsonl")
LARGEST = 10 * 1024 * 1024
KEPT_HOURS = 24
"""How long a sheet that was looked through waits to be taken."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a sheet would bring: rows that would go in, refusals; `token` is what takes it."""

    token: str
    name: str
    rows: int
    refused: int
    refusals: list[BulianError] = field(default_factory=list)


def look(home: Home, actor: Actor, name: str, data: bytes) -> Looked:
    """Read a sheet through without taking it; it waits a day in the data folder, for its organisation alone.

    Raises WebError WE086 (another kind of file, too large), KgError KG801 to KG804 (it cannot be read).
    """
    actor.need(suppliers.RIGHT)
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS or not data or len(data) > LARGEST:
        raise WebError(
            f"{name[:80]} cannot be taken as a supplier sheet",
            code="WE086",
            hint=f"one of {', '.join(KINDS)}, at most {LARGEST // 1024 // 1024} MB",
        )
    folder = _folder(home, actor)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _forget(folder)
    token = hashlib.sha256(data).hexdigest()[:32] + suffix
    (folder / token).write_bytes(data)
    refused: list[BulianError] = []
    try:
        found = import_list(
            home, SOURCE, folder / token, refused.append, dry_run=True, organisation=suppliers.owner(actor)
        )
    except BulianError:
        (folder / token).unlink(missing_ok=True)
        raise
    return Looked(token, name, found.rows - found.refused, found.refused, refused)


def take(home: Home, actor: Actor, token: str) -> Batch:
    """Take a sheet that was looked through in place of the one before, and find the firms of its rows.

    Raises WebError WE086 where it does not wait any more, WE006 (another writer).
    """
    actor.need(suppliers.RIGHT)
    path = _folder(home, actor) / token
    if not re.fullmatch(r"[0-9a-f]{32}\.[a-z]{3,5}", token) or not path.is_file():
        raise WebError("the sheet does not wait here any more", code="WE086", hint="upload it again")
    owner = suppliers.owner(actor)
    former = _former(home, owner)
    batch = import_list(home, SOURCE, path, lambda error: None, organisation=owner, replaces=former, later=True)
    if former is not None and batch.state == "loaded":
        _leave(home, actor, former)
    path.unlink(missing_ok=True)
    resolve(home, actor)
    return batch


def resolve(home: Home, actor: Actor) -> int:
    """Find the firms of rows for which that was not done, as of sheets that came by command. Returns how many."""
    with home.database().session() as session:
        known = suppliers.suppliers(session, actor)
        if all(row.id in known for row in suppliers.rows(session, actor)):
            return 0
    corpus = home.corpus()
    names = {firm.id: firm.name for firm in corpus.firms}
    with home.database().session() as session:
        return suppliers.resolve(session, actor, resolver_of(corpus), names)


def _former(home: Home, owner: str) -> str | None:
    """The batch of the sheet before."""
    wanted = select(ImportBatch.id).where(
        ImportBatch.source == SOURCE, ImportBatch.organisation_id == owner, ImportBatch.state == "loaded"
    )
    with home.database().session() as session:
        return session.scalar(wanted.order_by(ImportBatch.created.desc()).limit(1))


def _leave(home: Home, actor: Actor, batch_id: str) -> None:
    """The sheet before is no longer loaded, so that it can be brought again."""
    with home.database().session() as session:
        batch = session.get_one(ImportBatch, batch_id)
        event = Event(actor=actor.user, subject="import_batch", subject_id=batch_id, to_state="rolled_back")
        event.organisation_id, event.from_state, event.digest = batch.organisation_id, batch.state, batch.sha256
        batch.state = "rolled_back"
        session.add(event)


def _folder(home: Home, actor: Actor) -> Path:
    return home.folder / "uploads" / hashlib.sha256(suppliers.owner(actor).encode()).hexdigest()[:24]


def _forget(folder: Path) -> None:
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > KEPT_HOURS * 3600:
            path.unlink(missing_ok=True)
