"""`bulian review` by subprocess: the queue, effects before they happen, decisions and their undoing, as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kg.errors import BulianError
from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests import site_fixture
from tests.contract.conftest import run_in
from tests.web.test_decisions import load
from tests.web.test_duplicates import A, B, world
from web.cli.main import app
from web.errors import exit_status
from web.home import Home

pytestmark = pytest.mark.graph


def test_a_session_of_the_queue(graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path) -> None:
    with Home(site_fixture.settings(neo4j_server, parts, tmp_path / "home")) as home:
        load(home, world())
    there = {
        "BULIAN_HOME": str(tmp_path / "home"),
        "BULIAN_GRAPH_URL": neo4j_server.url,
        "BULIAN_GRAPH_USER": neo4j_server.user,
        "BULIAN_GRAPH_PASSWORD": neo4j_server.password,
    }

    def say(*arguments: str) -> Any:
        """In this process: a command by subprocess costs seconds."""
        done = CliRunner().invoke(app, ["review", *arguments, "--json"], env=there, catch_exceptions=False)
        return json.loads(done.stdout)

    found = json.loads(run_in(tmp_path, "review", "list", "--json", **there).stdout)
    assert found["count"] == 2 and {pair["doubt"] for pair in found["pairs"]} == {"place", "score"}
    pair = found["pairs"][0]["id"]
    shown = say("show", pair)
    assert shown["effects"]["same"]["moves"] and len(shown["sides"]) == 2 and shown["sides"][0]["statements"]
    planned = say("same", pair, "--dry-run")
    assert planned == {"act": None, **shown["effects"]["same"]}
    done = say("same", pair, "--reason", "同一地址", "--effect", planned["token"])
    assert done == {**planned, "act": done["act"]} and say("list")["count"] == 1
    assert say("undo", done["act"])["moves"]
    assert say("unsure", pair)["state"] == "unsure"
    assert [one["act"] for one in say("show", A)["history"]] == [one["act"] for one in say("show", B)["history"]]
    for arguments, code in ((("undo", done["act"]), "KG913"), (("same", "nothing", A), "KG912")):
        with pytest.raises(BulianError) as refused:
            say(*arguments)
        assert refused.value.code == code and exit_status(refused.value) == 1
    assert "WE003" in run_in(tmp_path, "review", "same", "nothing", status=2, **there).stderr.decode()
