"""Accounts of the demo: made with its corpus, usable as long as all data here is invented."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from kg.errors import KgError
from kg.yml import read_yaml
from web.accounts.people import add_organisation, give_role, new_user, place_organisation
from web.accounts.sessions import passwords, real_data
from web.db.accounts import Organisation, User

if TYPE_CHECKING:
    from web.home import Home


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A line of the login page: who, in which organisation, with which role."""

    login: str
    name: str
    organisation: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoLogins:
    """The accounts of the demo with their one password."""

    password: str
    logins: list[DemoLogin]


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml((resources.files(__package__) / "demo.yml").read_text("utf-8"))
    return found


def make_demo_accounts(home: Home) -> int:
    """Make what is missing of the demo's organisations and people; returns how many people are new.

    Its firm is found in the graph by its credit code. Idempotent.
    """
    database, made, kept = home.database(), 0, ""
    for place in _table()["organisations"]:
        organisation_id = place.get("id")
        if organisation_id is not None:
            _place(home, place)
        for one in place["people"]:
            with database.session() as session:
                if session.scalar(select(User.id).where(User.login == one["login"])):
                    continue
                kept = kept or passwords(home.settings).kept(str(_table()["password"]))
                user = new_user(
                    session, home.settings, one["login"], one["name"], "", organisation_id, by="demo", known=kept
                )
                for role in one["roles"]:
                    give_role(session, user, role, organisation_id, "demo")
                made += 1
    return made


def _place(home: Home, place: dict[str, Any]) -> None:
    with home.database().session() as session:
        here = session.get(Organisation, place["id"])
    if here is None:
        add_organisation(
            home.database(), place["name"], place["kind"], region=place.get("region", ""), by="demo", demo=True,
            id=place["id"],
        )  # fmt: skip
    elif here.region != place.get("region", ""):
        place_organisation(home.database(), place["id"], place.get("region", ""), "demo")
    if "firm" in place and (here is None or here.enterprise_id is None):
        firm = firm_by_code(home, place["firm"])
        with home.database().session() as session:
            session.get_one(Organisation, place["id"]).enterprise_id = firm


def firm_by_code(home: Home, code: str) -> str | None:
    """The firm of the graph with a credit code; None where the graph has none or does not answer: then no page finds it
    until the demo is loaded again.
    """
    try:
        return next((str(row["id"]) for row in home.graph().read("enterprise_by_code", code=code)), None)
    except KgError:
        return None


def demo_logins(home: Home) -> DemoLogins | None:
    """What the login page shows; None where the demo's accounts are not made, or other data is here too."""
    with home.database().session() as session:
        rows = {row.login: row for row in session.scalars(select(User).where(User.demo, User.state == "open"))}
        if not rows or session.scalar(select(real_data())):
            return None
    lines = [
        DemoLogin(one["login"], one["name"], place.get("name", ""), one["roles"][0])
        for place in _table()["organisations"]
        for one in place["people"]
        if one["login"] in rows
    ]
    return DemoLogins(str(_table()["password"]), lines)
