"""Who may do what, read off the application: each route that takes a right is asked by each role and by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from starlette.testclient import TestClient

from kg.parts import Parts
from tests.web.people import far_client, people, quiet_home, sign_in
from tests.web.routes import Asked, routes
from web.accounts.actor import AT_THE_MACHINE, Actor, rights, roles_for
from web.api.lock import RequiresAny
from web.app import create_app
from web.deps import Requires
from web.errors import WebError

OPEN = {
    "/login": "begins a session",
    "/logout": "ends one, where there is one",
    "/invitation/{token}": "the token is the right",
    "/answer": "the code of a letter is the right",
    "/answer/{token}": "the code of the link is the right",
    "/applications/join/{code}": "the code of the link is the right",
    "/bounties/{bounty_id}/objections": "everybody may object to a notice; so many from one address",
    "/firms/{firm_id}/criteria": "keeps nothing but for the firm's own people",
    "/console": "reads only, from pages of our own",
    "/requirement": "keeps nothing",
    "/api/v1/requirement": "keeps nothing",
}
"""Routes that may be sent to without signing in, each with its reason. All others refuse."""

INSIDE = {
    "/people": ("people.manage", "people.invite"),
    "/audit": ("audit.read", "audit.own"),
    "/audit.csv": ("audit.read", "audit.own"),
    "/audit.xlsx": ("audit.read", "audit.own"),
    "/applications/{application_id}": ("application.write", "bounty.organise", "bounty.write", "bounty.score"),
    "/applications/{application_id}/files/{file_id}": (
        "application.write",
        "bounty.organise",
        "bounty.write",
        "bounty.score",
    ),
    "/applications/{application_id}/state": ("application.send", "bounty.organise", "bounty.award"),
    "/bounties/{bounty_id}/applications": ("bounty.organise", "bounty.write"),
    "/bounties/{bounty_id}/invitations": ("bounty.organise", "bounty.write"),
    "/difficulties/{difficulty_id}": ("difficulty.raise", "pool.write"),
    "/my/files/{file_id}": ("firm.draft", "correction.decide"),
}
"""Routes that look at their rights themselves: one of these lets in."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[FastAPI]:
    """Over a data folder whose graph does not answer: to be refused needs none."""
    with quiet_home(tmp_path_factory.mktemp("rights"), parts, "testserver") as home:
        yield create_app(home)


@pytest.fixture(scope="module")
def clients(app: FastAPI) -> dict[str, TestClient]:
    """A client for each role."""
    home = app.state.site.home
    world, found = people(home.database(), home.settings), {}
    for kind in rights()["kinds"]:
        place = world.organisation(kind, f"某单位 {kind}") if kind != "operator" else None
        for role in roles_for(kind):
            if role not in found:
                login = world.logins.get((place, role)) or world.user(role, place)
                found[role] = TestClient(
                    app,
                    base_url="http://127.0.0.1",
                    client=("192.0.2.7", 50000),
                    follow_redirects=False,
                    raise_server_exceptions=False,
                    cookies=sign_in(app, login).cookies,
                )
    return found


def right_of(route: Asked) -> str | None:
    """The right that a route takes by its dependencies."""
    return next((one.right for one in below(route.dependant) if isinstance(one, Requires)), None)


def wanted_by(route: Asked) -> tuple[str | None, ...]:
    """The rights of which a route wants one."""
    several = next((one.rights for one in below(route.dependant) if isinstance(one, RequiresAny)), None)
    return INSIDE.get(route.path) or several or (right_of(route),)


def below(dependant: Dependant) -> Iterator[object]:
    """All that a route depends on."""
    for one in dependant.dependencies:
        yield one.call
        yield from below(one)


def ask(client: TestClient, route: Asked, method: str) -> int:
    """The status of an answer; 401 also where a page leads to the form of signing in."""
    address = re.sub(r"\{[^}]*\}", "x", route.path)
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.request(method, address, **({"content": b"", "headers": form} if method != "GET" else {}))
    led = answer.status_code == 303 and answer.headers["location"].startswith("/login")
    return 401 if led else answer.status_code


def test_every_role_is_let_in_or_refused_as_the_table_says(app: FastAPI, clients: dict[str, TestClient]) -> None:
    assert set(clients) == set(rights()["roles"])
    asked = 0
    for route in routes(app):
        wanted = wanted_by(route)
        if wanted == (None,):
            continue
        for method in sorted(route.methods):
            assert ask(far_client(app), route, method) == 401, (method, route.path)
            for role, client in clients.items():
                holds = any(right in rights()["roles"][role] for right in wanted)
                status = ask(client, route, method)
                asked += 1
                if holds:
                    assert status not in (401, 403), (role, method, route.path, status)
                else:
                    assert status == 403, (role, method, route.path, status)
    assert asked > 60


def test_nobody_sends_anything_without_signing_in_but_where_it_is_said(app: FastAPI) -> None:
    let_in, nobody = (
        {},
        TestClient(
            app,
            base_url="http://127.0.0.1",
            client=("192.0.2.7", 50000),
            follow_redirects=False,
            raise_server_exceptions=False,
        ),
    )
    for route in routes(app):
        for method in route.methods - {"GET", "HEAD"}:
            if route.path not in OPEN:
                status = ask(nobody, route, method)
                if status < 400 or status == 500:  # an empty form may be refused for what it lacks
                    let_in[f"{method} {route.path}"] = status
    assert not let_in, "let in without signing in: take a right, or say in OPEN why not"
    assert set(OPEN) <= {route.path for route in routes(app)}, "routes that are gone"


def test_rights_are_of_the_table_and_rows_of_their_organisation() -> None:
    held = {right for of in rights()["roles"].values() for right in of}
    for kind, roles in rights()["kinds"].items():
        assert set(roles) <= set(rights()["roles"]), kind
    assert set(rights()["two_people"]) <= held
    editor = Actor(user="u", organisation="a", roles=frozenset({"buyer_editor"}))
    editor.need("need.write", "a")
    for actor, right, place, code in (
        (editor, "need.write", "b", "WE404"),
        (editor, "need.write", None, "WE404"),
        (editor, "need.publish", "a", "WE032"),
        (Actor(), "need.write", "a", "WE401"),
        (AT_THE_MACHINE, "need.write", "a", "WE404"),
    ):
        with pytest.raises(WebError) as caught:
            actor.need(right, place)
        assert caught.value.code == code
    with pytest.raises(KeyError):
        editor.may("need.steal")
