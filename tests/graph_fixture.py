"""The fixture `graph`: a real Neo4j for tests, one server for each worker, emptied for each module."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.neo4j.process import Connection, LocalNeo4j
from kg.parts import Parts
from kg.store import Graph

QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Java options of servers that live for some seconds: half the processor time of a start, slower in the long run."""


@pytest.fixture(scope="session")
def parts() -> Parts:
    """The third-party parts in the real cache folder (BULIAN_PARTS or the default), fetched where missing."""
    folder = os.environ.get("BULIAN_PARTS")
    found = Parts(Path(folder) if folder else Path.home() / ".cache" / "bulian" / "parts")
    found.fetch()
    return found


@pytest.fixture(scope="session")
def neo4j_server(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A server of its own in a temporary home, ended with the session; schema made."""
    server = LocalNeo4j(
        tmp_path_factory.mktemp("neo4j"),
        parts.neo4j_jars(),
        heap="512m",
        pagecache="64m",
        transaction_timeout="120s",
        java_options=QUICK,
    )
    try:
        connection = server.start()
        with Graph(connection.url, connection.user, connection.password) as graph:
            graph.schema()
        yield connection
    finally:
        server.stop()


@pytest.fixture(scope="module")
def graph(neo4j_server: Connection) -> Iterator[Graph]:
    """An empty graph with its schema, for one module of tests."""
    with Graph(neo4j_server.url, neo4j_server.user, neo4j_server.password) as opened:
        opened.wipe()
        yield opened
