"""Who won the like stands on a need's page, with buyer, day, sum and sentence, in both languages."""

from __future__ import annotations

from starlette.testclient import TestClient

from matcher.links import Links
from web.home import Home
from web.jobs.match import query_of, query_of_text
from web.pages.precedents import precedents_of


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


def test_a_need_without_precedents(client: TestClient, demo_home: Home) -> None:
    assert precedents_of(demo_home, demo_home.graph(), query_of_text("zzz")) == []
    assert "还没有与它相近的中标公告" in client.get("/match?text=zzz").text


def test_links_of_the_demo_rest_on_facts(demo_home: Home) -> None:
    ranker = demo_home.ranker()
    known = Links(ranker.corpus, ranker.history.awards, demo_home.embedder())
    found = [link for firm in {award.firm for award in known.awards} for link in known.of_firm(firm)]
    assert found and all(link.level == "inferred" and any(step.facts for step in link.steps) for link in found)
    rows = demo_home.graph().read("citations", ids=sorted({f for link in found for s in link.steps for f in s.facts}))
    assert len(rows) == len({f for link in found for s in link.steps for f in s.facts})


def test_the_page_of_reckoned_buyers(client: TestClient, demo_home: Home) -> None:
    ranker = demo_home.ranker()
    known = Links(ranker.corpus, ranker.history.awards, demo_home.embedder())
    firm, link = next((firm, found[0]) for firm in ranker.corpus.id_list if (found := known.of_firm(firm)))
    page = client.get(f"/firms/{firm}/supposed").text
    assert "这里没有事实" in page and "badge-inferred" in page and link.buyer in page
    assert " → ".join(link.steps[0].path) in page
    assert f"/firms/{firm}/supposed" in client.get(f"/firms/{firm}").text
    none = next(one for one in ranker.corpus.id_list if not known.of_firm(one))
    assert "没有理由推断出新的客户" in client.get(f"/firms/{none}/supposed").text
    assert client.get("/firms/nobody/supposed").status_code == 404
