"""Webhooks: what is told to whom, signed, again and again until it is taken, and never into a network of our own."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from typing import Any

import pytest
from fastapi import FastAPI

from kg.parts import Parts
from tests.web.people import People, people, quiet_home, sign_in
from web.accounts.actor import Actor
from web.app import create_app
from web.db.bounties import Bounty
from web.db.models import Event, Need, now
from web.db.watches import Notice
from web.db.webhooks import Webhook, WebhookDelivery
from web.errors import UnusableError, WebError
from web.home import Home
from web.jobs.webhooks import FIRST, TRIES, Told, tell
from web.outward import RefusedAddressError, is_public, pinned, post
from web.work.today import webhook as work


class Receiver:
    """An organisation's own system: keeps what comes, and answers with `status`."""

    def __init__(self) -> None:
        self.status, self.came = 204, list[tuple[dict[str, str], str]]()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                receiver.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook?city=x"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[FastAPI]:
    with (
        quiet_home(tmp_path_factory.mktemp("webhooks"), parts) as opened,
        Home(opened.settings.model_copy(update={"webhook_hosts": "127.0.0.1"})) as home,
    ):
        yield create_app(home)


@pytest.fixture(scope="module")
def world(app: FastAPI) -> People:
    home = app.state.site.home
    return people(home.database(), home.settings)


@pytest.fixture
def approver(world: People) -> Actor:
    """The approver of a new buyer."""
    return world.actor(world.organisation("buyer", f"云桁采购 {world.made}"), "buyer_approver")


def hooked(home: Home, actor: Actor, address: str, *kinds: str) -> tuple[str, str]:
    """An address that is told of these kinds (of all without any); its id and secret."""
    with home.database().session() as session:
        row, secret = work.add(session, actor, address, kinds or work.KINDS, now())
    return row.id, secret


def published(home: Home, **more: Any) -> str:
    """A public need that has just been published."""
    with home.database().session() as session:
        need = Need(title="谐波减速器", state="active", visibility="public", reach="public", published=now(), **more)
        session.add(need)
        session.flush()
        session.add(Event(actor="x", subject="need", subject_id=need.id, from_state="in_approval", to_state="active"))
    return need.id


def deliveries(home: Home, hook: str) -> list[WebhookDelivery]:
    with home.database().session() as session:
        rows = session.query(WebhookDelivery).filter_by(webhook_id=hook).order_by(WebhookDelivery.created).all()
    return list(rows)


def test_what_is_published_is_told_once_and_signed(app: FastAPI, approver: Actor, receiver: Receiver) -> None:
    home: Home = app.state.site.home
    before = published(home)
    hook, secret = hooked(home, approver, receiver.address)
    need = published(home)
    hidden = published(home)
    with home.database().session() as session:
        row = session.get_one(Need, hidden)
        row.visibility = row.reach = "invited"
    at = now()
    assert tell(home, at) == Told(new=1, sent=1) and tell(home, at + timedelta(hours=1)) == Told()
    ((headers, body),) = receiver.came
    said = json.loads(body)
    assert (said["type"], said["data"]["id"], said["data"]["page"]) == ("need.published", need, f"/needs/{need}")
    assert before not in body and hidden not in body
    ident, when = headers["webhook-id"], int(headers["webhook-timestamp"])
    assert when == int(at.timestamp()) and headers["webhook-signature"] == work.signature(secret, ident, when, body)
    assert work.signature(secret, ident, when, body + " ") != headers["webhook-signature"]
    (sent,) = deliveries(home, hook)
    assert (sent.state, sent.status, sent.tries, sent.failure) == ("sent", 204, 1, "")
    with home.database().session() as session:
        work.end(session, approver, hook, at)
        assert session.get_one(Webhook, hook).secret == ""


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example that the specification gives for its own check."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = '{"test": 2432232314}'
    told = work.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_stages_and_own_notices(app: FastAPI, approver: Actor, world: People, receiver: Receiver) -> None:
    home: Home = app.state.site.home
    hook, _ = hooked(home, approver, receiver.address, "bounty.stage", "notice")
    with home.database().session() as session:
        bounty = Bounty(title="高强度钢丝", state="open", visibility="public", published=now())
        secret = Bounty(title="机密榜", state="submitted")
        session.add_all([bounty, secret])
        session.flush()
        for row, before, to in (
            (bounty, "expert_review", "notice"),
            (bounty, "notice", "objection"),  # to the public the same notice
            (bounty, "objection", "open"),
            (secret, "draft", "submitted"),
        ):
            session.add(Event(actor="x", subject="bounty", subject_id=row.id, from_state=before, to_state=to))
        for who, place in ((approver.user, approver.organisation), ("somebody", approver.organisation)):
            session.add(
                Notice(organisation_id=place, user_id=who, kind="need_new", day="2026-05-04", key=f"{who}-{hook}")
            )
    published(home)
    assert tell(home, now()).sent == 3
    told = [json.loads(body) for _, body in receiver.came]
    assert sorted(one["type"] for one in told) == ["bounty.stage", "bounty.stage", "notice"]
    assert [one["data"]["state"] for one in told if one["type"] == "bounty.stage"] == ["notice", "open"]
    with home.database().session() as session:
        work.end(session, approver, hook, now())


