"""What every answer carries, and that the page on security names what there is."""

from __future__ import annotations

import asyncio
import io
import json
import re
from contextlib import redirect_stderr
from pathlib import Path

import pytest
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from kg.parts import Parts
from tests.faults.apart import apart
from tests.web.people import far_client, people, quiet_home, sign_in
from tests.web.routes import routes
from web.app import create_app
from web.forms import upload
from web.limits import Window, network
from web.log import configure
from web.security import HEADERS, Guard
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_what_this_page_names_exists() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    tests = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page))
    assert len(tests) > 60
    absent = [
        f"{path}::{name}"
        for path, name in tests
        if not re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.M)
    ]
    assert absent == []
    assert page.count("::") == len(re.findall(r"`tests/[\w/]+\.py::\w+`", page)), "a test is named otherwise"
    files = re.findall(r"`((?:docs|web|kg|nlp|tests|deploy)/[\w./]*)`", page)
    assert [path for path in files if not (ROOT / path).exists()] == []
    named = set(re.findall(r"BULIAN_(\w+)", page))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_over_https_browsers_are_told_to_stay_there() -> None:
    app = Guard(PlainTextResponse("here"), hosts=(), docs_path="/docs")
    told = {
        scheme: TestClient(app, base_url=f"{scheme}://127.0.0.1").get("/").headers.get("strict-transport-security")
        for scheme in ("http", "https")
    }
    assert told == {"http": None, "https": "max-age=31536000"}


def test_an_address_that_asks_too_often_waits() -> None:
    present = [0.0]
    app = Guard(PlainTextResponse("here"), hosts=(), docs_path="/docs", addresses=Window(2, 60, lambda: present[0]))
    far, other, here = (
        TestClient(app, base_url="http://127.0.0.1", client=(host, 1))
        for host in ("192.0.2.7", "192.0.2.8", "127.0.0.1")
    )
    assert [far.get("/").status_code for _ in range(3)] == [200, 200, 429]
    refused = far.get("/api/v1/state")
    assert refused.headers["content-type"] == "application/problem+json" and refused.json()["code"] == "WE429"
    assert 1 <= int(refused.headers["retry-after"]) <= 61 and refused.headers["content-security-policy"]
    assert other.get("/").status_code == 200, "each address has its own"
    assert {here.get("/").status_code for _ in range(5)} == {200}, "who sits at the machine waits for nothing"
    assert {far.get("/static/app.css").status_code for _ in range(5)} == {200}, "a page brings several files"
    present[0] = 61.0
    assert far.get("/").status_code == 200


def test_addresses_of_one_subscriber_are_one() -> None:
    assert network("2001:db8:0:7::1") == network("2001:db8:0:7:ffff::2") != network("2001:db8:0:8::1")
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") and network("no address") == "no address"


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.security.MAX_WAIT", 0.05)
    said: list[Message] = []

    async def reads(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await Request(scope, receive).body()
        except HTTPException as error:
            await PlainTextResponse(error.detail, status_code=error.status_code)(scope, receive, send)

    async def silent() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": "/x", "scheme": "http", "query_string": b""}
    scope |= {"headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1)}
    asyncio.run(Guard(reads, hosts=(), docs_path="/docs")(scope, silent, send))
    assert said[0]["status"] == 408


def test_what_is_logged_is_one_line_with_time_and_who(tmp_path: Path, parts: Parts) -> None:
    """As a program logs off a terminal: a refusal says by whose account at which route, and no input begins a line."""

    def work() -> tuple[str, str]:
        said = io.StringIO()
        with redirect_stderr(said), quiet_home(tmp_path, parts) as home:
            configure(verbose=True)
            world = people(home.database(), home.settings)
            buyer = world.organisation("buyer", "云桁采购")
            client = sign_in(create_app(home), world.login(buyer, "buyer_editor"))
            assert client.get("/api/v1/metrics?secret=geheim").status_code == 403
            structlog.get_logger().warning("read with remarks", file='a.pdf\n{"event": "all is well"}\x1b[2J')
        return said.getvalue(), world.ids[buyer, "buyer_editor"]

    text, user = apart(work)
    lines = [json.loads(line) for line in text.splitlines()]
    (refused,) = [line for line in lines if line["event"] == "access refused"]
    assert (refused["path"], refused["code"], refused["who"]) == ("/api/v1/metrics", "WE032", user)
    assert refused["timestamp"].endswith("Z") and refused["level"] == "info"
    assert [line["event"] for line in lines][-1] == "read with remarks" and "\x1b" not in text
    assert "geheim" not in text


def test_no_file_is_read_before_it_is_known_who_sends(tmp_path: Path, parts: Parts) -> None:
    broken = {"content": b"--y nonsense", "headers": {"content-type": "multipart/form-data; boundary=x"}}
    with quiet_home(tmp_path, parts) as home:
        app = create_app(home)
        taking = [route for route in routes(app) if any(one.call is upload for one in route.dependant.dependencies)]
        read = [
            route.path
            for route in taking
            if far_client(app).post(re.sub(r"\{[^}]*\}", "x", route.path), **broken).status_code == 415
        ]
    assert len(taking) > 8
    assert read == []


def test_a_failure_of_ours_carries_what_every_answer_carries(
    tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("web.api.fit.method_page", broken)
    with quiet_home(tmp_path, parts) as home:
        client = TestClient(create_app(home), base_url="https://127.0.0.1", raise_server_exceptions=False)
        for address, status in (("/api/v1/method", 500), ("/api/v1/none", 404), ("/api/v1/me", 401)):
            answer = client.get(address)
            assert answer.status_code == status
            kept = {name: answer.headers.get(name) for name in HEADERS}
            assert kept == HEADERS, address
            assert "default-src 'self'" in answer.headers["content-security-policy"]
            assert answer.headers["cache-control"] and answer.headers["strict-transport-security"]
            assert "server" not in answer.headers
