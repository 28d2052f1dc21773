"""The pages over the demo corpus: figures have sources, reasons open at their sentences, errors have codes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import python_calamine
from docx import Document
from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sqlalchemy import delete, select
from sqlalchemy.orm import make_transient
from starlette.testclient import TestClient

from kg.console.cookbook import question
from tests.web.listed import list_addresses, listed
from tests.web.people import sends
from tests.web.routes import routes
from web.db.bounties import Bounty, Milestone
from web.home import Home
from web.jobs.replay import replay
from web.pages.firms.why import why_page
from web.pages.needs.conditions import Wanted

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("pages")]

STEEL = "临澜昀钢特种材料股份有限公司"


@pytest.fixture(autouse=True)
def nobody_has_chosen_a_language(client: TestClient) -> None:
    client.cookies.clear()


def api(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(f"/api/v1{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def firm_named(client: TestClient, name: str) -> dict[str, Any]:
    found = api(client, "/search", q=name, kind="firm")["firms"]
    firm: dict[str, Any] = api(client, f"/firms/{found[0]['id']}")
    return firm


def statements(client: TestClient, firm: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for group in firm["statements"] for row in group["rows"]]


@pytest.fixture(scope="module")
def addresses(client: TestClient) -> list[str]:
    """One address of each kind of page, evidence in a PDF and in a sheet."""
    firm = firm_named(client, STEEL)
    rows = statements(client, firm)
    sheet = next(row for row in rows if isinstance(row["source"]["page"], str))
    text = next(row for row in rows if isinstance(row["source"]["page"], int))
    product = next(row for row in rows if row["label"] == "Product")
    return [
        "/",
        "/search",
        f"/search?q={quote('减速器')}",
        f"/search?q={quote('查无此物xyz')}&how=phrase",
        "/needs",
        "/needs?kind=bounty",
        "/bounties",
        f"/bounties?city=990100&field={quote('高端装备')}&until=2027-12-31&least=1",
        "/bounties/archive",
        "/bounties/statistics",
        "/needs/demo-n1",
        "/needs/demo-b1",
        "/needs/demo-b2",
        "/needs/demo-n1?c=0:off&c=1:wish&place=990100&tier=little_giant&disclosed=1&strict=1&top=10",
        "/needs/demo-n1/team",
        "/bounties/demo-b1/thread",
        "/bounties/demo-w1",
        "/bounties/demo-w3/thread",
        f"/bounties/demo-b1/team?size=2&without={quote(STEEL)}",
        "/match",
        "/requirement",
        "/console",
        "/console?example=makers",
        f"/match?text={quote('寻找耐高温的伺服电机用钕铁硼磁体')}",
        f"/firms/{firm['id']}",
        f"/firms/{firm['id']}/needs",
        f"/why?need=demo-n1&firm={firm['id']}",
        f"/firms/{firm['id']}/PRODUCES",
        f"/products/{quote(product['key'], safe='')}",
        f"/evidence/{sheet['source']['fact']}",
        f"/evidence/{text['source']['fact']}",
        f"/documents/{text['source']['document']}",
        f"/documents/{sheet['source']['document']}",
        "/sources",
        f"/sources?publisher={quote('甬川市公共资源交易中心')}&kind=award",
        "/papers",
        "/papers?place=990100",
        "/chains",
        "/chains/robot?region=990100&with=990200",
        "/chains/robot/nodes/flexible-bearing?region=990100",
        "/chains/robot/nodes/magnet",
        "/chains/robot/versions",
        "/fields",
        "/fields?region=990100&scheme=liuji-2026",
        f"/fields/liuji-2026/{quote('关键基础材料')}?region=990100",
        f"/fields/catalogue-2021/{quote('产业技术基础')}",
        "/clusters",
        f"/clusters/{quote('ningbo-361-2025:人工智能与机器人')}?region=990100",
        f"/clusters/{quote('ningbo-246-2019:文体用品')}",
        "/what-if",
        f"/firms/{firm['id']}/criteria",
        f"/what-if?firm={firm['id']}&seen=990100",
        "/what-if?region=990200&chain=robot",
        f"/what-if?import={quote('robot:encoder')}",
        f"/firms/{firm['id']}/tiers",
        f"/firms/{firm['id']}/claim",
        "/claims",
        "/single-sources?all=1",
        "/single-sources?region=310000",
        "/discover",
        f"/discover?region=990100&field={quote('减速')}&top=10",
        f"/discover?field={quote('没有的东西')}",
        "/statistics",
        "/statistics?region=990100&tier=little_giant&notice=1&in=age%3Aover_10",
        "/method",
        "/feedback",
        "/desk",
        "/inbox",
        "/watches",
        "/login",
        "/account",
        "/people",
        "/people?organisation=B1",
        "/audit",
        *list_addresses(client),
        "/search/by",
        f"/search/by?q={quote('器')}&tier=little_giant&place=990100",
        f"/search/by?q={quote('减速')}&kind=product",
        "/styleguide",
        "/api/docs",
        "/drafts",
        "/drafts/new",
        "/drafts/read",
        "/drafts/bom",
        "/city?region=990100",
        "/warnings",
        "/trends?region=990100",
        "/monthly-index",
        "/offers",
        "/offers?open=1&region=990100",
        f"/firms/{firm['id']}/offers",
        f"/firms/{firm['id']}/supposed",
        "/thresholds",
        "/policies?days=1095",
        "/policies/rules-little-giant-2026",
        "/policies/rules-little-giant-2026/firms?verdict=unknown",
        "/policies/offer-demo-tech-loan",
        "/pool/counties",
        f"/discover/visits?region=990100&field={quote('减速')}&top=10",
        "/webhooks",
        "/questions",
        f"/questions?q={quote('单一来源')}",
        "/questions/makers_in_place",
        "/queries",
        "/ontology",
        "/review",
        "/answer",
        "/bounties/mine",
        "/meetings",
        "/pool",
        "/no/such/page",
    ]


def pages(client: TestClient, addresses: list[str], lang: str = "zh") -> Iterator[tuple[str, LexborHTMLParser]]:
    for address in addresses:
        answer = client.get(address, params=None, headers={"Cookie": f"lang={lang}"})
        assert answer.status_code == (404 if address.startswith("/no/") else 200), (address, answer.text[-500:])
        yield address, LexborHTMLParser(answer.text)


def text_of(node: LexborNode | None) -> str:
    assert node is not None
    return node.text(deep=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_page_comes_in_its_language_with_the_mark_of_invented_data(
    client: TestClient, addresses: list[str], lang: str
) -> None:
    for address, page in pages(client, addresses, lang):
        html = page.css_first("html")
        assert html is not None and html.attributes["lang"] == {"zh": "zh-CN", "en": "en"}[lang]
        band = text_of(page.css_first(".band"))
        assert ("虚构" if lang == "zh" else "invented") in band, address
        assert len(page.css("h1")) == 1, address
        assert ("图谱更新于" if lang == "zh" else "Graph as of") in text_of(page.css_first("footer"))


def test_in_english_no_word_of_ours_is_chinese(client: TestClient, addresses: list[str]) -> None:
    """What is left of Chinese is data, and is marked as Chinese for screen readers."""
    for address, page in pages(client, addresses, "en"):
        # The matcher's sentences have names in them.
        for node in page.css(
            "[lang='zh-CN'], title, code, input, textarea, select, .lang, .searchbox, .says, .only-print, .empty h3"
        ):
            if node.tag != "html":
                node.decompose()
        body = text_of(page.body)
        left = [line.strip() for line in body.split("\n") if re.search(r"[\u4e00-\u9fff]", line)]
        assert not left, (address, left[:5])


def test_every_number_stands_beside_its_source(client: TestClient, addresses: list[str]) -> None:
    for address, page in pages(client, addresses):
        for cell in page.css("td.num"):
            row = cell.parent
            sourced = "data-source" in cell.attributes or (
                row is not None and row.css_first("a[href^='/evidence/'], [data-source]") is not None
            )
            assert sourced, (address, cell.html)


def test_nothing_is_inline_and_everything_is_ours(client: TestClient, addresses: list[str]) -> None:
    for address in addresses:
        answer = client.get(address)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'self'; frame-ancestors 'none'")
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        page = LexborHTMLParser(answer.text)
        assert not page.css("style, [style]"), address
        assert all((node.attributes.get("src") or "").startswith("/static/") for node in page.css("script")), address
        assert not re.search(r"<[^>]+\son[a-z]+=", answer.text), address
        loaded = [node.attributes.get("href") or "" for node in page.css("link")]
        assert all(target.startswith("/static/") for target in loaded), address


def test_every_link_of_ours_leads_to_a_page(client: TestClient, addresses: list[str]) -> None:
    links = {
        (node.attributes.get("href") or "").split("#")[0]
        for _, page in pages(client, addresses)
        for node in page.css("a[href^='/'], link[href^='/'], script[src^='/']")
    }
    many_alike = ("/why?", "/chains/", "/clusters/", "/statistics?")
    for many in many_alike:  # one for each firm, node or group: some say enough
        alike = sorted(link for link in links if link.startswith(many))
        links -= {link for at, link in enumerate(alike) if at % 20}
    failed = {link: status for link in sorted(links) if link and (status := client.get(link).status_code) >= 400}
    samples = {"/evidence/0"}  # of the style guide
    assert set(failed) <= {"/no/such/page?lang=en", *samples}, failed


def test_search_finds_any_part_of_a_name_and_says_how(client: TestClient) -> None:
    found = api(client, "/search", q="昀钢")
    assert [firm["name"] for firm in found["firms"] if firm["how"] == "phrase"] == [STEEL]
    assert api(client, "/search", q="xiebo", kind="product")["products"][0]["how"] == "pinyin"
    assert api(client, "/search", q=found["firms"][0]["code"])["firms"][0]["how"] == "code"
    assert not api(client, "/search", q="昀钢材料轴承", how="phrase")["firms"]
    page = client.get("/search", params={"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.text


def test_a_long_text_is_offered_as_a_need(client: TestClient) -> None:
    page = LexborHTMLParser(client.get("/search", params={"q": "寻找长寿命柔性轴承供应商"}).text)
    offer = page.css_first("a[href^='/match?text=']")
    assert offer is not None
    ranked = LexborHTMLParser(client.get(str(offer.attributes["href"])).text)
    assert ranked.css(".ranked > li")


def test_the_points_of_each_firm_add_up_to_its_score(client: TestClient) -> None:
    page = api(client, "/needs/demo-n1", top=50)
    assert page["entries"]
    for entry in page["entries"]:
        assert round(sum(reason["points"] for reason in entry["reasons"]), 4) == entry["score"], entry["name"]
    scores = [entry["score"] for entry in page["entries"]]
    assert scores == sorted(scores, reverse=True)
    assert page["scorecard"] and page["as_of"] and page["corpus"]


def test_a_paper_opens_needs_of_the_demo_from_where_its_lists_have_the_firm(client: TestClient) -> None:
    page = api(client, "/papers", place="990100")
    assert page["papers"][0]["needs"] >= 1 and page["graph"] and page["as_of"]
    for move in page["papers"][0]["moves"]:
        fits = api(client, f"/firms/{move['firm']['id']}/needs")["fits"]
        fit = next(one for one in fits if one["need"]["id"] == move["need"]["id"])
        assert (fit["rank"], fit["score"]) == (move["before"], move["score_before"])
        assert move["opens"] and 0 < move["after"] <= page["top"]


def test_a_test_report_settles_what_firms_of_top_tens_do_not_show(client: TestClient) -> None:
    page = api(client, "/papers")
    assert page["asked"] and page["reports"][0]["needs"] >= 1
    for report in page["reports"]:
        one = report["targets"][0]
        reached = api(client, f"/needs/{one['need']['id']}", top=10)["reached"]
        for shown in one["firms"]:
            told = {r["verdict"] for r in reached if (r["id"], r["target"]) == (shown["firm"]["id"], one["target"])}
            assert told == ({shown["verdict"]} if shown["figure"] else set()) and shown["rank"] <= page["top"]
    own = api(client, f"/firms/{page['reports'][0]['targets'][0]['firms'][0]['firm']['id']}/needs")
    assert page["reports"][0]["name"] in {report["name"] for report in own["reports"]}


def test_every_quoted_reason_opens_at_its_sentence(client: TestClient) -> None:
    page = LexborHTMLParser(client.get("/needs/demo-n1").text)
    links = {str(node.attributes["href"]) for node in page.css(".ranked .quote a")}
    assert links
    for link in links:
        evidence = LexborHTMLParser(client.get(link).text)
        assert evidence.css_first("mark") is not None, link


def test_a_bounty_shows_its_targets_and_terms_and_never_ranks_its_poster(client: TestClient) -> None:
    for key, poster, state in (
        ("demo-b1", "甬川砺岚精密传动股份有限公司", "contracted"),
        ("demo-b2", "甬川沐岑港口机械集团有限公司", "open"),
    ):
        # Whatever a reader does with the conditions, who posts a bounty does not solve it.
        page = api(client, f"/needs/{key}", c=["0:off"], top=200)
        assert (page["need"]["label"], page["need"]["state"], page["need"]["buyer"]["name"]) == (
            "Bounty",
            state,
            poster,
        )
        assert page["entries"] and poster not in {entry["name"] for entry in (*page["entries"], *page["near"])}
        assert page["bounty"]["targets"][0]["name"] and page["bounty"]["organiser"] == "甬川市科学技术局"
    assert page["bounty"]["amount"] == 3_500_000 and page["bounty"]["team"] == []
    ranged = page["bounty"]["targets"][3]
    assert (ranged["operator"], ranged["value"], ranged["value_max"]) == ("range", 0.6, 1.6)
    shown = text_of(LexborHTMLParser(client.get("/needs/demo-b2").text).body)
    for words in (
        "350 万元",
        "其中市级财政支持 100 万元",
        "独占",
        "5 级",
        "氦质谱检漏",
        "0.6 – 1.6",
        "发布 2026-10-28",
        "截止 2027-01-31",
    ):
        assert words in " ".join(shown.split()), words


def test_bounties_of_the_demo_stand_at_work_and_one_is_from_a_gap(client: TestClient, demo_home: Home) -> None:
    with demo_home.database().session() as session:
        rows = {row.id: row for row in session.scalars(select(Bounty))}
        plan = session.scalars(select(Milestone).order_by(Milestone.amount, Milestone.number)).all()
    assert {key: row.state for key, row in rows.items()} == {
        "demo-b1": "contracted", "demo-b2": "open", "demo-w1": "running", "demo-w2": "reviewing", "demo-w3": "settled",
        "demo-w4": "no_taker", "demo-w5": "county_review",
    }  # fmt: skip
    assert all(row.demo for row in rows.values())
    assert {one.state for one in plan} == {"paid", "reported", "planned"}
    thread = client.get("/bounties/demo-b1/thread").text
    gap = rows["demo-b1"].gap
    assert "提交 0 件" not in thread, "of a bounty that a file says nobody counted here"
    assert gap is not None and gap in thread and "特种合金钢" in thread and "榜单没有指到产业链的环节" not in thread
    assert re.search(r"在这一环节有产品.{0,40}/evidence/", thread), "which of the solvers make something there"
    asked = question("bounty_thread")
    assert asked is not None
    [told] = demo_home.graph().read_statement(asked.cypher, title="柔轮材料及环坯", timeout=10.0)
    assert told["node"] == "特种合金钢" and len(told["solvers"]) > 1
    amount = rows["demo-b2"].amount
    assert amount is not None
    shown = {lang: client.get("/bounties/demo-b2", params={"lang": lang}).text for lang in ("en", "zh")}
    assert f"{amount / 1e6:,.0f} 万元" in shown["zh"] and f"(CNY {amount / 100:,.0f})" in shown["en"]
    archive = client.get("/bounties/archive").text
    assert "演示个人揭榜人" in archive and "流榜" in archive
    persons = "MATCH (e:Enterprise {name: '演示个人揭榜人'}) RETURN count(e) AS n"
    assert demo_home.graph().read_statement(persons, timeout=10.0)[0]["n"] == 0, "a natural person is no node"


def test_what_firms_show_of_a_bountys_targets_stands_beside_them(client: TestClient) -> None:
    found = api(client, "/needs/demo-b1", top=200)["reached"]
    said = [(one["verdict"], one["target"]["name"], one["figure"]["name"], one["figure"]["product"]) for one in found]
    assert ("met", "环坯壁厚公差", "壁厚公差", "精密薄壁环件") in said
    assert ("met", "旋转弯曲疲劳极限", "旋转弯曲疲劳极限", "马氏体时效钢带材") in said
    shown = LexborHTMLParser(client.get("/needs/demo-b1", params={"top": 200}).text)
    rows = [text_of(row) for row in shown.css("#reached tbody tr")]
    assert len(rows) == len(found) and all("达到" in row for row in rows)
    assert len(shown.css("#reached tbody a[href^='/evidence/']")) == len(found)
    assert api(client, "/match", text="谐波减速器")["reached"] is None


def test_an_awarded_bounty_names_its_solvers(client: TestClient) -> None:
    team = api(client, "/needs/demo-b1")["bounty"]["team"]
    assert team[0]["name"] == STEEL and team[0]["id"] and len(team) == 5
    assert {solver["role"] for solver in team} == {"lead", "member"} and {one["status"] for one in team} == {"final"}
    award = LexborHTMLParser(client.get("/needs/demo-b1").text).css_first("#award")
    assert award is not None and "2026-08-20" in text_of(award) and award.css_first(f"a[href='/firms/{team[0]['id']}']")
    assert LexborHTMLParser(client.get("/needs/demo-b2").text).css_first("#award") is None


def test_needs_and_bounties_stand_in_one_list_and_apart(client: TestClient) -> None:
    kinds = {
        kind: {need["label"] for need in api(client, "/needs", **({"kind": kind} if kind else {}))["needs"]}
        for kind in (None, "need", "bounty")
    }
    assert kinds == {None: {"Need", "Bounty"}, "need": {"Need"}, "bounty": {"Bounty"}}
    found = api(client, "/search", q="动密封", kind="need")["needs"]
    assert [need["id"] for need in found if need["how"] == "phrase"] == ["demo-b2"]
    assert "榜单" in text_of(LexborHTMLParser(client.get("/needs").text).css_first("table"))
    assert client.get("/needs?kind=gap").status_code == 422


def test_a_condition_costs_what_it_says(client: TestClient) -> None:
    narrow = api(client, "/needs/demo-n1", place="990103", top=200)
    line = next(line for line in narrow["conditions"] if line["number"] is None)
    wide = api(client, "/needs/demo-n1", top=200)
    assert line["alone"] == len(wide["entries"]) - len(narrow["entries"]) > 0
    missed = [entry for entry in narrow["near"] if sum(not met["passes"] for met in entry["conditions"]) != 1]
    assert not missed
    strict = api(client, "/needs/demo-n1", place="990103", strict=True, top=200)
    assert len(strict["entries"]) < len(narrow["entries"])
    assert all(met["truth"] != "unknown" for entry in strict["entries"] for met in entry["conditions"][-1:])


def test_conditions_of_the_need_can_be_left_out_or_made_wishes(client: TestClient) -> None:
    page = api(client, "/needs/demo-n1", c=["0:off", "1:wish"])
    states = [(line["published"], line["state"]) for line in page["conditions"][:2]]
    assert states == [("hard", "off"), ("hard", "wish")]
    shown = LexborHTMLParser(client.get("/needs/demo-n1?c=0:off").text)
    assert "不用" in text_of(shown.css_first(".diff"))


def test_only_disclosed_products(client: TestClient) -> None:
    wide, narrow = api(client, "/needs/demo-n1", top=200), api(client, "/needs/demo-n1", top=200, disclosed=True)
    assert len(wide["entries"]) - len(narrow["entries"]) == narrow["disclosed_removes"]


def test_the_fragment_is_a_piece_of_the_page(client: TestClient) -> None:
    for address in ("/needs/demo-n1?place=990100", f"/search?q={quote('轴承')}"):
        whole = client.get(address)
        part = client.get(address, headers={"HX-Request": "true"})
        assert part.text in whole.text
        assert "<html" not in part.text
        assert "HX-Request" in whole.headers["vary"]
        back = client.get(address, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
        assert "<html" in back.text


def test_a_firm_page_tells_notice_from_recognition_and_how_to_correct_it(client: TestClient, demo_home: Home) -> None:
    firm = firm_named(client, STEEL)
    assert firm["region"] == "990201"
    assert {group["relation"] for group in firm["statements"]} >= {
        "PRODUCES",
        "HAS_HONOUR",
        "WON_CONTRACT",
        "OWNS_PATENT",
    }
    rows = demo_home.graph().read_statement(
        "MATCH (e:Enterprise)-[:HAS_HONOUR {status: 'notice'}]->() RETURN e.id AS id ORDER BY id LIMIT 1"
    )
    page = text_of(LexborHTMLParser(client.get(f"/firms/{rows[0]['id']}").text).body)
    assert "公示不等于认定" in page
    assert "尚未认定" in page
    assert "内容不对怎么办" in page


def test_a_firm_page_says_what_its_patents_are_about_and_where_its_products_belong(
    client: TestClient, demo_home: Home
) -> None:
    for relation, further in (("OWNS_PATENT", "ABOUT"), ("PRODUCES", "IN_FOUNDATION_FIELD")):
        (row,) = demo_home.graph().read_statement(
            f"MATCH (e:Enterprise)-[:{relation}]->()-[r:{further}]->(x)"
            " RETURN e.id AS id, x.name AS name, r.fact AS fact ORDER BY id, fact LIMIT 1"
        )
        page = LexborHTMLParser(client.get(f"/firms/{row['id']}").text)
        assert row["name"] in text_of(page.body)
        assert page.css_first(f'a[href="/evidence/{row["fact"]}"]') is not None


def test_the_id_of_any_record_leads_to_the_firm(client: TestClient, demo_home: Home) -> None:
    firm = firm_named(client, STEEL)
    rows = demo_home.graph().read_statement(
        "MATCH (r:Record)-[:IDENTIFIES]->(:Enterprise {id: $id}) WHERE r.id <> $id RETURN r.id AS id LIMIT 1",
        id=firm["id"],
    )
    answer = client.get(f"/firms/{rows[0]['id']}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, f"/firms/{firm['id']}")


def test_the_marked_sentence_is_the_quote_in_its_place(client: TestClient, demo_home: Home) -> None:
    seen = {"text": 0, "sheet": 0}
    for row in statements(client, firm_named(client, STEEL)):
        page = api(client, f"/evidence/{row['source']['fact']}")
        if page["around"]:
            text = demo_home.documents.text(page["document"]["id"])
            around = page["around"]
            assert around["sentence"] == page["quote"]
            assert around["before"] + around["sentence"] + around["after"] in text
            assert page["place"] == around["page"]
            seen["text"] += 1
        else:
            quoted = [cell for cell in page["row"]["cells"] if cell["quoted"]]
            assert quoted and all(cell["value"] in page["quote"] for cell in quoted)
            seen["sheet"] += 1
    assert all(seen.values())


def test_the_original_is_handed_out_as_a_file_only(client: TestClient) -> None:
    firm = firm_named(client, STEEL)
    document = statements(client, firm)[0]["source"]["document"]
    answer = client.get(f"/documents/{document}/original")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert client.get(f"/documents/{'0' * 64}/original").status_code == 404
    assert client.get("/documents/..%2f..%2fbulian.db/original").status_code == 404


def test_what_is_private_cannot_be_asked_for(client: TestClient, demo_home: Home) -> None:
    from web.db.models import Need

    with demo_home.database().session() as session:
        session.add(Need(id="secret-1", title="机密需求", products=["机密产品"], text="不可见的说明"))
    assert client.get("/needs/secret-1").status_code == 404
    assert client.get("/api/v1/needs/secret-1").status_code == 404
    for answer in (client.get("/match?text=secret-1"), client.get("/search?q=机密需求"), client.get("/needs")):
        assert "不可见的说明" not in answer.text and "机密产品" not in answer.text
    with demo_home.database().session() as session:
        session.delete(session.get_one(Need, "secret-1"))


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/no/such", 404, "WE404"),
        ("/firms/none", 404, "WE404"),
        ("/evidence/none", 404, "WE404"),
        ("/documents/none", 404, "WE404"),
        ("/products/none", 404, "WE404"),
        ("/needs/none", 404, "WE404"),
        ("/needs/demo-n1?top=0", 422, "WE422"),
        ("/needs/demo-n1?c=x:y", 422, "WE422"),
        ("/needs/demo-n1?place=abc", 422, "WE422"),
    ],
)
def test_errors_have_a_code_and_no_trace(client: TestClient, address: str, status: int, code: str) -> None:
    page = client.get(address)
    assert page.status_code == status
    assert code in page.text and "Traceback" not in page.text
    answer = client.get(f"/api/v1{address}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "code", "hint"}
    assert (answer.json()["status"], answer.json()["code"]) == (status, code)


def test_only_get_and_known_hosts(client: TestClient) -> None:
    assert client.post("/needs").status_code == 405
    assert client.post("/api/v1/needs").json()["code"] == "WE405"
    refused = client.get("/", headers={"Host": "evil.example"})
    assert refused.status_code == 421
    assert refused.headers["content-security-policy"]


def test_a_failure_of_ours_is_a_page_with_a_code(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr("web.pages.routes.start_page", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "WE500" in answer.text
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")


def test_the_language_stays_chosen(client: TestClient) -> None:
    with TestClient(client.app, base_url="http://127.0.0.1") as reader:
        assert "公开的需求" in reader.get("/").text
        assert "Published needs" in reader.get("/?lang=en").text
        assert "Published needs" in reader.get("/").text
        assert "公开的需求" in reader.get("/?lang=zh").text


ASKED = "demo-n1"


def ranked_firms(client: TestClient) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get(f"/api/v1/needs/{ASKED}?top=200").json()["entries"]
    return found


def test_it_says_what_the_list_says(client: TestClient, demo_home: Home) -> None:
    listed = ranked_firms(client)
    for place in (0, 4, 14):
        told = why_page(demo_home, demo_home.graph(), ASKED, "", str(listed[place]["id"]), Wanted({}), "zh")
        assert (told.state, told.rank, told.score) == ("listed", listed[place]["rank"], listed[place]["score"])
        assert round(sum(reason.points for reason in told.reasons), 4) == told.score
        assert told.mark_rank == (0 if place == 0 else 1 if place < 10 else 10)
        assert told.lifts or place == 0
        assert told.scorecard == api(client, f"/needs/{ASKED}")["scorecard"]
        given = api(client, "/why", need=ASKED, firm=listed[place]["name"])
        assert given == told.model_dump(mode="json")
        html = client.get(f"/why?need={ASKED}&firm={quote(str(listed[place]['name']))}")
        assert html.status_code == 200 and f"第 {told.rank}" in LexborHTMLParser(html.text).css_first(".lead").text()
        english = client.get(f"/why?need={ASKED}&firm={told.firm.id}", headers={"Cookie": "lang=en"})
        assert "Points line by line" in english.text


def test_a_firm_that_is_kept_out_reads_by_what(client: TestClient) -> None:
    inside = {one["id"] for one in client.get(f"/api/v1/needs/{ASKED}?place=990100&top=200").json()["entries"]}
    out = next(one for one in ranked_firms(client) if one["id"] not in inside)
    page = LexborHTMLParser(client.get(f"/why?need={ASKED}&firm={out['id']}&place=990100").text)
    assert "没有通过" in page.css_first(".lead").text() and "因此不在名单上" in page.css_first("#conditions").text()
    buyer = client.get(f"/api/v1/needs/{ASKED}").json()["need"]["buyer"]["id"]
    assert (
        "它自己发布" in LexborHTMLParser(client.get(f"/why?need={ASKED}&firm={buyer}").text).css_first(".lead").text()
    )


def test_a_firm_whose_product_is_not_disclosed_reads_so(client: TestClient) -> None:
    inside = {one["id"] for one in client.get(f"/api/v1/needs/{ASKED}?disclosed=1&top=200").json()["entries"]}
    out = next(one for one in ranked_firms(client) if one["id"] not in inside)
    page = LexborHTMLParser(client.get(f"/why?need={ASKED}&firm={out['id']}&disclosed=1").text)
    assert "产品为披露" in page.css_first(".lead").text() and "为什么不在名单上" in page.css_first("h1").text()


def test_a_list_leads_to_why_and_why_back_to_the_list(client: TestClient) -> None:
    page = LexborHTMLParser(client.get(f"/needs/{ASKED}?place=990100&c=3:off").text)
    first = page.css_first(".ranked a[href^='/why']").attributes["href"] or ""
    assert first.startswith(f"/why?need={ASKED}&place=990100&c=3%3Aoff&firm=")
    told = LexborHTMLParser(client.get(first).text)
    assert "列第 1" in told.css_first(".lead").text()
    assert told.css_first(".kicker a").attributes["href"] == f"/needs/{ASKED}?place=990100&c=3%3Aoff"
    asked = {node.attributes["name"]: node.attributes["value"] for node in page.css("#why-not input[type=hidden]")}
    assert asked == {"need": ASKED, "place": "990100", "c": "3:off"}
    free = LexborHTMLParser(client.get(f"/match?text={quote('谐波减速器')}&lang=zh").text)
    assert "text=%E8" in (free.css_first(".ranked a[href^='/why']").attributes["href"] or "")


def test_a_long_list_of_firms_not_to_list_leaves_links_short(client: TestClient) -> None:
    before = ranked_firms(client)
    unwanted = [str(one["name"]) for one in before[:3]]
    written = quote("\n".join([*unwanted, *(f"并不存在的第{n}家企业有限公司" for n in range(400))]))
    page = LexborHTMLParser(client.get(f"/needs/{ASKED}?exclude={written}").text)
    links = [node.attributes["href"] or "" for node in page.css("a[href^='/why']")]
    assert links and all(len(link) < 500 for link in links) and len(written) > 40_000
    told = LexborHTMLParser(client.get(links[0]).text)
    assert "列第 1" in told.css_first(".lead").text()
    assert told.css_first("h1 [lang='zh-CN']").text() == before[3]["name"]
    back = told.css_first(".kicker a").attributes["href"] or ""
    listed = LexborHTMLParser(client.get(back).text).css(".ranked h3")
    assert [node.text().strip() for node in listed] == [node.text().strip() for node in page.css(".ranked h3")]


@pytest.mark.parametrize(
    "path", [f"/needs/{ASKED}?", "/match?text=x&", f"/why?text=x&firm={quote(STEEL)}&", "/papers?"]
)
def test_a_place_that_is_none_is_refused(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1{path}place=123456").json()
    assert answer["code"] == "WE422" and "no division 123456" in answer["detail"] and "GB/T 2260" in answer["hint"]
    page = client.get(f"{path}place=123456")
    assert page.status_code == 422 and "123456" in page.text


def test_own_conditions_have_a_price_and_a_place_has_a_reason(client: TestClient) -> None:
    def asked(**query: object) -> dict[str, Any]:
        return api(client, f"/needs/{ASKED}", top=200, **query)

    everyone = asked()
    own = asked(exclude=everyone["entries"][0]["name"], age="5", s=["age:wish"])
    lines = [line for line in own["conditions"] if line["number"] is None]
    assert [(line["state"], line["alone"]) for line in lines] == [("wish", None), ("hard", 1)]
    assert own["near"][0]["id"] == everyone["entries"][0]["id"], "what one condition keeps out is a near miss"
    either = asked(certificate="9001", tier="specialised", s=["certificate:any", "tier:any"])["conditions"][-1]
    assert (either["joined"], either["state"]) == ("any", "hard") and "或" in either["words"]
    assert either["removes"] == len(everyone["entries"]) - sum(
        any(met["line"] == len(everyone["conditions"]) and met["passes"] for met in one["conditions"])
        for one in asked(certificate="9001", tier="specialised", s=["certificate:any", "tier:any"])["entries"]
    )
    assert {one["truth"] for entry in asked(capacity="10000件/年")["entries"] for one in entry["conditions"][-1:]} == {
        "unknown"
    }, "what nobody said is not false"
    assert not asked(capacity="10000件/年", strict=True)["entries"]
    bare = LexborHTMLParser(client.get(f"/needs/{ASKED}?place=990100").text).text()
    told = LexborHTMLParser(client.get(f"/needs/{ASKED}?place=990100&why={quote('两小时内到场')}").text).text()
    assert "限地域要写明理由" in bare and "限地域要写明理由" not in told and "两小时内到场" in told
    for wrong in ("capacity=viele", "s=age:maybe", "s=x:any", "age=ten", "size=huge"):
        assert client.get(f"/needs/{ASKED}?{wrong}").status_code == 422, wrong


def test_risks_stand_with_their_rule_and_their_sentence(client: TestClient) -> None:
    firm = quote("甬川砺岚精密传动股份有限公司")
    page = LexborHTMLParser(client.get(f"/why?text={quote('谐波减速器')}&firm={firm}").text)
    shown = page.css_first("#risks").text()
    assert "依赖进口，且来源单一" in shown and "所需之物来源单一且依赖进口" in shown
    assert page.css_first("#risks a[href^='/evidence/']") is not None
    listed = LexborHTMLParser(client.get(f"/match?text={quote('谐波减速器')}").text).css_first(".ranked .risks")
    assert "自身来源单一 · 重" in listed.text() and listed.css_first("a[href^='/evidence/']") is not None


@pytest.mark.parametrize(
    ("query", "status"),
    [("need=none&firm=x", 404), (f"need={ASKED}&firm=nobody", 404), ("firm=x", 422), (f"need={ASKED}", 422)],
)
def test_what_cannot_be_answered_is_said(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"/why?{query}").status_code == client.get(f"/api/v1/why?{query}").status_code == status


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        (f"/what-if?firm={STEEL}&import=x", 422, "只填一项"),
        ("/what-if?firm=nobody", 404, "没有找到这家企业"),
        ("/what-if?region=nowhere", 422, "没有这个地区"),
        ("/single-sources?node=robot:none", 422, "MA001"),
        ("/single-sources?node=none", 404, "WE404"),
        ("/firms/none/tiers", 404, "WE404"),
    ],
)
def test_what_if_and_sources_say_what_cannot_be_asked(client: TestClient, address: str, status: int, says: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status and says in answer.text


def test_what_if_shows_states_before_and_after_who_could_step_in_and_paths_with_their_sentences(
    client: TestClient,
) -> None:
    found = api(client, "/what-if", firm=STEEL)
    assert found["lost"] == 1 and found["nodes"] and found["kind"] == "firm"
    assert all(node["before"]["here"]["firms"] - node["after"]["here"]["firms"] == 1 for node in found["nodes"])
    alone = [node for node in found["nodes"] if node["makers"] == node["lost"]]
    assert all(node["after"]["kinds"][0] == "build" for node in alone)
    near = [firm for node in alone for firm in node["near"]]
    assert near and all(firm["reasons"] for firm in near)
    for one in found["firms"]:
        assert all(step["address"].startswith("/evidence/") and step["source"]["date"] for step in one["path"])
    for path in ("/what-if.xlsx?firm=" + STEEL, "/single-sources.xlsx?all=1", "/firms/%s/tiers.xlsx"):
        answer = client.get(path % found["firms"][0]["id"] if "%s" in path else path)
        assert answer.status_code == 200 and answer.content[:2] == b"PK"


def test_who_could_take_up_a_node_comes_as_a_part_of_the_page_by_a_link_that_needs_no_script(
    client: TestClient,
) -> None:
    address = "/chains/robot/nodes/harmonic-reducer?region=990100"
    page = LexborHTMLParser(client.get(address).text)
    part = page.css_first("#proposals")
    link = page.css_first("#proposed a")
    assert part is not None and link is not None
    assert (
        part.attributes["hx-get"] == f"{address}&proposals=1" == str(link.attributes["href"]).removesuffix("#proposals")
    )
    whole = client.get(f"{address}&proposals=1").text
    fragment = client.get(f"{address}&proposals=1", headers={"HX-Request": "true"}).text
    assert fragment.strip().startswith('<div id="proposed">') and "<html" not in fragment
    named = [
        firm["name"] for firm in api(client, address.partition("?")[0], region="990100")["proposals"]["local_near"]
    ]
    assert named and all(name in fragment and name in whole for name in named)
    book = client.get(address.replace("?", ".xlsx?")).content
    assert book[:2] == b"PK" and "谁可以补上" in calamine(book)


def calamine(book: bytes) -> list[str]:
    """The names of a workbook's sheets."""
    return python_calamine.CalamineWorkbook.from_filelike(BytesIO(book)).sheet_names


