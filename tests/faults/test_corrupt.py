"""A file of the journal, of the store or of the tables that is damaged: named in one line, and mended as that says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.neo4j.process import Connection
from kg.rebuild import digest
from kg.store import Graph
from tests.contract.conftest import ROOT, run_in

TEXTS = sorted((ROOT / "seeds" / "demo" / "documents").glob("c0*.html"))[:2]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def other(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 8] = bytes(8)
    path.write_bytes(bytes(data))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.graph
@pytest.mark.parametrize(
    "damage", [cut, pytest.param(other, marks=pytest.mark.long), pytest.param(emptied, marks=pytest.mark.long)]
)
def test_a_corrupt_journal_file_is_named_and_mended_by_reading_the_document_again(
    tmp_path: Path, graph: Graph, neo4j_server: Connection, damage: Callable[[Path], None]
) -> None:
    graph.wipe()
    place = {
        "BULIAN_GRAPH_URL": neo4j_server.url,
        "BULIAN_GRAPH_USER": neo4j_server.user,
        "BULIAN_GRAPH_PASSWORD": neo4j_server.password,
    }
    run_in(tmp_path, "ingest", *TEXTS, **place)
    loaded = digest(graph)
    file = min((tmp_path / "home" / "journal").rglob("*.jsonl"))
    damage(file)
    name = f"{file.parent.name}/{file.name}"
    for words in (("rebuild",), ("backup", "all.zip", "--without-graph")):
        line = run_in(tmp_path, *words, status=1, **place).stderr.decode().splitlines()[-1]
        assert "KG301" in line and name in line and "line " in line and "again" in line, line
    said = run_in(tmp_path, "check", status=1, **place).stdout.decode()
    assert "journal_damaged" in said and name in said
    run_in(tmp_path, "ingest", *TEXTS, "--again", **place)
    assert digest(graph) == loaded
    assert "WRONG" not in run_in(tmp_path, "check", **place).stdout.decode()


def test_damaged_tables_are_named(tmp_path: Path) -> None:
    run_in(tmp_path, "status")
    tables = tmp_path / "home" / "bulian.db"
    tables.write_bytes(b"this is no database" * 500)
    for left in tmp_path.glob("home/bulian.db-*"):
        left.unlink()
    line = run_in(tmp_path, "status", status=1).stderr.decode().splitlines()[-1]
    assert line.startswith("bulian: WE008") and "database" in line
