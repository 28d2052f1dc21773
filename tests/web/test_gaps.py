"""Gaps in the graph: from states and a firm's sentence, drafts of needs, what is kept, and a rebuild."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from kg.console.cookbook import question as question_of
from kg.errors import BulianError
from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.rebuild import digest
from kg.records import Mention
from kg.store import Graph
from matcher.chain.firms import why
from tests.kg.worlds import World, document, firm, product
from tests.site_fixture import HERE, LOCAL, load_world, settings
from tests.web.bounty_thread import OTHER, accepted, awarded
from web.app import create_app
from web.beijing import day_of
from web.cli import gaps as command
from web.cli.main import app
from web.db import models
from web.db.bounties import Bounty
from web.db.chains import ChainGap
from web.db.models import now
from web.errors import WebError
from web.home import Home
from web.jobs import chains
from web.jobs.gaps import draft, find, gaps_at, history, publish
from web.jobs.graph import settle
from web.jobs.health import check
from web.jobs.lists import import_list, undo
from web.jobs.needs import deliver
from web.jobs.rebuild import rebuild
from web.jobs.states import observer
from web.jobs.whatif import impact, scenario_of
from web.work.bounties.agreement_product import declare
from web.work.firms.declaration_sheet import send

pytestmark = pytest.mark.graph

MAKER, BUYER = "栎庭精工有限公司", "岚芯智能有限公司"
PLACE = "330200"
BEARING = "robot:flexible-bearing"
TITLE = "柔性轴承揭榜"
GAPS = """MATCH (g:Gap) RETURN g.id AS id, g.kind AS kind, toString(g.as_of) AS as_of, g.firms_local AS local,
[(g)-[:AT_NODE]->(n) | n.id] AS nodes, [(g)-[:IN_REGION]->(r) | r.name] AS regions,
[(g)<-[:FROM_GAP]-(n) | n.id] AS needs ORDER BY id"""


@pytest.fixture(scope="module")
def home(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    """A maker of flexible bearings and a firm that depends on servo motors, and one of the shipped chains."""
    graph.wipe()
    few = {name: one for name, one in chains._packaged().items() if name == "robot"}
    made, source = World(), document("catalogue", "2026-05-01")
    made.say(source, firm(MAKER), "PRODUCES", product("柔性轴承"))
    made.say(source, firm(BUYER), "PRODUCES", product("工业机器人"))
    made.say(source, firm(BUYER), "DEPENDS_ON", product("伺服电机"), imported=True)
    for name in (MAKER, BUYER):
        made.say(source, firm(name), "LOCATED_IN", Mention("Region", "宁波市", PLACE))
    with Home(settings(neo4j_server, parts, tmp_path_factory.mktemp("gaps") / "home")) as opened:
        load_world(opened, made)
        settle(opened)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chains, "_packaged", lambda: few)
            yield opened


def in_graph(home: Home) -> dict[str, dict[str, Any]]:
    rows = home.graph().read_statement(GAPS, timeout=10.0)
    return {row["id"]: row for row in rows}


def test_gaps_stand_at_their_node_and_in_their_region_and_again_changes_nothing(home: Home) -> None:
    [found] = find(home, "robot", "宁波市")
    assert found.region == PLACE and found.rules == "bulian-2026"
    shown = in_graph(home)
    assert set(shown) == {gap.id for gap in found.gaps}
    day = found.gaps[0].as_of
    few = shown[f"few:{BEARING}:{PLACE}:{day}"]
    assert (few["kind"], few["local"], few["nodes"], few["regions"]) == ("补", 1, [BEARING], ["宁波市"])
    [stated] = [gap for gap in found.gaps if gap.rule == "depends_on"]
    assert (stated.node, stated.firm_name, stated.kind) == ("robot:servo-motor", BUYER, "补") and stated.fact
    assert shown[f"none:robot:servo-motor:{PLACE}:{day}"]["kind"] == "建"
    before = digest(home.graph())
    assert find(home, "robot", PLACE) == [found] and digest(home.graph()) == before
    [run] = history(home, "robot", PLACE)
    assert run.counts["depends_on"] == 1 and run.nodes[BEARING]["firms_local"] == 1
    with pytest.raises(WebError) as caught:
        find(home, "none", PLACE)
    assert caught.value.code == "WE404"


def test_a_draft_is_made_by_one_click_and_published_with_its_edge(home: Home) -> None:
    [found] = find(home, "robot", PLACE)
    stated = next(gap for gap in found.gaps if gap.rule == "depends_on")
    need = draft(home, stated.id)
    assert (need.state, need.visibility, need.buyer) == ("draft", "private", BUYER) and "伺服电机" in need.products
    wish = need.conditions["all"][0]
    assert (wish["field"], wish["value"], wish["hard"]) == ("region", PLACE, False)
    assert draft(home, stated.id).id == need.id and in_graph(home)[stated.id]["needs"] == []
    with TestClient(create_app(home), base_url=LOCAL, raise_server_exceptions=False, client=HERE) as client:
        page = client.get(f"/chains/robot/nodes/flexible-bearing?region={PLACE}")
        few = f"few:{BEARING}:{PLACE}:{stated.as_of}"
        assert page.status_code == 200 and "起草需求" in page.text
        answer = client.post(f"/gaps/{few}/need")
        assert answer.status_code == 200 and answer.history[0].status_code == 303
        assert client.post(f"/gaps/{few}/bounty").history[0].status_code == 303
        [(_, made)] = [row for row in gaps_at(home, BEARING, PLACE) if row[0].id == few]
        drafted, bounty = sorted(made, key=lambda one: one.kind == "bounty")
        assert drafted.id in answer.text and (bounty.kind, bounty.state, bounty.products) == (
            "bounty",
            "draft",
            drafted.products,
        )
        assert draft(home, few, "bounty").id == bounty.id
        assert client.get(f"/drafts/{drafted.id}").status_code == 200 and f"/drafts/{drafted.id}" in answer.text
        assert client.post(f"/gaps/{stated.id}/publish/{bounty.id}").status_code == 404, "it is of another gap"
        assert bounty.id in client.post(f"/gaps/{few}/publish/{bounty.id}").text
        assert client.get(f"/needs/{bounty.id}").status_code == 200
        early = client.post(f"/gaps/{few}/publish/{bounty.id}")
        assert early.status_code == 409 and "WE153" in early.text, "no bounty opens before its notice is over"
        assert client.post("/gaps/none/need").status_code == 404
        assert client.get(f"/needs/{drafted.id}").status_code == 404
    with TestClient(create_app(home), base_url=LOCAL, client=("192.0.2.1", 50000)) as far:
        assert far.post(f"/gaps/{few}/need").status_code == 401
        assert far.post(f"/gaps/{few}/publish/{drafted.id}").status_code == 401
        assert drafted.id not in far.get(f"/chains/robot/nodes/flexible-bearing?region={PLACE}").text
    shown = "MATCH (n:Bounty)-[:FROM_GAP]->(g:Gap) RETURN n.id AS id, n.state AS state, g.id AS gap"
    [row] = home.graph().read_statement(shown, timeout=10.0)
    assert (row["id"], row["state"], row["gap"]) == (bounty.id, "notice", few)
    published = publish(home, need.id)
    assert published.state == "active" and in_graph(home)[stated.id]["needs"] == [need.id]
    with pytest.raises(WebError) as caught:
        publish(home, need.id)
    assert caught.value.code == "WE013"


def test_a_gap_with_a_need_stays_and_a_rebuild_makes_the_same(home: Home) -> None:
    """What an earlier day found goes, but for the gaps that a need is from."""
    [found] = find(home, "robot", PLACE)
    hung = next(gap for gap in found.gaps if gap.rule == "depends_on").id
    old, challenged = hung.rpartition(":")[0] + ":2025-01-02", f"few:{BEARING}:{PLACE}:2025-01-03"
    with home.database().session() as session:
        for key in (old, challenged, f"few:{BEARING}:{PLACE}:2025-01-02"):
            session.add(
                ChainGap(
                    id=key, chain="robot", region=PLACE, node=BEARING, kind="补", rule="few", as_of="2025-01-02",
                    firms_local=1, firms_all=1,
                )
            )  # fmt: skip
        session.add(models.Need(title="旧", gap=old, state="withdrawn"))
        session.add(Bounty(title="旧榜", gap=challenged))
    [again] = find(home, "robot", PLACE)
    assert again.kept == 2 and {old, challenged} <= set(in_graph(home))
    assert f"few:{BEARING}:{PLACE}:2025-01-02" not in in_graph(home)
    wrong = [finding for finding in check(home) if not finding["ok"]]
    assert not re.search("AT_NODE|IN_REGION|FROM_GAP|Gap", str(wrong)), wrong  # the made sentences open nowhere
    said = digest(home.graph())
    assert rebuild(home)["differs"] == {} and digest(home.graph()) == said


LIST = """产品,环节编号,清单,发布机构,发布日期,标记,说明
RV减速器,,关键零部件清单,某市经信局,2026-03-01,卡脖子,
,robot:encoder,关键零部件清单,某市经信局,2026-03-01,依赖进口,高分辨率
,robot:none,关键零部件清单,某市经信局,2026-03-01,依赖进口,
无框力矩电机,,关键零部件清单,某市经信局,2026-03-01,别的说法,
"""


def test_import_and_chokepoints_are_what_lists_and_firms_say(home: Home, tmp_path: Path) -> None:
    """An operator's list and a firm's own sheet become statements; each flag has its source and its date."""
    path = tmp_path / "list.csv"
    refused: list[BulianError] = []
    path.write_text(LIST, "utf-8")
    batch = import_list(home, "dependences", path, refused.append, published="2026-03-02", later=True)
    assert sorted(error.code for error in refused) == ["KG807", "WE140"]
    own = tmp_path / "own.jsonl"
    line = {
        "企业名称": MAKER,
        "依赖的产品": "谐波减速器",
        "是否进口": "是",
        "是否单一来源": "是",
        "申报日期": "2026-04-01",
    }
    own.write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    declared = import_list(home, "declared-dependences", own, refused.append)
    seen = observer(home, PLACE)
    said = {node: seen.state(f"robot:{node}") for node in ("rv-reducer", "encoder", "harmonic-reducer")}
    [listed] = said["rv-reducer"].listed
    assert (listed.flag, listed.title, listed.day) == ("chokepoint", "某市经信局：关键零部件清单", "2026-03-01")
    assert said["encoder"].listed[0].flag == "imported" and not said["harmonic-reducer"].listed
    [own_word] = said["harmonic-reducer"].dependences
    assert (own_word.name, own_word.imported, own_word.single) == (MAKER, True, True) and own_word.fact
    with TestClient(create_app(home), base_url=LOCAL, raise_server_exceptions=False, client=HERE) as client:
        page = client.get("/chains/robot").text
        assert all(words in page for words in ("清单标为卡脖子", "清单标为依赖进口", "企业自述依赖进口", "2026-03-02"))
        assert "单一来源" in client.get("/chains/robot/nodes/harmonic-reducer").text
        assert "1:3" in client.get(f"/evidence/{said['encoder'].listed[0].fact}").text
    hit = impact(home, scenario_of(home, imported="robot:harmonic-reducer"))
    assert [one.firm.name for one in hit.firms] == [MAKER]
    wrong = [finding for finding in check(home) if not finding["ok"]]
    assert "FLAGGED" not in str(wrong), wrong
    for one in (batch, declared):
        undo(home, one.id or "")
    after = observer(home, PLACE)
    assert not after.state("robot:rv-reducer").listed and not after.state("robot:harmonic-reducer").dependences


def test_the_command_says_what_is_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "opened_home", lambda: nullcontext(home))
    run = CliRunner()
    found = json.loads(run.invoke(app, ["gaps", "--chain", "robot", "--region", "宁波", "--json"]).stdout)
    few = next(gap for gap in found if gap["rule"] == "few" and gap["node"] == BEARING)
    assert (few["kind"], few["firms_local"], few["firms_all"], few["region"]) == ("补", 1, 1, PLACE)
    assert few["id"] in run.invoke(app, ["gaps", "--chain", "robot", "--region", PLACE]).stdout
    made = json.loads(run.invoke(app, ["gaps", "need", few["id"], "--json"]).stdout)
    assert (made["state"], made["gap"]) == ("draft", few["id"]) and "柔性轴承" in made["products"]
    assert json.loads(run.invoke(app, ["gaps", "history", "robot", "--region", PLACE, "--json"]).stdout)[0]["counts"]
    assert "active" in run.invoke(app, ["gaps", "publish", made["id"]]).stdout


def test_the_thread_of_a_bounty_reaches_page_and_graph(home: Home) -> None:
    """Node, gap, award and acceptance; who lost is nowhere, and the node's makers change by the solver's own word."""
    [found] = find(home, "robot", PLACE)
    few = next(gap for gap in found.gaps if gap.node == BEARING and gap.rule == "few")
    question = question_of("bounty_thread")
    assert question is not None
    row = draft(home, few.id, "bounty")
    with home.database().session() as session:
        opened = session.get_one(Bounty, row.id)
        opened.title, opened.state, opened.visibility, opened.published = TITLE, "open", "public", now()
    [firm] = home.graph().read_statement("MATCH (e:Enterprise {name: $name}) RETURN e.id AS id", name=BUYER)
    sides = awarded(home, row.id, firm["id"], BUYER)
    deliver(home)
    [told] = home.graph().read_statement(question.cypher, title=TITLE)
    assert (told["node"], told["gap"], told["firms_before"], told["state"]) == ("柔性轴承", "补", 1, "contracted")
    assert told["awarded"] and told["solvers"] == [f"{BUYER}（final）"] and told["accepted"] is None
    accepted(home, sides)
    made = declare(home.database(), home.ontology, sides.solver, sides.agreement, "柔性轴承")
    assert declare(home.database(), home.ontology, sides.solver, sides.agreement, "柔性轴承").id == made.id
    with pytest.raises(WebError, match="WE404"):
        declare(home.database(), home.ontology, sides.poster, sides.agreement, "柔性轴承")
    with TestClient(create_app(home), base_url=LOCAL, client=("192.0.2.1", 50000)) as far:
        deliver(home)
        before = far.get(f"/bounties/{row.id}/thread").text
        send(home, sides.solver, [made.id])
        find(home, "robot", PLACE)
        after = far.get(f"/bounties/{row.id}/thread").text
    day = day_of(now())
    for words in (few.id, f"{day} 通过验收", "提交 2 件", "选定 1 件"):
        assert words in before and words in after, words
    assert OTHER not in after and "符合条件" not in after and sides.agreement not in after
    assert "还没有读到它在这一环节的产品" in before and f"/evidence/{observed(home, firm['id'])}" in after
    [told] = home.graph().read_statement(question.cypher, title=TITLE)
    assert str(told["accepted"]) == day and (told["state"], told["firms_before"]) == ("acceptance", 1)
    assert told["firms_now"] == told["firms_after"] == 2 and "补" in told["state_after"]


def observed(home: Home, firm_id: str) -> str:
    """The statement by which the firm makes flexible bearings."""
    placement = observer(home, PLACE).network.placement
    row = placement.corpus.row(firm_id)
    assert row is not None
    return next(str(one.fact) for one in why(placement, row, BEARING))