def test_suppliers_stand_in_tiers_and_single_sources_have_source_and_date(client: TestClient) -> None:
    found = api(client, "/single-sources", all=True)
    assert found["count"] and all(one["sources"][0]["date"] and one["newest"] for one in found["rows"])
    assert all(one["single"] == (len(one["suppliers"]) == 1) == (one["concentration"] == 1) for one in found["rows"])
    assert [one["concentration"] for one in found["rows"]] == sorted(
        (one["concentration"] for one in found["rows"]), reverse=True
    )
    row = found["rows"][0]
    tiers = api(client, f"/firms/{row['buyer']['id']}/tiers")
    first = {one["id"]: one for one in tiers["suppliers"] if one["tier"] == 1}
    assert {one["id"] for one in row["suppliers"]} <= set(first) and all(
        len(one["path"]) == 1 for one in first.values()
    )
    only = api(client, "/single-sources", buyer=row["buyer"]["name"])
    assert {one["buyer"]["id"] for one in only["rows"]} <= {row["buyer"]["id"]}


def test_every_route_is_documented(client: TestClient) -> None:
    documented = (Path(__file__).resolve().parents[2] / "docs" / "pages.md").read_text("utf8")
    assert isinstance(client.app, FastAPI)
    served = {route.path for route in routes(client.app)}
    shown = {path for path in served if not path.startswith("/api/") or path == "/api/docs"}
    described = set(client.get("/api/openapi.json").json()["paths"])
    missing = {path for path in shown | described if f"`{path}`" not in documented}
    assert not missing
    left = set(re.findall(r"^\| `(/[^`]*)`", documented, re.M)) - shown - described
    assert left <= {"/api/openapi.json"}


