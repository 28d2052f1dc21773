"""What came of a list: logged for good with the list's version, said on the page and by command, exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from matcher.evaluate.ranking import evaluate
from matcher.files import read_firms, read_qrels, read_queries
from matcher.rank import FOR_TEXTS, Ranker
from matcher.scorecard import Scorecard
from matcher.train import train_files
from tests.kg.worlds import World, document, firm, product
from tests.site_fixture import HERE, LOCAL, load_world, settings
from web.app import create_app
from web.db import models
from web.errors import WebError
from web.home import Home
from web.jobs.feedback import REASONS, Said, export, log, published, rows, standing
from web.jobs.graph import settle
from web.jobs.needs import read_needs

pytestmark = pytest.mark.graph

NEEDS = [
    {
        "id": "n1",
        "title": "谐波减速器",
        "buyer": "岚芯电子有限公司",
        "conditions": [{"field": "certificate", "op": "contains", "value": "质量管理", "unknown": "drop"}],
    },
    {"id": "n2", "title": "柱塞泵", "buyer": "昱阳传感有限公司"},
]
MAKERS = {"启朔精工有限公司": "谐波减速器", "栎庭液压有限公司": "柱塞泵", "珩川传动有限公司": "精密减速器"}


@pytest.fixture(scope="module")
def home(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("feedback")
    made = World()
    source = document("catalogue", "2026-05-01")
    for name, thing in MAKERS.items():
        made.say(source, firm(name), "PRODUCES", product(thing))
    with Home(settings(neo4j_server, parts, folder / "home")) as opened:
        load_world(opened, made)
        lines = folder / "needs.jsonl"
        lines.write_text("".join(json.dumps(need, ensure_ascii=False) + "\n" for need in NEEDS), "utf-8")
        read_needs(opened, lines, lambda error: pytest.fail(str(error)))
        settle(opened)
        yield opened


@pytest.fixture
def client(home: Home) -> TestClient:
    return TestClient(create_app(home), base_url=LOCAL, client=HERE, follow_redirects=False)


def ids(home: Home) -> dict[str, str]:
    return {one.name: one.id for one in home.corpus().firms}


def test_a_row_has_the_version_of_the_list_and_stays_as_it_is(home: Home) -> None:
    firms, query = ids(home), published(home, "n2")
    row = log(home, query, Said(firms["栎庭液压有限公司"], "kept", note=" 样品已约 ", corpus=home.corpus().stamp))
    ranking = home.ranker().rank(query)
    assert (row.rank, row.score) == (1, ranking.entries[0].score)
    assert (row.scorecard, row.corpus) == (ranking.scorecard.name, ranking.corpus_stamp)
    assert (row.who, row.note, row.query["title"]) == ("operator", "样品已约", "柱塞泵")
    for statement in ("UPDATE feedback SET act = 'awarded'", "DELETE FROM feedback"):
        with pytest.raises(IntegrityError, match="append-only"), home.database().session() as session:
            session.execute(text(statement))
    # one that a condition keeps out is no firm of the list, and may still be the one that was found
    assert log(home, published(home, "n1"), Said(firms["启朔精工有限公司"], "contacted")).rank == 0
    log(home, query, Said(firms["栎庭液压有限公司"], "withdrawn"))
    assert [one.act for one in rows(home, "n2")] == ["withdrawn", "kept"]
    assert not {pair for pair in standing(rows(home)) if pair[0] == "n2"}
    # a need with a text is ranked by a scorecard of its own: that one is the list's
    of_text = log(home, replace(query, text="额定压力高的泵"), Said(firms["栎庭液压有限公司"], "withdrawn"))
    assert of_text.scorecard == FOR_TEXTS != row.scorecard


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said("", "kept"), "WE404"),
        (Said("", "liked"), "WE062"),
        (Said("", "rejected"), "WE062"),
        (Said("", "rejected", "other"), "WE062"),
        (Said("", "kept", corpus="of yesterday"), "WE061"),
    ],
)
def test_what_cannot_be_used_is_refused(home: Home, said: Said, code: str) -> None:
    before = len(rows(home))
    with pytest.raises(WebError) as caught:
        log(home, published(home, "n2"), said)
    assert caught.value.code == code
    with pytest.raises(WebError):
        published(home, "a need in my own words")
    assert len(rows(home)) == before


def test_an_export_trains_and_judges(home: Home, tmp_path: Path) -> None:
    firms, query = ids(home), published(home, "n2")
    log(home, query, Said(firms["栎庭液压有限公司"], "awarded"))
    log(home, query, Said(firms["珩川传动有限公司"], "rejected", "not_maker"))
    log(home, query, Said(firms["启朔精工有限公司"], "rejected", "price"))
    done = export(home, tmp_path / "out")
    assert (done.needs, done.awards, done.firms, done.gone) == (2, 1, 3, 0)
    grades = read_qrels(tmp_path / "out" / "qrels.txt")
    # a firm that was too dear may well make it: that judges nothing
    assert grades["n2"] == {firms["栎庭液压有限公司"]: 3, firms["珩川传动有限公司"]: 0}
    assert grades["n1"] == {firms["启朔精工有限公司"]: 2}
    queries, refused = read_queries(tmp_path / "out" / "gaps.jsonl")
    assert [one.id for one in queries] == ["n1", "n2"] and not refused
    assert {one.id for one in read_firms(tmp_path / "out" / "enterprises.jsonl")[0]} == set(firms.values())
    logged = [json.loads(line) for line in (tmp_path / "out" / "feedback.jsonl").read_text("utf-8").splitlines()]
    assert [one["act"] for one in logged][-3:] == ["awarded", "rejected", "rejected"]
    run = tmp_path / "run"
    run.write_text(f"n2 Q0 {firms['栎庭液压有限公司']} 1 3 x\nn1 Q0 {firms['启朔精工有限公司']} 1 2 x\n", "utf-8")
    assert evaluate(run, tmp_path / "out" / "qrels.txt").figures["MRR"].mean == 1
    assert len(REASONS) == len(set(REASONS))


def test_the_log_has_no_other_reader_than_the_export(home: Home) -> None:
    """Nothing is learnt by itself: with any feedback the ranking is what it was."""
    firms, query = ids(home), published(home, "n2")
    before = list(home.ranker().rank(query, 0).pairs())
    for act in ("awarded", "kept"):
        log(home, query, Said(firms["珩川传动有限公司"], act))
    assert list(home.ranker().rank(query, 0).pairs()) == before
    with home.database().session() as session:
        assert session.scalars(select(models.Outbox).where(models.Outbox.done.is_(None))).all() == []


def test_the_page_takes_it_without_a_script_and_shows_what_counts(home: Home, client: TestClient) -> None:
    firm, stamp = ids(home)["启朔精工有限公司"], home.corpus().stamp
    page = client.get("/needs/n2?top=10").text
    assert f'id="said-{firm}"' in page and 'action="/needs/n2/feedback?top=10"' in page
    sent = {"firm": firm, "corpus": stamp, "act": "rejected", "reason": "capacity", "note": "<b>月产不足</b>"}
    answer = client.post("/needs/n2/feedback?top=10", data=sent)
    assert answer.status_code == 303 and answer.headers["location"] == f"/needs/n2?top=10#said-{firm}"
    assert "产能或交期" in client.get("/needs/n2").text
    logged = client.get("/feedback?need=n2").text
    assert "&lt;b&gt;月产不足&lt;/b&gt;" in logged and "产能或交期" in logged
    for wrong, status, words in (
        ({"reason": ""}, 422, "排除一家企业要选理由"),
        ({"corpus": "old"}, 409, "请回到需求页重新看名单"),
        ({"firm": "nobody"}, 404, "这里没有要找的内容"),
    ):
        refused = client.post("/needs/n2/feedback", data={**sent, **wrong})
        assert refused.status_code == status and words in refused.text
    assert client.post("/needs/no-such/feedback", data=sent).status_code == 404
    assert "said-" not in client.get("/match?text=柱塞泵").text  # of free text nothing is kept


def test_it_is_for_who_sits_at_the_machine(home: Home) -> None:
    far = TestClient(create_app(home), base_url=LOCAL, client=("192.0.2.7", 50000))
    assert far.get("/feedback", follow_redirects=False).headers["location"] == "/login?next=%2Ffeedback"
    assert far.post("/needs/n2/feedback", data={"firm": "x", "act": "kept"}).status_code == 401
    assert "said-" not in far.get("/needs/n2").text


def test_needs_and_papers_of_a_firm_are_what_its_lists_say(home: Home, client: TestClient) -> None:
    firm = ids(home)["启朔精工有限公司"]
    page = client.get(f"/api/v1/firms/{firm}/needs").json()
    assert page["open"] == page["count"] == 2
    assert [(one["need"]["id"], one["rank"] > 0) for one in page["fits"]] == [("n2", True), ("n1", False)]
    for fit in page["fits"]:
        listed = client.get(f"/api/v1/needs/{fit['need']['id']}").json()["entries"]
        assert [(one["rank"], one["score"]) for one in listed if one["id"] == firm] == (
            [(fit["rank"], fit["score"])] if fit["rank"] else []
        )
    assert page["fits"][1]["failed"] and page["fits"][1]["place"] == 1
    # the certificate that n1 asks for opens it: nobody has it, so its list has room
    assert [(one["kind"], one["needs"], one["moves"][0]["after"]) for one in page["papers"]] == [("certificate", 1, 1)]
    papers = client.get("/api/v1/papers").json()
    assert (papers["firms"], papers["papers"][0]["needs"], papers["papers"][0]["firms"]) == (3, 1, 3)
    assert client.get("/api/v1/papers?place=330200").json()["papers"] == []
    assert client.get("/api/v1/firms/nobody/needs").status_code == 404
    whole, part = client.get(f"/firms/{firm}/needs").text, {"HX-Request": "true"}
    assert "质量管理" not in whole.split('id="papers"')[1] and f"/firms/{firm}/needs?worth=1" in whole
    told = client.get(f"/firms/{firm}/needs?worth=1", headers=part).text
    assert "质量管理" in told and "<html" not in told and "质量管理" in client.get("/papers").text
    assert told.strip()[:200] in client.get(f"/firms/{firm}/needs?worth=1").text, "without scripts in one piece"


def test_rank_train_takes_an_export(home: Home, tmp_path: Path) -> None:
    """What a city's buyers took moves a scorecard of its own; the shipped ones stay as they are."""
    query, taken = published(home, "n2"), ids(home)["珩川传动有限公司"]
    log(home, query, Said(taken, "awarded"))
    export(home, tmp_path)
    enterprises, gaps, qrels = (tmp_path / name for name in ("enterprises.jsonl", "gaps.jsonl", "qrels.txt"))
    trained = train_files(enterprises, tmp_path / "city.json", home.embedder(), gaps, qrels)
    assert trained.needs >= 1 and trained.refused == ()
    card = Scorecard.load(str(tmp_path / "city.json"))
    assert card.name == "city" and f"{trained.needs} judged needs" in card.made
    entries = Ranker(home.corpus(), home.embedder(), card).rank(query, 0).entries
    assert all(round(sum(one.points for one in entry.contributions), 4) == entry.score for entry in entries)
    others = [entry.firm.id for entry in entries if not entry.contributions[0].value]
    assert others[0] == taken, "of the firms that do not list the thing"
