"""Organisations with people in the store of a data folder, and clients that are signed in as one of them.

    world = people(home.database(), home.settings)                  # milliseconds with the settings below
    buyer = world.organisation("buyer", "云桁采购")                  # an organisation, with one person for each role
    other = world.organisation("buyer", "沐岑采购")                  # another one of the same kind
    client = sign_in(create_app(home), world.login(buyer, "buyer_approver"))
    client.get("/account")                                           # as that person
    actor = world.actor(buyer, "buyer_editor")                       # the Actor, for work that needs no page

`sign_in` gives a client of its own, far from the machine, so that nobody is the operator by sitting there; it signs in
by the form. Settings of tests that sign in should say `**CHEAP`, else each sign-in costs what it costs in earnest.
`world.user("operator", None)` makes a person of who runs the data folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from kg.parts import Parts
from web.accounts.actor import Actor, roles_for
from web.accounts.attempts import Attempts
from web.accounts.people import add_organisation, add_user
from web.accounts.sessions import actor_of
from web.accounts.sessions import sign_in as begin_session
from web.db.accounts import Organisation
from web.db.store import Database
from web.home import Home
from web.settings import Settings

CHEAP: dict[str, Any] = {"argon2_passes": 1, "argon2_memory": 64, "address_requests": 0}
"""Settings for argon2id that cost next to nothing, and no limit of requests for those who ask a whole table."""

PASSWORD = "rather 7 Long Words"
FAR = ("192.0.2.7", 50000)
"""The address of somebody who does not sit at the machine."""


@dataclass
class People:
    """Who was made, by organisation (None: who runs the folder) and role."""

    database: Database
    settings: Settings
    logins: dict[tuple[str | None, str], str] = field(default_factory=dict)
    ids: dict[tuple[str | None, str], str] = field(default_factory=dict)
    made: int = 0

    def organisation(self, kind: str, name: str, *, enterprise: str | None = None) -> str:
        """A new organisation with one person for each role that its kind has; returns its id."""
        made = add_organisation(self.database, name, kind)
        if enterprise is not None:
            with self.database.session() as session:
                session.get_one(Organisation, made.id).enterprise_id = enterprise
        for role in roles_for(kind):
            self.user(role, made.id)
        return made.id

    def user(self, role: str, organisation_id: str | None) -> str:
        """One more person with a role; returns the login. `login` and `ids` stay those of the first one with it."""
        self.made += 1
        login = f"{role}.{self.made}"
        user = add_user(self.database, self.settings, login, f"某人{self.made}", PASSWORD, [role], organisation_id)
        self.logins.setdefault((organisation_id, role), login)
        self.ids.setdefault((organisation_id, role), user.id)
        return login

    def login(self, organisation_id: str | None, role: str) -> str:
        """The login of the person with this role there."""
        return self.logins[organisation_id, role]

    def actor(self, organisation_id: str | None, role: str) -> Actor:
        """That person as an Actor, signed in."""
        login = self.login(organisation_id, role)
        token = begin_session(self.database, self.settings, Attempts(99, 1), login, PASSWORD)
        found = actor_of(self.database, self.settings, token)
        assert found is not None
        return found


@contextmanager
def quiet_home(folder: Path, parts: Parts, hosts: str = "127.0.0.1") -> Iterator[Home]:
    """A data folder whose graph does not answer: what people do with each other, and to be refused, needs none."""
    nowhere = {"graph_url": "bolt://127.0.0.1:1", "graph_password": SecretStr("")}
    with Home(Settings(home=folder, parts=parts.folder, hosts=hosts, **nowhere, **CHEAP)) as opened:
        yield opened


def people(database: Database, settings: Settings) -> People:
    """Nobody yet, in this store."""
    return People(database, settings)


def far_client(app: FastAPI) -> TestClient:
    """A client that does not sit at the machine; nothing is followed."""
    return TestClient(app, base_url="http://127.0.0.1", client=FAR, follow_redirects=False)


def sign_in(app: FastAPI, login: str, password: str = PASSWORD) -> TestClient:
    """A client of its own, signed in by the form as this person."""
    client = far_client(app)
    answer = client.post("/login", data={"login": login, "password": password})
    assert answer.status_code == 303, answer.text[-400:]
    return client


def sends(page: str, action: str) -> dict[str, list[str]]:
    """What the form with this address sends as it stands, as a browser would; buttons are pressed by the test."""
    form = LexborHTMLParser(page).css_first(f"form[action='{action}'][method='post']")
    assert form is not None, action
    found: dict[str, list[str]] = {}
    for node in form.css("input, textarea, select"):
        given = node.attributes
        name, kind = given.get("name") or "", given.get("type") or "text"
        if not name or kind == "file" or (kind in ("radio", "checkbox") and "checked" not in given):
            continue
        value = given.get("value") or ""
        if node.tag == "textarea":
            value = node.text()
        elif node.tag == "select":
            chosen = node.css_first("option[selected]") or node.css_first("option")
            value = "" if chosen is None else chosen.attributes.get("value") or ""
        found.setdefault(name, []).append(value)
    return found
