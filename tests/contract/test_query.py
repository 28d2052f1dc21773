"""`bulian query` and `bulian copy` as an analyst uses them: the copy made at first use, own tools on it."""

from __future__ import annotations

import csv
import io
import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neo4j
import pytest
from neo4j.exceptions import AuthError, Neo4jError

from kg.neo4j.process import Connection
from kg.store import Graph
from tests.contract.conftest import ROOT, run_in

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("analysts-copy")]

DOCUMENTS = ("p01-prospectus.pdf", "c01-award.html")
MAKERS = """// makers
MATCH (e:Enterprise)-[r:PRODUCES]->(p) WHERE p.name <> $not RETURN e.name AS firm, p.name, r.fact ORDER BY firm
"""


@dataclass
class Analyst:
    """Runs commands in a data folder with two documents; its live graph is that of the test session."""

    folder: Path
    settings: dict[str, str]

    def run(self, *arguments: object, status: int = 0) -> tuple[str, str]:
        done = run_in(self.folder, *arguments, status=status, **self.settings)
        return done.stdout.decode("utf-8-sig"), done.stderr.decode()

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("copy", "status", "--json")[0])
        return found

    def query(self, name: str, text: str) -> Path:
        path = self.folder / f"{name}.cypher"
        path.write_text(text, "utf-8")
        return path


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory, neo4j_server: Connection, graph: Graph) -> Iterator[Analyst]:
    settings = {
        "BULIAN_GRAPH_URL": neo4j_server.url,
        "BULIAN_GRAPH_USER": neo4j_server.user,
        "BULIAN_GRAPH_PASSWORD": neo4j_server.password,
        "BULIAN_HEAP": "512m",
        "BULIAN_WORKERS": "1",
    }
    found = Analyst(tmp_path_factory.mktemp("query"), settings)
    found.run("ingest", *(ROOT / "seeds" / "demo" / "documents" / name for name in DOCUMENTS))
    yield found
    found.run("copy", "drop")


def test_what_the_words_give_away_is_refused_before_a_copy_is_made(analyst: Analyst) -> None:
    assert "KG715" in analyst.run("query", analyst.query("csv", "LOAD CSV FROM 'x' AS l RETURN l"), status=1)[1]
    assert "KG719" in analyst.run("query", analyst.query("makers", MAKERS), status=1)[1]
    assert "WE003" in analyst.run("query", "nowhere.cypher", status=2)[1]
    assert "WE003" in analyst.run("query", "makers.cypher", "--param", "not", status=2)[1]
    assert "no copy yet" in analyst.run("copy")[0]


def test_the_copy_is_made_at_first_use_and_own_tools_reach_it(
    analyst: Analyst, graph: Graph, neo4j_server: Connection
) -> None:
    what = ("query", analyst.query("makers", MAKERS), "--param", "not=减速器")
    started = json.loads(analyst.run("copy", "start", "--json")[0])
    answer = json.loads(analyst.run(*what, "--format", "json", "--limit", "2")[0])
    total = answer["total"]
    assert (len(answer["rows"]), answer["left_off"]) == (2, total - 2) and total > 2
    state, live, stamp = analyst.state(), graph.counts(), graph.stamp()
    assert (state["made"], state["running"], state["stale"]) == (True, True, False)
    assert (state["nodes"], state["edges"]) == (sum(live.labels.values()), sum(live.types.values()))
    assert stamp is not None and answer["as_of"] == state["as_of"] == stamp.written
    path = Path(started["password_file"])
    password = path.read_text("utf-8").strip()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert password != neo4j_server.password
    with neo4j.GraphDatabase.driver(started["url"], auth=(started["user"], password)) as driver:
        assert (
            driver.execute_query("MATCH (e:Enterprise) RETURN count(e) AS n").records[0]["n"]
            == live.labels["Enterprise"]
        )
        with pytest.raises(Neo4jError, match="read-only"):
            driver.execute_query("CREATE (n:Attack)")
    with (
        neo4j.GraphDatabase.driver(neo4j_server.url, auth=(started["user"], password)) as driver,
        pytest.raises(AuthError),
    ):
        driver.verify_connectivity()  # the copy's password opens nothing else

    shown, said = analyst.run(*what)
    assert answer["rows"][0][0] in shown and f"{total} rows" in said and "moved on" not in said
    analyst.run(*what, "--format", "xlsx", "--out", "makers.xlsx")
    assert (analyst.folder / "makers.xlsx").read_bytes().startswith(b"PK")
    rows = list(csv.reader(io.StringIO(analyst.run(*what, "--format", "csv")[0])))
    assert [line for line in rows if line[0].startswith("# as_of")] == [[f"# as_of: {stamp.written}"]]
    assert rows[-1 - total] == ["firm", "p.name", "r.fact"]

    graph.put_stamp(type(stamp)("another", stamp.version, stamp.written))  # the live graph moves on
    assert "the graph has moved on since: bulian copy renew" in analyst.run(*what)[1]
    assert "moved on" in analyst.run("copy")[0]
    assert analyst.run("copy", "stop") == ("copy stopped\n", "")
    assert analyst.run("copy", "drop")[0] == "copy thrown away\n"
    assert not analyst.state()["made"]
