"""Data folders for tests: in a temporary folder, over the real Neo4j of the test session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from web.db.store import Database
from web.home import Home
from web.settings import Settings

MakeHome = Callable[..., Home]


@pytest.fixture
def make_home(tmp_path: Path, parts: Parts) -> Iterator[MakeHome]:
    """Makes data folders without a graph address; all are closed at the end."""
    opened: list[Home] = []

    def make(name: str = "home", **settings: object) -> Home:
        values = {"home": tmp_path / name, "parts": parts.folder, "heap": "512m", "pagecache": "64m", **settings}
        opened.append(Home(Settings(**values)))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for home in opened:
        home.close()


@pytest.fixture
def home(make_home: MakeHome, graph: Graph, neo4j_server: Connection) -> Home:
    """A data folder over an empty graph."""
    graph.wipe()
    return make_home(
        graph_url=neo4j_server.url, graph_user=neo4j_server.user, graph_password=SecretStr(neo4j_server.password)
    )


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """An empty store for a module whose tests take back what they write."""
    opened = Database("sqlite://")
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is taken back."""
    with Session(database.engine) as opened:
        yield opened
        opened.rollback()
