"""A full disk, and one that may not be written: one line says so, nothing acknowledged is lost, room repairs it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests.contract.conftest import ROOT
from tests.contract.test_backup import filled, folder, tree
from tests.faults.apart import apart, command, readonly, small_disk
from tests.web.people import quiet_home
from web.app import create_app
from web.db.models import Event, Need
from web.errors import WebError
from web.home import Home
from web.jobs.backup import backup
from web.settings import Settings

__all__ = ["filled", "folder"]

TEXTS = sorted((ROOT / "seeds" / "demo" / "documents").glob("c*.html"))[:8]


def on_graph(server: Connection, home: Path) -> dict[str, str]:
    return {
        "BULIAN_HOME": str(home),
        "BULIAN_GRAPH_URL": server.url,
        "BULIAN_GRAPH_USER": server.user,
        "BULIAN_GRAPH_PASSWORD": server.password,
    }


@pytest.mark.graph
@pytest.mark.long
def test_a_load_on_a_full_disk_is_finished_once_there_is_room(
    tmp_path: Path, graph: Graph, neo4j_server: Connection
) -> None:
    graph.wipe()
    place = on_graph(neo4j_server, tmp_path / "home")

    def work() -> tuple[str, set[str]]:
        first = command("ingest", TEXTS[0], **place)
        assert first.returncode == 0, first.stderr
        ballast = tmp_path / "ballast"
        with ballast.open("wb", buffering=0) as file:  # all that is left, but for some documents
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        with ballast.open("r+b") as file:
            file.truncate(max(0, ballast.stat().st_size - (100 << 10)))
        full = command("ingest", *TEXTS, **place)
        assert full.returncode == 1, full.stdout
        acknowledged = {row["id"] for row in graph_of(neo4j_server)}
        ballast.unlink()
        again = command("ingest", *TEXTS, **place)
        assert again.returncode == 0, again.stderr
        said = command("check", "--quick", **place).stdout
        assert said.count("WRONG") == 1 and "WRONG disk" in said, said  # so small a disk is said to be one
        return full.stderr.splitlines()[-1], acknowledged

    line, before = apart(work, small_disk(tmp_path, 12 << 20))
    assert "WE016" in line or "WE008" in line, line
    assert "No space left" in line or "full" in line, line
    after = {row["id"] for row in graph.read("loaded")}
    assert before <= after and len(after) == len(TEXTS)


def graph_of(server: Connection) -> list[dict[str, object]]:
    with Graph(server.url, server.user, server.password) as graph:
        return graph.read("loaded")


def test_a_backup_or_restore_on_a_full_disk_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    place, file = tmp_path / "disk", tmp_path / "all.zip"
    place.mkdir()
    with Home(Settings(home=folder)) as home:
        backup(home, file, graph=False)

    def keep() -> str:
        done = command("backup", place / "all.zip", "--without-graph", BULIAN_HOME=str(folder))
        assert done.returncode == 1 and list(place.iterdir()) == []
        return done.stderr.splitlines()[-1]

    def bring() -> str:
        done = command("restore", file, "--without-graph", BULIAN_HOME=str(place / "home"))
        assert done.returncode == 1 and list(place.iterdir()) == []
        return done.stderr.splitlines()[-1]

    assert "WE051" in (line := apart(keep, small_disk(place, 40 << 10))) and "full" in line, line
    assert "WE016" in (line := apart(bring, small_disk(place, 200 << 10))) and "No space left" in line, line


def test_pages_on_a_full_disk_say_so_and_go_on(tmp_path: Path, parts: Parts) -> None:
    """What cannot be written is said with a code and the status of a machine that is short of something."""

    def work() -> list[tuple[int, str]]:
        answers = []
        with quiet_home(tmp_path / "home", parts) as home:
            client = TestClient(create_app(home), base_url="http://127.0.0.1", raise_server_exceptions=False)
            sent = {"login": "nobody", "password": "nothing at all 7"}
            for number in (1, 2, 3):
                ballast = tmp_path / "ballast"
                if number == 2:
                    fill(home, ballast)
                answer = client.post("/login", data=sent, headers={"X-Forwarded-For": "192.0.2.7"})
                answers.append((answer.status_code, "WE008" if "WE008" in answer.text else ""))
                ballast.unlink(missing_ok=True)
            with home.database().session() as session:
                assert len(session.scalars(select(Event).where(Event.to_state == "sign_in_failed")).all()) == 2
        return answers

    first, full, again = apart(work, small_disk(tmp_path, 16 << 20))
    assert full == (503, "WE008") and first == again and first[0] != 503


def fill(home: Home, ballast: Path) -> None:
    """Take all room, that within SQLite's own files as well."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            pass
    with pytest.raises(WebError) as caught:  # what room its journal had is used up by this
        for number in range(10_000):
            with home.database().session() as session:
                session.add(Need(id=f"n{number}", title="柔轮" * 50))
    assert caught.value.code == "WE008"


@pytest.mark.parametrize(
    "words",
    [("ingest", str(TEXTS[0])), ("import", "specialised", str(TEXTS[0].parents[1] / "lists" / "specialised_2025.csv"))],
    ids=["ingest", "import"],
)
def test_a_folder_that_may_not_be_written_is_named(folder: Path, words: tuple[str, ...]) -> None:
    with Home(Settings(home=folder)) as home:
        home.database()
    before = tree(folder)

    def work() -> tuple[int, str]:
        done = command(*words, BULIAN_HOME=str(folder), BULIAN_GRAPH_URL="bolt://127.0.0.1:1")
        return done.returncode, done.stderr.splitlines()[-1]

    status, line = apart(work, readonly(folder))
    assert status == 1 and ("WE016" in line or "WE008" in line), line
    assert "ead-only" in line or "unable to open database file" in line, line
    assert "rights" in line, line
    assert tree(folder) == before


def test_a_backup_of_a_folder_that_may_not_be_written_names_it(folder: Path, tmp_path: Path) -> None:
    """And once it may be written again, the backup is made."""

    def work() -> str:
        done = command("backup", tmp_path / "all.zip", "--without-graph", BULIAN_HOME=str(folder))
        assert done.returncode == 1
        return done.stderr.splitlines()[-1]

    assert "ead-only" in (line := apart(work, readonly(folder))), line
    with Home(Settings(home=folder)) as home:
        assert backup(home, tmp_path / "all.zip", graph=False)["documents"] == 3
    shutil.rmtree(folder)
