"""The verbs of the graph on a real Neo4j, and how its failures look."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from kg.neo4j.process import Connection
from kg.ontology import Ontology
from kg.store import (
    ConstraintBrokenError,
    Counts,
    Graph,
    GraphLoginError,
    GraphUnreachableError,
    QueryFailedError,
    QueryTimeoutError,
    Stamp,
)
from kg.templates import constraint_statements, link_statement, node_statement

pytestmark = pytest.mark.graph
ONTOLOGY = Ontology.load()
FIRMS = [{"id": f"e{n}", "name": f"甬川{n}厂", "founded": "2011-03-04" if n else None} for n in range(5)]
MAKES = [
    {"start": f"e{n}", "end": "减速器", "key": f"k{n}", "fact": f"f{n}", "facts": 1, "valid_from": "2020-01-01"}
    for n in range(5)
]


@pytest.fixture
def loaded(graph: Graph) -> Iterator[Graph]:
    labels = ONTOLOGY.labels
    graph.write_rows(node_statement(labels["Enterprise"]), FIRMS, batch=2)
    graph.write_rows(node_statement(labels["Product"]), [{"key": "减速器", "name": "减速器"}])
    makes = link_statement(ONTOLOGY.relations["PRODUCES"], labels["Enterprise"], labels["Product"])
    graph.write_rows(makes, MAKES)
    yield graph
    graph.wipe()


def test_rows_are_written_once_however_often_they_come(loaded: Graph) -> None:
    expected = Counts({"Enterprise": 5, "Product": 1}, {"PRODUCES": 5})
    assert loaded.counts() == expected
    done: list[int] = []
    label = ONTOLOGY.labels["Enterprise"]
    assert loaded.write_rows(node_statement(label), iter(FIRMS), batch=2, progress=done.append) == 5
    assert done == [2, 2, 1]
    assert loaded.counts() == expected


def test_a_row_replaces_its_node_and_keeps_the_vector(loaded: Graph) -> None:
    statement = node_statement(ONTOLOGY.labels["Product"])
    loaded.write_rows(statement, [{"key": "减速器", "name": "谐波减速器", "embedding": [0.5] * 512}])
    loaded.write_rows(statement, [{"key": "减速器", "pinyin": "jsq"}])
    (row,) = loaded.read_statement("MATCH (p:Product) RETURN p.name AS name, p.pinyin AS pinyin, p.embedding AS v")
    assert (row["name"], row["pinyin"], len(row["v"])) == (None, "jsq", 512)
    nearest = "CALL db.index.vector.queryNodes('product_embedding', 1, $v) YIELD node RETURN node.key AS key"
    assert loaded.read_statement(nearest, v=[0.5] * 512) == [{"key": "减速器"}]


def test_dates_are_dates_in_the_graph_and_text_outside(loaded: Graph) -> None:
    query = "MATCH (e:Enterprise)-[r:PRODUCES]->() WHERE r.valid_from <= date($day) AND e.founded > date('2011-01-01')"
    rows = loaded.read_statement(f"{query} RETURN e AS firm, [r.valid_from] AS since ORDER BY e.id", day="2020-01-01")
    assert len(rows) == 4
    assert rows[0]["since"] == ["2020-01-01"]
    assert rows[0]["firm"]["founded"] == "2011-03-04"


def test_a_read_cannot_write(loaded: Graph) -> None:
    for statement in ("CREATE (:Enterprise)", "MATCH (n) DETACH DELETE n", "CREATE INDEX x FOR (n:X) ON (n.y)"):
        with pytest.raises(QueryFailedError, match="AccessMode"):
            loaded.read_statement(statement)
    assert loaded.counts().labels["Enterprise"] == 5


def test_streamed_rows_are_the_same(loaded: Graph) -> None:
    assert list(loaded.stream("names")) == loaded.read("names")


def test_the_stamp_says_what_the_graph_holds(graph: Graph) -> None:
    assert graph.stamp() is None
    stamp = Stamp("abc", "0.1.0", "2026-01-02T03:04:05")
    graph.put_stamp(stamp)
    graph.put_stamp(stamp)
    assert graph.stamp() == stamp
    graph.wipe()
    assert graph.counts() == Counts()


def test_the_schema_is_whole_and_can_be_made_again(graph: Graph) -> None:
    graph.schema()
    made = {row["name"] for row in graph.read_statement("SHOW CONSTRAINTS YIELD name")}
    wanted = {text.split()[2] for text in constraint_statements(ONTOLOGY)} | {"meta_id", "enterprise_credit_code"}
    assert wanted == made
    indexes = graph.read_statement("SHOW INDEXES YIELD name, state, type")
    assert {row["state"] for row in indexes} == {"ONLINE"}
    assert {"FULLTEXT", "TEXT", "RANGE", "VECTOR"} <= {row["type"] for row in indexes}


def test_constraints_hold(loaded: Graph) -> None:
    with pytest.raises(ConstraintBrokenError) as caught:
        loaded.write_rows("UNWIND $rows AS row CREATE (e:Enterprise {id: row.id})", [{"id": "e1"}])
    assert caught.value.code == "KG705"
    again = (
        "UNWIND $rows AS row MATCH (e:Enterprise {id: 'e1'}), (p:Product) CREATE (e)-[:PRODUCES {key: row.key}]->(p)"
    )
    with pytest.raises(ConstraintBrokenError):
        loaded.write_rows(again, [{"key": "k1"}])


def test_a_query_that_runs_away_is_ended(graph: Graph) -> None:
    with pytest.raises(QueryTimeoutError) as caught:
        graph.read_statement("UNWIND range(1, 1000000000) AS x RETURN sum(x * x)", timeout=0.5)
    assert caught.value.code == "KG704"


def test_a_wrong_statement_is_named(graph: Graph) -> None:
    with pytest.raises(QueryFailedError, match="SyntaxError"):
        graph.read_statement("MATCH (n RETURN n")


@pytest.mark.parametrize("url", ["nonsense", "http://127.0.0.1:7474", "bolt://127.0.0.1:{free}", "bolt://host.invalid"])
def test_no_graph_at_the_address(url: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    with pytest.raises(GraphUnreachableError) as caught, Graph(url.format(free=free), "neo4j", "x"):
        pass
    assert caught.value.code == "KG701"


def test_a_wrong_password(neo4j_server: Connection) -> None:
    with pytest.raises(GraphLoginError) as caught, Graph(neo4j_server.url, neo4j_server.user, "wrong"):
        pass
    assert caught.value.code == "KG702"
    with Graph(neo4j_server.url, neo4j_server.user, neo4j_server.password) as graph:
        assert graph.check().startswith("5.26")
