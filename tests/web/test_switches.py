"""Parts that are switched off: no address of theirs answers, nobody holds their rights, the health report says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kg.parts import Parts
from tests.web.people import quiet_home
from tests.web.routes import routes
from web.accounts.actor import Actor
from web.app import create_app
from web.errors import WebError
from web.home import Home
from web.jobs.health import check, status
from web.mcp_server import serve
from web.settings import SWITCHES
from web.switches import PARTS, subjects

BELONGS = {
    "bounties": r"bount|/applications|/agreements|/expert",
    "meetings": r"/meetings",
    "api": r"^/api/|webhook",
}
"""What an address of a part looks like; a new one that its part's pattern does not know is found by this."""


@pytest.fixture(scope="module")
def off(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[Home]:
    """A data folder with all parts off."""
    with (
        quiet_home(tmp_path_factory.mktemp("off"), parts) as home,
        Home(home.settings.model_copy(update=dict.fromkeys(SWITCHES, False))) as quiet,
    ):
        yield quiet


def test_every_address_of_a_part_is_hidden_and_no_other(off: Home) -> None:
    app: FastAPI = create_app(off)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    hidden: dict[str, int] = dict.fromkeys(PARTS, 0)
    asked: set[str] = set()
    for route in routes(app):
        address = re.sub(r"\{[^}]*\}", "x", route.path)
        belongs = {part for part, looks in BELONGS.items() if re.search(looks, route.path)}
        assert belongs == {part for part, found in PARTS.items() if found.addresses.match(address)}, route.path
        if belongs and address not in asked:  # whatever the method: one question for all routes looks at the address
            asked.add(address)
            answer = client.request(min(route.methods), address)
            assert answer.status_code == 404 and "WE020" in answer.text, address
        for part in belongs:
            hidden[part] += 1
    assert all(count > 8 for count in hidden.values()), hidden
    assert client.get("/api/openapi.json").status_code == 404
    page = client.get("/login").text
    assert client.get("/login").status_code == 200 and "/api/docs" not in page and "/bounties" not in page


def test_nobody_holds_the_rights_of_a_part_that_is_off() -> None:
    organiser = Actor(user="u", roles=frozenset({"organiser"}), off=subjects(["bounties"]))
    held = [right for right in ("bounty.organise", "application.bring", "meeting.wish") if organiser.may(right)]
    assert held == ["meeting.wish"]


def test_the_server_for_assistants_does_not_start(off: Home) -> None:
    with pytest.raises(WebError) as refused:
        serve(off)
    assert refused.value.code == "WE020"
    with pytest.raises(WebError) as missing:  # the tests run without the extra
        serve(Home(off.settings.model_copy(update={"mcp": True})))
    assert missing.value.code == "WE023" and "bulian[mcp]" in str(missing.value)


def test_the_health_report_says_what_is_off(off: Home) -> None:
    assert status(off)["switched_off"] == "bounties, meetings, api, mcp"
    (finding,) = [one for one in check(off, quick=True) if one["what"] == "switches"]
    assert (finding["ok"], finding["detail"]) == (True, "off: bounties, meetings, api, mcp")
