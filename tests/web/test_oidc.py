"""Signing in at an OpenID provider: the whole way against one that runs here, and each way in which it must fail."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import uvicorn
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pydantic import SecretStr
from starlette.testclient import TestClient

from kg.parts import Parts
from tests.web.people import CHEAP, PASSWORD, People, far_client, people
from web.accounts.invitations import invite
from web.app import create_app
from web.deps import SESSION
from web.home import Home
from web.settings import Settings

CLIENT, SECRET = "bulian", "shared with the provider"


class Provider:
    """An OpenID provider in this process: signs in whoever `who` says, and lies as `lie` says."""

    def __init__(self) -> None:
        self.key, self.other = (RSAKey.generate_key(2048, {"kid": name}) for name in ("ours", "theirs"))
        self.who: dict[str, Any] = {}
        self.lie: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.issuer = ""
        self.app = FastAPI()
        self.app.get("/.well-known/openid-configuration")(self.described)
        self.app.get("/authorize")(self.authorize)
        self.app.post("/token")(self.token)
        self.app.get("/keys")(self.keys)
        self.app.get("/userinfo")(self.userinfo)

    def described(self) -> dict[str, str]:
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        found = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in ends.items()}
        return {"issuer": self.lie.get("named", self.issuer), "jwks_uri": f"{self.issuer}/keys", **found}

    def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["code_challenge_method"] == "S256" and asked["client_id"] == CLIENT
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    def token(
        self, request: Request, code: str = Form(), code_verifier: str = Form(""), redirect_uri: str = Form()
    ) -> Response:
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(code, None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        fits = asked and digest == asked["code_challenge"] and redirect_uri == asked["redirect_uri"]
        if not (asked and fits and request.headers.get("authorization") == basic):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "nonce": asked["nonce"], "iat": now, "exp": now + 60}
        claims |= {
            "sub": self.who["sub"],
            **({} if self.lie.get("userinfo") else self.who),
            **self.lie.get("claims", {}),
        }
        signed = jwt.encode({"alg": "RS256", "kid": "ours"}, claims, self.lie.get("key", self.key))
        return JSONResponse({"access_token": "access", "token_type": "Bearer", "id_token": signed})

    def keys(self) -> Any:
        return KeySet([self.key]).as_dict(private=False)

    def userinfo(self, request: Request) -> dict[str, Any]:
        return self.who if request.headers["authorization"] == "Bearer access" else {}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    server = uvicorn.Server(uvicorn.Config(made.app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    made.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield made
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def app(provider: Provider, tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[FastAPI]:
    values = {"home": tmp_path_factory.mktemp("oidc"), "parts": parts.folder, **CHEAP, "oidc_issuer": provider.issuer}
    values |= {"oidc_client": CLIENT, "oidc_secret": SecretStr(SECRET), "graph_url": "bolt://127.0.0.1:1"}
    with Home(Settings(**values)) as home:
        yield create_app(home)


@pytest.fixture(scope="module")
def world(app: FastAPI) -> People:
    home = app.state.site.home
    return people(home.database(), home.settings)


@pytest.fixture
def go(app: FastAPI, provider: Provider) -> Callable[..., tuple[TestClient, Any]]:
    """There and back as a browser goes; `lie` is what the provider does wrong, `change` what the way back brings."""

    def gone(
        who: dict[str, Any], lie: dict[str, Any] | None = None, change: dict[str, str] | None = None
    ) -> tuple[TestClient, Any]:
        import httpx

        provider.who, provider.lie = who, lie or {}
        client = far_client(app)
        out = client.get("/login/oidc?next=/account")
        if out.status_code != 303:
            return client, out
        back = urlsplit(httpx.get(out.headers["location"], trust_env=False).headers["location"])
        query = {name: values[0] for name, values in parse_qs(back.query).items()} | (change or {})
        return client, client.get(f"{back.path}?{urlencode(query)}")

    return gone


def test_who_is_known_comes_in_and_stays_known_by_the_provider(
    app: FastAPI, world: People, go: Callable[..., tuple[TestClient, Any]]
) -> None:
    from web.accounts.people import add_user

    place = world.organisation("buyer", "云桁采购中心")
    add_user(world.database, world.settings, "Li.Ming@example.org", "李明", PASSWORD, ["buyer_editor"], place)
    assert "/login/oidc?next=" in far_client(app).get("/login").text
    who = {"sub": "s1", "email": "li.ming@example.org", "email_verified": True, "name": "Li Ming"}
    _, unverified = go({**who, "email_verified": False})
    assert unverified.status_code == 403 and "WE077" in unverified.text
    client, answer = go(who)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "李明" in client.get("/account").text and SESSION in client.cookies
    assert go({**who, "email": "another@example.org"})[1].status_code == 303, "by the provider's own name for him"
    assert go({"sub": "s2", **{k: v for k, v in who.items() if k != "sub"}})[1].status_code == 403, "somebody else"
    assert go(who, {"userinfo": True})[1].status_code == 303
    assert "oidc" not in client.cookies


def test_strangers_come_by_invitation_alone(
    app: FastAPI, world: People, go: Callable[..., tuple[TestClient, Any]]
) -> None:
    who = {"sub": "s3", "email": "wang@example.org", "email_verified": True, "name": "王芳"}
    assert go(who)[1].status_code == 403
    place = world.organisation("firm", "某传动有限公司")
    owner = world.actor(place, "firm_owner")
    invite(world.database, world.settings, owner, place, ["firm_editor"], "Wang@Example.org")
    assert go({**who, "email_verified": False})[1].status_code == 403
    client, answer = go(who, {"userinfo": True})
    assert answer.status_code == 303 and "某传动有限公司" in client.get("/account").text
    assert go({**who, "sub": "s4"})[1].status_code == 403, "the link is used"


@pytest.mark.parametrize(
    ("lie", "change"),
    [
        ({"claims": {"nonce": "another"}}, {}),
        ({"claims": {"aud": "another program"}}, {}),
        ({"claims": {"aud": ["bulian", "x"], "azp": "x"}}, {}),
        ({"claims": {"iss": "https://evil.example"}}, {}),
        ({"claims": {"exp": 1_700_000_000}}, {}),
        ({"key": "other"}, {}),
        ({}, {"state": "another"}),
        ({}, {"code": "another"}),
        ({}, {"error": "access_denied"}),
    ],
)
def test_what_was_not_asked_for_lets_nobody_in(
    provider: Provider, go: Callable[..., tuple[TestClient, Any]], lie: dict[str, Any], change: dict[str, str]
) -> None:
    if "key" in lie:
        lie = {"key": provider.other}
    who = {"sub": "s1", "email": "li.ming@example.org", "email_verified": True}
    client, answer = go(who, lie, change)
    assert answer.status_code == 403 and "WE077" in answer.text and SESSION not in client.cookies


def test_a_provider_of_another_name_or_none_is_said(
    provider: Provider, go: Callable[..., tuple[TestClient, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "WE078" in go({"sub": "s1"}, {"named": "https://evil.example"})[1].text
    monkeypatch.setattr("web.accounts.oidc.find_spec", lambda name: None)
    missing = go({"sub": "s1"})[1]
    assert missing.status_code == 503 and "bulian[oidc]" in missing.text
