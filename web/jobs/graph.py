"""The graph made from what is true: brought up to date after a change, rebuilt, compared with a fresh one."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import select, update

from kg import rebuild as projection
from kg.loader import Loader
from kg.neo4j.process import LocalNeo4j
from kg.records import DocumentId
from kg.store import Graph
from web.db.models import Decision, Document, Event, ImportBatch
from web.home import Home
from web.jobs.duplicates import look
from web.jobs.needs import deliver

Advance = Callable[[int, int], None]

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


def rebuild(home: Home, advance: Advance | None = None) -> dict[str, Any]:
    """Empty the live graph and make it again. Returns nodes, relationships and seconds."""
    began = time.perf_counter()
    with home.writing("rebuild"):
        graph = home.graph()
        _project(home, graph, advance)
        counts = graph.counts()
    return {
        "nodes": sum(counts.labels.values()),
        "relationships": sum(counts.types.values()),
        "seconds": round(time.perf_counter() - began, 2),
    }


def compare(home: Home) -> dict[str, Any]:
    """Make the graph once more beside the live one, in a server of its own, and compare both by digest.

    `equal` says whether they agree; where they do not, `differs` names the labels and types whose counts differ.
    """
    with home.writing("rebuild --check"):
        live = projection.digest(home.graph())
        folder = home.folder / "neo4j-check"
        server = LocalNeo4j(folder, home.parts.neo4j_jars(), heap=home.settings.heap, pagecache=home.settings.pagecache)
        try:
            connection = server.start()
            with Graph(connection.url, connection.user, connection.password) as copy:
                _project(home, copy)
                fresh = projection.digest(copy)
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)
    ours, theirs = {**live.labels, **live.types}, {**fresh.labels, **fresh.types}
    differs = {
        name: [ours.get(name, 0), theirs.get(name, 0)]
        for name in sorted({*ours, *theirs})
        if ours.get(name) != theirs.get(name)
    }
    return {
        "equal": live.sha256 == fresh.sha256,
        "nodes": sum(live.labels.values()),
        "relationships": sum(live.types.values()),
        "sha256": live.sha256,
        "rebuilt": fresh.sha256,
        "differs": differs,
    }


def _project(home: Home, graph: Graph, advance: Advance | None = None) -> None:
    projection.rebuild(graph, home.ontology, home.documents, home.journal, home.decisions(), advance)
    deliver(home, graph)
