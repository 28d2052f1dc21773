"""Tables of what comes in by lists and sheets: private rows and files, accepted doubts, looks at feeds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned


class PrivateFile(Owned, Base, kw_only=True):
    """The bytes of a sheet of which the public may not see all, and who brought it.

    They lie here, not in the document store, from which every reader of the pages may fetch the original.
    `contributor` is named nowhere else; the document says `shown_as` in its place.
    """

    __tablename__ = "private_file"

    batch_id: Mapped[str] = mapped_column(ForeignKey("import_batch.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    contributor: Mapped[str] = mapped_column(default="")
    shown_as: Mapped[str] = mapped_column(default="")
    rules: Mapped[str] = mapped_column(String(64), default="")


class PrivateRow(Owned, Base, kw_only=True):
    """A row of a sheet for its organisation alone (None: the operator, as a bureau, and the firm itself).

    `kind` is that of the source (supplier_sheet, bom, cultivation …), `values` what the manifest reads, by its names,
    `cells` the whole row as it stood. State: current, withdrawn.
    """

    __tablename__ = "private_row"

    batch_id: Mapped[str] = mapped_column(ForeignKey("import_batch.id"), index=True)
    source: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    place: Mapped[str]
    firm: Mapped[str] = mapped_column(default="", index=True)
    code: Mapped[str | None] = mapped_column(String(18), default=None, index=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    cells: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    state: Mapped[str] = mapped_column(String(16), default="current", index=True)


class AcceptedRow(Owned, Base, kw_only=True):
    """A doubtful row that somebody took all the same, with the reason. `row` is the hash of its text: the row stays
    accepted when its file is read again or issued anew."""

    __tablename__ = "accepted_row"

    source: Mapped[str] = mapped_column(String(64), index=True)
    row: Mapped[str] = mapped_column(String(24))
    file: Mapped[str]
    place: Mapped[str]
    doubts: Mapped[list[str]] = mapped_column(default_factory=list)
    reason: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(64), default="operator")


class Refresh(Owned, Base, kw_only=True):
    """One look at a feed. State: loaded, unchanged, failed.

    Rows new, gone and changed are counted against the feed's former file; `examples` holds some of each.
    """

    __tablename__ = "refresh"

    feed: Mapped[str] = mapped_column(String(64), index=True)
    source: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    file: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("import_batch.id"), default=None)
    rows: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    examples: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    error: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
