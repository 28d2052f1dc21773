"""What of a sheet may not be seen by all: its rows and its bytes in the relational store, the rest as a public copy."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.mapping import Manifest, Row
from kg.records import Document, DocumentId
from kg.values.name import name_key, split_name
from web.db.imports import PrivateFile, PrivateRow
from web.errors import WebError
from web.home import Home

HIDDEN_BUYER = "一家采购方，经运营者核实（a buyer, verified by the operator）"
"""How a hidden contributor is named, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """Who brought a list and is not to be named: its facts keep their date and level, `shown_as` is their publisher."""

    name: str
    shown_as: str = HIDDEN_BUYER


def discreet(manifest: Manifest, contributor: Contributor | None) -> bool:
    """Whether the public may not see the file as it came."""
    return contributor is not None or any(table.discreet for table in manifest.tables)


def public_copy(
    document: Document, manifest: Manifest, text: str, contributor: Contributor | None
) -> tuple[Document, bytes]:
    """The document that the public sees in place of the sheet: its rows with their public columns, and nothing else.

    Raises WebError WE041 where the rows name a hidden contributor.
    """
    data = text.encode()
    sha = hashlib.sha256(data).hexdigest()
    document = replace(document, id=DocumentId(sha), name=f"{Path(document.name).stem}.txt", media="txt")
    if contributor is None:
        return document, data
    said = name_key(text)
    for name in {contributor.name, split_name(contributor.name).brand}:
        if len(name) > 1 and name_key(name) in said:
            raise WebError(
                "the rows name the contributor that is to be hidden",
                code="WE041",
                hint="take its name out of the sheet, or bring it openly",
                file=document.name,
            )
    hidden = replace(
        document,
        name=f"{manifest.id}-{sha[:8]}.txt",
        title=manifest.title,
        publisher=contributor.shown_as,
        url=None,
    )
    return hidden, data


class PrivateRows:
    """Collects the rows of one file that go in, for the relational store."""

    def __init__(self, manifest: Manifest, organisation: str | None) -> None:
        self._manifest, self._organisation = manifest, organisation
        self._rows: list[tuple[Row, Mapping[str, Any]]] = []
        self._wanted = any(table.discreet for table in manifest.tables) and not manifest.leaves

    def keep(self, row: Row, values: Mapping[str, Any]) -> None:
        """One row with its values by the manifest's names."""
        if self._wanted:
            said = {name: value for name, value in values.items() if value is not None and not name.startswith("@")}
            self._rows.append((row, said))

    def save(self, session: Session, batch_id: str) -> None:
        """Write them, of this transaction."""
        firms = [c.name for table in self._manifest.tables for c in table.columns.values() if c.type == "firm"]
        codes = [c.name for table in self._manifest.tables for c in table.columns.values() if c.type == "credit_code"]
        for row, values in self._rows:
            session.add(
                PrivateRow(
                    organisation_id=self._organisation,
                    batch_id=batch_id,
                    source=self._manifest.id,
                    kind=self._manifest.kind,
                    place=row.page,
                    firm=next((str(values[name]) for name in firms if values.get(name)), ""),
                    code=next((str(values[name]) for name in codes if values.get(name)), None),
                    values=dict(values),
                    cells={head: text for head, text in row.cells.items() if text},
                )
            )


def withdraw(session: Session, batch_ids: list[str]) -> int:
    """Take the private rows of batches back. Returns how many there were."""
    current = select(PrivateRow).where(PrivateRow.batch_id.in_(batch_ids), PrivateRow.state == "current")
    rows = session.scalars(current).all()
    for row in rows:
        row.state = "withdrawn"
    return len(rows)


def rows_in(home: Home, batch_id: str) -> list[PrivateRow]:
    """The present private rows of one batch in their order, for the operator of this data folder, who brought it."""
    query = select(PrivateRow).where(PrivateRow.state == "current", PrivateRow.batch_id == batch_id)
    with home.database().session() as session:
        return list(session.scalars(query.order_by(PrivateRow.created, PrivateRow.id)))


def keep_file(
    session: Session, batch_id: str, path: Path, sha256: str, rules: str, organisation: str | None,
    contributor: Contributor | None, whole: bool,
) -> None:  # fmt: skip
    """Keep a sheet's own bytes (none where `whole` is false: rows were left out of it), and who brought it."""
    session.add(
        PrivateFile(
            organisation_id=organisation,
            batch_id=batch_id,
            sha256=sha256,
            name=path.name,
            data=path.read_bytes() if whole else b"",
            contributor=contributor.name if contributor else "",
            shown_as=contributor.shown_as if contributor else "",
            rules=rules,
        )
    )
