"""Organisations, people, what role they have where, and what lets them in. Secrets are kept as hashes alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned, new_id, now


class Organisation(Owned, Base, kw_only=True):
    """Who acts: kind buyer, firm, institute, authority, organiser, intermediary, individual, operator. State: open,
    closed.

    An individual is one natural person, by name: it stays here, and is nothing in the graph. `enterprise_id` is the
    firm of the graph that it has proved to be; only a verified claim sets it.
    """

    __tablename__ = "organisation"

    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    enterprise_id: Mapped[str | None] = mapped_column(String(96), default=None, index=True)
    region: Mapped[str] = mapped_column(String(6), default="")
    state: Mapped[str] = mapped_column(String(16), default="open")
    demo: Mapped[bool] = mapped_column(default=False)


class User(Owned, Base, kw_only=True):
    """A person. State: invited (no password yet), open, locked (by the operator). `failed` sign-ins in a row close the
    account until `locked_until`. `sub` is who the person is at the OpenID provider; such accounts may have no password.
    """

    __tablename__ = "user_account"

    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    password: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(16), default="open")
    failed: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(default=None)
    password_set: Mapped[datetime | None] = mapped_column(default=None)
    sub: Mapped[str | None] = mapped_column(String(255), default=None, unique=True)
    demo: Mapped[bool] = mapped_column(default=False)


class Membership(Owned, Base, kw_only=True):
    """A role of a person in the organisation `organisation_id` (roles of `web/accounts/rights.yml`)."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "role", name="uq_membership_role"),)

    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    ended: Mapped[datetime | None] = mapped_column(default=None)


class SignIn(Base, kw_only=True):
    """A session of a person in one organisation: `token` is the hash of what the cookie holds. Ended: revoked."""

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default_factory=new_id)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None)
    began: Mapped[datetime] = mapped_column(default_factory=now)
    seen: Mapped[datetime] = mapped_column(default_factory=now)
    ended: Mapped[datetime | None] = mapped_column(default=None)
    agent: Mapped[str] = mapped_column(String(200), default="")


class ApiKey(Owned, Base, kw_only=True):
    """A key for programs, of one person in one organisation: hash, scopes, last use."""

    __tablename__ = "api_key"

    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str]
    token: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(default_factory=list)
    expires: Mapped[datetime | None] = mapped_column(default=None)
    used: Mapped[datetime | None] = mapped_column(default=None)
    ended: Mapped[datetime | None] = mapped_column(default=None)


class Ticket(Owned, Base, kw_only=True):
    """A link that works without an account until `expires`: `token` is the hash of what stands in it.

    `purpose` is invitation, inquiry, claim, review; `subject_id` what it opens, `grants` its roles or rights. `used`
    says when it was first followed, `ended` when it stopped to work.
    """

    __tablename__ = "ticket"

    token: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[str] = mapped_column(String(96), default="", index=True)
    grants: Mapped[list[str]] = mapped_column(default_factory=list)
    made_by: Mapped[str] = mapped_column(String(64), default="")
    expires: Mapped[datetime]
    used: Mapped[datetime | None] = mapped_column(default=None)
    ended: Mapped[datetime | None] = mapped_column(default=None)
