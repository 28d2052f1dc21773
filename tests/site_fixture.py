"""Fixtures of page tests: the demo corpus in a data folder of its own over the real Neo4j, a client of its pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests import kept_demo
from tests.kg.worlds import World
from web.app import create_app
from web.db.models import Document
from web.home import Home
from web.jobs.demo import load_demo
from web.settings import Settings

LOCAL = "http://127.0.0.1"
HERE = ("127.0.0.1", 50000)
"""Where a client in this process says that it sits: at this machine."""


def settings(connection: Connection, parts: Parts, folder: object) -> Settings:
    """Settings of a data folder over the test session's Neo4j."""
    return Settings(
        home=folder,  # type: ignore[arg-type]
        parts=parts.folder,
        graph_url=connection.url,
        graph_user=connection.user,
        graph_password=SecretStr(connection.password),
        workers=1,
        hosts="testserver",
        address_requests=0,
    )


def load_world(home: Home, world: World) -> None:
    """Bring a small made world to a data folder, as filings that were read; `settle` brings it to the graph."""
    for doc in world.documents.values():
        home.documents.add(doc.name.encode(), text=doc.name, name=doc.name, published=doc.published)
        home.journal.write(doc.id, "rules", world.facts)
        with home.database().session() as session:
            session.add(Document(sha256=doc.id, name=doc.name, kind="filing", state="read"))


@pytest.fixture(scope="module")
def demo_home(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    """The demo corpus, loaded as `bulian demo` loads it; once in a run of tests, then copied (`kept_demo`)."""
    folder = tmp_path_factory.mktemp("demo") / "home"
    base = tmp_path_factory.getbasetemp()
    run = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with kept_demo.alone(run):
        kept = run / "kept-demo"
        if not kept.is_dir():
            _load_and_keep(settings(neo4j_server, parts, tmp_path_factory.mktemp("first") / "home"), kept, neo4j_server)
            graph.wipe()
    kept_demo.bring(kept, neo4j_server, folder)
    with Home(settings(neo4j_server, parts, folder)) as home:
        yield home


def _load_and_keep(where: Settings, kept: Path, connection: Connection) -> None:
    with Home(where) as home:
        loaded = load_demo(home)
        assert not loaded.unexpected
        home.ranker()
    kept_demo.keep(home.folder, connection, kept)


@pytest.fixture(scope="module")
def empty_home(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    """A data folder into which nothing was loaded."""
    with Home(settings(neo4j_server, parts, tmp_path_factory.mktemp("empty"))) as home:
        yield home


@pytest.fixture(scope="module")
def client(demo_home: Home) -> Iterator[TestClient]:
    """A client of the demo's pages."""
    with TestClient(create_app(demo_home), base_url=LOCAL, raise_server_exceptions=False, client=HERE) as opened:
        yield opened