def test_a_frozen_list_is_reported_and_ranked_again_from_its_file(
    client: TestClient, demo_home: Home, tmp_path: Path
) -> None:
    ident, firms = listed(client)
    frozen = f"/lists/{ident}/versions/1"
    (tmp_path / "list.json").write_bytes(client.get(f"{frozen}/export").content)
    found = replay(tmp_path / "list.json", demo_home.embedder())
    ranked = found.to_json()["firms"]
    assert [one["firm"] for one in ranked if one["rank"]] == firms
    assert {"text", "core", "covered", "listed"} <= set(found.again)
    assert [one["state"] for one in found.content["items"]].count("kept") == 2  # as it was then
    for lang in ("zh", "en"):
        report = client.get(f"{frozen}/report.docx?lang={lang}").content
        text = "\n".join(cell.text for table in Document(BytesIO(report)).tables for cell in table._cells)
        assert all(item["name"] in text for item in found.content["items"])
        quotes = [one["quote"] for one in found.content["evidence"].values()]
        assert quotes and all(" ".join(quote.split())[:40] in " ".join(text.split()) for quote in quotes)
        assert client.get(f"{frozen}/report.xlsx?lang={lang}").content[:2] == b"PK"
    said = client.get("/feedback?need=demo-n1").text  # one log of outcomes, the list's too, without its notes
    assert "另有安排" not in said
    assert firms[-1] in said


