"""The console's page over a read-only copy: forms, answers with links, files with their source, the reader's login."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import neo4j
import openpyxl
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from kg.console import Column, Console, Limits, Table
from kg.console.cookbook import question, questions
from kg.console.errors import ParameterError
from kg.console.result import Node
from kg.errors import BulianError
from kg.neo4j.copy import AnalystsCopy
from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests.copy_fixture import NOTE
from tests.site_fixture import LOCAL, settings
from web.analysts import Analysts, check_roles
from web.app import create_app
from web.errors import WebError
from web.home import Home
from web.jobs.query import text_of, value_of
from web.pages.console.graph_picture import picture

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("analysts-copy")]

MAKERS = (
    "MATCH (e:Enterprise)-[r:PRODUCES]->(p:Product) WHERE p.name = $product RETURN e, p, r.fact, 1 AS n ORDER BY e.name"
)


@pytest.fixture(scope="module")
def home(copy_home: Home) -> Home:
    """The data folder with the copy."""
    return copy_home


@pytest.fixture(scope="module")
def client(home: Home) -> Iterator[TestClient]:
    with TestClient(create_app(home), base_url=LOCAL, raise_server_exceptions=False) as opened:
        yield opened


def send(client: TestClient, query: str, do: str = "run", limit: int = 100, lang: str = "zh", **parameters: str):
    fields = {"query": query, "do": do, "limit": str(limit), **{f"p:{name}": text for name, text in parameters.items()}}
    return client.post("/console", data=fields, headers={"Cookie": f"lang={lang}"})


def test_the_form_shows_examples_schema_and_age_and_asks_nothing(client: TestClient) -> None:
    page = client.get("/console").text
    assert "<h1>查询</h1>" in page and "2026-01-02 11:04" in page
    assert all(f"/console?example={example.name}" in page for example in questions())
    assert "<code>:Enterprise</code>" in page and "<code>:PRODUCES</code>" in page
    filled = client.get("/console", params={"example": "makers", "lang": "en"}).text
    assert 'name="p:product" value="减速器"' in filled and "Who makes a product" in filled
    assert 'id="answer"' not in filled
    assert client.get("/console", params={"example": "no such"}).status_code == 200


@pytest.mark.parametrize("name", ["makers", "contracts", "near"])
def test_an_example_is_answered_as_it_stands_in_the_form(name: str, client: TestClient) -> None:
    example = question(name)
    assert example is not None
    answer = send(client, example.cypher, **{key: text_of(value) for key, value in example.values.items()})
    assert answer.status_code == 200 and 'id="answer"' in answer.text


def test_a_link_fills_the_form_and_asks_nothing(client: TestClient) -> None:
    page = client.get("/console", params={"query": MAKERS, "p:product": "轴承"}).text
    assert 'name="p:product" value="轴承"' in page and 'id="answer"' not in page


def test_the_cost_is_said_before_anything_runs(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    page = send(client, MAKERS, do="cost", product="轴承")
    assert page.status_code == 200 and 'id="cost"' in page.text and "在预算之内" in page.text
    assert "NodeByLabelScan" in page.text or "Index" in page.text
    assert 'id="answer"' not in page.text
    monkeypatch.setattr("kg.console.cost.BUDGET", 1)
    refused = send(client, MAKERS, product="轴承")
    assert refused.status_code == 422 and "<code>KG723</code>" in refused.text and "确认，仍要运行" in refused.text
    assert 'id="answer"' not in refused.text and 'id="cost"' in refused.text
    confirmed = send(client, MAKERS, do="confirm", product="轴承")
    assert confirmed.status_code == 200 and "4 行" in confirmed.text
    assert send(client, "MATCH (n) SET n.x = 1", do="cost").status_code == 422


def limited(home: Home, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """The console of the pages with another limit of time."""
    limits = Limits(seconds=seconds)
    monkeypatch.setattr(
        Analysts,
        "console",
        lambda self: Console(self.start(), home.ontology, limits=limits, tickets=self.tickets),
    )


ZH = {"Cookie": "lang=zh"}
RUNS_LONG = "UNWIND range(1, 10000000000) AS x RETURN count(x)"


def test_what_runs_past_its_seconds_is_cut_and_said(
    home: Home, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.analysts.console().limits.seconds == 5.0
    limited(home, monkeypatch, 0.5)
    began = time.monotonic()
    cut = send(client, RUNS_LONG)
    assert 0.4 < time.monotonic() - began < 5.0
    assert cut.status_code == 422 and "<code>KG704</code>" in cut.text and "5 秒的时间限制" in cut.text


def test_a_running_query_is_cancelled_by_its_ticket_alone(
    home: Home, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(home, monkeypatch, 20.0)
    ticket = re.findall(r'name="ticket" value="(\w+)"', client.get("/console").text)[0]
    got: list[str] = []

    def run() -> None:
        fields = {"query": RUNS_LONG, "do": "run", "ticket": ticket}
        got.append(client.post("/console", data=fields, headers={"Cookie": "lang=zh"}).text)

    asking = threading.Thread(target=run)
    asking.start()
    tickets = home.folder / ".console"
    while asking.is_alive() and not (tickets.is_dir() and any(tickets.iterdir())):
        time.sleep(0.02)
    time.sleep(0.3)  # it has passed the plan and runs
    other = client.post("/console", data={"query": "x", "do": "cancel", "ticket": "another"}, headers=ZH).text
    assert "没有正在运行的查询" in other and asking.is_alive()
    said = client.post("/console", data={"query": RUNS_LONG, "do": "cancel", "ticket": ticket}, headers=ZH).text
    asking.join(timeout=10)
    assert "已经取消" in said and not asking.is_alive()
    assert "<code>KG724</code>" in got[0] and not any(tickets.iterdir())
    assert send(client, "RETURN 1").status_code == 200


def test_an_answer_is_drawn_as_bars_and_as_a_picture_with_ways_on(client: TestClient) -> None:
    count = "MATCH (e:Enterprise)-[:PRODUCES]->(p:Product) RETURN p, count(e) AS n ORDER BY n DESC, p.name"

    def shown(query: str, show: str) -> str:
        return client.post("/console", data={"query": query, "show": show}, headers={"Cookie": "lang=zh"}).text

    bars = shown(count, "chart")
    assert 'class="answerchart"' in bars and "谐波减速器" in bars and "数字与下表相同" in bars
    assert 'class="answerchart"' not in shown("RETURN 1 AS n", "chart")
    picture = shown("MATCH p = (:Enterprise)-[:SUPPLIES]->(:Enterprise) RETURN p", "graph")
    assert picture.count("<circle") == 3 and picture.count('<line class="hit"') == 2
    assert re.search(r'<a href="/evidence/\w+"><title>', picture)
    around = re.findall(r'<a href="(/around/Enterprise/[^"]+)"', picture)[0].replace("&amp;", "&")
    first = client.get(around, headers=ZH).text
    assert "回到查询" in first and 'href="/console?query=MATCH' in first and "<circle" in first
    onward = re.findall(r'<a href="(/around/Product/[^"]+)"', first)[0].replace("&amp;", "&")
    second = client.get(onward, headers=ZH).text
    assert re.search(r'<nav class="kicker".*?/console\?query=.*?/around/Enterprise/.*?</nav>', second, re.DOTALL)
    assert client.get("/around/Enterprise/nobody").status_code == 404
    assert client.get("/around/Nothing/x").status_code == 404
    assert "//elsewhere" not in client.get("/around/Product/轴承", params={"back": "//elsewhere.example"}).text


def test_a_picture_is_of_sixty_nodes_at_most_and_always_the_same() -> None:
    nodes = [Node("Product", f"p{n}", f"产品{n}", {}) for n in range(90)]
    rows = tuple((nodes[n], nodes[n + 1], f"f{n}") for n in range(89))
    table = Table((Column("a", "node"), Column("b", "node"), Column("fact", "text", True)), rows, 89)
    found = picture(table)
    assert (len(found.spots), found.left_off, len(found.ties)) == (60, 30, 59)
    assert found == picture(table) and found.ties[0].href == "/evidence/f0"
    assert all(0 <= spot.x <= found.width and 0 <= spot.y <= found.height for spot in found.spots)
    assert len({(spot.x, spot.y) for spot in found.spots}) == 60
    assert picture(Table((), (), 0)).spots == []


def test_an_answer_leads_to_firms_products_and_sentences(client: TestClient) -> None:
    page = send(client, MAKERS, product="轴承").text
    assert "4 行" in page
    assert re.search(r'<a href="/firms/\w+">甬川榫道机器人有限公司</a>', page)
    assert '<a href="/products/%E8%BD%B4%E6%89%BF">轴承</a>' in page
    assert re.search(r'<a href="/evidence/(\w+)" title="看原文">\1</a>', page)
    assert f"图谱版本 {NOTE.stamp}" in page
    path = send(client, "MATCH p = (:Enterprise)-[:SUPPLIES]->(:Enterprise) RETURN p, [n IN nodes(p) | n] AS n").text
    assert path.count('<a href="/firms/') >= 8 and ">SUPPLIES</a>" in path


def test_what_was_left_off_is_said(client: TestClient) -> None:
    page = send(client, "UNWIND range(1, 1234) AS x RETURN x").text
    assert "只显示前 100 行，还有 1,134 行" in page
    assert (
        "The first 1,000 rows; 234 more"
        in send(client, "UNWIND range(1, 1234) AS x RETURN x", limit=1000, lang="en").text
    )
    assert "没有结果" in send(client, "MATCH (n:Enterprise {id: 'x'}) RETURN n").text


def test_values_are_text_not_markup(client: TestClient) -> None:
    page = send(client, "RETURN '<script>alert(1)</script>' AS `<b>`, ['<i>'] AS l").text
    assert (
        "<script>alert" not in page and "<b>" not in page.split("<thead")[1].split("</thead>")[0] and "<i>" not in page
    )


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("MATCH (n) SET n.x = 1", "KG711", "这里只能读取"),
        ("PROFILE MATCH (n) RETURN n", "KG712", "EXPLAIN"),
        ("LOAD CSV FROM 'file:///x' AS l RETURN l", "KG715", "不能读取文件或网址"),
        ("MATCH (n)\nRETURNN n", "KG718", "line 2, column 1"),
        ("", "KG718", "读不懂"),
        (MAKERS, "KG719", 'name="p:product"'),
    ],
)
def test_a_refusal_says_why_and_keeps_the_text(query: str, code: str, words: str, client: TestClient) -> None:
    answer = send(client, query)
    assert answer.status_code == 422
    assert f"<code>{code}</code>" in answer.text and words in answer.text
    assert query.split("\n")[0].replace("'", "&#39;").replace(">", "&gt;") in answer.text
    for form in ("csv", "xlsx", "json"):
        assert send(client, query, do=form).status_code == 422


def test_parameters_become_fields_before_anything_is_asked(client: TestClient) -> None:
    page = send(client, "MATCH (n) WHERE n.a = $a AND n.b = $`b c` RETURN n", do="fields").text
    assert 'name="p:a"' in page and 'name="p:b c"' in page and 'id="answer"' not in page


def test_files_say_where_they_come_from(client: TestClient) -> None:
    query = "UNWIND ['=1+1', '甲'] AS text RETURN text, $n + 1 AS n, 0.5 AS half, true AS yes, 9007199254740993 AS long"
    lines = send(client, query, do="csv", n="1")
    assert lines.headers["content-disposition"] == 'attachment; filename="answer.csv"'
    assert lines.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(lines.content.decode("utf-8-sig"))))
    head = rows.index(["text", "n", "half", "yes", "long"])
    assert rows[head + 1] == ["'=1+1", "2", "0.5", "true", "9007199254740993"]
    assert f"# as_of: {NOTE.written}" in [row[0] for row in rows[:head]]
    book = openpyxl.load_workbook(io.BytesIO(send(client, query, do="xlsx", n="1").content))
    assert [cell.value for cell in book["rows"][2]] == ["=1+1", 2, 0.5, True, "9007199254740993"]
    assert book["rows"]["A2"].data_type == "s"
    about = {row[0].value: row[1].value for row in book["source"].rows}
    assert about["query"] == query and NOTE.stamp in about["source"] and about["parameters"] == '{"n": 1}'
    found = json.loads(send(client, query, do="json", n="1").content)
    assert found["rows"][1] == ["甲", 2, 0.5, True, 9007199254740993] and found["total"] == 2
    assert found["columns"][0] == {"name": "text", "type": "text"}


def test_only_our_own_pages_may_ask(client: TestClient) -> None:
    answer = client.post("/console", data={"query": "RETURN 1"}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert client.post("/console", json={"query": "RETURN 1"}).status_code == 415


def test_the_first_query_waits_for_the_copy_or_says_that_it_is_made(
    home: Home, client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path, analysts_copy: AnalystsCopy
) -> None:
    goes_on = threading.Event()

    def make(self: Analysts) -> None:
        assert goes_on.wait(20)
        raise WebError("no room", code="WE016", hint="make room")

    with monkeypatch.context() as patch:
        nothing = AnalystsCopy(tmp_path / "none", lambda: tmp_path, heap="512m")
        patch.setitem(home.analysts.__dict__, "copy", nothing)
        patch.setattr(Analysts, "make", make)
        patch.setattr("web.jobs.query.WAIT_SECONDS", 0.1)
        refused = send(client, "MATCH (n) DELETE n")
        assert refused.status_code == 202  # its words are those of a query that reads: only its plan would tell
        assert send(client, "CREATE (n)").status_code == 422
        waiting = send(client, "RETURN 1")
        assert waiting.status_code == 202 and "正在制作副本" in waiting.text and ">RETURN 1</textarea>" in waiting.text
        goes_on.set()
        assert home.analysts.wait(5)
        patch.setattr("web.jobs.query.WAIT_SECONDS", 5.0)
        failed = send(client, "RETURN 1")
        assert failed.status_code == 422 and "WE016" in failed.text
    home.analysts._failure = None
    assert send(client, "RETURN 1").status_code == 200


def test_a_copy_that_is_behind_says_so_and_can_be_renewed(
    home: Home, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.analysts.state().stale is None  # nothing is loaded in the live graph of this test
    made: list[bool] = []
    state = replace(home.analysts.state(), stale=True)
    monkeypatch.setattr(Analysts, "state", lambda self: state)
    monkeypatch.setattr(Analysts, "begin", lambda self: made.append(True))
    page = client.get("/console", params={"lang": "zh"}).text
    assert "已落后" in page and "更新副本" in page
    assert send(client, "RETURN 1", do="renew").status_code == 200
    assert made == [True]


def test_a_copy_that_holds_what_must_no_longer_be_seen_is_thrown_away(
    neo4j_server: Connection, parts: Parts, tmp_path
) -> None:
    with Home(settings(neo4j_server, parts, tmp_path)) as home:
        home.analysts.forget()  # none is there: nothing happens
        home.analysts.copy.folder.mkdir()
        (home.analysts.copy.folder / "copy.json").write_text("{}", "utf-8")
        home.analysts.forget()
        assert not home.analysts.copy.folder.exists() and not home.analysts.state().made


def test_a_graph_elsewhere_needs_no_parts_to_say_that_there_is_no_copy(neo4j_server: Connection, tmp_path) -> None:
    with Home(settings(neo4j_server, Parts(tmp_path / "no parts"), tmp_path / "home")) as home:
        assert not home.analysts.state().made and not home.analysts.stop() and not home.analysts.drop()
        assert "<h1>查询</h1>" in TestClient(create_app(home), base_url=LOCAL).get("/console").text


# --- a login that may only read ------------------------------------------------------------------------------------


def reader(neo4j_server: Connection, parts: Parts, folder, **more) -> Home:
    own = {"reader_user": neo4j_server.user, "reader_password": SecretStr(neo4j_server.password), **more}
    return Home(settings(neo4j_server, parts, folder).model_copy(update=own))


def test_a_reader_who_may_write_is_refused(neo4j_server: Connection, parts: Parts, tmp_path) -> None:
    with reader(neo4j_server, parts, tmp_path) as home, pytest.raises(WebError, match=r"WE047.*every login may write"):
        home.analysts.console()


@pytest.mark.parametrize(("roles", "good"), [(["PUBLIC", "reader"], True), (["analyst"], True), (["admin"], False)])
def test_roles_of_the_reader(roles: list[str], good: bool) -> None:
    class Roles:
        def read_statement(self, statement: str) -> list[dict]:
            return [{"user": "reader", "roles": roles}]

    if good:
        check_roles(Roles())  # type: ignore[arg-type]
    else:
        with pytest.raises(WebError, match="WE047"):
            check_roles(Roles())  # type: ignore[arg-type]


def test_with_a_reader_no_copy_is_made_and_the_gate_stands(
    neo4j_server: Connection, parts: Parts, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.analysts.check_roles", lambda graph: None)
    with reader(neo4j_server, parts, tmp_path) as home:
        console = home.analysts.console()
        assert console.connection == neo4j_server
        assert console.run("RETURN 1 AS one").rows == ((1,),)
        with pytest.raises(BulianError) as refused:
            console.run("CREATE (n:Attack)")
        assert refused.value.code == "KG711"
        for step in (home.analysts.make, home.analysts.start, home.analysts.drop):
            with pytest.raises(WebError, match="WE046"):
                step()
        assert home.analysts.state().kind == "reader"
        assert not (tmp_path / "neo4j-copy").exists()


def test_the_reader_needs_an_address(parts: Parts, tmp_path, neo4j_server: Connection) -> None:
    with reader(neo4j_server, parts, tmp_path, graph_url=None) as home, pytest.raises(WebError, match="WE002"):
        home.analysts.console()
    elsewhere = reader(neo4j_server, parts, tmp_path, reader_url="bolt://127.0.0.1:9")
    with elsewhere as home, pytest.raises(BulianError, match="KG701"):
        home.analysts.console()


# --- parameters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-1.5e3", -1500.0),
        ("0574", "0574"),
        ('"12"', "12"),
        ("true", True),
        ("null", None),
        ('["甲", "乙"]', ["甲", "乙"]),
        ('{"a": 1}', {"a": 1}),
        (" 甬川 ", " 甬川 "),
        ('"轴承" 厂', '"轴承" 厂'),
        ("２３", "２３"),
        ("NaN", "NaN"),
        ("", ""),
    ],
)
def test_parameters_as_people_write_them(text: str, value: object) -> None:
    assert value_of("x", text) == value and type(value_of("x", text)) is type(value)
    assert value_of("x", text_of(value)) == value


@pytest.mark.parametrize("text", ["[1, 2", "{a}", "99999999999999999999", "[" * 5000, "x" * 100_001])
def test_parameters_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ParameterError, match=r"KG719 \$x"):
        value_of("x", text)


def administer(server: Connection, command: str) -> None:
    """A command to the database `system`, which knows no other statements."""
    with neo4j.GraphDatabase.driver(server.url, auth=(server.user, server.password)) as driver:
        driver.execute_query(command, database_="system")


def test_the_readers_login_goes_to_its_own_address_with_its_own_password(
    neo4j_server: Connection, parts: Parts, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user of a server that asks for a password; Neo4j Community has no roles, so these alone are not asked."""
    administer(neo4j_server, "CREATE OR REPLACE USER looker SET PASSWORD 'looks-only-1' CHANGE NOT REQUIRED")
    monkeypatch.setattr("web.analysts.check_roles", lambda graph: None)
    try:
        own = {"reader_url": neo4j_server.url, "reader_user": "looker", "graph_url": "bolt://127.0.0.1:1"}
        with reader(neo4j_server, parts, tmp_path / "right", **own, reader_password=SecretStr("looks-only-1")) as home:
            console = home.analysts.console()
            assert console.connection == Connection(neo4j_server.url, "looker", "looks-only-1")
            assert console.run("RETURN 1 AS one").rows == ((1,),)
            with Graph(console.connection.url, console.connection.user, console.connection.password) as graph:
                assert graph.read_statement("SHOW CURRENT USER YIELD user")[0]["user"] == "looker"
        with (
            reader(neo4j_server, parts, tmp_path / "wrong", **own, reader_password=SecretStr("another")) as home,
            pytest.raises(BulianError, match="KG702"),
        ):
            home.analysts.console()
    finally:
        administer(neo4j_server, "DROP USER looker IF EXISTS")
