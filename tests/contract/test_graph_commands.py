"""Commands on a data folder over a real Neo4j, from the demo to the pages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import pytest

from kg.neo4j.process import Connection
from kg.store import Graph
from tests.contract.conftest import PROGRAM, ROOT, lines, run_in, schema

pytestmark = pytest.mark.graph
DEMO = ROOT / "seeds" / "demo"
Say = Callable[..., str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("commands")


@pytest.fixture(scope="module")
def settings(neo4j_server: Connection, graph: Graph) -> dict[str, str]:
    """Settings that name the server of the test session, empty at the beginning of this module."""
    return {
        "BULIAN_GRAPH_URL": neo4j_server.url,
        "BULIAN_GRAPH_USER": neo4j_server.user,
        "BULIAN_GRAPH_PASSWORD": neo4j_server.password,
        "BULIAN_PORT": "0",
        "BULIAN_HEAP": "512m",
    }


@pytest.fixture(scope="module")
def say(folder: Path, settings: dict[str, str]) -> Say:
    def run(*arguments: object, status: int = 0) -> str:
        return run_in(folder, *arguments, status=status, **settings).stdout.decode()

    return run


@pytest.fixture(scope="module")
def loaded(say: Say) -> str:
    """What the first demo said."""
    return say("demo", "--no-serve")


def test_the_demo_prints_firms_with_quotes(loaded: str, say: Say) -> None:
    assert "6 needs, 7 bounties" in loaded
    assert "清溪岑曜精密环件有限公司" in loaded and "“" in loaded and "《" in loaded
    again = say("demo", "--no-serve")
    assert "0 new facts" in again and again.split("\n\n", 1)[1] == loaded.split("\n\n", 1)[1]
    assert "\x1b" not in again, "no colours in a pipe"


def test_match_keeps_the_contract(loaded: str, say: Say) -> None:
    for need in ("demo-n2", "demo-b2", "能做薄壁轴承套圈的厂"):
        shortlist = json.loads(say("match", need, "--top", 3, "--json"))
        assert list(schema("shortlist").iter_errors(shortlist)) == []
        assert len(shortlist["entries"]) == 3
    told = say("match", "谐波减速器", "--explain", "--top", 3)
    assert told.count("+") > say("match", "谐波减速器", "--top", 3).count("+")
    assert "risk, high (never in the score): “柔轮材料”依赖进口" in told.replace("\n     ", "")
    why = say("match", "demo-n1", "--why", "临澜磁屿磁材股份有限公司")
    assert "of 48 listed firms" in why and "what would raise the rank" in why and "in all" in why


def test_ingest_and_its_report(loaded: str, say: Say, folder: Path) -> None:
    said = json.loads(say("ingest", DEMO, "--json", "--report", "report.jsonl", status=1))
    assert said["already"] == 64 and said["loaded"] == 0 and said["refused"] == 4
    assert sorted(line["code"] for line in lines(folder / "report.jsonl")) == ["NL005", "NL006", "NL008", "NL008"]
    (folder / "real.txt").write_text("甲公司主要从事乙产品的生产。" * 3, "utf-8")
    say("ingest", "real.txt", "--report", "report.jsonl", status=1)
    assert [line["code"] for line in lines(folder / "report.jsonl")] == ["WE007"]


def test_lists_in_and_out(loaded: str, say: Say, folder: Path) -> None:
    assert "little-giants" in say("import")
    file = folder / "certificates.csv"
    head, *rest = (DEMO / "lists" / "certificates.csv").read_bytes().split(b"\n")
    file.write_bytes(b"\n".join([head, *rest[:4], b"," * head.count(b","), b"only a name" + b"," * head.count(b",")]))
    tried = json.loads(say("import", "certificates", file, "--mix", "--dry-run", "--json", "--report", "r", status=1))
    assert tried["state"] == "checked" and tried["refused"] >= 1
    assert all(schema("report-line").is_valid(line) and line["place"] for line in lines(folder / "r"))
    done = json.loads(say("import", "certificates", file, "--mix", "--json", status=1))
    assert done["state"] == "loaded" and done["facts"] == tried["facts"]
    assert json.loads(say("import", "certificates", file, "--mix", "--json"))["state"] == "already"
    assert json.loads(say("import", "--undo", done["id"], "--json"))["state"] == "rolled_back"
    say("import", "--undo", done["id"], status=1)
    say("import", "--undo", "no-such-batch", status=1)
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 cut")
    say("import", "little-giants", "broken.xlsx", status=1)
    say("import", "little-giants", "gone.xlsx", status=1)


def test_the_graph_is_the_one_of_a_rebuild(loaded: str, say: Say) -> None:
    made = json.loads(say("rebuild", "--json"))
    assert made["differs"] == {} and made["relationships"] > 1000
    assert "WRONG" not in say("check")


def test_up_status_down(loaded: str, say: Say) -> None:
    say("up")
    try:
        state = json.loads(say("status", "--json"))
        assert state["graph"]["running"] and state["data"]["kind"] == "demo"
        assert state["data"]["documents"]["loaded"] > 60
        address = state["pages"]
        assert address in say("up"), "it is the one that runs"
        connection = HTTPConnection("127.0.0.1", int(address.rstrip("/").rsplit(":", 1)[1]), timeout=60)
        for path in ("/", "/method?exclude=" + "%E8%BD%B4" * 20_000):  # the longest list that a form takes
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200 and answer.read()
        connection.close()
        say("serve", status=1)
    finally:
        said = say("down")
    assert "pages stopped" in said
    assert json.loads(say("status", "--json"))["pages"] is None


def test_serve_ends_in_order(loaded: str, folder: Path, settings: dict[str, str]) -> None:
    environment = {**os.environ, **settings, "BULIAN_HOME": str(folder / "home")}
    command, pipe = [str(PROGRAM), "serve"], subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe) as server:
        assert server.stdout is not None and server.stderr is not None
        assert b"http://127.0.0.1:" in server.stdout.readline()
        time.sleep(3)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) in (0, 143)
        assert b"Traceback" not in server.stderr.read()
    assert (folder / "home" / "pages.json").read_text("utf-8") == ""
