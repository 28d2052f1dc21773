"""Two programs on one data folder: one writes, the other is told who does; one serves, the other is told where."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.contract.conftest import ROOT, run_in
from web.home import Home
from web.jobs.server import PageServer
from web.settings import Settings

TEXT = ROOT / "seeds" / "demo" / "documents" / "c01-award.html"
LIST = ROOT / "seeds" / "demo" / "lists" / "specialised_2025.csv"


@pytest.mark.parametrize(
    "words",
    [
        ("ingest", TEXT),
        ("import", "specialised", LIST),
        ("rebuild",),
        ("backup", "all.zip", "--without-graph"),
        ("copy", "make"),
    ],
    ids=lambda words: words[0],
)
def test_a_second_writer_is_told_who_writes(tmp_path: Path, words: tuple[object, ...]) -> None:
    with Home(Settings(home=tmp_path / "home")) as home, home.writing("refresh"):
        said = run_in(tmp_path, *words, status=1, BULIAN_GRAPH_URL="bolt://127.0.0.1:1").stderr.decode()
        line = said.splitlines()[-1]
        assert "WE006" in line and "refresh" in line and str(os.getpid()) in line and "wait" in line, line
    assert not (tmp_path / "all.zip").exists()


def test_a_second_page_server_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    with Home(Settings(home=tmp_path / "home")) as home, PageServer(home).listening(0) as (_, address):
        line = run_in(tmp_path, "serve", status=1).stderr.decode().splitlines()[-1]
        assert "WE009" in line and address in line and "bulian down" in line, line
