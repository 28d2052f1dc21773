"""How long the third-party parts and the local Neo4j take: fetched, started, found, stopped. JSON in .bench/."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from kg.neo4j.process import LocalNeo4j
from kg.parts import Parts
from kg.store import Graph

pytestmark = pytest.mark.bench
OUT = Path(__file__).resolve().parents[2] / ".bench" / "neo4j_start.json"


def seconds(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return round(time.perf_counter() - begin, 3)


def test_parts_and_start(parts: Parts, tmp_path: Path) -> None:
    cold = Parts(tmp_path / "parts")
    figures: dict[str, Any] = {"cores": os.cpu_count(), "load_before": os.getloadavg()[0]}
    figures["fetch_s"] = seconds(cold.fetch)
    figures["fetch_again_s"] = seconds(cold.fetch)
    figures["verify_s"] = seconds(lambda: cold.list(verify=True))
    server = LocalNeo4j(tmp_path / "neo4j", parts.neo4j_jars())
    for run in ("first", "second", "third"):
        figures[f"start_{run}_s"] = seconds(server.start)
        figures[f"found_{run}_s"] = seconds(server.start)
        connection = server.start()
        with Graph(connection.url, connection.user, connection.password) as graph:
            figures[f"schema_{run}_s"] = seconds(graph.schema)
        status = server.status()
        figures[f"rss_{run}_mb"] = (status.memory or 0) >> 20
        figures[f"cpu_{run}_s"] = round(sum(psutil.Process(status.pid).cpu_times()[:2]), 1)
        figures[f"stop_{run}_s"] = seconds(server.stop)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1) + "\n")