def test_a_decision_on_a_firm_is_merged_with_what_another_decided(client: TestClient) -> None:
    ident, firms = listed(client)
    action = f"/lists/{ident}/firms"
    opened = {"firm": firms[-1], "version": "0", "before": json.dumps({"state": [""], "reason": [""], "note": [""]})}
    late = client.post(action, data=opened | {"state": "kept", "note": "再问一次"})
    merging = sends(late.text, action)
    assert late.status_code == 409 and merging["merge"] == ["state", "reason", "note"]
    assert "另有安排" in late.text and merging["merge.pick.reason"] == ["theirs"]
    chosen = merging | {"merge.pick.state": ["theirs"], "merge.pick.note": ["mine"]}
    client.post(action, data=chosen)
    shown = client.get(f"/lists/{ident}").text
    assert 'value="再问一次"' in shown and "另有安排" not in shown


def test_a_need_that_only_the_graph_holds_is_ranked_by_its_title_and_products(
    client: TestClient, demo_home: Home
) -> None:
    from web.db.models import Need

    with demo_home.database().session() as session:
        kept = session.get_one(Need, "demo-n4")
        session.expunge(kept)
        session.execute(delete(Need).where(Need.id == "demo-n4"))
    try:
        page = api(client, "/needs/demo-n4")
        assert page["text"] == page["need"]["title"]
        asked = {product["name"] for product in page["need"]["products"]}
        assert set(page["sought"][: len(asked)]) == asked  # other names of the table of aliases follow
        assert page["entries"]
    finally:
        make_transient(kept)
        with demo_home.database().session() as session:
            session.add(kept)


