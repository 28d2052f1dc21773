"""A graph at `neo4j://`: who reads and who writes is asked for, and a read waits for the writes before it.

One Community server answers as a cluster of one: that the driver asks, what it asks for, and what it sends along, is
seen here as it goes over the wire. A member that lags behind is not to be had; that a server waits for a write that
was promised is.
"""

from __future__ import annotations

import ast
import base64
import json
import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kg.bookmarks import Bookmarks
from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph, GraphForgotError, Stamp
from tests.kg.worlds import World, document, firm, product
from tests.site_fixture import load_world, settings
from web.home import Home
from web.jobs.graph import settle

FIRST, SECOND = (Stamp(name, "1", "2026-11-27T00:00:00+00:00") for name in ("first", "second"))


def routed(connection: Connection) -> Connection:
    return Connection(connection.url.replace("bolt://", "neo4j://"), connection.user, connection.password)


def opened(connection: Connection, file: Path | None = None) -> Graph:
    at = routed(connection)
    return Graph(at.url, at.user, at.password, bookmarks=file)


def kept(file: Path) -> set[str]:
    return set(json.loads(file.read_text("utf-8"))["bookmarks"])


def sent(log: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    """What the driver sent with such messages, beside the statement."""
    lines = [record.getMessage() for record in log.records]
    found = [
        re.search(rf"C: (?:{message}) .*?(\{{'(?:mode|bookmarks|address|tx_timeout)'.*\}})", line) for line in lines
    ]
    return [ast.literal_eval(one[1]) for one in found if one]


@pytest.mark.graph
def test_reads_go_out_as_reads_and_carry_the_write_before(
    graph: Graph, neo4j_server: Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "neo4j")
    file = tmp_path / "bookmarks.json"
    with opened(neo4j_server, file) as one:
        assert any("C: ROUTE" in record.getMessage() for record in caplog.records)
        caplog.clear()
        one.put_stamp(FIRST)
        assert [said.get("mode", "w") for said in sent(caplog, "BEGIN")][-1] == "w"
        caplog.clear()
        assert one.stamp() == FIRST
        assert [dict(row) for row in one.stream("stamp")]
        reads = sent(caplog, "BEGIN|RUN")
    with opened(neo4j_server, file) as another:
        caplog.clear()
        assert another.stamp() == FIRST
        reads += sent(caplog, "BEGIN")
    assert [said["mode"] for said in reads] == ["r", "r", "r"]
    (written,) = kept(file)
    assert all(written in said["bookmarks"] for said in reads)


def later(bookmark: str) -> str:
    """The bookmark of the transaction after this one's: version and server, a number, nothing more."""
    raw = base64.b64decode(bookmark.removeprefix("FB:"))
    head, number, tail = raw[:19], raw[19:-1], raw[-1:]
    size = {0xC8: 1, 0xC9: 2, 0xCA: 4, 0xCB: 8}.get(number[0])
    value = int.from_bytes(number[1 : 1 + size], "big") if size else number[0]
    return "FB:" + base64.b64encode(head + b"\xcb" + (value + 1).to_bytes(8, "big") + tail).decode()


@pytest.mark.graph
def test_a_read_waits_for_a_write_that_the_server_has_not_seen(
    graph: Graph, neo4j_server: Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "neo4j")
    file = tmp_path / "bookmarks.json"
    with opened(neo4j_server, file) as writer, opened(neo4j_server, file) as reader, ThreadPoolExecutor(1) as pool:
        writer.put_stamp(FIRST)
        said = json.loads(file.read_text("utf-8"))
        promised = later(said["bookmarks"][0])
        file.write_text(json.dumps({**said, "bookmarks": [promised]}), "utf-8")
        caplog.clear()
        answer = pool.submit(reader.stamp)
        while not any(promised in found.get("bookmarks", ()) for found in sent(caplog, "BEGIN")):
            time.sleep(0.01)
        file.unlink()  # the writer is to wait for nothing
        writer.put_stamp(SECOND)
        assert answer.result(60) == SECOND


@pytest.mark.graph
def test_a_bookmark_that_the_graph_does_not_know_is_forgotten(
    graph: Graph, neo4j_server: Connection, tmp_path: Path
) -> None:
    file = tmp_path / "bookmarks.json"
    with opened(neo4j_server, file) as one:
        one.put_stamp(FIRST)
        said = json.loads(file.read_text("utf-8"))
        file.write_text(json.dumps({**said, "bookmarks": ["FB:none"]}), "utf-8")
        with pytest.raises(GraphForgotError) as caught:
            one.stamp()
        assert caught.value.code == "KG709" and not file.exists()
        assert one.stamp() == FIRST


@pytest.mark.graph
def test_a_data_folder_over_a_cluster(graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path) -> None:
    """What one process projects, another one on the same data folder reads."""
    text, world = "启朔精工有限公司主要生产谐波减速器。", World()
    said = {"quote": text, "start": 0, "end": len(text), "page": 1}
    world.say(document(text), firm("启朔精工有限公司"), "PRODUCES", product("谐波减速器"), **said)
    given = settings(routed(neo4j_server), parts, tmp_path / "home")
    with Home(given) as home, Home(given) as other:
        load_world(home, world)
        assert settle(home) == 1
        assert kept(home.folder / "bookmarks.json")
        assert other.graph().stamp() == home.graph().stamp() != FIRST
        assert other.graph().counts().labels["Enterprise"] == 1


def test_bookmarks_pass_between_processes(tmp_path: Path) -> None:
    one, two = (Bookmarks("graph", tmp_path / "bookmarks.json") for _ in range(2))
    one.update_bookmarks((), ("w1",))
    assert set(one.get_bookmarks()) == {"w1"} and set(two.get_bookmarks()) == set()
    one.tell()
    both = two.get_bookmarks()
    assert set(both) == {"w1"}
    one.update_bookmarks(both, ("w2",))
    two.update_bookmarks(both, ("w3",))  # two writers at once: each is waited for
    one.tell()
    two.tell()
    assert (
        kept(tmp_path / "bookmarks.json")
        == {"w2", "w3"}
        == set(Bookmarks("graph", tmp_path / "bookmarks.json").get_bookmarks())
    )
    two.update_bookmarks(two.get_bookmarks(), ("w4",))
    two.tell()
    assert kept(tmp_path / "bookmarks.json") == {"w4"}


def test_bookmarks_of_another_graph_and_files_that_were_cut_are_none(tmp_path: Path) -> None:
    file = tmp_path / "bookmarks.json"
    for text in ('{"graph": "another", "bookmarks": ["w1"]}', '{"graph": "graph", "bookm', "[]", "{}"):
        file.write_text(text, "utf-8")
        assert set(Bookmarks("graph", file).get_bookmarks()) == set()
