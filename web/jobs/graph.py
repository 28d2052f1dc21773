"""The graph made from what is true: brought up to date after a change, rebuilt, compared with a fresh one."""

from __future__ import annotations

import time

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


def settle(home: Home) -> int:
    """Bring to the graph what changed in journal, store and decisions, also what an earlier run left. Returns how many
    documents.

    The graph is then the one that a rebuild would make. Needs that wait in the outbox follow; where anything changed
    all do, as the firms that posted or won them may be known only now. Firms that the documents name are compared with
    the others before the documents count as loaded: sure pairs are joined by the program, doubtful ones wait.
    """
    began = time.perf_counter()
    with home.database().session() as session:
        waiting = session.execute(
            select(Document.sha256, Document.state).where(Document.state.in_(_SETTLED)).order_by(Document.sha256)
        ).all()
        decided = set(session.scalars(select(Decision.id).where(~Decision.settled)))
    changed = [DocumentId(sha) for sha, _ in waiting]
    for sha, state in waiting:
        if state == "leaving":
            home.journal.remove(sha)
    if changed or decided:
        _bring(home, changed)
        if changed and look(home, changed).merged:
            _bring(home, [])
        _note_settled(home, changed)
        _note_decided(home)
        _log.info(
            "graph is up to date",
            documents=len(changed),
            decisions=len(decided),
            seconds=round(time.perf_counter() - began, 2),
        )
    deliver(home, again=bool(changed or decided))
    return len(changed)


def _bring(home: Home, changed: list[DocumentId]) -> None:
    Loader(home.graph(), home.ontology).update(home.documents, home.journal, changed, home.decisions())


def _note_settled(home: Home, changed: list[DocumentId]) -> None:
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
