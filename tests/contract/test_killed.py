"""A load that is killed with −9: the next one finishes it, and the graph is the one of a rebuild."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from kg.neo4j.process import Connection
from kg.rebuild import digest
from kg.store import Graph
from tests.contract.conftest import PROGRAM, ROOT, run_in

pytestmark = pytest.mark.graph
DEMO = ROOT / "seeds" / "demo"


def marks(home: Path) -> int:
    """How far a load has come: files that it has written so far."""
    return sum(1 for folder in ("documents", "journal") for path in (home / folder).rglob("*") if path.is_file())


@pytest.mark.parametrize("after", [pytest.param(number, marks=pytest.mark.long) for number in (5, 318, 10_000)])
def test_a_killed_load_is_finished_by_the_next(
    tmp_path: Path, graph: Graph, neo4j_server: Connection, after: int
) -> None:
    """`after` so many written files the load is killed; the last case, half a second into the graph's transactions."""
    graph.wipe()
    settings = {
        "BULIAN_GRAPH_URL": neo4j_server.url,
        "BULIAN_GRAPH_USER": neo4j_server.user,
        "BULIAN_GRAPH_PASSWORD": neo4j_server.password,
    }
    home = tmp_path / "home"
    environment = {**os.environ, **settings, "BULIAN_HOME": str(home)}
    with subprocess.Popen([str(PROGRAM), "ingest", str(DEMO)], env=environment, stderr=subprocess.DEVNULL) as load:
        end = time.monotonic() + 120
        while load.poll() is None and marks(home) < after and time.monotonic() < end:
            if after == 10_000 and graph.read("pending"):
                time.sleep(0.5)
                break
            time.sleep(0.01)
        load.kill()
    run_in(tmp_path, "ingest", DEMO, status=1, **settings)
    loaded = digest(graph)
    assert loaded.labels["Document"] == 64
    run_in(tmp_path, "rebuild", **settings)
    assert digest(graph) == loaded
    said = run_in(tmp_path, "check", **settings).stdout.decode()
    assert "WRONG" not in said
