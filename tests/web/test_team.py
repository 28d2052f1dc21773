"""Teams over a graph: what is covered opens at its sentence, groups and competitors stay out, page, API and command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient
from typer.testing import CliRunner

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.records import Mention
from kg.store import Graph
from matcher.errors import BadStageError
from tests.kg.worlds import World, document, firm, product
from tests.site_fixture import HERE, LOCAL, load_world, settings
from web.app import create_app
from web.cli import team as command
from web.cli.main import app
from web.db.bounties import Bounty
from web.home import Home
from web.jobs.applicants import known_of_parties
from web.jobs.fit import firm_id_of
from web.jobs.graph import settle
from web.jobs.match import query_of
from web.jobs.needs import read_bounties, read_needs
from web.jobs.open_needs import open_needs
from web.jobs.team import STAGES_FILE, Ask, parents, team_for
from web.pages.bounties.application_match import bounties_for, missing_targets, partners, solvers, targets_shown
from web.work.bounties.application_rules import Party

pytestmark = pytest.mark.graph

BUYER, OWN = "岚芯电子有限公司", "岚芯精工有限公司"
MAKER, CHILD, OTHER = "启朔精工有限公司", "启朔智能有限公司", "昱阳传动有限公司"
DEEP, SISTER = [f"砺山{level}号控股有限公司" for level in "甲乙丙丁戊己庚辛"], "砺山发展有限公司"
STEEL, LAB, ROBOT = "栎庭材料有限公司", "珩川检测有限公司", "澹石机器人有限公司"
BOUNTY = {
    "id": "b1",
    "title": "长寿命谐波减速器",
    "state": "open",
    "poster": BUYER,
    "published": "2026-10-28",
    "products": ["谐波减速器"],
    "targets": [
        {"name": "额定转矩", "operator": ">=", "value": 50, "unit": "牛米"},
        {"name": "寿命", "operator": ">=", "value": 10000, "unit": "小时"},
        {"name": "噪声", "operator": "<=", "value": 60, "unit": "分贝"},
        {"name": "重量", "operator": "<=", "value": 2, "unit": "千克"},
        {"name": "外观"},
    ],
}
NEED = {"id": "n1", "title": "柱塞泵", "buyer": BUYER}


def world() -> World:
    made = World()
    doc = document("catalogue", "2026-05-01")

    def parameter(who: str, name: str, operator: str, value: float, unit: str) -> None:
        said = {"name": name, "operator": operator, "value": value, "unit": unit}
        made.say(doc, firm(who), "HAS_PARAMETER", product("谐波减速器"), quote=f"{name}{value}", **said)

    makes = dict.fromkeys((MAKER, CHILD, OTHER, OWN), "谐波减速器")
    makes |= {STEEL: "马氏体时效钢", LAB: "谐波减速器检测服务", ROBOT: "机器人关节模组"}
    for who, thing in makes.items():
        made.say(doc, firm(who), "PRODUCES", product(thing), quote=f"主要产品为{thing}")
    parameter(MAKER, "额定转矩", ">=", 60, "牛米")
    parameter(OTHER, "寿命", "=", 12000, "小时")
    parameter(CHILD, "噪声", "<=", 55, "分贝")
    made.say(doc, firm(MAKER), "OWNS_PATENT", Mention("Patent", "一种谐波减速器柔轮", "ZL201610611945.6"), quote="专利")
    made.say(doc, firm(CHILD), "SUBSIDIARY_OF", firm(MAKER), share=100, quote="全资子公司")
    made.say(doc, firm(OWN), "SUBSIDIARY_OF", firm(BUYER), share=60, quote="控股子公司")
    for below, above in [*zip(DEEP[1:], DEEP, strict=False), (SISTER, DEEP[0])]:
        made.say(doc, firm(below), "SUBSIDIARY_OF", firm(above), quote=f"{above}的子公司")
    made.say(doc, firm(ROBOT), "PROFILE", None, dishonest="案一", quote="案一")
    return made


@pytest.fixture(scope="module")
def home(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    folder, made = tmp_path_factory.mktemp("team"), world()
    with Home(settings(neo4j_server, parts, folder / "home")) as opened:
        load_world(opened, made)
        for read, line in ((read_bounties, BOUNTY), (read_needs, NEED)):
            path = folder / f"{line['id']}.jsonl"
            path.write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
            read(opened, path, lambda error: pytest.fail(str(error)))
        settle(opened)
        yield opened


@pytest.fixture(scope="module")
def client(home: Home) -> TestClient:
    return TestClient(create_app(home), base_url=LOCAL, client=HERE)


def api(client: TestClient, query: str = "", need: str = "b1") -> dict[str, Any]:
    answer = client.get(f"/api/v1/needs/{need}/team{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_members_cover_what_the_facts_show_and_each_thing_opens_at_its_sentence(client: TestClient) -> None:
    page = api(client)
    covers = {one["firm"]["name"]: {cover["title"]: cover for cover in one["covers"]} for one in page["members"]}
    assert set(covers) == {MAKER, OTHER, STEEL, LAB, ROBOT}
    assert set(covers[MAKER]) == {"额定转矩 ≥ 50 Nm", "设计", "工艺"} and set(covers[OTHER]) == {
        "寿命 ≥ 10000 h",
        "工艺",
    }
    assert (set(covers[STEEL]), set(covers[LAB]), set(covers[ROBOT])) == ({"材料"}, {"检测"}, {"应用"})
    assert covers[MAKER]["设计"]["alone"] and not covers[MAKER]["工艺"]["alone"]
    assert all(cover["evidence"][0]["quote"] for of_firm in covers.values() for cover in of_firm.values())
    assert client.get(f"/evidence/{covers[STEEL]['材料']['evidence'][0]['fact']}").status_code == 200
    assert (page["targets"], page["asked"], page["stages"], page["proved"]) == (2, 5, 5, True)
    listed = {one["id"]: one["rank"] for one in client.get("/api/v1/needs/b1?top=200").json()["entries"]}
    assert all(listed[one["firm"]["id"]] == one["rank"] for one in page["members"])
    left = {one["title"]: (one["why"], [firm["name"] for firm in one["firms"]]) for one in page["uncovered"]}
    assert left == {
        "噪声 ≤ 60 dB": ("together", [CHILD]),
        "重量 ≤ 2 kg": ("nobody", []),
        "外观": ("words", []),
    }
    out = {one["firm"]["name"]: one for one in page["left_out"]}
    assert out[OWN]["why"] == "poster_group" and out[OWN]["evidence"][0]["quote"] == "控股子公司" and set(out) == {OWN}
    (other, *_) = page["others"]
    assert other["new"] and CHILD in {firm["name"] for firm in other["firms"]}


def test_a_competitor_goes_with_its_group_and_what_only_it_shows_is_said(client: TestClient) -> None:
    page = api(client, f"?alternatives=0&without={quote(MAKER)}")
    out = {one["firm"]["name"]: one["why"] for one in page["left_out"]}
    assert out == {MAKER: "named", CHILD: "named_group", OWN: "poster_group"} and not page["others"]
    left = {one["title"]: one for one in page["uncovered"]}
    torque = left["额定转矩 ≥ 50 Nm"]
    assert torque["why"] == left["噪声 ≤ 60 dB"]["why"] == "left_out" and torque["evidence"][0]["quote"] == "额定转矩60"
    assert left["设计"]["firms"][0]["name"] == MAKER
    (one,) = api(client, "?size=1")["members"]
    assert one["firm"]["name"] == MAKER and {other["firm"]["name"] for other in one["instead"]} >= {OTHER, CHILD}
    unknown = client.get(f"/needs/b1/team?without={quote('没有这家企业')}")
    assert unknown.status_code == 404 and "没有这家企业" in unknown.text


def test_who_asks_may_be_the_child_and_equal_input_gives_equal_teams(home: Home) -> None:
    query = query_of(home, "b1")
    ids = {one.name: one.id for one in home.corpus().firms}
    assert [above.name for above in parents(home.graph(), [ids[CHILD], ids[MAKER]])[ids[CHILD]]] == [MAKER]
    asked = replace(query, without=frozenset([ids[CHILD]]))
    found = [team_for(home, home.graph(), asked, Ask()).teams for _ in range(2)]
    assert found[0] == found[1] and [(one.name, why) for one, why in found[0].left_out] == [(MAKER, "poster_group")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_what_the_api_gives_and_is_linked(client: TestClient, lang: str) -> None:
    said = {"Cookie": f"lang={lang}"}
    page = LexborHTMLParser(client.get("/bounties/b1/team", headers=said).text)
    found = api(client)
    assert [node.text() for node in page.css(".ranked h3")] == [one["firm"]["name"] for one in found["members"]]
    links = {node.attributes["href"] for node in page.css(".ranked a[href^='/evidence/']")}
    covers = [cover for member in found["members"] for cover in member["covers"]]
    assert links == {f"/evidence/{source['fact']}" for cover in covers for source in cover["evidence"]}
    assert len(page.css("#uncovered tbody tr")) == len(found["uncovered"])
    assert len(page.css("#others tbody tr")) == len(found["others"])
    main = page.css_first("main")
    assert main is not None and ("已证明" if lang == "zh" else "proved") in main.text()
    for need, link in (("b1", "/bounties/b1/team"), ("n1", "/needs/n1/team")):
        own = LexborHTMLParser(client.get(f"/needs/{need}", headers=said).text)
        assert own.css_first(f"a[href='{link}']") is not None
    bare = client.get("/needs/n1/team", headers=said)
    assert bare.status_code == 200 and ("名单上没有企业能覆盖" if lang == "zh" else "covers anything") in bare.text
    assert client.get("/bounties/n1/team").status_code == client.get("/needs/none/team").status_code == 404
    assert client.get("/needs/b1/team?size=13").status_code == 422


def test_the_command_says_the_same(home: Home, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "opened_home", lambda: nullcontext(home))
    shown = CliRunner().invoke(app, ["team", "b1", "--without", MAKER, "--size", "3"])
    found = api(client, f"?size=3&without={quote(MAKER)}")
    assert shown.exit_code == 0 and all(one["firm"]["name"] in shown.stdout for one in found["members"])
    assert all(part in shown.stdout for part in ("uncovered:", "left out:", found["proof"]))


def test_an_operators_own_stages_take_the_place_of_ours(home: Home) -> None:
    path = home.folder / STAGES_FILE
    path.write_text("stages: []", encoding="utf-8")
    try:
        with pytest.raises(BadStageError, match="MA031"):
            team_for(home, home.graph(), query_of(home, "b1"), Ask())
    finally:
        path.unlink()


def test_applicants_of_the_posters_group_on_all_levels_and_who_fills_what_a_team_lacks(home: Home) -> None:
    graph, ids = home.graph(), {one.name: one.id for one in home.corpus().firms}
    with home.database().session() as session:
        kept = session.get_one(Bounty, "b1")
    posted = Bounty(title="同一个榜单", buyer=DEEP[-1], products=kept.products, targets=kept.targets)
    sides = [Party(name, firm_id_of(graph, name)[0]) for name in (DEEP[0], DEEP[4], SISTER, CHILD, ROBOT, DEEP[-1])]
    known = known_of_parties(home, posted, sides)
    ties = {side.name: known.ties.get(side.firm or "") for side in sides}
    hows = {name: tie.how if tie else None for name, tie in ties.items()}
    tied = {DEEP[0]: "above", DEEP[4]: "above", SISTER: "beside", DEEP[-1]: "same"}
    assert hows == dict.fromkeys((CHILD, ROBOT)) | tied
    top = ties[DEEP[0]]
    assert top is not None and len(top.facts) == 7  # each step with its statement
    assert known.listed[ids[ROBOT]][0].kind == "dishonest" and not known.lists
    assert ids[CHILD] in known.owned and ids[ROBOT] not in known.owned
    ranked = {one.name: one for one in solvers(home, graph, kept)}
    assert (ranked[MAKER].met, ranked[MAKER].unknown, ranked[OWN].group, ranked[MAKER].group) == (1, 4, True, False)
    shown = targets_shown(graph, kept.targets, [ids[MAKER]], kept.products)[ids[MAKER]]
    assert shown[0].verdict == "met" and shown[0].evidence is not None
    missing = missing_targets({MAKER: shown}, len(kept.targets))
    first = sorted((CHILD, OTHER), key=lambda name: ranked[name].rank)
    assert [one.name for one in partners(home, graph, kept, [ids[MAKER]], missing)] == first
    (fit,) = bounties_for(home, graph, open_needs(home, graph), ids[MAKER], "zh")
    assert fit.fit.need.id == "b1" and "寿命 ≥ 10000 h" in fit.lacks and "额定转矩 ≥ 50 Nm" not in fit.lacks
