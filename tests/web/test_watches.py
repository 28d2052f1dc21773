"""Watches and what they tell: once, by the day that is given, to one person alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select
from starlette.testclient import TestClient

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.records import Document, Mention
from kg.store import Graph
from kg.values.name import name_key
from tests.kg.worlds import World, document, firm, product
from tests.site_fixture import HERE, LOCAL, load_world, settings
from tests.web.people import sends
from web.accounts.actor import AT_THE_MACHINE, Actor
from web.app import create_app
from web.beijing import day_of
from web.db.models import Event
from web.db.store import Database
from web.db.watches import Notice, NoticeAddress, Watch
from web.errors import WebError
from web.home import Home
from web.jobs.digest import Digest, digest
from web.jobs.graph import settle
from web.jobs.notify import Sent, send
from web.settings import Settings
from web.work.today.digest import inbox, look, mark_read, tell, unread_by_kind
from web.work.today.notify_address import add, masked, remove
from web.work.today.notify_address import own as addresses
from web.work.today.watch_changes import Change, changes
from web.work.today.watches import change, end, one, own, start

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
ANN = Actor(user="ann", organisation="o1", roles=frozenset({"buyer_editor"}))
STRANGER = Actor(user="sam", organisation="o2", roles=frozenset({"buyer_editor"}))
FIRM: dict[str, Any] = {
    "name": "启朔精工有限公司",
    "products": {"a": {"name": "减速器", "fact": "f1"}},
    "certificates": {"iso": {"name": "ISO 9001", "until": "2026-09-01", "fact": "f2"}},
    "titles": {"specialised": {"standing": "recognised", "until": "2026-12", "fact": "f3"}},
    "contracts": {},
    "fits": {},
}
MADE: dict[str, Any] = {"name": "减速器", "makers": {"e1": {"name": "启朔", "fact": "f1"}}}


def kinds(before: dict[str, Any], after: dict[str, Any], looked: str = "2026-06-01", day: str = "2026-06-02") -> Any:
    return [found.kind for found in changes("firm", before, after, looked, day)]


def test_what_changed_of_a_firm() -> None:
    assert kinds(FIRM, FIRM) == []
    restated = FIRM | {"products": {"a": {"name": "减速器", "fact": "another"}}}
    assert kinds(FIRM, restated) == []
    after = FIRM | {
        "products": {"b": {"name": "柔轮", "fact": "f4"}},
        "certificates": {},
        "titles": {"specialised": {"standing": "lapsed_or_unknown", "until": "2026-06", "fact": "f3"}},
        "contracts": {"c": {"name": "机器人采购", "fact": "f5"}},
        "fits": {"n1": {"name": "找减速器", "rank": 2, "until": "2026-07-01"}},
    }
    assert kinds(FIRM, after) == ["fits", "certificate_lost", "title", "contract", "product", "product_gone"]
    assert kinds(FIRM, FIRM | {"titles": {}}) == ["title"]


@pytest.mark.parametrize(
    ("day", "kind"),
    [("2026-07-02", []), ("2026-07-03", ["certificate_expires"]), ("2026-09-01", ["certificate_expires"]),
     ("2026-09-02", ["certificate_expired"])],
)  # fmt: skip
def test_a_certificate_runs_out_by_the_clock_that_is_given(day: str, kind: list[str]) -> None:
    assert kinds(FIRM, FIRM, "2026-06-01", day) == kind
    gone = FIRM | {"certificates": {}}
    assert kinds(FIRM, gone, "2026-09-03", "2026-09-04") == []  # that it had run out was told before


def test_makers_and_deadlines() -> None:
    more = MADE | {"makers": {"e2": {"name": "珩川", "fact": "f9"}}}
    (new, gone) = changes("node", MADE, more, "2026-06-01", "2026-06-02")
    assert (new.kind, new.fact, new.told["firm"], gone.kind) == ("maker", "f9", "珩川", "maker_gone")
    need = MADE | {"state": "active", "open": True, "until": "2026-06-10", "address": "/needs/n1"}
    for day, told in (("2026-06-02", []), ("2026-06-03", ["deadline"]), ("2026-06-10", ["deadline"])):
        assert [found.kind for found in changes("need", need, need, "2026-06-01", day)] == told
    ended = need | {"state": "expired", "open": False}
    assert [found.kind for found in changes("need", need, ended, "2026-06-10", "2026-06-11")] == ["state"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'work.db'}")
    yield opened
    opened.close()


def test_a_watch_is_one_persons_alone_and_begins_anew(database: Database) -> None:
    with database.session() as session:
        watch = start(session, ANN, "firm", "e1", "启朔", NOW)
        assert start(session, ANN, "firm", "e1", "启朔", NOW, 3) is watch and watch.best == 3
        assert change(session, ANN, watch.id, 0).best == 0
        assert [found.id for found in own(session, ANN)] == [watch.id] and not own(session, STRANGER)
        expert = Actor(user="x", roles=frozenset({"expert"}))
        for actor, code in ((STRANGER, "WE404"), (expert, "WE032"), (Actor(), "WE401")):
            with pytest.raises(WebError) as caught:
                one(session, actor, watch.id)
            assert caught.value.code == code
        for kind, best in (("gap", None), ("firm", 101)):
            with pytest.raises(WebError) as caught:
                start(session, ANN, kind, "e1", "", NOW, best)
            assert caught.value.code == "WE145"
        look(session, watch, FIRM, "2026-06-01")
        end(session, ANN, watch.id, NOW)
        assert not own(session, ANN)
        assert start(session, ANN, "firm", "e1", "启朔", NOW).looked is None
    with database.session() as session:
        told = [(event.subject, event.to_state, event.organisation_id) for event in session.scalars(select(Event))]
        assert told == [("watch", state, "o1") for state in ("active", "ended", "active")]


def test_a_change_is_told_once(database: Database) -> None:
    with database.session() as session:
        watch = start(session, ANN, "product", "a", "减速器", NOW)
        assert look(session, watch, MADE, "2026-06-01") == 0  # the first look tells nothing
    seen = dict(watch.seen)
    more = MADE | {"makers": {**MADE["makers"], "e2": {"name": "珩川", "fact": "f9"}}}
    for before in (None, seen):  # the second time as if the look had been cut off after its notices
        with database.session() as session:
            watch = session.get_one(Watch, watch.id)
            if before is not None:
                watch.seen, watch.looked = before, "2026-06-01"
            assert look(session, watch, more, "2026-06-02") == (1 if before is None else 0)
            assert look(session, watch, None, "2026-06-03") == 0 and watch.looked == "2026-06-02"
            assert look(session, watch, MADE, "2026-06-01") == 0 and watch.seen == more  # a clock that goes back
    with database.session() as session:
        assert len(session.scalars(select(Notice)).all()) == 1


def test_the_inbox_has_what_is_unread_first(database: Database) -> None:
    with database.session() as session:
        for number, day in enumerate(("2026-06-01", "2026-06-02", "2026-06-03")):
            reply = Change("reply" if number else "maker", f"q{number}", {"name": "询价"}, None, f"/inquiries/{number}")
            assert tell(session, "ann", "o1", reply, day) and not tell(session, "ann", "o1", reply, day)
        last = inbox(session, ANN)[0][0]
        assert last.day == "2026-06-03" and mark_read(session, ANN, [last.id], NOW) == 1
        assert mark_read(session, STRANGER, [last.id], NOW, read=False) == 0
        rows, count = inbox(session, ANN)
        assert [row.day for row in rows] == ["2026-06-02", "2026-06-01", "2026-06-03"] and count == 3
        assert unread_by_kind(session, ANN) == {"reply": 1, "maker": 1} and inbox(session, STRANGER) == ([], 0)
        assert [row.day for row in inbox(session, ANN, kind="reply", unread=True)[0]] == ["2026-06-02"]
        assert mark_read(session, ANN, [last.id], NOW, read=False) == 1
    assert day_of(datetime(2026, 6, 1, 17, tzinfo=UTC)) == "2026-06-02" and day_of(NOW + timedelta(1)) == "2026-06-02"


class Receiver(BaseHTTPRequestHandler):
    """Takes cards; answers with the status that is set."""

    status = 500
    cards: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        self.cards.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_one_card_a_day_to_allowed_hosts_alone(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    where = f"http://127.0.0.1:{server.server_port}/private-path"
    closed = Settings(home=tmp_path, address="https://bulian.example")
    actor = AT_THE_MACHINE
    with Home(closed) as home:
        with home.database().session() as session:
            for wrong in (("mail", "a@b"), ("wecom", "a/../b?x"), ("json", "file:///etc/passwd"), ("tgram", "1:2")):
                with pytest.raises(WebError) as caught:
                    add(session, actor, *wrong)
                assert caught.value.code == "WE147"
            address = add(session, actor, "json", where)
            assert add(session, actor, "json", where).id == address.id and masked(address) == "127.0.0.1"
            for number in range(3):
                tell(session, actor.user, None, Change("reply", f"q{number}", {"name": "某需求"}), "2026-06-01")
        assert send(home, NOW).failed == 1 and not Receiver.cards  # no host is allowed: nothing leaves
    with Home(closed.model_copy(update={"notify_hosts": "127.0.0.1"})) as home:
        assert send(home, NOW + timedelta(minutes=4)).waiting == 1  # not yet tried again
        assert send(home, NOW + timedelta(minutes=5)).failed == 1 and len(Receiver.cards) == 1
        with home.database().session() as session:
            kept = addresses(session, actor)[0]
            assert (kept.tries, kept.failure, kept.next_try) == (2, "answer", NOW + timedelta(minutes=15))
        Receiver.status = 200
        night = datetime(2026, 6, 1, 13, tzinfo=UTC)  # 21:00 in Beijing
        assert send(home, night).waiting == 1
        morning = datetime(2026, 6, 2, 1, tzinfo=UTC)
        assert send(home, morning).cards == 1 and send(home, morning).cards == 0
        card = Receiver.cards[-1]
        assert card["title"] == "补链：有 3 条变化" and "https://bulian.example/inbox" in card["message"]
        assert "答复 3" in card["message"] and "某需求" not in repr(Receiver.cards)
        with home.database().session() as session:
            tell(session, actor.user, None, Change("reply", "q9"), "2026-06-02")
        assert send(home, morning + timedelta(hours=2)).cards == 0  # one a day
        with home.database().session() as session:
            remove(session, actor, addresses(session, actor)[0].id, NOW)
        assert send(home, morning + timedelta(days=1)) == Sent()
        with home.database().session() as session:
            assert not session.scalars(select(NoticeAddress.target)).one()
    server.shutdown()
    server.server_close()


MAKERS = {"启朔精工有限公司": "谐波减速器", "珩川传动有限公司": "精密谐波减速器"}
FILE = document("catalogue", "2026-05-01")
LATER = document("later", "2026-06-01")


TITLE = {"status": "recognised", "tier": "specialised", "valid_from": "2026-06-01"}


def load(home: Home, source: Document, *facts: tuple[str, str, Mention | None, dict[str, Any]]) -> None:
    made = World()
    for name, relation, target, more in facts:
        made.say(source, firm(name), relation, target, **more)
    load_world(home, made)
    settle(home)


@pytest.fixture(scope="module")
def home(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    with Home(settings(neo4j_server, parts, tmp_path_factory.mktemp("watched"))) as opened:
        load(opened, FILE, *((name, "PRODUCES", product(thing), {}) for name, thing in MAKERS.items()))
        yield opened


@pytest.mark.graph
def test_from_the_button_to_the_evidence(home: Home) -> None:
    here = TestClient(create_app(home), base_url=LOCAL, client=HERE, follow_redirects=False)
    said = here.get("/desk").text
    assert "今天没有待办" in said and '<a href="/desk" aria-current="page">' in said
    graph = home.graph()
    first = graph.read("posters", id="", name_key=name_key("启朔精工有限公司"))[0]["id"]
    for kind, subject, page in (
        ("firm", first, f"/firms/{first}"),
        ("product", name_key("谐波减速器"), "/products/" + quote(name_key("谐波减速器"))),
        ("node", "robot:harmonic-reducer", ""),
    ):
        assert not page or f'name="subject" value="{subject}"' in here.get(page).text
        form = {"do": "start", "kind": kind, "subject": subject}
        assert here.post("/watches", data=form).headers["location"] == "/watches?done=start"
        assert here.post("/watches", data=form).status_code == 303  # the same one
    assert here.post("/watches", data={"do": "start", "kind": "need", "subject": "none"}).status_code == 404
    assert digest(home, NOW) == Digest(looked=3) and digest(home, NOW, due=True) == Digest()
    load(
        home,
        LATER,
        ("启朔精工有限公司", "PRODUCES", product("谐波减速器"), {}),  # said again: no change
        ("启朔精工有限公司", "HAS_HONOUR", Mention("Honour", "专精特新中小企业"), TITLE),
        ("栎庭液压有限公司", "PRODUCES", product("谐波减速器"), {}),
    )
    tomorrow = NOW + timedelta(1)
    found = digest(home, tomorrow)
    assert (found.looked, found.absent) == (3, 0) and digest(home, tomorrow).new == 0
    shown = LexborHTMLParser(here.get("/inbox").text)
    items = [item for item in shown.css("main li") if item.css_first("input")]
    lines = [" ".join(item.text().split()) for item in items]
    assert len(lines) == found.new == 3, lines
    assert sum("栎庭液压有限公司" in line and "新的生产企业" in line for line in lines) == 2
    links = [str(link.attributes["href"]) for item in items for link in item.css("a")]
    assert len(links) == 3 and all(link.startswith("/evidence/") for link in links)
    assert [here.get(link).status_code for link in links] == [200, 200, 200]
    assert "栎庭液压有限公司" in here.get("/desk?lang=en").text and "New maker" in here.get("/inbox").text
    ids = [box.attributes["value"] for box in shown.css("input[name=id]")]
    here.post("/inbox", data={"do": "read", "id": ids})
    assert "还没有待办" not in here.get("/desk?lang=zh").text and "今天没有待办" in here.get("/desk").text
    with home.database().session() as session:
        watched = own(session, AT_THE_MACHINE)[0]
    ended = here.post("/watches", data={"do": "end", "id": watched.id}).headers["location"]
    form = sends(here.get(ended).text, "/watches")  # the first form of the page takes it up again
    assert here.post("/watches", data=form).status_code == 303
    with home.database().session() as session:
        assert watched.id in {one.id for one in own(session, AT_THE_MACHINE)}
    assert here.post("/watches", data={"do": "change", "id": "other", "best": "3"}).status_code == 404
    far = TestClient(create_app(home), base_url=LOCAL, client=("192.0.2.7", 5), follow_redirects=False)
    assert [far.get(page).status_code for page in ("/desk", "/inbox", "/watches")] == [303, 303, 303]
