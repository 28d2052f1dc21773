"""Extraction by a Ray cluster beside processes of one machine (extra `ray`): what sending work away costs.

After `sh scripts/test-extras.sh ray`:
`.venv-ray/bin/python -m pytest -m bench -n 0 -s tests/bench/test_extract_ray.py`
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.test_extract import announcements, save

cluster_utils = pytest.importorskip("ray.cluster_utils", reason="the extra ray is not installed here")

pytestmark = pytest.mark.bench
PROGRAM = Path(sys.executable).parent / "bulian"


def test_a_cluster_beside_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same files by `--workers 2` and by `--ray` on two nodes of one core each, what few files take taken off."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    few, many = tmp_path / "few", tmp_path / "many"
    for folder, count in ((few, 100), (many, 1_000)):
        folder.mkdir()
        announcements(folder, count)
    node = {"num_cpus": 1, "object_store_memory": 200_000_000, "include_dashboard": False}
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args=node)
    try:
        cluster.add_node(num_cpus=1, object_store_memory=node["object_store_memory"])
        cluster.wait_for_nodes()
        figures: dict[str, float] = {"cores": os.cpu_count() or 1, "load_before": os.getloadavg()[0]}
        for name, who in (("workers", ("--workers", "2")), ("ray", ("--ray", cluster.address))):
            spent = []
            for folder in (few, many):
                begun, facts = time.monotonic(), tmp_path / f"{name}.jsonl"
                command = [PROGRAM, "extract", folder, "--jsonl", facts, *who]
                done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
                assert done.returncode == 0, done.stderr[-2000:]
                spent.append(time.monotonic() - begun)
            figures[f"per_s_{name}"] = round(900 / (spent[1] - spent[0]), 1)
            figures[f"start_s_{name}"] = round(spent[0] - 100 / figures[f"per_s_{name}"], 2)
    finally:
        cluster.shutdown()
    assert (tmp_path / "ray.jsonl").read_bytes() == (tmp_path / "workers.jsonl").read_bytes()
    save("extract_ray", figures)
