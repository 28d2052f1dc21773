"""The health report and the right of reply, on one demo: every edge opens; what is taken out is gone from pages and
ranking, with its reason in its place.
"""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from kg.rebuild import digest
from web.errors import Usage, WebError
from web.home import Home
from web.jobs.health import check
from web.jobs.rebuild import rebuild
from web.jobs.retraction import restore, retract, retractions

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("retraction")]  # one demo for all of them

REASON = "企业来函：所述产品已于2024年停产"
MAKER = """MATCH (e:Enterprise)-[r:PRODUCES]->(p:Product) WHERE NOT EXISTS { (e)-[:POSTED]->() }
MATCH (f:Fact {id: r.fact})-[:SUBJECT]->(:Record)
RETURN e.id AS id, e.name AS name, p.name AS product, p.key AS key, r.fact AS fact, r.facts AS facts
ORDER BY r.facts, e.id, p.key LIMIT 1"""


@pytest.fixture
def maker(demo_home: Home) -> dict:
    return demo_home.graph().read_statement(MAKER)[0]


def edges_of(home: Home, firm: str) -> int:
    return home.graph().read_statement(
        "MATCH (:Enterprise {id: $id})-[r]-(x) WHERE NOT x:Record RETURN count(r) AS n", id=firm
    )[0]["n"]


def test_every_edge_of_the_demo_opens(demo_home: Home):
    findings = check(demo_home)
    assert [finding for finding in findings if not finding["ok"]] == []
    [evidence] = [finding["detail"] for finding in findings if finding["what"] == "evidence"]
    assert evidence.endswith(" 0 nowhere")
    assert " 0 at a sentence" not in evidence
    assert " 0 at what was published" not in evidence


def test_a_quick_check_compares_nothing(demo_home: Home):
    assert {finding["what"] for finding in check(demo_home, quick=True)} == {
        "switches",
        "disk",
        "parts",
        "tables",
        "documents",
        "graph",
        "outbox",
    }


def test_what_is_broken_is_named_with_examples(demo_home: Home):
    graph = demo_home.graph()
    graph.write_rows("UNWIND $rows AS row MATCH (p:Product) WITH p LIMIT 1 SET p.colour = 'red'", [{}])
    wrong = [finding for finding in check(demo_home) if not finding["ok"]]
    graph.write_rows("UNWIND $rows AS row MATCH (p:Product) REMOVE p.colour", [{}])
    assert [(finding["what"], finding["count"]) for finding in wrong] == [("property_unknown", 1)]
    assert "colour" in wrong[0]["examples"][0]


def test_a_firm_is_taken_out_and_brought_back(demo_home: Home, client: TestClient, maker: dict):
    before = digest(demo_home.graph())
    done = retract(demo_home, maker["id"], REASON)
    assert edges_of(demo_home, maker["id"]) == 0
    html = client.get(f"/firms/{maker['id']}").text
    assert REASON in html
    assert "撤回于" in html
    assert f">{maker['product']}<" not in html
    assert "taken out on" in client.get(f"/firms/{maker['id']}?lang=en").text
    client.get("/?lang=zh")
    page = client.get(f"/evidence/{maker['fact']}").text
    assert REASON in page
    assert maker["product"] not in page
    assert maker["id"] not in client.get(f"/products/{maker['key']}").text
    assert maker["id"] not in {firm.id for firm in demo_home.corpus().firms}
    told = client.get(f"/api/v1/firms/{maker['id']}/supposed").json()
    assert (told["won"], told["let"], told["customers"], told["suppliers"]) == (0, 0, [], [])
    assert maker["name"] in client.get(f"/search?q={maker['name']}").text
    out = digest(demo_home.graph())
    rebuild(demo_home)
    assert digest(demo_home.graph()) == out, "a rebuild leaves it taken out"
    assert [finding for finding in check(demo_home) if not finding["ok"]] == []
    restore(demo_home, done.act)
    assert edges_of(demo_home, maker["id"]) > 0
    assert REASON not in client.get(f"/firms/{maker['id']}").text
    after = digest(demo_home.graph())
    assert after.types == {**before.types, "ON": after.types["ON"]}


def test_one_statement_is_taken_out_where_it_stood(demo_home: Home, client: TestClient, maker: dict):
    done = retract(demo_home, maker["id"], REASON, maker["fact"])
    assert done.statement.startswith("PRODUCES:")
    html = client.get(f"/firms/{maker['id']}").text
    assert REASON in html
    page = client.get(f"/api/v1/evidence/{maker['fact']}").json()
    assert page["taken_out"]["reason"] == REASON
    assert page["quote"] == ""
    assert maker["product"] not in json.dumps(page, ensure_ascii=False)
    with pytest.raises(WebError, match="WE013"):
        retract(demo_home, maker["id"], REASON, maker["fact"])
    restore(demo_home, done.act)
    with pytest.raises(WebError, match="WE013"):
        restore(demo_home, done.act)


def test_wrong_use_is_said(demo_home: Home, maker: dict):
    with pytest.raises(Usage):
        retract(demo_home, maker["id"], "  ")
    for firm, fact in (("nobody", None), (maker["id"], "nothing")):
        with pytest.raises(WebError, match="WE005"):
            retract(demo_home, firm, REASON, fact)
    with pytest.raises(WebError, match="WE005"):
        restore(demo_home, "no act")
    assert all(item.undone_at for item in retractions(demo_home))
