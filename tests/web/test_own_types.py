"""Types and relations of an operator's own: from a second ontology file and a manifest to a page and a query."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from kg.errors import BulianError
from kg.neo4j.process import Connection
from kg.rebuild import digest, rebuild
from kg.store import Graph
from tests.site_fixture import LOCAL
from tests.web.conftest import MakeHome
from web.app import create_app
from web.jobs import lists

pytestmark = pytest.mark.graph
OWN = """
labels:
  Laboratory: {zh: 检测机构, en: laboratory}
relations:
  TESTED_BY:
    {source: Enterprise, target: Laboratory, temporal: event, zh: 送检于, en: tested by,
     properties: [{grade: {zh: 检测等级, en: test grade, values: test_grade}}]}
values:
  test_grade: {first: {zh: 一级, en: first grade}, second: {zh: 二级, en: second grade}}
"""
MANIFEST = """
id: tests-of-a-laboratory
title: 委托检测清单
publisher: 示例市
tables:
  - columns:
      name: {heads: 企业名称, type: firm, required: true}
      laboratory: {heads: 检测机构, required: true}
      grade: {heads: 等级, values: {一级: first, 二级: second}}
      day: {heads: 日期, type: date}
    facts:
      - relation: TESTED_BY
        source: {type: Enterprise, name: name}
        target: {type: Laboratory, name: laboratory}
        properties: {grade: grade}
        valid_from: day
"""


def fail(error: BulianError) -> None:
    raise error


def test_from_a_file_to_a_page(make_home: MakeHome, graph: Graph, neo4j_server: Connection, tmp_path: Path) -> None:
    graph.wipe()
    (tmp_path / "own.yml").write_text(OWN, "utf-8")
    home = make_home(
        ontology=tmp_path / "own.yml",
        graph_url=neo4j_server.url,
        graph_user=neo4j_server.user,
        graph_password=SecretStr(neo4j_server.password),
    )
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "manifest.yml").write_text(MANIFEST, "utf-8")
    path = tmp_path / "tests.csv"
    path.write_text("企业名称,检测机构,等级,日期\n宁波岚川泵业有限公司,甬江流体检测中心,一级,2026-05-04\n", "utf-8")
    assert lists.import_list(home, str(tmp_path / "m"), path, fail).facts == 1
    found = graph.read_statement(
        "MATCH (e:Enterprise)-[r:TESTED_BY]->(l:Laboratory), (f:Fact {id: r.fact})-[:OBJECT]->(l) "
        "RETURN e.id AS id, l.name AS name, r.grade AS grade, f.quote AS quote"
    )
    assert [(row["name"], row["grade"]) for row in found] == [("甬江流体检测中心", "first")]
    assert "检测机构: 甬江流体检测中心" in found[0]["quote"]
    with TestClient(create_app(home), base_url=LOCAL) as client:
        page = client.get(f"/firms/{found[0]['id']}").text
        assert all(word in page for word in ("送检于", "甬江流体检测中心", "检测等级", "一级"))
        english = client.get(f"/firms/{found[0]['id']}?lang=en").text
        assert "tested by" in english and "first grade" in english
        ontology = client.get("/ontology?lang=zh").text
        assert ontology.index("送检于") < ontology.index("PRODUCES") and "检测机构" in ontology
    before = digest(graph)
    rebuild(graph, home.ontology, home.documents, home.journal, home.decisions())
    assert digest(graph) == before and before.types["TESTED_BY"] == 1
