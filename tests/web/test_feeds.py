"""Feeds: a watched folder and an address of a small server here; differences, warnings, undo; all invented."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kg.errors import BulianError
from tests.site_fixture import LOCAL
from web.app import create_app
from web.db.models import now
from web.errors import WebError
from web.home import Home
from web.jobs import lists
from web.jobs.feeds import Feed, feeds
from web.jobs.fetched import fetch
from web.jobs.refresh import FeedWatch, Looks, difference, due, newest, refresh

FIRMS = ["宁波岚川泵业有限公司", "宁波恒越轴承有限公司", "宁波砚山机械有限公司", "宁波澍川阀门有限公司"]


def fail(error: BulianError) -> None:
    raise error


def sheet(*lines: str) -> bytes:
    rows = [f"{number},{line}" for number, line in enumerate(lines, 1)]
    return ("序号,企业名称,证书名称,有效期至\n" + "\n".join(rows) + "\n").encode("gb18030")


def line(firm: int, until: str = "2027-01-01") -> str:
    return f"{FIRMS[firm]},ISO 9001,{until}"


def configure(home: Home, text: str) -> Feed:
    (home.folder / "feeds.yml").write_text(text, "utf-8")
    (feed,) = feeds(home).values()
    return feed


def certified(home: Home) -> list[str]:
    rows = home.graph().read_statement(
        "MATCH (e:Enterprise)-[:HOLDS_CERTIFICATE]->() RETURN DISTINCT e.name AS name ORDER BY name"
    )
    return sorted(row["name"] for row in rows)


@pytest.mark.graph
def test_a_watched_folder(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    feed = configure(
        home, f"feeds:\n  register: {{source: certificates, watch: {folder}, pattern: '*.csv', every: 1d}}\n"
    )
    assert due(home, feed, now()) and not Looks.at(home, feed).stale(now())
    failed = refresh(home, feed, fail)
    assert failed.state == "failed" and failed.error["code"] == "WE043" and Looks.at(home, feed).stale(now())
    assert not due(home, feed, now()) and due(home, feed, now() + timedelta(hours=1, minutes=1))
    folder.mkdir()
    (folder / "2026-01.csv").write_bytes(sheet(line(0), line(1), line(2)))
    first = refresh(home, feed, fail)
    assert (first.state, first.rows, first.new) == ("loaded", 3, 3) and not Looks.at(home, feed).stale(now())
    assert refresh(home, feed, fail).state == "unchanged"
    assert Looks.at(home, feed).stale(now() + timedelta(days=2, minutes=1))
    (folder / "2026-02.csv").write_bytes(sheet(line(1), line(2, "2030-06-30"), line(3)))
    second = refresh(home, feed, fail)
    assert (second.state, second.new, second.gone, second.changed) == ("loaded", 1, 1, 1)
    assert {example["what"] for example in second.examples} == {"new", "gone", "changed"}
    assert certified(home) == sorted(FIRMS[1:])
    (folder / "2026-03.csv").write_bytes(sheet(line(1)))
    short = refresh(home, feed, fail)
    assert (short.state, short.error["code"]) == ("failed", "WE044") and certified(home) == sorted(FIRMS[1:])
    with TestClient(create_app(home), base_url=LOCAL) as client:
        page = client.get("/sources?lang=zh").text
        assert "register" in page and "WE044" in page and "2026-02.csv" in page and FIRMS[3] in page
        assert "Last look failed" in client.get("/sources?lang=en").text
    forced = refresh(home, feed, fail, force=True)
    assert forced.state == "loaded" and forced.gone == 2 and certified(home) == [FIRMS[1]]
    assert forced.batch_id and lists.undo(home, forced.batch_id).state == "rolled_back" and certified(home) == []
    assert refresh(home, feed, fail).state == "unchanged" and certified(home) == []  # taken back: it stays so
    assert refresh(home, feed, fail, force=True).state == "loaded" and certified(home) == [FIRMS[1]]


@pytest.mark.graph
def test_notices_add_up_and_the_process_looks_by_itself(home: Home, tmp_path: Path) -> None:
    feed = configure(home, f"feeds:\n  notices: {{source: certificates, watch: {tmp_path / 'in'}, keep: true}}\n")
    (tmp_path / "in").mkdir()
    for number in (0, 1):
        (tmp_path / "in" / f"{number}.csv").write_bytes(sheet(line(number)))
    with FeedWatch(home, pause=0.05):
        until = time.monotonic() + 30
        while newest(home, "notices") is None and time.monotonic() < until:
            time.sleep(0.05)
    look = newest(home, "notices")
    assert look is not None and (look.state, look.rows, look.new) == ("loaded", 1, 2)
    assert certified(home) == sorted(FIRMS[:2])
    assert FeedWatch(home).round(now()) == {"look": 0}
    with home.writing("something else"), pytest.raises(WebError, match="another command"):
        refresh(home, feed, fail)
    assert newest(home, "notices").id == look.id  # type: ignore[union-attr]


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        where = {"/other": "http://localhost.invalid/list.csv", "/here": "/list.csv"}.get(self.path)
        if where:
            self.send_response(302)
            self.send_header("Location", where)
            self.end_headers()
            return
        data = sheet(line(0), line(1))
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(data) + (100 if self.path == "/cut.csv" else 0)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
        httpd.shutdown()


@pytest.mark.graph
def test_an_address(home: Home, server: str) -> None:
    feed = configure(home, f"feeds:\n  far: {{source: certificates, address: '{server}/here', every: 6h}}\n")
    assert refresh(home, feed, fail).state == "loaded" and certified(home) == sorted(FIRMS[:2])
    (document,) = home.documents.all()
    assert document.retrieved == now().date().isoformat()
    assert refresh(home, feed, fail).state == "unchanged"


@pytest.mark.parametrize("path", ["/other", "/gone", "/cut.csv"])
def test_what_does_not_come_is_told(server: str, tmp_path: Path, path: str) -> None:
    with pytest.raises(WebError) as caught:
        fetch(server + path, tmp_path, seconds=5)
    assert caught.value.code == "WE043"


def test_limits_of_a_fetch(server: str, tmp_path: Path) -> None:
    with pytest.raises(WebError, match="larger"):
        fetch(server + "/list.csv", tmp_path, most=10)
    assert fetch(server + "/list.csv", tmp_path).name == "list.csv"


@pytest.mark.parametrize(
    "entry",
    [
        "{source: certificates}",
        "{source: certificates, watch: a, address: 'http://b/c'}",
        "{source: certificates, address: 'file:///etc/passwd'}",
        "{source: certificates, address: 'http://user:word@host/x'}",
        "{source: certificates, watch: a, every: soon}",
        "{source: certificates, watch: a, every: 0m}",
        "{source: certificates, watch: a, keep: perhaps}",
        "{source: certificates, watch: a, colour: red}",
        "[]",
    ],
)
def test_wrong_feeds(make_home, entry: str) -> None:  # type: ignore[no-untyped-def]
    home = make_home()
    (home.folder / "feeds.yml").write_text(f"feeds:\n  one: {entry}\n", "utf-8")
    with pytest.raises(WebError) as caught:
        feeds(home)
    assert (caught.value.code, caught.value.place) == ("WE042", "one")


def test_differences() -> None:
    old = ["序号: 1\n企业名称: 甲公司\n市: 宁波", "序号: 2\n企业名称: 乙公司\n市: 宁波", "序号: 3\n企业名称: 丙公司"]
    new = ["序号: 1\n企业名称: 乙公司\n市: 宁波", "序号: 2\n企业名称: 丙公司\n市: 余姚", "序号: 3\n企业名称: 丁公司"]
    found = difference(old, new, frozenset({"企业名称"}))
    assert found.new == ["企业名称: 丁公司"] and found.gone == ["企业名称: 甲公司\n市: 宁波"]
    assert found.changed == [("企业名称: 丙公司", "企业名称: 丙公司\n市: 余姚")]
    assert difference(old, old, frozenset()).examples() == []
