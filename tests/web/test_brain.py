"""The industrial brain over a small world: warnings kept, acknowledged, told; the city, courses by year, the index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import python_calamine
from starlette.testclient import TestClient
from typer.testing import CliRunner

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.records import Document, Mention
from kg.store import Graph
from matcher.warning.find import EarlyWarning
from tests.kg.worlds import World, document, firm, product
from tests.site_fixture import HERE, LOCAL, load_world, settings
from tests.web.people import FAR, sends
from web.accounts.actor import Actor
from web.app import create_app
from web.beijing import day_of
from web.cli import warnings as command
from web.cli.main import app
from web.db.chains import GapRun
from web.db.store import Database
from web.errors import WebError
from web.home import Home
from web.jobs import chains, monthly_index
from web.jobs.digest import digest
from web.jobs.due import rules_look
from web.jobs.graph import settle
from web.jobs.warnings import RULES_FILE, look_due
from web.work.today import warnings as work
from web.work.today.warnings import Asked, Words, keep, listed, one, say

NOW = datetime.now(UTC)
THIS_YEAR = NOW.year
MAKER, BUYER = "启朔精工有限公司", "栎庭智能有限公司"
ROLES = frozenset({"analyst"})
ANN, BEN = (Actor(user=name, name=name, organisation=f"o-{name}", roles=ROLES) for name in ("ann", "ben"))


def warning(share: float = 60, fact: str = "f1", owner: str | None = None) -> EarlyWarning:
    values = {"share": share, "above": 50}
    return EarlyWarning("r", "customer_share", "firm", "e1", MAKER, "", "330206", values, (fact,), owner)


def kept(database: Database, day: str, *found: EarlyWarning) -> work.Kept:
    with database.session() as session:
        return keep(session, found, {"r": Words("规则", "rule", "set")}, day)


def test_a_word_holds_for_the_facts_that_it_was_said_to(tmp_path_factory: pytest.TempPathFactory) -> None:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('words') / 'bulian.db'}")
    assert kept(database, "2026-06-01", warning()).new == {"r": 1}
    assert kept(database, "2026-06-02", warning()).new == {}
    with database.session() as session:
        (seen,) = listed(session, ANN, Asked(region="3302"))
        assert (seen.state, seen.row.first_seen, seen.row.last_seen) == ("open", "2026-06-01", "2026-06-02")
        with pytest.raises(WebError, match="WE261"):
            say(session, ANN, seen.row.id, "acknowledged", " ", seen.row.digest, NOW)
        with pytest.raises(WebError, match="WE262"):
            say(session, ANN, seen.row.id, "acknowledged", "看过", "another", NOW)
        with pytest.raises(WebError, match="WE032"):
            listed(session, Actor(user="x", roles=frozenset({"firm_owner"})), Asked())
        say(session, ANN, seen.row.id, "acknowledged", "已走访", seen.row.digest, NOW)
        ident = seen.row.id

    def state(who: Actor) -> str:
        with database.session() as session:
            found = one(session, who, ident).state
            waits = [seen.row.id for seen in listed(session, who, Asked(state=work.WAITING))]
        assert waits == ([ident] if found in ("open", "changed") else []), "what somebody has to look at"
        return found

    assert (state(ANN), state(BEN)) == ("acknowledged", "open"), "an organisation's word is its own"
    kept(database, "2026-06-03", warning(share=70))
    assert state(ANN) == "changed", "its facts changed"
    kept(database, "2026-06-04", warning())
    assert state(ANN) == "acknowledged", "they are again what was acknowledged"
    assert kept(database, "2026-06-05").gone == {"r": 1} and state(ANN) == "gone"
    assert kept(database, "2026-06-06", warning()).new == {"r": 1} and state(ANN) == "changed", "found again"
    kept(database, "2026-06-07", warning(), warning(owner=work.owner_of("o-ann", "ann")))
    with database.session() as session:
        assert [len(listed(session, who, Asked())) for who in (ANN, BEN)] == [2, 1], "of a watch: its person's alone"
    database.close()


SENTENCE = "第一大客户占比61%"
FILE = document("filing", f"{THIS_YEAR - 1}-05-01")
LIST = document("list", f"{THIS_YEAR - 3}-{NOW.month:02}-28")
NOTICE = document("notice", f"{THIS_YEAR}-01-15")


def world(source: Document) -> World:
    """What one of the documents says."""
    made = World()
    if source is FILE:
        for name in (MAKER, BUYER):
            made.say(FILE, firm(name), "LOCATED_IN", Mention("Region", "宁波市", "330200"))
        made.say(FILE, firm(MAKER), "PRODUCES", product("谐波减速器"))
        share = {"metric": "top_customer_ratio", "value": 61.0, "unit": "percent", "period": str(THIS_YEAR - 1)}
        made.say(FILE, firm(MAKER), "REPORTS_METRIC", metric_named("top_customer_ratio"), **share, quote=SENTENCE)
        for back, value in ((3, 9e7), (2, 8e7), (1, 7e7)):
            revenue = {"metric": "revenue", "value": value, "period": str(THIS_YEAR - back)}
            made.say(FILE, firm(MAKER), "REPORTS_METRIC", metric_named("revenue"), **revenue)
        made.say(FILE, firm(BUYER), "DEPENDS_ON", product("伺服电机"), single_source=True)
    if source is LIST:
        title = {"status": "recognised", "tier": "specialised", "valid_from": LIST.published}
        made.say(LIST, firm(MAKER), "HAS_HONOUR", Mention("Honour", "专精特新中小企业"), **title)
    if source is NOTICE:
        for month, named in (("01", "谐波减速器采购项目"), ("02", "谐波减速器年度采购合同")):
            won = {"role": "winner", "signed": f"{THIS_YEAR}-{month}-10", "title": named}
            made.say(NOTICE, firm(MAKER), "WON_CONTRACT", Mention("Contract", named), **won)
    return made


def metric_named(name: str) -> Mention:
    return Mention("Metric", name)


@pytest.fixture(scope="module")
def home(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    graph.wipe()
    few = {name: one for name, one in chains._packaged().items() if name == "robot"}
    with Home(settings(neo4j_server, parts, tmp_path_factory.mktemp("brain") / "home")) as opened:
        for source in (FILE, LIST, NOTICE):
            load_world(opened, world(source))
        settle(opened)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chains, "_packaged", lambda: few)
            chains.load(opened)
            yield opened


@pytest.fixture(scope="module")
def here(home: Home) -> TestClient:
    return TestClient(create_app(home), base_url=LOCAL, client=HERE, follow_redirects=False)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.graph
def test_warnings_from_the_look_to_the_word(home: Home, here: TestClient) -> None:
    unseen = words(here.get("/warnings?region=330200").text)
    assert "规则还没有看过" in unseen and "还没有盘点： 机器人" in unseen and "bulian gaps --region 330200" in unseen
    with home.database().session() as session:
        nodes = {"robot:magnet": {"kinds": [], "firms_local": 1}}, {"robot:magnet": {"kinds": ["建"], "firms_local": 0}}
        for day, counts in zip(("2026-01-01", "2026-02-01"), nodes, strict=True):
            session.add(GapRun(chain="robot", region="330200", rules="x", as_of=day, nodes=counts))
    for kind, subject in (("region", "宁波市"), ("node", "robot:harmonic-reducer")):
        assert here.post("/watches", data={"do": "start", "kind": kind, "subject": subject}).status_code == 303
    looked = look_due(home, NOW)
    assert looked is not None and rules_look(home, NOW) is None, "nothing changed: it is not due"
    assert {name: n for name, n in looked.kept.new.items() if n} == {
        "one-customer": 1, "title-expires": 1, "revenue-falls": 1, "last-maker-lost": 1, "single-source": 1,
    }  # fmt: skip
    page = here.get("/warnings?region=330200").text
    shown = words(page)
    for said in (
        "最大客户占营业收入 61%",
        "按三年推算",
        "自述“伺服电机”来源单一",
        "2026-01-01 读到 1 家",
        "第一大客户占比61%",
    ):
        assert said in shown, said
    assert "5 条预警" in shown and "关注这里的新预警" in shown and "还看不出哪个环节" not in shown
    assert "还没有盘点： 机器人" in words(here.get("/warnings?region=310000").text), (
        "of another place there are no runs"
    )
    assert "还看不出哪个环节" not in here.get("/warnings?region=310000&rule=one-customer").text
    assert "0 条预警" in words(here.get("/warnings?region=310000").text)
    assert "1 条预警" in words(here.get("/warnings?chain=robot&rule=one-customer").text)
    book = python_calamine.load_workbook(BytesIO(here.get("/warnings.xlsx?rule=one-customer").content))
    assert len(book.get_sheet_by_index(0).to_python()) == 2 and "第一大客户占比61%" in str(
        book.get_sheet_by_index(1).to_python()
    )
    address = re.findall(r'href="(/warnings/[0-9a-f]{24})"', here.get("/warnings?rule=one-customer").text)[0]
    form = sends(here.get(address).text, address)
    assert here.post(address, data=form | {"do": "acknowledged"}).status_code == 422
    stale = here.post(address, data=form | {"do": "acknowledged", "note": "已走访", "digest": "old"})
    assert stale.status_code == 409 and "已走访" in stale.text
    assert here.post(address, data=form | {"do": "acknowledged", "note": "已走访"}).status_code == 303
    assert "已走访" in words(here.get("/warnings?state=acknowledged").text)
    assert "4 条预警" in words(here.get("/warnings?state=open").text)
    for region in ("", "330200"):
        city = words(here.get(f"/city?region={region}").text)
        assert "待看 4 条" in city and "4 条预警" in words(here.get(f"/warnings?state=waiting&region={region}").text)
    assert here.get("/warnings/none").status_code == 404
    far = TestClient(create_app(home), base_url=LOCAL, client=FAR, follow_redirects=False)
    assert far.get("/warnings").status_code == 303 and "登录后显示" in far.get("/city?region=330200").text


@pytest.mark.graph
def test_rules_of_the_operator_win_and_what_is_new_is_told(home: Home, here: TestClient) -> None:
    digest(home, NOW)  # the first look of the watches tells nothing
    rules = """name: ours
