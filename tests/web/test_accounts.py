"""Accounts: signing in and out, sessions, lockout, passwords, invitations, keys, the audit log, the demo's people."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select, update
from starlette.testclient import TestClient

from kg.parts import Parts
from tests.web.people import CHEAP, FAR, PASSWORD, People, far_client, people, quiet_home, sign_in
from web.accounts.actor import rights
from web.accounts.demo import make_demo_accounts
from web.accounts.passwords import Passwords
from web.accounts.people import close
from web.app import create_app
from web.db.accounts import ApiKey, Membership, Organisation, SignIn, User
from web.db.models import Document, Event
from web.deps import SESSION
from web.home import Home
from web.pages.accounts.account import own_address
from web.settings import Settings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[Home]:
    """A data folder whose graph does not answer: accounts need none."""
    with quiet_home(tmp_path_factory.mktemp("accounts"), parts, "testserver") as opened:
        yield opened


@pytest.fixture(scope="module")
def app(home: Home) -> FastAPI:
    return create_app(home)


@pytest.fixture(scope="module")
def world(home: Home) -> People:
    return people(home.database(), home.settings)


@pytest.fixture(scope="module")
def buyer(world: People) -> str:
    return world.organisation("buyer", "云桁采购中心")


@pytest.fixture
def editor(app: FastAPI, world: People, buyer: str) -> TestClient:
    return sign_in(app, world.login(buyer, "buyer_editor"))


def events(home: Home, user_id: str = "") -> list[str]:
    with home.database().session() as session:
        found = select(Event.to_state).where(Event.subject == "account").order_by(Event.number)
        return list(session.scalars(found.where(Event.subject_id == user_id) if user_id else found))


def test_a_session_begins_holds_and_ends(app: FastAPI, home: Home, world: People, buyer: str) -> None:
    login = world.login(buyer, "buyer_editor")
    client = far_client(app)
    assert client.get("/account").headers["location"] == "/login?next=%2Faccount"
    page = client.get("/login?next=/account")
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    answer = client.post("/login", data={"login": f" {login.upper()} ", "password": PASSWORD, "next": "/account"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Secure" not in cookie
    first = client.cookies[SESSION]
    with home.database().session() as session:
        assert first not in session.scalars(select(SignIn.token)).all(), "only its hash is kept"
    shown = client.get("/account")
    assert "云桁采购中心" in shown.text and "当前会话" in shown.text
    assert "private" in shown.headers["cache-control"] and "Cookie" in shown.headers["vary"]
    client.post("/login", data={"login": login, "password": PASSWORD})
    assert client.cookies[SESSION] != first, "a new one at each sign-in"
    old = far_client(app)
    old.cookies.set(SESSION, first)
    assert old.get("/account").status_code == 303, "the former one of this browser has ended"
    assert client.post("/logout").status_code == 303
    assert SESSION not in client.cookies and client.get("/account").status_code == 303
    secure = TestClient(app, base_url="https://127.0.0.1", client=FAR, follow_redirects=False)
    answer = secure.post("/login", data={"login": login, "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"]


def test_sessions_are_revoked_one_by_one_and_all(app: FastAPI, home: Home, world: People, buyer: str) -> None:
    login = world.login(buyer, "buyer_editor")
    one, two, three = (sign_in(app, login) for _ in range(3))
    stranger = sign_in(app, world.login(buyer, "buyer_approver"))
    me = world.ids[buyer, "buyer_editor"]
    with home.database().session() as session:
        newest = session.scalars(
            select(SignIn.id).where(SignIn.user_id == me, SignIn.ended.is_(None)).order_by(SignIn.began.desc())
        ).first()
    stranger.post("/account", data={"do": f"end:{newest}"})
    assert three.get("/account").status_code == 200, "nobody ends another person's session"
    one.post("/account", data={"do": f"end:{newest}"})
    assert three.get("/account").status_code == 303 and two.get("/account").status_code == 200
    one.post("/account", data={"do": "end-others"})
    assert two.get("/account").status_code == 303 and one.get("/account").status_code == 200
    with home.database().session() as session:
        close(session, session.get_one(User, me), "operator")
    assert one.get("/account").status_code == 303, "a locked account has no session"
    assert "locked" in events(home, me)
    assert far_client(app).post("/login", data={"login": login, "password": PASSWORD}).status_code == 422
    with home.database().session() as session:
        session.execute(update(User).where(User.id == me).values(state="open"))


def test_idle_and_old_sessions_end(app: FastAPI, home: Home, world: People, buyer: str) -> None:
    began = datetime(2027, 1, 1, 8, tzinfo=UTC)
    with time_machine.travel(began, tick=False) as clock:
        client = sign_in(app, world.login(buyer, "buyer_editor"))

        def seen() -> datetime:
            with home.database().session() as session:
                return session.scalars(select(SignIn.seen).where(SignIn.began == began)).one()

        clock.shift(timedelta(seconds=50))
        assert client.get("/account").status_code == 200 and seen() == began, "written once a minute at most"
        clock.shift(timedelta(seconds=20))
        assert client.get("/account").status_code == 200 and seen() == began + timedelta(seconds=70)
        for _ in range(25):  # never idle for half an hour, and yet ended after twelve hours
            clock.shift(timedelta(minutes=29))
            status = client.get("/account").status_code
        assert status == 303
        fresh = sign_in(app, world.login(buyer, "buyer_editor"))
        clock.shift(timedelta(minutes=31))
        assert fresh.get("/account").status_code == 303


def test_lockout_opens_again_and_says_nothing_of_who_is_known(
    app: FastAPI, home: Home, world: People, buyer: str
) -> None:
    login, me = world.login(buyer, "buyer_approver"), world.ids[buyer, "buyer_approver"]
    with time_machine.travel(datetime(2027, 1, 2, 8, tzinfo=UTC), tick=False) as clock:
        client = far_client(app)

        def tried(password: str, who: str = login) -> tuple[int, str]:
            client.cookies.clear()
            answer = client.post("/login", data={"login": who, "password": password, "next": "/needs"})
            return answer.status_code, answer.text.replace(who, "")

        wrong = tried("wrong one")
        assert wrong[0] == 422 and wrong == tried("wrong one", "nobody-at-all"), "the same answer"
        for _ in range(3):
            assert tried("wrong one") == wrong
        assert tried(PASSWORD)[0] == 303, "four failures are forgiven by a right password"
        for _ in range(5):
            assert tried("wrong one") == wrong
        assert tried(PASSWORD) == wrong, "closed, and the answer does not say so"
        assert "locked_out" in events(home, me)
        clock.shift(timedelta(minutes=16))
        assert tried(PASSWORD)[0] == 303
        for number in range(home.settings.address_failures):
            tried("x", f"login-{number}")
        refused = client.post("/login", data={"login": login, "password": PASSWORD})
        assert refused.status_code == 429 and "分钟后再试" in refused.text
        clock.shift(timedelta(minutes=16))
        assert tried(PASSWORD)[0] == 303


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Tr4verse-Bolt", []),
        ("sixteen signs of one kind", []),
        ("Short-7x", ["long"]),
        ("onlysmallletters", []),
        ("onlysmall12", ["kinds"]),
        ("Li.Ming-20266-w", ["own"]),
        ("x云桁采购中心Yz77", ["own"]),
        ("Password-2026", ["weak"]),
        ("1qaz2wsx3eDC", ["weak"]),
        ("Aaaaaaaaaaaaaaaaaaa", ["weak"]),
        ("1234567890-aB", ["weak"]),
        ("谐波减速器的柔轮要用好钢来做才行吧", []),
        ("y" * 300, ["long", "weak"]),
    ],
)
def test_passwords_keep_their_rules(password: str, faults: list[str]) -> None:
    keeper = Passwords(Settings(**CHEAP))
    assert keeper.faults(password, "li.ming-2026@example.org", "李明", "云桁采购中心") == faults


def test_passwords_are_kept_anew_when_their_cost_changes(app: FastAPI, home: Home, world: People, buyer: str) -> None:
    login, me = world.login(buyer, "buyer_editor"), world.ids[buyer, "buyer_editor"]
    dearer = Passwords(Settings(argon2_passes=2, argon2_memory=128))
    with home.database().session() as session:
        session.execute(update(User).where(User.id == me).values(password=dearer.kept(PASSWORD)))
    sign_in(app, login)
    with home.database().session() as session:
        kept = session.get_one(User, me).password
    assert "t=1" in kept and "m=64" in kept and "argon2id" in kept


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/needs?kind=bounty&page=2", "/needs?kind=bounty&page=2"),
        ("/search?q=减速器", "/search?q=减速器"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("\n//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("needs", "/"),
        ("", "/"),
        ("/login?next=/login", "/"),
        ("/" + "a" * 3000, "/"),
    ],
)
def test_signing_in_leads_to_our_own_pages_alone(app: FastAPI, world: People, buyer: str, asked: str, led: str) -> None:
    assert own_address(asked) == led


def test_the_way_back_is_the_one_that_was_asked_for(app: FastAPI, world: People, buyer: str) -> None:
    client = far_client(app)
    sent = {"login": world.login(buyer, "buyer_editor"), "password": PASSWORD}
    for asked, led in (("//evil.example", "/"), ("/needs?kind=need", "/needs?kind=need")):
        assert client.post("/login", data={**sent, "next": asked}).headers["location"] == led
    assert client.post("/login", data=sent, headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_password_is_changed_by_who_knows_it(app: FastAPI, home: Home, world: People, buyer: str) -> None:
    login = world.user("buyer_editor", buyer)
    client, other = sign_in(app, login), sign_in(app, login)

    def change(present: str, new: str, again: str = "") -> Any:
        return client.post("/account", data={"do": "password", "present": present, "new": new, "again": again or new})

    assert "现在的密码不对" in change("nonsense", "Another-Long-7").text
    assert "两次输入的新密码不一致" in change(PASSWORD, "Another-Long-7", "Another-Long-8").text
    assert "至少 10 位" in change(PASSWORD, "aB1-").text
    assert change(PASSWORD, "Another-Long-7").status_code == 303
    assert client.get("/account").status_code == 200 and other.get("/account").status_code == 303
    assert far_client(app).post("/login", data={"login": login, "password": PASSWORD}).status_code == 422
    sign_in(app, login, "Another-Long-7")


# --- people and invitations ----------------------------------------------------------------------------------------


def invited_link(client: TestClient, roles: list[str], **more: Any) -> str:
    page = client.post("/people", data={"do": "invite", "role": roles, **more})
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store", page.text[-300:]
    return page.text.split("/invitation/")[1].split("<")[0]


def test_a_link_makes_a_member_once(app: FastAPI, home: Home, world: People, buyer: str) -> None:
    approver = sign_in(app, world.login(buyer, "buyer_approver"))
    token = invited_link(approver, ["buyer_editor"])
    guest = far_client(app)
    assert "云桁采购中心" in guest.get(f"/invitation/{token}").text
    sent = {"do": "new", "login": "wang.fang", "name": "王芳", "password": "short"}
    refused = guest.post(f"/invitation/{token}", data=sent)
    assert refused.status_code == 422 and 'value="王芳"' in refused.text and "short" not in refused.text
    sent["password"] = "Tr4verse-Bolt"
    joined = guest.post(f"/invitation/{token}", data=sent)
    assert joined.headers["location"] == "/account"
    assert "采购编辑" in guest.get("/account").text
    assert far_client(app).get(f"/invitation/{token}").status_code == 410
    taken = invited_link(approver, ["buyer_editor"])
    again = far_client(app).post(f"/invitation/{taken}", data=sent)
    assert again.status_code == 422 and "这个登录名已有人用" in again.text
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        assert far_client(app).get(f"/invitation/{taken}").status_code == 410
    assert approver.post("/people", data={"do": "invite", "role": "operator"}).status_code == 422
    assert approver.post("/people", data={"do": "invite"}).status_code == 422


def test_a_person_of_two_organisations_goes_from_one_to_the_other(app: FastAPI, world: People, buyer: str) -> None:
    other = world.organisation("buyer", "沐岑采购中心")
    token = invited_link(sign_in(app, world.login(other, "buyer_approver")), ["buyer_editor"])
    client = sign_in(app, world.login(buyer, "buyer_approver"))
    assert client.post(f"/invitation/{token}", data={"do": "own"}).headers["location"] == "/account?done=joined"
    before = client.cookies[SESSION]
    assert client.post("/account", data={"do": f"switch:{other}"}).status_code == 303
    assert client.cookies[SESSION] != before, "another organisation, another token"
    shown = client.get("/account").text
    assert "沐岑采购中心" in shown and client.get("/people").status_code == 403, "here only an editor"
    assert client.post("/account", data={"do": "switch:"}).status_code == 404
    assert client.get(f"/people?organisation={buyer}").status_code == 403


def test_roles_are_given_and_ended_by_others_of_the_organisation(app: FastAPI, world: People, buyer: str) -> None:
    approver = sign_in(app, world.login(buyer, "buyer_approver"))
    editor = world.ids[buyer, "buyer_editor"]
    with_role = sign_in(app, world.login(buyer, "buyer_editor"))
    assert with_role.get("/people").status_code == 403
    give = {"do": f"give:{editor}", f"role-{editor}": "buyer_approver"}
    assert approver.post("/people", data=give).status_code == 303
    assert with_role.get("/people").status_code == 200, "at once, in the session that is open"
    assert approver.post("/people", data={"do": f"end:buyer_approver:{editor}"}).status_code == 303
    assert with_role.get("/people").status_code == 403
    own = world.ids[buyer, "buyer_approver"]
    assert approver.post("/people", data={"do": f"end:buyer_approver:{own}"}).status_code == 403
    assert approver.post("/people", data={**give, f"role-{editor}": "operator"}).status_code == 422
    firm = world.organisation("firm", "某传动有限公司")
    owner = sign_in(app, world.login(firm, "firm_owner"))
    assert owner.post("/people", data=give).status_code == 404, "nobody of theirs"
    assert owner.get(f"/people?organisation={buyer}").status_code == 404
    assert owner.post(f"/people?organisation={buyer}", data={"do": "invite", "role": "buyer_editor"}).status_code == 404
    assert owner.post("/people", data={"do": f"lock:{editor}"}).status_code == 403
    assert "云桁采购中心" not in owner.get("/people").text


def test_who_sits_at_the_machine_is_the_operator_until_there_is_one(app: FastAPI, home: Home, world: People) -> None:
    here = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000), follow_redirects=False)
    assert here.get("/people").status_code == 200 and "本机操作员" in here.get("/people").text
    assert here.get("/people", headers={"X-Forwarded-For": "192.0.2.9"}).status_code == 303, "a proxy's guest"
    world.user("analyst", None)
    assert here.get("/people").status_code == 200
    login = world.user("operator", None)
    assert here.get("/people").headers["location"] == "/login?next=%2Fpeople"
    operator = sign_in(app, login)
    page = operator.get("/people").text
    assert "云桁采购中心" in page and "buyer_editor" not in page.split('id="invite"')[1]
    made = operator.post("/people", data={"do": "organisation", "name": "某区经信局", "kind": "authority"})
    assert "某区经信局" in operator.get(made.headers["location"]).text
    assert operator.post("/people", data={"do": "organisation", "name": "", "kind": "authority"}).status_code == 422
    with home.database().session() as session:
        close(session, session.scalars(select(User).where(User.login == login)).one(), "operator")
    assert here.get("/people").status_code == 200, "without an open account of an operator, as before"


# --- the audit log -------------------------------------------------------------------------------------------------


def test_the_audit_log_is_read_filtered_and_exported(app: FastAPI, home: Home, world: People, buyer: str) -> None:
    operator = sign_in(app, world.user("operator", None))
    login = world.login(buyer, "buyer_approver")
    with home.database().session() as session:
        for place, reason in ((buyer, "机密的理由"), (None, "=HYPERLINK(1)")):
            session.add(
                Event(
                    actor=world.ids[buyer, "buyer_approver"],
                    subject="need",
                    subject_id="n1",
                    organisation_id=place,
                    to_state="active",
                    reason=reason,
                )
            )
    whole = operator.get("/audit").text
    for said in ("signed_in", "sign_in_failed", "locked_out", "role_given", "invited", "password_set"):
        assert said in operator.get("/audit.csv?subject=account").text, said
    assert "机密的理由" not in whole and "属于该组织" in whole, "what is said of a need is its organisation's own"
    approver = sign_in(app, login)
    own = approver.get("/audit").text
    assert "机密的理由" in own and "HYPERLINK" not in own and "某传动有限公司" not in approver.get("/audit.csv").text
    assert sign_in(app, world.login(buyer, "buyer_editor")).get("/audit").status_code == 403
    mine = operator.get(f"/audit?who={login}&subject=need").text
    assert "=HYPERLINK(1)" in mine and "role_given" not in mine
    table = operator.get(f"/audit.csv?who={login}&subject=need&lang=en")
    assert table.content.startswith("\ufeff# source: event\r\n".encode())
    assert ",'=HYPERLINK(1)," in table.text and table.headers["cache-control"] == "no-store"
    assert operator.get("/audit.csv?since=2099-01-01").text.count("\r\n") == 9, "eight lines of source, and the head"
    book = operator.get("/audit.xlsx?subject=account")
    from python_calamine import CalamineWorkbook

    sheets = CalamineWorkbook.from_filelike(io.BytesIO(book.content))
    assert sheets.get_sheet_by_name("audit").to_python()[0][0] == "编号"
    assert far_client(app).get("/audit?who=x").headers["location"] == "/login?next=%2Faudit%3Fwho%3Dx"


# --- keys ----------------------------------------------------------------------------------------------------------


def test_a_key_lets_a_program_in_within_its_scopes(app: FastAPI, home: Home, world: People, buyer: str) -> None:
    editor = sign_in(app, world.login(buyer, "buyer_editor"))
    made = editor.post(
        "/account", data={"do": "key", "name": "采购系统", "days": "30", "scope": ["read", "need.write"]}
    )
    key = made.text.split('class="secret">')[1].split("<")[0]
    assert key.startswith("bulian_") and made.headers["cache-control"] == "no-store"
    assert key not in editor.get("/account").text, "shown once"
    for wrong in ({"scope": ["people.manage"]}, {"scope": []}, {"days": "9999"}, {"name": ""}, {}):
        sent = {"do": "key", "name": "采购系统", "days": "30", "scope": ["read"], **wrong}
        assert editor.post("/account", data=sent).status_code == 422, wrong
    program = far_client(app)
    answer = program.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    me = answer.json()
    assert (me["organisation"], me["scopes"], me["rights"]) == (buyer, ["need.write", "read"], ["need.write"])
    assert "private" in answer.headers["cache-control"] and "Authorization" in answer.headers["vary"]
    assert program.get("/account", headers={"Authorization": f"Bearer {key}"}).status_code == 303, "for the API alone"
    for bad in ("nonsense", key + "x", ""):
        refused = program.get("/api/v1/me", headers={"Authorization": f"Bearer {bad}"})
        assert (refused.status_code, refused.json()["code"]) == (401, "WE076")
    assert program.get("/api/v1/me").json()["code"] == "WE401"
    assert editor.get("/api/v1/me").json()["scopes"] is None
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        assert program.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    with home.database().session() as session:
        row = session.scalars(select(ApiKey)).one()
        assert row.used is not None and key not in row.token
    stranger = sign_in(app, world.login(buyer, "buyer_approver"))
    assert stranger.post("/account", data={"do": f"end-key:{row.id}"}).status_code == 404
    assert editor.post("/account", data={"do": f"end-key:{row.id}"}).status_code == 303
    assert program.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert {"key_made", "key_ended"} <= set(events(home, world.ids[buyer, "buyer_editor"]))


def test_no_secret_stands_in_a_log_or_an_event(
    app: FastAPI,
    home: Home,
    world: People,
    buyer: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    approver = sign_in(app, world.login(buyer, "buyer_approver"))
    token = invited_link(approver, ["buyer_editor"])
    key = approver.post("/account", data={"do": "key", "name": "机密", "days": "7", "scope": "read"}).text
    secrets = [
        token,
        approver.cookies[SESSION],
        key.split('class="secret">')[1].split("<")[0],
        PASSWORD,
        "typed-by-mistake",
    ]
    far_client(app).post("/login", data={"login": "typed-by-mistake", "password": PASSWORD + "x"})

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("web.accounts.invitations.invitation", broken)
    client = TestClient(app, base_url="http://127.0.0.1", client=FAR, raise_server_exceptions=False)
    assert client.get(f"/invitation/{token}").status_code == 500
    told = capsys.readouterr()
    logged = told.out + told.err + caplog.text
    assert "request failed" in logged
    with home.database().session() as session:
        rows = session.scalars(select(Event)).all()
    kept = " ".join(f"{row.actor} {row.subject_id} {row.reason} {row.digest}" for row in rows)
    dump = b"".join(path.read_bytes() for path in home.folder.glob("bulian.db*"))
    for secret in secrets:
        assert secret not in logged and secret not in kept
        assert secret.encode() not in dump, "not even in the store"


# --- the demo ------------------------------------------------------------------------------------------------------


def test_accounts_of_the_demo_are_for_the_demo_alone(make_home: Callable[..., Home]) -> None:
    home = make_home("demo", graph_url="bolt://127.0.0.1:1", **CHEAP)
    assert make_demo_accounts(home) == 12 and make_demo_accounts(home) == 0
    app, database = create_app(home), home.database()
    with database.session() as session:
        session.add(Document(sha256="d" * 64, name="演示公告", kind="filing", demo=True))
        roles = set(session.scalars(select(Membership.role)))
        assert session.scalars(select(Organisation.name).where(Organisation.kind == "buyer")).all() == [
            "甬川云桁机器人集团有限公司"
        ]
    assert roles == set(rights()["roles"])
    page = far_client(app).get("/login").text
    password = page.split('<section class="section" id="demo">')[1].split("<code>")[1].split("<")[0]
    here = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000), follow_redirects=False)
    assert here.get("/people").status_code == 200, "the demo's operator takes nothing from who sits here"
    operator = sign_in(app, "demo-operator", password)
    token = invited_link(operator, ["operator"])
    sent = {"do": "new", "login": "guest", "name": "客人", "password": PASSWORD}
    assert far_client(app).post(f"/invitation/{token}", data=sent).status_code == 303
    assert here.get("/people").status_code == 200, "nor does whom it invites"
    with database.session() as session:
        session.add(Document(sha256="r" * 64, name="公告", kind="filing"))
    assert operator.get("/people").status_code == 303, "real data: the demo's sessions hold no more"
    assert far_client(app).post("/login", data={"login": "demo-buyer", "password": password}).status_code == 422
    assert password not in far_client(app).get("/login").text
