"""A graph that is gone, for ten seconds and for good, under pages and commands."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from kg.parts import Parts
from kg.rebuild import digest
from kg.store import GraphUnreachableError
from tests.contract.conftest import ROOT
from tests.contract.test_switch import QUICK
from web.app import create_app
from web.home import Home
from web.jobs.graph_watch import graph_again
from web.jobs.ingest import ingest
from web.jobs.needs import read_needs
from web.jobs.outbox import lag
from web.settings import Settings

pytestmark = [pytest.mark.graph, pytest.mark.long]

DEMO = ROOT / "seeds" / "demo"
NOW = dt.datetime(2026, 6, 2, 4, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[Home]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", QUICK["JAVA_TOOL_OPTIONS"])
        folder = tmp_path_factory.mktemp("gone") / "home"
        where = Settings(home=folder, parts=parts.folder, heap="512m", pagecache="64m", graph_password=SecretStr(""))
        with Home(where) as opened:
            ingest(opened, sorted((DEMO / "documents").glob("c0*.html"))[:2], pytest.fail)
            yield opened
            opened.stop_neo4j()


@pytest.fixture
def client(home: Home) -> TestClient:
    return TestClient(create_app(home), base_url="http://127.0.0.1", raise_server_exceptions=False)


def kill(home: Home) -> None:
    process = home.neo4j.home.running()
    assert process is not None
    process.kill()
    process.wait(20)


def test_gone_for_ten_seconds_a_page_waits_and_a_load_loses_nothing(home: Home, client: TestClient) -> None:
    assert client.get("/needs").status_code == 200
    kill(home)
    back = threading.Timer(10, lambda: home.local(home.live.path).start())
    back.start()
    began = time.monotonic()
    assert client.get("/needs").status_code == 200
    assert time.monotonic() - began > 8, "it waited"
    back.join()
    kill(home)
    back = threading.Timer(10, lambda: home.local(home.live.path).start())
    back.start()
    done = ingest(home, sorted((DEMO / "documents").glob("c0*.html"))[:4], pytest.fail)
    back.join()
    assert done.loaded == 2 and len(home.graph().read("loaded")) == 4


def test_gone_for_good_pages_say_so_what_is_published_waits_and_the_watch_brings_it_back(
    home: Home, client: TestClient
) -> None:
    before = digest(home.graph())
    kill(home)
    gone = client.get("/api/v1/state")
    assert gone.status_code == 503 and gone.json()["code"] == "KG701"
    page = client.get("/needs")
    assert page.status_code == 503 and "KG701" in page.text and "Traceback" not in page.text
    read_needs(home, DEMO / "needs.jsonl", pytest.fail)  # what is published now waits in the outbox
    assert lag(home, NOW).waiting == 6
    assert graph_again(home, NOW) and not graph_again(home, NOW)
    assert digest(home.graph()) == before
    assert client.get("/needs").status_code == 200


def test_a_graph_elsewhere_that_is_gone_for_good_is_one_line(tmp_path: Path, parts: Parts) -> None:
    where = Settings(home=tmp_path / "home", parts=parts.folder, graph_url="bolt://127.0.0.1:1")
    with Home(where) as home, pytest.raises(GraphUnreachableError) as caught:
        ingest(home, sorted((DEMO / "documents").glob("c01*.html")), pytest.fail)
    assert caught.value.code == "KG701"
    with Home(where) as home:  # the document is kept, and waits for the graph
        assert len(list(home.documents.all())) == 1 and not graph_again(home, NOW)
