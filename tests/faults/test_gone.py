"""A graph that is gone, for ten seconds and for good, under pages and commands."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.rebuild import digest
from kg.store import Graph, GraphUnreachableError
from tests.contract.conftest import ROOT
from tests.contract.test_switch import QUICK
from tests.site_fixture import settings
from web.app import create_app
from web.home import Home
from web.jobs.graph_watch import graph_again
from web.jobs.ingest import ingest
from web.jobs.needs import deliver, read_needs
from web.jobs.outbox import lag
from web.settings import Settings

pytestmark = [pytest.mark.graph, pytest.mark.long]

DEMO = ROOT / "seeds" / "demo"
TEXTS = sorted((DEMO / "documents").glob("c0*.html"))
NOW = dt.datetime(2026, 6, 2, 4, tzinfo=dt.UTC)
AWAY = 10.0


class Line:
    """The way to a server, which can be cut: connections end, and none is taken until it is mended."""

    def __init__(self, port: int) -> None:
        self._to, self._open = port, list[socket.socket]()
        self.port = 0
        self.mend()

    def mend(self) -> None:
        """Take connections, on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._take, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """End all connections, and refuse new ones."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _take(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


@pytest.fixture
def line(neo4j_server: Connection) -> Iterator[Line]:
    opened = Line(int(neo4j_server.url.rpartition(":")[2]))
    yield opened
    with suppress(OSError):
        opened.cut()


@pytest.fixture
def home(line: Line, graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path) -> Iterator[Home]:
    """Two documents over a graph that is reached by a line."""
    graph.wipe()
    where = settings(neo4j_server, parts, tmp_path / "home")
    with Home(where.model_copy(update={"graph_url": f"bolt://127.0.0.1:{line.port}"})) as opened:
        ingest(opened, TEXTS[:2], pytest.fail)
        yield opened


def pages(home: Home) -> TestClient:
    return TestClient(create_app(home), base_url="http://127.0.0.1", raise_server_exceptions=False)


def away(line: Line) -> threading.Timer:
    """Cut the line, and mend it ten seconds later."""
    line.cut()
    back = threading.Timer(AWAY, line.mend)
    back.start()
    return back


def test_gone_for_ten_seconds_a_page_waits_and_a_load_loses_nothing(line: Line, home: Home) -> None:
    client = pages(home)
    assert client.get("/needs").status_code == 200
    back = away(line)
    began = time.monotonic()
    assert client.get("/needs").status_code == 200
    assert time.monotonic() - began > AWAY / 2, "it waited"
    back.join()
    back = away(line)
    done = ingest(home, TEXTS[:4], pytest.fail)
    back.join()
    assert done.loaded == 2 and len(home.graph().read("loaded")) == 4


def test_gone_for_good_pages_say_so_and_what_is_published_waits(line: Line, home: Home) -> None:
    client, before = pages(home), digest(home.graph())
    line.cut()
    for address in ("/needs", "/api/v1/state"):  # the first one waits for it, the next ones are told at once
        gone = client.get(address)
        assert gone.status_code == 503 and "KG701" in gone.text and "Traceback" not in gone.text
    read_needs(home, DEMO / "needs.jsonl", pytest.fail)
    assert lag(home, NOW).waiting == 6 and not graph_again(home, NOW)
    with pytest.raises(GraphUnreachableError):
        deliver(home)
    assert lag(home, NOW).waiting == 6
    line.mend()
    assert digest(home.graph()) == before and deliver(home) == 6 and lag(home, NOW).waiting == 0
    assert client.get("/needs").status_code == 200


def test_a_load_whose_graph_is_gone_for_good_is_one_line_and_waits(tmp_path: Path, parts: Parts) -> None:
    where = Settings(home=tmp_path / "home", parts=parts.folder, graph_url="bolt://127.0.0.1:1")
    with Home(where) as home, pytest.raises(GraphUnreachableError) as caught:
        ingest(home, TEXTS[:1], pytest.fail)
    assert caught.value.code == "KG701" and caught.value.hint
    with Home(where) as home:  # the document is kept, and waits for the graph
        assert len(list(home.documents.all())) == 1


def test_a_local_one_that_ended_is_started_again_by_the_process_that_uses_it(
    tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", QUICK["JAVA_TOOL_OPTIONS"])
    folder = tmp_path / "home"
    where = Settings(home=folder, parts=parts.folder, heap="512m", pagecache="64m", graph_password=SecretStr(""))
    with Home(where) as home:
        assert not graph_again(home, NOW), "nothing was asked for yet"
        ingest(home, TEXTS[:1], pytest.fail)
        before = digest(home.graph())
        process = home.neo4j.home.running()
        assert process is not None
        process.kill()
        process.wait(20)
        assert graph_again(home, NOW) and not graph_again(home, NOW)
        assert digest(home.graph()) == before
        home.stop_neo4j()