effective_from: "2026-01-01"
rules:
  - {id: ours, kind: customer_share, zh: "高于 {above}%", en: "above {above} %", above: 20}
"""
    (home.folder / RULES_FILE).write_text(rules, "utf-8")
    done = look_due(home, NOW + timedelta(1))
    assert done is not None and done.rules.own and done.kept.gone and done.kept.new == {"ours": 1}
    assert digest(home, NOW + timedelta(1)).new == 1, "one new warning in the watched place"
    inbox = words(here.get("/inbox").text)
    assert "1 条新预警：" in inbox and "高于 20%" in inbox
    (home.folder / RULES_FILE).write_text(rules.replace("above: 20", "above: much"), "utf-8")
    broken = here.get("/warnings")
    assert broken.status_code == 422 and "MA041" in broken.text
    (home.folder / RULES_FILE).unlink()


@pytest.mark.graph
def test_the_command_finds_the_same_and_checks_a_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr(command, "opened_home", lambda: nullcontext(home))
    at = day_of(NOW + timedelta(2))
    found = CliRunner().invoke(app, ["warnings", "--region", "宁波市", "--at", at])
    assert found.exit_code == 0 and "one-customer: 最大客户占营业收入 50% 及以上" in found.output, found.output
    assert "1 found; asked of 2, not known of 1" in found.output
    checked = CliRunner().invoke(app, ["warnings", "--check", "matcher/warning/rules.yml"])
    assert "6 rules" in checked.output


@pytest.mark.graph
def test_a_city_on_one_page(here: TestClient) -> None:
    shown = words(here.get("/city?region=330200").text)
    for said in ("读到的企业 2", "专精特新中小企业 1", "机器人", "快到期的称号 1 个", "filing", "没有征集中的需求"):
        assert said in shown, said
    assert here.get("/city?region=%E4%B9%8C%E6%9C%89").status_code == 422
    assert "这里还没有读到企业" in here.get("/city?region=310000").text
    assert "This page" not in here.get("/city?lang=en").text and "Early warnings" in here.get("/city?lang=en").text


@pytest.mark.graph
def test_courses_by_year_say_what_has_none(here: TestClient) -> None:
    here.cookies.clear()
    shown = words(here.get("/trends?region=330200&node=robot:harmonic-reducer").text)
    assert f"{THIS_YEAR}" in shown and "中标和合同" in shown
    book = python_calamine.load_workbook(BytesIO(here.get("/trends.xlsx?region=330200").content))
    head, *rows = book.get_sheet_by_index(0).to_python()
    by = {int(row[0]): dict(zip(head[1:], row[1:], strict=True)) for row in rows if isinstance(row[0], float)}
    assert by[THIS_YEAR]["中标和合同"] == 2 and by[THIS_YEAR]["文件"] == 1
    assert by[THIS_YEAR - 3]["专精特新中小企业"] == 1 and rows[-1][0] == "年份不详"
    assert here.get("/trends.svg").text.startswith("<svg")


@pytest.mark.graph
def test_the_index_gives_the_same_figures_again(here: TestClient) -> None:
    asked = f"month={THIS_YEAR}-02&base={THIS_YEAR}-01&seen={day_of(NOW)}"
    page = here.get(f"/monthly-index?{asked}").text
    shown = words(page)
    assert "指数 = 100" in shown and "100" in shown
    again = here.get(f"/monthly-index?{asked}").text
    code = re.findall(r"校验 <code>([0-9a-f]{16})</code>", page)
    assert code and code == re.findall(r"校验 <code>([0-9a-f]{16})</code>", again)
    csv = here.get(f"/monthly-index.csv?{asked}").text
    row = next(line.split(",") for line in csv.splitlines() if "机器人" in line)
    assert row[3:10] == [f"{THIS_YEAR}-01", "1", "0", f"{THIS_YEAR}-02", "1", "0", "100.0"], row
    assert f"{code[0]}" in csv and "361" in row[-1], "the document that names the cluster"
    early = here.get(f"/monthly-index.csv?month={THIS_YEAR}-02&base={THIS_YEAR}-01&seen={THIS_YEAR}-01-01").text
    assert "100.0" not in early, "its document had not arrived"
    assert here.get("/monthly-index?month=2026-13").status_code == 422
    assert here.get("/monthly-index?plan=none").status_code == 404


def test_what_is_in_no_cluster_is_counted() -> None:
    def happened(ident: str, month: str, *on: str, rows: tuple[int, ...] = ()) -> monthly_index.Happening:
        return monthly_index.Happening("award", ident, month, frozenset(on), rows, "2026-01-01", frozenset({ident}))

    of = monthly_index.Cluster("c", "集群", "p", "", "", "", {"robot": "机器人"})
    found = [happened("a", "2026-01", "robot"), happened("b", "2026-02", "robot"), happened("c", "2026-02", "robot")]
    found += [happened("d", "", "robot"), happened("e", "2026-02")]
    made = monthly_index.monthly(found, [of], "2026-01", "2026-02")
    assert made.series[0].index("2026-02") == 200 and (made.unknown.undated, made.unknown.unplaced) == (1, 1)
    assert monthly_index.monthly(found, [of], "2025-12", "2026-02").series[0].index("2026-02") is None
    assert made.digest == monthly_index.monthly(found[::-1], [of], "2026-01", "2026-02").digest
    assert monthly_index.months("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
