"""What firms do on their own page: claims, declarations, corrections, files that they sent, and who looked at them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned, new_id


class Claim(Owned, Base, kw_only=True):
    """Somebody says to be a firm of the graph. State: asked, proof_given, verified, revoked.

    `way` is letter, domain or operator. `code` is the hash of what a letter says; it works until `code_until` and for a
    limited number of `tries`. The organisation is that of the firm, once the claim is verified; `made` says
    that the claim made it.
    """

    __tablename__ = "claim"

    firm_id: Mapped[str] = mapped_column(String(96), index=True)
    firm_name: Mapped[str]
    person: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    way: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="asked", index=True)
    asked_by: Mapped[str] = mapped_column(String(64), default="")
    code: Mapped[str] = mapped_column(String(64), default="")
    code_until: Mapped[datetime | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    made: Mapped[bool] = mapped_column(default=False)


class FirmFile(Owned, Base, kw_only=True):
    """A file that a firm sent: a proof, or one whose `found` statements wait to be confirmed.

    State: proof, read, unread (with `reason`), confirmed. `found` are lines of the journal's form.
    """

    __tablename__ = "firm_file"

    firm_id: Mapped[str] = mapped_column(String(96), index=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    found: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    sent_by: Mapped[str] = mapped_column(String(64), default="")


class Declaration(Owned, Base, kw_only=True):
    """What a firm says of itself. State: draft, declared, withdrawn. `kind` and the names of `values` are those of
    `web/work/declarations.yml`.

    Where it is `public`, `document` holds it (SHA-256 in the document store) and the graph has its statements.
    `place` is where a sent file says so: {page, start, end, quote, relation}. `day` is the day of declaring.
    """

    __tablename__ = "declaration"

    firm_id: Mapped[str] = mapped_column(String(96), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    values: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    public: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    day: Mapped[str | None] = mapped_column(String(10), default=None)
    file_id: Mapped[str | None] = mapped_column(ForeignKey("firm_file.id"), default=None, index=True)
    place: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    document: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    written_by: Mapped[str] = mapped_column(String(64), default="")


class Correction(Owned, Base, kw_only=True):
    """A firm says of one statement that it is not right. State: draft, sent, accepted, refused.

    `said` is the statement as it was shown, `right` the declaration that takes its place, if any ({kind, values}).
    """

    __tablename__ = "correction"

    firm_id: Mapped[str] = mapped_column(String(96), index=True)
    fact: Mapped[str] = mapped_column(String(64), index=True)
    relation: Mapped[str] = mapped_column(String(32))
    said: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text, default="")
    right: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    file_id: Mapped[str | None] = mapped_column(ForeignKey("firm_file.id"), default=None, index=True)
    state: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    act: Mapped[str] = mapped_column(String(24), default="")
    written_by: Mapped[str] = mapped_column(String(64), default="")


class Look(Base, kw_only=True):
    """An organisation looked at a firm's page in a week (its Monday). `looker` tells organisations apart within the
    firm and week, and cannot be read as a name.
    """

    __tablename__ = "look"
    __table_args__ = (UniqueConstraint("firm_id", "week", "looker", name="uq_look_once"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default_factory=new_id)
    firm_id: Mapped[str] = mapped_column(String(96))
    week: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(16))
    looker: Mapped[str] = mapped_column(String(24))
