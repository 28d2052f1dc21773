"""Without the extra `ray`, and without a cluster, `--ray` ends in one line; the cluster itself: tests/extras."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from kg.errors import BulianError
from nlp.errors import RefusedFile
from web import ray_workers
from web.ray_workers import RayWorkers
from web.settings import Settings
from web.workers import workers_of

HAS_RAY = importlib.util.find_spec("ray") is not None


@pytest.mark.skipif(HAS_RAY, reason="the extra is installed here")
def test_the_extra_is_asked_for() -> None:
    with pytest.raises(BulianError) as caught:
        list(workers_of(Settings(ray="127.0.0.1:6379")).map(str, [1]))
    assert str(caught.value) == 'WE028 the extra for Ray is not installed (pip install "bulian[ray]")'


@pytest.mark.parametrize("address", ["local", "http://127.0.0.1:1", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:99999"])
@pytest.mark.skipif(not HAS_RAY, reason="the extra is not installed here: make test-extras")
def test_no_cluster_is_begun_where_none_answers(address: str) -> None:
    with pytest.raises(BulianError, match="no Ray cluster at") as caught:
        list(RayWorkers(address).map(str, [1]))
    assert caught.value.code == "WE029" and "docs/scale.md" in caught.value.hint


def test_nothing_to_do_asks_nobody() -> None:
    assert list(RayWorkers("127.0.0.1:1").map(str, [])) == []


def test_a_task_is_done_by_the_same_program_alone() -> None:
    here = ray_workers.program()
    assert ray_workers._done(here, str, [1, 2]) == ["1", "2"]
    refused = ray_workers._done("another", str, [1, 2])
    assert isinstance(refused, BulianError) and refused.code == "WE030"


def test_what_a_task_refuses_comes_back_as_it_is() -> None:
    def refuse(path: Path) -> None:
        raise RefusedFile("no", file=str(path))

    refused = ray_workers._done(ray_workers.program(), refuse, [Path("a")])
    assert isinstance(refused, RefusedFile) and refused.file == "a"
