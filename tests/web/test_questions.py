"""Questions without Cypher on the copy: found, asked by a form, as files with definitions; saved, shared, snapshots."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import openpyxl
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from kg.console import Column, Table
from kg.console.result import Link, Node, Path
from tests.copy_fixture import NOTE
from tests.site_fixture import HERE, LOCAL
from tests.web.people import CHEAP, People, people
from web.accounts.keys import make_key
from web.app import create_app
from web.db.queries import QuerySnapshot, SavedQuery
from web.db.watches import Notice
from web.errors import UnusableError, WebError
from web.home import Home
from web.jobs.saved_queries import again, run_due, snapshot
from web.work.analysis import saved_query as work
from web.work.analysis.frozen_table import frozen, thawed

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("analysts-copy")]

DAY = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
ASKED = {"p:product": "轴承", "run": "1"}


@pytest.fixture(scope="module")
def here(copy_home: Home) -> Iterator[TestClient]:
    """Who sits at the machine, before anybody has an account."""
    yield TestClient(create_app(copy_home), base_url=LOCAL, client=HERE, headers={"Cookie": "lang=zh"})


@pytest.fixture(scope="module")
def world(copy_home: Home, here: TestClient) -> People:
    """Analysts of two authorities. They come after the tests of who sits at the machine."""
    return people(copy_home.database(), copy_home.settings.model_copy(update=CHEAP))


def test_questions_are_found_and_each_has_a_form(here: TestClient) -> None:
    page = here.get("/questions").text
    assert page.count('<a href="/questions/') >= 40 and "产业链、缺口与依赖" in page
    found = here.get("/questions", params={"q": "某市某产品有哪些企业"}).text
    assert found.index("/questions/makers_in_place") < found.index("/questions/makers_by_place")
    assert "没有找到这样的问题" in here.get("/questions", params={"q": "zzz"}).text
    form = here.get("/questions/makers_in_place")
    assert (
        'name="p:place"' in form.text and 'id="answer"' not in form.text and "所在地没有写明的企业不在内" in form.text
    )
    assert here.get("/questions/nothing").status_code == 404


def test_an_answer_has_its_source_its_day_and_the_rows_left_off(here: TestClient) -> None:
    answer = here.get("/questions/makers", params=ASKED)
    assert answer.status_code == 200 and "4 行" in answer.text and NOTE.stamp in answer.text
    assert re.search(r'data-label="依据"[^>]*><span><a href="/evidence/\w+">看原文', answer.text)
    assert 'data-label="依据日期"' in answer.text and "披露" in answer.text and "<time" in answer.text
    picture = here.get("/questions/makers", params=ASKED | {"show": "chart"}).text
    assert 'class="answerchart"' not in picture  # this question has no number
    bars = here.get("/questions/makers_by_place", params=ASKED | {"show": "chart"}).text
    assert "不详" in bars


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("makers", {}, "请填写"),
        ("makers_in_place", {"p:product": "轴承", "p:place": "没有这个地方"}, "找不到这个地方"),
        ("new_entrants", {"p:after": "2025"}, "请写成 2025-01-31"),
        ("contracts", {"p:year": "去年"}, "请写数字"),
    ],
)
def test_a_value_that_cannot_be_used_is_said_in_its_field(
    name: str, given: dict[str, str], words: str, here: TestClient
) -> None:
    refused = here.get(f"/questions/{name}", params={"run": "1", **given})
    assert refused.status_code == 422 and words in refused.text and 'id="answer"' not in refused.text
    assert here.get(f"/questions/{name}/answer.csv", params=given).status_code == 422


def test_files_have_the_source_column_and_the_definitions(here: TestClient) -> None:
    given = {"p:product": "轴承"}
    book = openpyxl.load_workbook(io.BytesIO(here.get("/questions/makers/answer.xlsx", params=given).content))
    heads = [cell.value for cell in book["rows"][1]]
    assert heads == ["企业", "产品", "置信等级", "原文", "依据日期", "依据"]
    assert book["rows"]["C2"].value == "披露" and re.fullmatch(r"\w+", book["rows"]["F2"].value)
    said = {row[0].value: row[1].value for row in book["definitions"].rows}
    assert "makers" in said["question"] and "不等于不生产" in said["unknown"] and "as_of" in said.values()
    lines = here.get("/questions/makers/answer.csv", params=given | {"lang": "en"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(lines)))
    assert ["firm", "product", "level", "sentence", "as of", "evidence"] in rows
    assert any(row[0].startswith("# unknown: Firms that no source") for row in rows)


def test_what_costs_more_than_the_budget_is_confirmed_first(here: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.console.cost.BUDGET", 0)
    refused = here.get("/questions/makers", params=ASKED)
    assert refused.status_code == 422 and "KG723" in refused.text and 'value="confirmed"' in refused.text
    assert here.get("/questions/makers", params=ASKED | {"run": "confirmed"}).status_code == 200


def test_a_question_is_kept_and_its_answer_frozen(here: TestClient) -> None:
    form = {"question": "makers", "p:product": "轴承", "title": "轴承企业", "rows": "100", "ticket": "t1"}
    made = here.post("/queries", data=form, follow_redirects=False)
    place = made.headers["location"]
    assert made.status_code == 303
    assert here.post("/queries", data=form, follow_redirects=False).headers["location"] == place
    assert here.post("/queries", data=form | {"title": "", "ticket": "t2"}).status_code == 422
    assert here.post("/queries", data={"query": "CREATE (n)", "title": "x"}).status_code == 422
    page = here.get(place).text
    assert "轴承企业" in page and "/questions/makers?p%3Aproduct=" in page
    kept = here.post(f"{place}/snapshots", follow_redirects=False).headers["location"]
    shown = here.get(kept).text
    assert NOTE.stamp in shown and "4 行" in shown and re.search(r"<code>[0-9a-f]{64}</code>", shown)
    assert "<circle" in here.get(f"{kept}?show=graph").text
    assert "现在再查，答案一样" in here.post(kept).text
    book = openpyxl.load_workbook(io.BytesIO(here.get(f"{kept}/answer.xlsx").content))
    assert book["rows"].max_row == 5 and "snapshot" in str(book["source"]["B1"].value)
    assert kept in here.get("/queries").text
    row = {"title": "轴承的企业", "every": "week", "shared": "1", "version": "1"}
    assert here.post(place, data=row, follow_redirects=False).status_code == 303
    assert here.post(place, data=row).status_code == 409
    assert here.post(place, data={"do": "end"}).status_code == 200
    assert place not in here.get("/queries").text.split("最近的快照")[0] and here.get(kept).status_code == 200


def keep(home: Home, actor: object, **more: object) -> SavedQuery:
    wanted = work.Wanted(
        **{"title": "甲", "query": "MATCH (p:Product) RETURN p, 1 AS n ORDER BY p.key", "parameters": {}, **more}
    )  # type: ignore[arg-type]
    with home.database().session() as session:
        return work.save(session, actor, wanted, DAY)  # type: ignore[arg-type]


def test_what_is_shared_colleagues_see_and_nobody_else(copy_home: Home, world: People) -> None:
    office, other = world.organisation("authority", "甬川某局"), world.organisation("authority", "海陵某局")
    world.user("analyst", office)
    mine, foreign = world.actor(office, "analyst"), world.actor(other, "analyst")
    colleague = world.actor(office, "county")
    secret, shared = keep(copy_home, mine), keep(copy_home, mine, shared=True, title="乙")
    with copy_home.database().session() as session:
        assert {row.title for row in work.seen(session, colleague)} == {"乙"}
        assert list(work.seen(session, foreign)) == []
        work.one(session, colleague, shared.id)
        for actor, row in ((colleague, secret), (foreign, shared)):
            with pytest.raises(WebError, match="WE404"):
                work.one(session, actor, row.id)
        with pytest.raises(WebError, match="WE032"):  # a county reads, and keeps nothing
            work.end(session, colleague, session.get_one(SavedQuery, shared.id), DAY)
        for wrong in ({"title": " "}, {"title": "x" * 121}, {"query": " "}, {"every": "hour"}, {"rows": 7}):
            with pytest.raises(UnusableError, match="WE210"):
                work.save(
                    session, mine, work.Wanted(**{"title": "a", "query": "RETURN 1", "parameters": {}, **wrong}), DAY
                )  # type: ignore[arg-type]


def test_a_schedule_runs_once_a_day_and_tells_its_person(copy_home: Home, world: People) -> None:
    office = world.organisation("authority", "定期某局")
    actor = world.actor(office, "analyst")
    row = keep(copy_home, actor, every="month", title="按月")
    broken = keep(copy_home, actor, query="RETURN 1 / $n AS x", parameters={"n": "0"}, every="day", title="坏的")
    later = DAY.replace(day=31)

    def told() -> list[Notice]:
        with copy_home.database().session() as session:
            return list(session.scalars(select(Notice).where(Notice.user_id == actor.user).order_by(Notice.day)))

    assert run_due(copy_home, DAY) == 2 and run_due(copy_home, DAY) == 0
    notices = {notice.told["name"]: notice for notice in told()}
    assert (
        notices["按月"].kind == "query"
        and notices["按月"].told["n"] == "6"
        and notices["坏的"].told["failure"] == "KG722"
    )
    assert notices["按月"].address.startswith("/snapshots/") and notices["坏的"].address == f"/queries/{broken.id}"
    with copy_home.database().session() as session:
        assert session.get_one(SavedQuery, row.id).due == "2026-04-01"
        assert session.get_one(SavedQuery, broken.id).failure == "KG722"
        work.end(session, actor, session.get_one(SavedQuery, broken.id), DAY)
        made = session.scalars(select(QuerySnapshot).where(QuerySnapshot.saved_id == row.id)).one()
        assert (made.scheduled, made.stamp, made.total) == (True, NOTE.stamp, 6)
    assert run_due(copy_home, later) == 0 and run_due(copy_home, later.replace(month=5)) == 1
    with copy_home.database().session() as session:
        assert session.scalar(select(func.count()).where(QuerySnapshot.saved_id == row.id)) == 2
        assert session.get_one(SavedQuery, row.id).due == "2026-06-30"
    assert len(told()) == 3


def test_a_snapshot_never_changes_and_is_compared_with_now(copy_home: Home, world: People) -> None:
    office = world.organisation("authority", "快照某局")
    actor = world.actor(office, "analyst")
    made = snapshot(copy_home, actor, keep(copy_home, actor), DAY)
    assert made is not None
    with pytest.raises(IntegrityError, match="append-only"), copy_home.database().session() as session:
        session.execute(text("UPDATE query_snapshot SET title = 'x'"))
    with copy_home.database().session() as session:
        row = work.one_snapshot(session, actor, made.id)
    found = again(copy_home, row)
    assert found is not None and found[1:] == (True, True)
    row.content = {**row.content, "query": "MATCH (p:Product) RETURN p, 2 AS n ORDER BY p.key"}
    found = again(copy_home, row)
    assert found is not None and found[1] is False


def test_a_program_asks_keeps_and_compares_by_the_api(copy_home: Home, here: TestClient, world: People) -> None:
    office = world.organisation("authority", "接口某局")
    actor = world.actor(office, "analyst")
    key = make_key(copy_home.database(), actor, "tests", ["read", *sorted({work.READ, work.SAVE})], 7)
    api = TestClient(here.app, base_url=LOCAL, client=HERE, headers={"Authorization": f"Bearer {key}"})

    answer = api.get("/api/v1/questions/makers", params={"p:product": "轴承", "lang": "zh"}).json()
    assert len(answer["rows"]) == answer["total"] == 4 and NOTE.stamp in answer["source"], answer
    assert "没有说过自己生产什么的企业不在内" in answer["definitions"]["unknown"]
    assert {column["name"] for column in answer["columns"]} <= answer["definitions"].keys()
    facts = [row[-1] for row in answer["rows"]]
    wanted = {"title": "轴承", "question": "makers", "parameters": {"product": "轴承"}}
    saved = api.post("/api/v1/queries", json=wanted, headers={"Idempotency-Key": "one"}).json()
    kept = api.post(f"/api/v1/queries/{saved['id']}/snapshots").json()
    assert (kept["total"], kept["stamp"], len(kept["digest"])) == (4, NOTE.stamp, 64)
    whole = api.get(f"/api/v1/snapshots/{kept['id']}", params={"lang": "zh"}).json()
    assert whole["digest"] == kept["digest"]
    for then, now in zip(whole["answer"]["rows"], answer["rows"], strict=True):
        assert [node["name"] for node in then[:2]] == [node["properties"]["name"] for node in now[:2]]
        assert then[2:] == now[2:]
    again = api.post(f"/api/v1/snapshots/{kept['id']}").json()
    assert again == {"id": kept["id"], "same": True, "same_graph": True}
    firm = api.get("/api/v1/around/Product/轴承").json()
    assert {one["type"] for one in firm["relations"]} == {"PRODUCES"} and len(firm["nodes"]) == 5
    assert {one["evidence"] for one in firm["relations"]} == {f"/evidence/{fact}" for fact in facts}


@pytest.mark.parametrize(
    ("every", "day", "then"),
    [
        ("day", "2026-12-31", "2027-01-01"),
        ("week", "2026-02-25", "2026-03-04"),
        ("month", "2026-01-31", "2026-02-28"),
        ("month", "2026-12-05", "2027-01-05"),
        ("", "2026-01-01", None),
    ],
)
def test_when_a_schedule_is_due_again(every: str, day: str, then: str | None) -> None:
    assert work.next_day(every, day) == then


def test_a_frozen_answer_comes_back_with_its_links() -> None:
    one, other = Node("Enterprise", "e1", "甲", {"x": 1}), Node("Product", "p1", "乙", {})
    link = Link("PRODUCES", "f1", {}, one, other)
    values = (one, link, Path((one, other), (link,)), [one, 1], {"a": other}, float("inf"), None, "x", True)
    table = Table(tuple(Column(f"c{n}", "mixed") for n in range(len(values))), (values,), 9, True, 1, 0.5)
    back = thawed(frozen(table))
    assert back.total == 9 and back.at_least and back.rows[0][7:] == ("x", True) and back.rows[0][5] == "inf"
    assert back.rows[0][1].end == other and back.rows[0][2].links[0].fact == "f1"
    assert frozen(back) == frozen(table)
