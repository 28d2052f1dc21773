"""Backups: everything that is true into one file and back, checked on both ways."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import zipfile
from pathlib import Path

import pytest
from pydantic import SecretStr

from kg.documents import DocumentError
from kg.journal import JournalError
from kg.neo4j.process import Connection
from kg.rebuild import digest
from kg.store import Graph
from tests.contract.conftest import ROOT, run_in
from web.db.models import Decision, Need
from web.errors import Usage, WebError
from web.home import Home
from web.jobs.backup import backup, drill, restore, verify
from web.jobs.ingest import ingest
from web.jobs.needs import read_needs
from web.settings import Settings

DEMO = ROOT / "seeds" / "demo"


def settings(folder: Path, server: Connection | None = None) -> Settings:
    address = {} if server is None else {
        "graph_url": server.url, "graph_user": server.user, "graph_password": SecretStr(server.password),
    }  # fmt: skip
    return Settings(home=folder, **address)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with documents, journal, needs and a decision, without a graph."""
    folder = tmp_path_factory.mktemp("filled") / "home"
    with Home(settings(folder)) as home:
        ingest(home, sorted((DEMO / "documents").glob("c0*.html"))[:3], pytest.fail, later=True)
        read_needs(home, DEMO / "needs.jsonl", pytest.fail)
        with home.database().session() as session:
            session.add(Decision(id="d1", verdict="same", record_a="a", record_b="b", reason="one code", settled=True))
        (folder / "ontology.yml").write_text("labels: {}\n", "utf-8")
        (folder / "corpus").mkdir(exist_ok=True)
        (folder / "corpus" / "made").write_text("again", "utf-8")
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(filled, tmp_path / "home"))


