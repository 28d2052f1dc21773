"""The fixture `graph`: a real Neo4j for tests, one server for each worker, emptied for each module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.neo4j.process import Connection, LocalNeo4j
from kg.parts import Parts
from kg.store import Graph
from tests import java_classes

QUICK = (*java_classes.BRIEF, *java_classes.options())
"""Java options of servers that live for some seconds, their classes mapped where the archive was made."""


@pytest.fixture(scope="session")
def parts() -> Parts:
    """The third-party parts in the real cache folder (BULIAN_PARTS or the default), fetched where missing."""
    found = java_classes.cached_parts()
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
