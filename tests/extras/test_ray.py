"""The extra `ray`: a real cluster of two nodes reads documents and makes vectors; one of them is killed at its work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from kg.parts import Parts
from kg.workers import HERE
from matcher import spread
from matcher.embed import OnnxEmbedder
from seeds.demo.make.world import HOME
from web import ray_workers
from web.errors import WebError
from web.home import Home
from web.jobs.ingest import ingest
from web.ray_workers import RayWorkers
from web.settings import Settings, load_settings

ray = pytest.importorskip("ray", reason="the extra ray is not installed here: make test-extras")
cluster_utils = pytest.importorskip("ray.cluster_utils")

NODE = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}
FACTS = "*-award.html"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head, to which tests add a second node; on this machine, each with processes and a store of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        made = cluster_utils.Cluster(initialize_head=True, head_node_args=NODE)
        yield made
        ray.shutdown()
        made.shutdown()


def processes(node: Any) -> list[psutil.Process]:
    """Everything that runs as this node: its own servers, and the workers below them."""
    own = [psutil.Process(one.process.pid) for kind in node.all_processes.values() for one in kind]
    return own + [child for one in own for child in one.children(recursive=True)]


def at_work(node: Any) -> bool:
    """Whether one of its processes does a task of ours now."""
    for process in processes(node):
        try:
            if any(word.startswith("ray::_done") for word in process.cmdline()):
                return True
        except psutil.NoSuchProcess:
            continue
    return False


def test_a_node_killed_at_its_work_changes_no_fact(cluster: Any, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    shutil.copytree(HOME / "documents", documents)
    command = [str(Path(sys.executable).parent / "bulian"), "extract", str(documents), "--jsonl"]
    settings = {**os.environ, "BULIAN_HOME": str(tmp_path / "home")}
    second = cluster.add_node(num_cpus=1, object_store_memory=NODE["object_store_memory"])
    cluster.wait_for_nodes()
    running = subprocess.Popen(
        [*command, str(tmp_path / "ray.jsonl"), "--ray", cluster.address], env=settings, cwd=tmp_path,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not at_work(second):
        assert running.poll() is None, running.stderr.read()
        time.sleep(0.02)
    ended = processes(second)
    for process in ended:
        process.kill()
    assert running.poll() is None, "the node was killed after the work"
    alone = subprocess.run([*command, str(tmp_path / "alone.jsonl")], env=settings, cwd=tmp_path, capture_output=True)
    _, said = running.communicate(timeout=120)
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in ended)
    assert running.returncode == alone.returncode == 1, said  # the demo holds files that are refused
    assert said == alone.stderr.decode()
    assert (tmp_path / "ray.jsonl").read_bytes() == (tmp_path / "alone.jsonl").read_bytes() != b""


def test_documents_reach_the_journal(cluster: Any, tmp_path: Path) -> None:
    paths = sorted((HOME / "documents").glob(FACTS))[:4]
    journals = []
    for name, address in (("ray", cluster.address), ("alone", None)):
        with Home(Settings(home=tmp_path / name, workers=1, ray=address)) as home:
            assert ingest(home, paths, pytest.fail, later=True).loaded == 4
            files = (home.folder / "journal").rglob("*.jsonl*")
            journals.append({path.relative_to(home.folder): path.read_bytes() for path in files})
    assert journals[0] == journals[1] != {}


def test_vectors_are_those_of_this_process(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Parts(load_settings().parts_folder).model()
    monkeypatch.setattr(spread, "PART", 3)
    texts = ["谐波减速器", "液压马达", "PVC", "高压柱塞泵及马达", "电磁阀", "轴承", "烧结钕铁硼永磁体", "EVA胶膜"]
    here = OnnxEmbedder(folder)
    there = spread.SpreadEmbedder(str(folder), RayWorkers(cluster.address))
    assert there.name == here.name
    assert np.array_equal(there.embed(texts), here.embed(texts))


def test_a_node_with_another_program_does_nothing(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_workers, "program", lambda: "another")
    with pytest.raises(WebError) as caught:
        list(RayWorkers(cluster.address).map(str, [1, 2]))
    assert caught.value.code == "WE030" and "another program" in caught.value.reason
    assert list(HERE.map(str, [1, 2])) == ["1", "2"]
