"""The graph made from what is true: brought up to date after a change, rebuilt, compared with a fresh one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import select, update

from kg.loader import Loader
from kg.records import DocumentId
from web.db.models import Decision, Document, Event, ImportBatch
from web.home import Home
from web.jobs.duplicates import look
from web.jobs.needs import deliver

_log = structlog.get_logger()


# A document waits for the graph in a state on the left, and is in the one on the right once the graph has it.
_SETTLED = {"read": "loaded", "leaving": "withdrawn"}
_BATCH = {"loaded": "loaded", "withdrawn": "rolled_back"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the graph does not have yet: documents that came or leave, decisions on identity."""

    documents: tuple[DocumentId, ...]
    decisions: int

    def __bool__(self) -> bool:
        return bool(self.documents or self.decisions)


def settle(home: Home) -> int:
    """Bring to the graph what changed in journal, store and decisions, also what an earlier run left. Returns how many
    documents.

    The graph is then the one that a rebuild would make. Needs that wait in the outbox follow; where anything changed
    all do, as the firms that posted or won them may be known only now. Firms that the documents name are compared with
    the others before the documents count as loaded: sure pairs are joined by the program, doubtful ones wait.
    """
    began = time.perf_counter()
    waiting = take_waiting(home)
    if waiting:
        _bring(home, list(waiting.documents))
        note_brought(home, waiting)
        _log.info(
            "graph is up to date",
            documents=len(waiting.documents),
            decisions=waiting.decisions,
            seconds=round(time.perf_counter() - began, 2),
        )
    deliver(home, again=bool(waiting))
    return len(waiting.documents)


def take_waiting(home: Home) -> Waiting:
    """What waits for the graph; the facts of documents that leave are taken out of the journal."""
    with home.database().session() as session:
        found = session.execute(
            select(Document.sha256, Document.state).where(Document.state.in_(_SETTLED)).order_by(Document.sha256)
        ).all()
        decided = session.scalars(select(Decision.id).where(~Decision.settled)).all()
    for sha, state in found:
        if state == "leaving":
            home.journal.remove(sha)
    return Waiting(tuple(DocumentId(sha) for sha, _ in found), len(decided))


def note_brought(home: Home, waiting: Waiting) -> None:
    """The graph has what waited: firms of the documents are compared with the others, then it counts as loaded."""
    if waiting.documents and look(home, waiting.documents).merged:
        _bring(home, [])
    _note_settled(home, waiting.documents)
    _note_decided(home)


def _bring(home: Home, changed: list[DocumentId]) -> None:
    Loader(home.graph(), home.ontology).update(home.documents, home.journal, changed, home.decisions())


def _note_settled(home: Home, changed: Sequence[DocumentId]) -> None:
    with home.database().session() as session:
        for sha in changed:
            row = session.scalars(select(Document).where(Document.sha256 == sha)).one()
            row.state = _SETTLED[row.state]
            batch = session.get(ImportBatch, row.batch_id) if row.batch_id else None
            if batch is not None and batch.state != _BATCH[row.state]:
                session.add(
                    Event(
                        actor="operator",
                        subject="import_batch",
                        subject_id=batch.id,
                        from_state=batch.state,
                        to_state=_BATCH[row.state],
                        digest=batch.sha256,
                    )
                )
                batch.state = _BATCH[row.state]


def _note_decided(home: Home) -> None:
    with home.database().session() as session:
        session.execute(update(Decision).where(~Decision.settled).values(settled=True))