def test_it_is_tried_again_later_and_later_and_given_up(app: FastAPI, approver: Actor, receiver: Receiver) -> None:
    home: Home = app.state.site.home
    hook, _ = hooked(home, approver, receiver.address)
    published(home)
    published(home)
    receiver.status, at = 500, now()
    assert tell(home, at) == Told(new=2, failed=1), "what waits behind a failure is not tried"
    assert tell(home, at + FIRST / 2).failed == 1, "the second one is due by itself"
    assert tell(home, at + FIRST / 2) == Told()
    waits = [row.next_try for row in deliveries(home, hook)]
    assert waits[0] == at + FIRST
    receiver.status = 302
    for _ in range(2 * TRIES):
        at += timedelta(days=1)
        tell(home, at)
        tell(home, at)
    rows = deliveries(home, hook)
    assert {(row.state, row.tries, row.status, row.failure) for row in rows} == {("dead", TRIES, 302, "answer")}
    assert len(receiver.came) == 2 * TRIES, "no redirect was followed, and nothing is sent after it was given up"
    receiver.status = 200
    with home.database().session() as session:
        work.retry(session, approver, rows[0].id, at)
    assert tell(home, at) == Told(sent=1)
    with home.database().session() as session:
        work.end(session, approver, hook, at)


def test_who_has_left_is_told_nothing(app: FastAPI, world: People, receiver: Receiver) -> None:
    from web.db.accounts import Membership

    home: Home = app.state.site.home
    place = world.organisation("buyer", "沐岑采购")
    actor = world.actor(place, "buyer_approver")
    hook, _ = hooked(home, actor, receiver.address)
    with home.database().session() as session:
        for row in session.query(Membership).filter_by(user_id=actor.user):
            row.ended = now()
    published(home)
    assert tell(home, now()) == Told() and receiver.came == []
    assert deliveries(home, hook) == []


