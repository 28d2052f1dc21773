"""Lines of a bill of materials as drafts of needs: which bill, what each line asks for, and never one twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.records import stable_hash
from web.accounts.actor import AT_THE_MACHINE, Actor
from web.db.imports import PrivateFile, PrivateRow
from web.db.models import ImportBatch, Need
from web.errors import WebError
from web.work.needs.needs import PRODUCT, TITLE, WRITE, Written, create

SOURCE = "bom"
"""The manifest by which bills are read (`seeds/bom`)."""

LINES = 500
"""Lines of a bill that its page shows and takes at once."""


@dataclass(frozen=True, slots=True)
class Made:
    """What accepting lines did: drafts made now, and those that there were already."""

    new: tuple[str, ...]
    already: tuple[str, ...]


def holder(actor: Actor) -> str:
    """Whose private rows these are: the organisation's, or those of who runs the data folder."""
    return actor.organisation or AT_THE_MACHINE.user


def bill(session: Session, actor: Actor, batch_id: str) -> ImportBatch:
    """A bill of the actor's organisation. Raises WebError WE404 for another's, WE401, WE032."""
    actor.need(WRITE)
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.source != SOURCE or batch.organisation_id != holder(actor):
        raise WebError("no such page", code="WE404", hint="upload the bill of materials")
    return batch


def bills(session: Session, actor: Actor) -> Sequence[ImportBatch]:
    """The organisation's bills, newest first."""
    actor.need(WRITE)
    mine = (ImportBatch.source == SOURCE, ImportBatch.organisation_id == holder(actor), ImportBatch.state == "loaded")
    return session.scalars(select(ImportBatch).where(*mine).order_by(ImportBatch.created.desc()).limit(20)).all()


def file_name(session: Session, batch: ImportBatch) -> str:
    """The name of the file as it was sent; the batch names what the public may see of it."""
    name = session.scalar(select(PrivateFile.name).where(PrivateFile.batch_id == batch.id))
    return name or batch.file


def lines(session: Session, batch: ImportBatch) -> Sequence[PrivateRow]:
    """The lines of a bill in their order."""
    rows = select(PrivateRow).where(PrivateRow.batch_id == batch.id, PrivateRow.state == "current")
    return session.scalars(rows.order_by(PrivateRow.created, PrivateRow.id)).all()


def _key(batch: ImportBatch, row: PrivateRow) -> str:
    """The same for the same row of the same file, however often it is uploaded."""
    return f"{SOURCE}-{stable_hash(batch.sha256, row.place)}"


def drafts_of(session: Session, batch: ImportBatch, rows: Sequence[PrivateRow], actor: Actor) -> dict[str, Need]:
    """The needs that were made of lines, by the line."""
    keys = {f"{actor.organisation or ''}:{_key(batch, row)}": row.id for row in rows}
    found = session.scalars(select(Need).where(Need.key.in_(keys)))
    return {keys[need.key]: need for need in found if need.key is not None}


def written_of(row: PrivateRow, meant: str) -> Written:
    """What a line asks for. The present supplier, the part's number and remarks stay with the bill: they name the
    buyer's own business."""
    values = row.values
    said, size = str(values.get("product") or "").strip(), str(values.get("specification") or "").strip()
    names = [name[:PRODUCT] for name in dict.fromkeys((meant.strip() or said, said)) if name]
    many = values.get("quantity")
    amount = f"用量：{many:g}{values.get('unit') or ''}" if isinstance(many, int | float) else ""
    return Written(
        title=f"{said} {size}".strip()[:TITLE],
        products=tuple(names),
        text="\n".join(filter(None, (f"规格：{size}" if size else "", amount))),
    )


def accept(session: Session, actor: Actor, batch: ImportBatch, meant: Mapping[str, str], at: datetime) -> Made:
    """Make drafts of the lines of `meant`, each by its id with the product that is meant ("": as it is written)."""
    file = file_name(session, batch)
    new: list[str] = []
    already: list[str] = []
    for row in lines(session, batch):
        if row.id in meant:
            source = " · ".join(filter(None, (file, row.place, str(row.values.get("item") or ""))))
            written = written_of(row, meant[row.id])
            need, fresh = create(session, actor, written, at, key=_key(batch, row), source=source)
            (new if fresh else already).append(need.id)
    return Made(tuple(new), tuple(already))