def sheets(book: bytes) -> dict[str, list[list[Any]]]:
    """The sheets of a workbook by name."""
    found = python_calamine.CalamineWorkbook.from_filelike(BytesIO(book))
    return {name: found.get_sheet_by_name(name).to_python() for name in found.sheet_names}


CLUSTER = f"/clusters/{quote('ningbo-361-2025:人工智能与机器人')}"


def test_a_cluster_and_a_field_say_the_same_as_page_and_workbook(client: TestClient) -> None:
    page = LexborHTMLParser(client.get(CLUSTER).text)
    shown = [int(node.text()) for node in page.css(".totals dd")[:2]]
    counts = sheets(client.get(f"{CLUSTER}.xlsx").content)["概况"]
    assert [int(row[1]) for row in counts if row[0] in ("企业", "所在地不详的企业")] == shown and shown[0] > 3
    assert "规划里没有写明它包含什么" in client.get(f"/clusters/{quote('ningbo-246-2019:文体用品')}").text
    field = f"/fields/liuji-2026/{quote('核心基础零部件')}"
    rows = sheets(client.get(f"{field}.xlsx").content)["产品"]
    assert len(rows) - 1 > 40 and all(row[2] in ("在链上环节", "人工更正") and row[3] for row in rows[1:])
    assert sheets(client.get("/fields.xlsx").content).keys() >= {"liuji-2026", "catalogue-2021", "siji-2016"}
    assert client.get("/fields/none/x").status_code == client.get(f"{field}x").status_code == 404


