"""Saved queries and dated snapshots as pages show them, and a snapshot's files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

from kg.console import Table
from kg.console.cookbook import question
from web.db.queries import QuerySnapshot, SavedQuery
from web.pages.console.answer import Answer, answer_of
from web.pages.console.asked import fields_of
from web.pages.console.question import defined, in_words
from web.tables import Origin
from web.work.analysis import saved_query as work
from web.work.analysis.frozen_table import thawed

if TYPE_CHECKING:
    from web.deps import Visit


class SavedPage(BaseModel):
    """What the reader keeps, what colleagues share, and the newest snapshots."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    rows: list[SavedQuery]
    snapshots: list[QuerySnapshot]
    mine: str


class OnePage(BaseModel):
    """A saved query with its snapshots; `ask` is where it is asked with its values, `own` whether the reader may
    change it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: SavedQuery
    snapshots: list[QuerySnapshot]
    own: bool
    ask: str
    about: str
    wrong: dict[str, str] = {}
    code: str = ""


class SnapshotPage(BaseModel):
    """A snapshot with its answer; `same` and `graph` say, where it was asked again, whether answer and graph are the
    same as then."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: QuerySnapshot
    content: dict[str, Any]
    about: str
    answer: Answer
    same: bool | None = None
    graph: bool | None = None
    now: Answer | None = None
    making: bool = False


def saved_page(visit: Visit) -> SavedPage:
    """All that the reader may see. Raises WebError WE401, WE032."""
    with visit.home.database().session() as session:
        rows = list(work.seen(session, visit.actor))
        found = list(work.snapshots(session, visit.actor, most=30))
    return SavedPage(rows=rows, snapshots=found, mine=visit.actor.user)


def one_page(visit: Visit, query_id: str) -> OnePage:
    """One saved query. Raises WebError WE401, WE032, WE404."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, query_id)
        found = list(work.snapshots(session, visit.actor, query_id))
    fields = fields_of(row.parameters)
    known = question(row.question) if row.question else None
    ask = f"/questions/{row.question}?{urlencode(fields | {'run': '1'})}" if known else ""
    return OnePage(
        row=row,
        snapshots=found,
        own=row.made_by == visit.actor.user and row.ended is None,
        ask=ask or f"/console?{urlencode({'query': row.query} | fields)}",
        about=known.title.in_(visit.lang) if known else "",
    )


def snapshot_page(visit: Visit, snapshot_id: str, show: str) -> SnapshotPage:
    """A snapshot as it was kept. Raises WebError WE401, WE032, WE404."""
    with visit.home.database().session() as session:
        row = work.one_snapshot(session, visit.actor, snapshot_id)
    known = question(row.content["question"])
    return SnapshotPage(
        row=row,
        content=row.content,
        about=known.title.in_(visit.lang) if known else "",
        answer=shown_answer(visit, row, thawed(row.content), show),
    )


def shown_answer(visit: Visit, row: QuerySnapshot, table: Table, show: str = "table") -> Answer:
    """An answer to a snapshot's query, with heads in words where it comes from a question."""
    known = question(row.content["question"])
    words = {column: text.in_(visit.lang) for column, text in known.columns} if known else None
    table = in_words(table, visit.home.ontology, visit.lang) if known else table
    return answer_of(table, show, visit.lang, words, f"/snapshots/{row.id}")


def snapshot_file(visit: Visit, snapshot_id: str) -> tuple[Table, Origin]:
    """A snapshot for a file, with its digest among what is said of it. Raises WebError WE401, WE032, WE404."""
    with visit.home.database().session() as session:
        row = work.one_snapshot(session, visit.actor, snapshot_id)
    content = row.content
    table = thawed(content)
    made = Origin(
        f"Bulian graph {row.stamp or '?'}, snapshot {row.id}, SHA-256 {row.digest}",
        row.as_of,
        str(content["asked"]),
        str(content["query"]),
        content["parameters"],
    )
    known = question(content["question"])
    if known is None:
        return table, replace(made, definitions=(("title", row.title),))
    return defined(in_words(table, visit.home.ontology, visit.lang), made, known, visit.lang)
