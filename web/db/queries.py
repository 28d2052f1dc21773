"""Tables of analysts: queries that a person keeps, and dated snapshots of their answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Owned, new_id, now


class SavedQuery(Owned, Base, kw_only=True):
    """A query that a person keeps, for the own organisation too where it is `shared`.

    `question` is the name of the question of the cookbook that it comes from ("" for a text of one's own), `parameters`
    are the values as people write them, `rows` how many are kept. `every` is "", day, week or month; `due` is the day
    from which on it is run next. `failure` is the code with which the last run by schedule ended ("": with an answer).
    """

    __tablename__ = "saved_query"

    title: Mapped[str]
    question: Mapped[str] = mapped_column(String(64), default="")
    query: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    rows: Mapped[int] = mapped_column(default=100)
    shared: Mapped[bool] = mapped_column(default=False)
    every: Mapped[str] = mapped_column(String(8), default="")
    due: Mapped[str | None] = mapped_column(String(10), default=None, index=True)
    failure: Mapped[str] = mapped_column(String(8), default="")
    made_by: Mapped[str] = mapped_column(String(64), index=True)
    by_name: Mapped[str] = mapped_column(default="")
    ended: Mapped[datetime | None] = mapped_column(default=None)
    key: Mapped[str | None] = mapped_column(String(96), default=None, unique=True)


class QuerySnapshot(Base, kw_only=True):
    """An answer as it was, written once: `content` has query, parameters, the graph's stamp, columns and rows; `digest`
    is the SHA-256 of its canonical form, `same` that of columns and rows alone. `scheduled`: it was run by the clock.
    """

    __tablename__ = "query_snapshot"

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default_factory=new_id)
    organisation_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    saved_id: Mapped[str] = mapped_column(ForeignKey("saved_query.id"), index=True)
    title: Mapped[str]
    at: Mapped[datetime] = mapped_column(default_factory=now)
    by: Mapped[str] = mapped_column(String(64), default="")
    by_name: Mapped[str] = mapped_column(default="")
    scheduled: Mapped[bool] = mapped_column(default=False)
    stamp: Mapped[str] = mapped_column(String(64), default="")
    as_of: Mapped[str] = mapped_column(String(40), default="")
    total: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64))
    same: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(default_factory=dict, deferred=True)