def test_the_yearly_report_of_a_chain_has_its_sources_and_says_what_is_unknown(client: TestClient) -> None:
    answer = client.get("/chains/robot/report.docx?region=990100&year=2026")
    paper = Document(BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    for said in ("产业链年度报告", "企业都是虚构的", "不详：没有留下年初", "（北京时间）"):
        assert said in text, said
    cells = [cell.text for table in paper.tables[:-1] for row in table.rows for cell in row.cells]
    cited = {found for said in cells for found in re.findall(r"^\[(\d+)\]$", said)}
    assert cited == {row.cells[0].text for row in paper.tables[-1].rows[1:]} and cited


def test_a_draft_of_a_template_and_a_correction_are_made_on_their_pages(client: TestClient) -> None:
    address = client.post("/chains/robot/versions", data={"do": "begin"}, follow_redirects=False).headers["location"]
    page = LexborHTMLParser(client.get(f"{address}?node=magnet").text)
    version = str(page.css_first("input[name=version]").attributes["value"])  # type: ignore[union-attr]
    node = {"node": "magnet", "name": "永磁材料", "name_en": "Magnets", "stage": "up", "products": "柔性轴承\n磁钢"}
    made = client.post(address, data={"do": "node", "version": version, "feeds": "servo-motor", **node})
    assert made.status_code == 200 and "还不能提交" in made.text, "the name stands at two nodes"
    stale = client.post(address, data={"do": "withdraw", "version": version})
    assert stale.status_code == 409 and "WE242" in stale.text
    english = client.get(address, headers={"Cookie": "lang=en"}).text
    assert "What an approval would change" in english
    nodes = "/chains/robot/nodes/flexible-bearing"
    said = {"product": "柔性轴承", "act": "not", "reason": "只随减速器成套"}
    assert "只随减速器成套" in client.post(f"{nodes}/correct", data=said).text
    assert client.post(f"{nodes}/correct", data=said).status_code == 409
    client.post(f"{nodes}/correct", data={"product": "柔性轴承", "act": "withdrawn"})
    assert client.post(f"{nodes}/correct", data=said | {"reason": ""}).status_code == 400
