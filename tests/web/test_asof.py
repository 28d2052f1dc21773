"""Pages as of a day, the ladder through time, and ages: on the demo."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote

import pytest
import time_machine
from starlette.testclient import TestClient

from kg.validity import AsOf
from web import words
from web.beijing import today
from web.home import Home
from web.pages.firms.firm import relation_rows

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("asof")]  # one demo for all of them

DAYS = ("2015-06-30", "2022-12-31", "2024-06-30", "2026-02-01")


@pytest.fixture(scope="module")
def edges(demo_home: Home) -> list[dict]:
    return demo_home.graph().read_statement(
        "MATCH (e:Enterprise)-[r]->(o) WHERE r.key IS NOT NULL "
        "RETURN e.id AS firm, type(r) AS relation, r {.*} AS edge, o.key AS other ORDER BY firm, relation"
    )


@pytest.mark.parametrize("day", DAYS)
def test_queries_and_the_rule_agree_on_what_held(demo_home: Home, edges: list[dict], day: str):
    at = AsOf.of(demo_home.ontology, day)
    held: dict[tuple[str, str], int] = {}
    for row in edges:
        if at.held(row["relation"], row["edge"]) is not False:
            held[row["firm"], row["relation"]] = held.get((row["firm"], row["relation"]), 0) + 1
    counted = {}
    for firm in {row["firm"] for row in edges}:
        for row in demo_home.graph().read("firm_relations", id=firm, **at.params()):
            if row["relation"] != "POSTED":
                counted[firm, row["relation"]] = row["count"]
    assert counted == held
    assert len(held) < len({(row["firm"], row["relation"]) for row in edges})
    for (firm, relation), number in sorted(held.items())[:40]:
        assert len(relation_rows(demo_home.graph(), firm, relation, 0, 1000, at)) == number


def test_the_day_is_chosen_without_a_script_and_kept_in_links(client: TestClient, edges: list[dict]):
    firm = next(row["firm"] for row in edges if row["relation"] == "PRODUCES")
    now = client.get(f"/firms/{firm}").text
    assert re.search(r'<form[^>]+action="/firms/[^"]+" method="get">', now)
    assert 'type="date" id="as-of" name="as_of" value=""' in now
    assert "的情况</strong>" not in now
    then = client.get(f"/firms/{firm}?as_of=2024-06-30").text
    assert "2024-06-30 的情况" in then
    assert "?as_of=2024-06-30" in then
    assert "回到今天" in then
    assert client.get(f"/firms/{firm}?as_of=").status_code == 200
    for wrong in ("2024-06-31", "soon", "2024-06"):
        answer = client.get(f"/firms/{firm}?as_of={wrong}", headers={"accept": "text/html"})
        assert answer.status_code == 422
        assert "2024-06-30" in answer.text
    product = next(row["other"] for row in edges if row["relation"] == "PRODUCES")
    for address in ("/search?q=轴承&as_of=2020-01-01", f"/products/{quote(product, safe='')}?as_of=2020-01-01"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "2020-01-01 的情况" in answer.text


def test_what_has_no_beginning_and_later_sources_is_marked(demo_home: Home, client: TestClient, edges: list[dict]):
    at = AsOf.of(demo_home.ontology, "2010-01-01")
    row = next(r for r in edges if r["relation"] == "PRODUCES" and at.held("PRODUCES", r["edge"]) is None)
    assert "起始不详" in client.get(f"/firms/{row['firm']}?as_of=2010-01-01").text
    assert "beginning unknown" in client.get(f"/firms/{row['firm']}?as_of=2010-01-01&lang=en").text
    client.get("/?lang=zh")


def test_the_ladder_of_a_firm_has_dates_rules_and_sources(demo_home: Home, client: TestClient, edges: list[dict]):
    standings = set()
    for firm in sorted({row["firm"] for row in edges if row["relation"] == "HAS_HONOUR"}):
        page = client.get(f"/api/v1/firms/{firm}").json()
        for course in page["courses"]:
            standings.add(course["standing"])
            for step in course["steps"]:
                assert step["source"] or step["rule"]
                assert step["date"] or step["kind"] in ("implied", "no_review") or step["rule"] is None
                assert step["reckoned"] == (step["rule"] is not None and step["kind"] in ("end", "no_review")) or (
                    step["kind"] == "end" and not step["reckoned"]
                )
        if page["courses"]:
            text = client.get(f"/firms/{firm}").text
            assert "梯度历程" in text
    assert standings >= {"recognised", "lapsed_or_unknown", "implied"}


@time_machine.travel("2026-11-25T04:00:00+00:00", tick=False)
def test_ages_are_worded_in_one_place(client: TestClient):
    assert [words.age(date) for date in ("2026-11-25", "2026-11-20", "2026-09-26", "2023-11-25", "2023-11-26")] == [
        ("today", 0),
        ("days", 5),
        ("months", 1),
        ("years", 3),
        ("years", 2),
    ]
    assert [words.age(date)[0] for date in ("2027-01-01", None, "soon", "2020")] == [
        "ahead",
        "unknown",
        "unknown",
        "years",
    ]
    assert [words.is_stale(date) for date in ("2023-11-25", "2023-11-26", None)] == [True, False, False]
    guide = client.get("/styleguide").text
    assert re.search(r"2022-12-01</time>\s*<span[^>]*>\s*3 年前\s*·\s*较旧", guide)
    assert today() == dt.date(2026, 11, 25)
