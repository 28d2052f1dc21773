"""The graph made again from what is true, in a home beside the live one, and compared with it or put in its place."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import structlog

from kg import rebuild as projection
from kg.bulk import make_home
from kg.errors import KgError
from kg.neo4j.live import discard
from kg.neo4j.process import LocalNeo4j
from kg.store import Counts, Graph
from web.home import Home
from web.jobs.graph import note_brought, take_waiting
from web.jobs.needs import deliver, show_all

LEAST_GRACE = 2.0
"""Seconds in which whoever has just asked for the old graph begins to read it."""
MOST_GRACE = 60.0
"""Seconds after which a reader of the old graph is cut off."""

_log = structlog.get_logger()


def rebuild(home: Home) -> dict[str, Any]:
    """Make the graph again. Returns nodes, relationships, seconds, and where the counts differ from those before.

    A local one is filled by the importer in a second home, while the first is read on; it takes its place only once it
    holds all that was projected and published. Cut off at any moment, the graph before stays, and the next command
    that writes throws away what was left. A graph at an address of its own is emptied and written anew. What was loaded
    and left out of the graph so far is then in it.
    """
    began = time.perf_counter()
    with home.writing("rebuild"):
        before = _counts_before(home)
        waiting = take_waiting(home)
        counts = _anew(home) if home.settings.graph_url else _beside(home)
        if waiting:
            note_brought(home, waiting)
            deliver(home, again=True)
    return {
        "nodes": sum(counts.labels.values()),
        "relationships": sum(counts.types.values()),
        "seconds": round(time.perf_counter() - began, 2),
        "differs": _differences({**before.labels, **before.types}, {**counts.labels, **counts.types}) if before else {},
    }


def compare(home: Home) -> dict[str, Any]:
    """Make the graph once more beside the live one and compare both by digest; the live one stays.

    `equal` says whether they agree; where they do not, `differs` names the labels and types whose counts differ.
    """
    with home.writing("rebuild --check"):
        live = projection.digest(home.graph())
        with _second(home) as (_, graph):
            fresh = projection.digest(graph)
    return {
        "equal": live.sha256 == fresh.sha256,
        "nodes": sum(live.labels.values()),
        "relationships": sum(live.types.values()),
        "sha256": live.sha256,
        "rebuilt": fresh.sha256,
        "differs": _differences({**live.labels, **live.types}, {**fresh.labels, **fresh.types}),
    }


def _anew(home: Home) -> Counts:
    graph = home.graph()
    projection.rebuild(graph, home.ontology, home.documents, home.journal, home.decisions())
    deliver(home, graph)
    return graph.counts()


def _beside(home: Home) -> Counts:
    before = home.live.path
    with _second(home) as (server, graph):
        counts = graph.counts()
        home.live.switch(server.home.folder)
    # What was published since its rows were read went to the old graph.
    deliver(home, again=True)
    if before.is_dir():
        _retire(home.local(before))
    return counts


@contextmanager
def filled(home: Home, server: LocalNeo4j) -> Iterator[Graph]:
    """A new home of Neo4j with everything that is true and published in it; its server runs, and stays running."""
    connection = make_home(
        server, home.ontology, home.documents, home.journal, home.decisions(), workers=home.settings.workers
    )
    with Graph(connection.url, connection.user, connection.password) as graph:
        show_all(home, graph)
        yield graph


@contextmanager
def _second(home: Home) -> Iterator[tuple[LocalNeo4j, Graph]]:
    """A second home with everything in it, running; thrown away at the end, unless it has become the live one."""
    server = home.local(home.live.aside())
    try:
        with filled(home, server) as graph:
            yield server, graph
    finally:
        if home.live.path.resolve() != server.home.folder:
            discard(server)


def _retire(server: LocalNeo4j) -> None:
    """End a server once nobody reads from it any more."""
    with suppress(KgError):
        if server.status().running:
            connection = server.start()
            with Graph(connection.url, connection.user, connection.password) as graph:
                began = time.monotonic()
                while (waited := time.monotonic() - began) < MOST_GRACE:
                    if waited >= LEAST_GRACE and not graph.read("reading_now")[0]["statements"]:
                        break
                    time.sleep(0.2)
    discard(server)


def _counts_before(home: Home) -> Counts | None:
    """What the graph holds so far; None where that is nothing or cannot be said: a rebuild must be possible then."""
    if not home.settings.graph_url and not home.live.path.is_dir():
        return None
    try:
        graph = home.graph()
        return graph.counts() if graph.stamp() is not None else None
    except KgError as error:
        _log.warning("the graph before is not readable", code=error.code, reason=error.reason)
        return None


def _differences(ours: Mapping[str, int], theirs: Mapping[str, int]) -> dict[str, list[int]]:
    return {
        name: [ours.get(name, 0), theirs.get(name, 0)]
        for name in sorted({*ours, *theirs} - {"Meta"})
        if ours.get(name) != theirs.get(name)
    }
