"""Who won the like stands on a need's page, with buyer, day, sum and sentence, in both languages."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from kg.validity import NOW
from web.home import Home
from web.jobs.match import query_of, query_of_text
from web.pages.needs.precedents import precedents_of
from web.pages.supply.supposed import links_of, supposed_page


def test_the_page_of_a_need(client: TestClient, demo_home: Home) -> None:
    found = precedents_of(demo_home, demo_home.graph(), query_of(demo_home, "demo-n4"))
    first = found[0]
    assert first.same_buyer and first.day and first.winners[0].amount and first.winners[0].source.quote
    page = client.get("/needs/demo-n4").text
    part = page[page.index('id="precedents"') :]
    assert first.title in part and first.winners[0].firm.name in part and "同一发包方" in part
    assert f"/evidence/{first.winners[0].source.fact}" in part
    english = client.get("/needs/demo-n4", headers={"Cookie": "lang=en"}).text
    assert "Who won the like" in english


def test_a_precedent_without_a_sum(client: TestClient, demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = precedents_of(demo_home, demo_home.graph(), query_of(demo_home, "demo-n4"))[0]
    told = first.model_copy(update={"winners": [one.model_copy(update={"amount": None}) for one in first.winners]})
    monkeypatch.setattr("web.pages.needs.shortlist.precedents_of", lambda *_: [told])
    page = client.get("/needs/demo-n4")
    assert page.status_code == 200 and told.title in page.text


def test_a_need_without_precedents(client: TestClient, demo_home: Home) -> None:
    assert precedents_of(demo_home, demo_home.graph(), query_of_text("zzz")) == []
    assert "还没有与它相近的中标公告" in client.get("/match?text=zzz").text


def test_links_of_the_demo_rest_on_facts_and_are_stated_nowhere(client: TestClient, demo_home: Home) -> None:
    graph, links = demo_home.graph(), links_of(demo_home)
    pages = [supposed_page(demo_home, graph, firm) for firm in sorted({award.firm for award in links.awards})[:12]]
    assert any(page.customers for page in pages) and any(page.suppliers for page in pages)
    for page in pages:
        stated = {
            side: {row["name"] for row in graph.read(f"firm_{side}", id=page.firm.id, limit=10_000, **NOW.params())}
            for side in ("customers", "suppliers")
        }
        for side, found in (("customers", page.customers), ("suppliers", page.suppliers)):
            assert not stated[side] & {one.name for one in found} and page.firm.name not in {one.name for one in found}
            for one in found:
                assert one.level == "inferred" and any(step.evidence for step in one.steps)
                assert round(sum(step.points for step in one.steps), 4) == one.score
                ends = (page.firm.name, one.name) if side == "customers" else (one.name, page.firm.name)
                assert all((step.path[0], step.path[-1]) == ends for step in one.steps)


def test_the_page_and_the_api_of_reckoned_links(client: TestClient, demo_home: Home) -> None:
    links = links_of(demo_home)
    firm, link = next((firm, found[0]) for firm in links.corpus.id_list if (found := links.of_firm(firm)))
    page = client.get(f"/firms/{firm}/supposed").text
    assert "这里没有事实" in page and "badge-inferred" in page and link.buyer in page
    assert " → ".join(link.steps[0].path) in page
    told = client.get(f"/api/v1/firms/{firm}/supposed").json()
    assert told["customers"][0]["name"] == link.buyer and told["graph"] and told["as_of"] and told["corpus"]
    assert f"/firms/{firm}/supposed" in client.get(f"/firms/{firm}").text
    none = next(one for one in links.corpus.id_list if not links.of_firm(one))
    assert "没有理由推断出新的客户" in client.get(f"/firms/{none}/supposed").text
    assert client.get("/firms/nobody/supposed").status_code == 404


def test_a_former_name_means_the_firm(client: TestClient, demo_home: Home) -> None:
    """On a list of firms not to list, and as the buyer of a contract."""
    (renamed, *_) = demo_home.graph().read_statement(
        "MATCH (e:Enterprise) WHERE size(e.former_names) > 0 "
        "RETURN e.id AS id, e.name AS name, e.former_names[0] AS former"
    )
    links = links_of(demo_home)
    assert links.key(renamed["former"]) == links.key(renamed["name"])
    asked: dict[str, str | int] = {"text": "轴承", "top": 200}
    before = {one["id"] for one in client.get("/api/v1/match", params=asked).json()["entries"]}
    after = client.get("/api/v1/match", params={**asked, "exclude": renamed["former"]}).json()["entries"]
    assert before - {one["id"] for one in after} == {renamed["id"]}