def tree(folder: Path) -> dict[str, bytes]:
    """Files by name, but for tables and what says who writes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("bulian.db") and path.name != "lock"
    }


def refused(code: str, work: object, *arguments: object, **more: object) -> WebError:
    with pytest.raises(WebError) as caught:
        work(*arguments, **more)  # type: ignore[operator]
    assert caught.value.code == code
    return caught.value


def test_what_is_true_comes_back_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    file, back = tmp_path / "all.zip", tmp_path / "back"
    with Home(settings(folder)) as home:
        told = backup(home, file, graph=False)
        needs = home.database().engine.connect().exec_driver_sql("SELECT * FROM need ORDER BY id").fetchall()
    assert told["documents"] == 3 and told["facts"] > 5 and told["graph"] is None
    again = restore(settings(back), file, graph=False)
    assert again.pop("equal") is None
    told.pop("bytes")
    assert {**again, "seconds": 0} == {**told, "seconds": 0}
    ours = {name: data for name, data in tree(folder).items() if not name.startswith("corpus")}
    assert tree(back) == ours and "ontology.yml" in ours
    with Home(settings(back)) as home, home.database().session() as session:
        assert session.get(Decision, "d1") is not None
        rows = session.connection().exec_driver_sql("SELECT * FROM need ORDER BY id").fetchall()
        assert rows == needs and len(rows) == len(session.query(Need).all())
    assert not list(tmp_path.glob(".*"))


@pytest.mark.graph
def test_a_restored_backup_is_equal_by_digest(
    folder: Path, tmp_path: Path, graph: Graph, neo4j_server: Connection
) -> None:
    graph.wipe()
    file = tmp_path / "all.zip"
    with Home(settings(folder, neo4j_server)) as home:
        told = backup(home, file)
        assert told["graph"]["sha256"] == digest(graph).sha256 and told["graph"]["nodes"] > 10
    refused("WE052", restore, settings(tmp_path / "back", neo4j_server), file)
    graph.wipe()
    graph.write_rows("UNWIND $rows AS row MATCH (m:Meta) DELETE m", [{}])
    assert restore(settings(tmp_path / "back", neo4j_server), file)["equal"]
    assert digest(graph).sha256 == told["graph"]["sha256"]


def test_a_backup_is_for_its_owner_alone_and_takes_the_place_of_what_a_killed_one_left(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.zip"
    for left in (".all.zip.part", ".all.zip.part.db"):
        (tmp_path / left).write_text("cut off", "utf-8")
    with Home(settings(folder)) as home:
        backup(home, file, graph=False)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob(".all*")] == []


def test_tables_that_lie_elsewhere_are_restored_there_once(folder: Path, tmp_path: Path) -> None:
    file, back, other = tmp_path / "all.zip", tmp_path / "back", tmp_path / "other.db"
    with Home(settings(folder)) as home:
        backup(home, file, graph=False)
    elsewhere = settings(back).model_copy(update={"database_url": f"sqlite:///{other}"})
    assert restore(elsewhere, file, graph=False)["documents"] == 3
    assert not list(back.glob("bulian.db*"))
    with Home(elsewhere) as home, home.database().session() as session:
        assert session.get(Decision, "d1") is not None
    again = settings(tmp_path / "again").model_copy(update={"database_url": f"sqlite:///{other}"})
    assert "are not empty" in refused("WE052", restore, again, file, graph=False).reason
    assert not again.folder.exists()


def test_a_drill_restores_apart_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    file, forged, left = tmp_path / "all.zip", tmp_path / "forged.zip", tmp_path / ".home.drill-999999999"
    live = settings(folder).model_copy(
        update={"graph_url": "bolt://127.0.0.1:1", "database_url": f"sqlite:///{tmp_path / 'none' / 'other.db'}"}
    )
    with Home(settings(folder)) as home:
        told = backup(home, file, graph=False)
    before, looked = tree(folder), (folder / "bulian.db").stat().st_mtime_ns
    (left / "documents").mkdir(parents=True)  # of a drill that was killed
    found = drill(live, file, graph=False)
    assert (found["documents"], found["facts"], found["equal"]) == (3, told["facts"], None)
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(forged, "w") as other:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "manifest.json":
                data = json.dumps({**json.loads(data), "facts": told["facts"] + 1}).encode()
            other.writestr(name, data)
    assert refused("WE053", drill, live, forged, graph=False).place == "facts"
    file.write_bytes(file.read_bytes()[:-9])
    refused("WE054", drill, live, file, graph=False)
    assert tree(folder) == before and (folder / "bulian.db").stat().st_mtime_ns == looked
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip", "forged.zip", "home"]


def test_nothing_is_overwritten(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    with Home(settings(folder)) as home:
        backup(home, file, graph=False)
        refused("WE052", backup, home, file, graph=False)
    before = tree(folder)
    refused("WE052", restore, settings(folder), file, graph=False)
    assert tree(folder) == before


def test_a_damaged_backup_is_named_with_file_and_place(folder: Path, tmp_path: Path) -> None:
    file, bad = tmp_path / "all.zip", tmp_path / "bad.zip"
    with Home(settings(folder)) as home:
        backup(home, file, graph=False)
    data = file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        entries = {info.filename: info for info in archive.infolist()}
    for name in list(entries)[:-1]:
        info = entries[name]
        further = int.from_bytes(data[info.header_offset + 28 : info.header_offset + 30], "little")
        start = info.header_offset + 30 + len(info.filename.encode()) + further + info.compress_size // 2
        # one other byte of a hundred unpacks to the same bytes; a stretch of zeros never does
        end = min(start + 64, start + info.compress_size - info.compress_size // 2)
        bad.write_bytes(data[:start] + bytes(end - start) + data[end:])
        error = refused("WE053", restore, settings(tmp_path / "back"), bad, graph=False)
        assert (error.file, error.place) == (str(bad), name)
        assert not (tmp_path / "back").exists()
    for length in (0, 100, len(data) // 2, len(data) - 1):
        bad.write_bytes(data[:length])
        assert refused("WE054", verify, bad).file == str(bad)
    with pytest.raises(Usage):
        verify(tmp_path / "none.zip")


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    file = tmp_path / "evil.zip"
    said = {"format": 1, "version": "0", "made": "", "documents": 0, "facts": 0, "graph": None}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
        archive.writestr("manifest.json", json.dumps({**said, "files": {name: {"sha256": "", "bytes": 1}}}))
    refused("WE053", restore, settings(tmp_path / "back"), file, graph=False)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps({**said, "format": 2, "files": {}}))
    assert "version" in refused("WE054", restore, settings(tmp_path / "back"), file, graph=False).reason
    assert [path.name for path in tmp_path.iterdir()] == ["evil.zip"]


def test_damaged_data_is_not_backed_up(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    original = next((folder / "documents").rglob("original"))
    journal = next((folder / "journal").rglob("*.jsonl"))
    for path, failure in ((original, DocumentError), (journal, JournalError)):
        kept = path.read_bytes()
        path.write_bytes(kept[:-20] + b"\n")
        with Home(settings(folder)) as home, pytest.raises(failure):
            backup(home, file, graph=False)
        path.write_bytes(kept)
    with sqlite3.connect(folder / "bulian.db") as tables:
        tables.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert list(tmp_path.iterdir()) == [folder]


def test_the_commands_and_the_nights_script(folder: Path, tmp_path: Path) -> None:
    place, kept = {"BULIAN_HOME": str(folder)}, tmp_path / "kept"
    kept.mkdir()
    (kept / "bulian-20260101T023000Z.zip").touch()
    script = ["sh", str(ROOT / "deploy" / "backup.sh"), str(kept), "1", "--without-graph"]
    done = subprocess.run(script, env={**os.environ, **place}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "documents    3" in done.stdout and "drill        True" in done.stdout
    (file,) = kept.iterdir()  # the older one goes once the new one is tried
    assert file.stat().st_size > 1000 and file.stat().st_mode & 0o777 == 0o600
    told = json.loads(run_in(tmp_path, "verify-backup", file, "--json", **place).stdout)
    assert told["documents"] == 3
    run_in(tmp_path, "restore", file, "--without-graph", BULIAN_HOME=str(tmp_path / "back"))
    said = run_in(tmp_path, "restore", file, status=1, **place).stderr.decode()
    assert said.startswith("bulian: WE052")