def test_an_organisation_has_its_own_addresses(app: FastAPI, world: People, receiver: Receiver) -> None:
    home: Home = app.state.site.home
    place, other = world.organisation("buyer", "云桁甲"), world.organisation("buyer", "云桁乙")
    client, stranger = (sign_in(app, world.login(one, "buyer_approver")) for one in (place, other))
    made = client.post("/webhooks", data={"do": "add", "address": receiver.address, "kind": ["need.published"]})
    assert made.status_code == 200 and made.headers["cache-control"] == "no-store"
    secret = made.text.partition("whsec_")[2][:44]
    shown = client.get("/webhooks")
    assert receiver.address in shown.text and len(secret) == 44 and secret not in shown.text
    with home.database().session() as session:
        (hook,) = session.query(Webhook).filter_by(organisation_id=place)
    assert receiver.address not in stranger.get("/webhooks").text
    assert stranger.post("/webhooks", data={"do": f"end:{hook.id}"}).status_code == 404
    assert stranger.post("/webhooks", data={"do": "retry:none"}).status_code == 404
    editor = sign_in(app, world.login(place, "buyer_editor"))
    assert editor.get("/webhooks").status_code == 403
    notice = {"do": "add", "address": receiver.address, "kind": ["notice"]}
    for wrong in ({"address": "ftp://x"}, {"address": "https://u:p@x/"}, {"kind": []}):
        refused = client.post("/webhooks", data=notice | wrong)
        assert refused.status_code == 422 and 'role="alert"' in refused.text
    for _ in range(work.MOST - 1):
        client.post("/webhooks", data=notice)
    assert client.post("/webhooks", data=notice).status_code == 409
    ended = client.post("/webhooks", data={"do": f"end:{hook.id}"})
    assert ended.status_code == 303 and secret not in client.get("/webhooks").text


def test_off_with_the_api_nothing_is_sent(app: FastAPI, approver: Actor, receiver: Receiver) -> None:
    home: Home = app.state.site.home
    hook, _ = hooked(home, approver, receiver.address)
    published(home)
    with Home(home.settings.model_copy(update={"api": False})) as off:
        assert tell(off, now()) == Told()
    assert receiver.came == []
    with home.database().session() as session:
        work.end(session, approver, hook, now())


def test_nothing_usable_is_refused_before_it_is_kept(app: FastAPI, approver: Actor) -> None:
    home: Home = app.state.site.home
    for address in (
        "",
        "x",
        "http:///x",
        "https://a b/",
        "https://x:0/",
        "javascript:1",
        "https://[::1",
        "https://例子/",
    ):
        with home.database().session() as session, pytest.raises(UnusableError) as refused:
            work.add(session, approver, address, ["notice"], datetime.now(UTC))
        assert refused.value.wrong == {"address": "address"}, address


PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "2002:0a00:0001::", "64:ff9b::a00:1", "::", "ff02::1"),
]


@pytest.mark.parametrize("number", PRIVATE)
def test_no_private_number_is_public(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_public(ip_address(number))
    looked_up(monkeypatch, number)
    with pytest.raises(RefusedAddressError):
        pinned("https://hooks.example/x", ())


def looked_up(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> None:
    """Any name means these numbers."""
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443)) for number in numbers]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: rows)


def test_a_public_name_is_asked_by_https_at_the_number_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up(monkeypatch, "93.184.215.14")
    assert pinned("https://Hooks.Example/x?y=1#z", ()) == ("https://93.184.215.14:443/x?y=1", "hooks.example")
    for address in ("http://hooks.example/x", "ftp://hooks.example/"):
        with pytest.raises(RefusedAddressError):
            pinned(address, ())
    looked_up(monkeypatch, "93.184.215.14", "10.0.0.1")
    with pytest.raises(RefusedAddressError):
        pinned("https://hooks.example/", ())
    looked_up(monkeypatch, "10.0.0.1")
    assert pinned("http://hooks.example", {"hooks.example"}) == ("http://10.0.0.1:80/", "hooks.example")


def test_a_name_that_nobody_knows_and_a_private_one_go_nowhere(receiver: Receiver) -> None:
    for address in (receiver.address, receiver.address.replace("127.0.0.1", "localhost"), "https://no.such.invalid/"):
        with pytest.raises(RefusedAddressError):
            post(address, (), b"{}", {})
    assert receiver.came == []


def test_the_rights_of_a_page_hold(app: FastAPI, world: People) -> None:
    reader = Actor(user="u", organisation="a", kind="buyer", roles=frozenset({"buyer_editor"}))
    with app.state.site.home.database().session() as session:
        for call in (work.own, work.deliveries):
            with pytest.raises(WebError) as refused:
                call(session, reader)
            assert refused.value.code == "WE032"
