"""What it costs a page to know who asks: one look-up of the session, or of whether there is an operator."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from fastapi import Request
from pydantic import SecretStr

from kg.parts import Parts
from tests.web.people import CHEAP, people, sign_in
from web.app import create_app
from web.deps import SESSION, actor
from web.home import Home
from web.settings import Settings

pytestmark = pytest.mark.bench
PEOPLE, ASKED = 200, 1000


def test_who_asks_is_known_within_a_millisecond(tmp_path: Path, parts: Parts) -> None:
    values = {"home": tmp_path / "home", "parts": parts.folder, "graph_url": "bolt://127.0.0.1:1", **CHEAP}
    with Home(Settings(**values, graph_password=SecretStr(""))) as home:
        world, app = people(home.database(), home.settings), create_app(home)
        place = world.organisation("buyer", "云桁采购中心")
        for _ in range(PEOPLE):
            world.user("buyer_editor", place)
        token = sign_in(app, world.login(place, "buyer_approver")).cookies[SESSION]

        def spent(cookie: str, address: str) -> float:
            headers = [(b"host", b"127.0.0.1"), (b"cookie", f"{SESSION}={cookie}".encode())]
            took = []
            for _ in range(ASKED):
                scope = {"type": "http", "app": app, "path": "/", "headers": headers, "client": (address, 1)}
                began = time.perf_counter()
                actor(Request(scope))
                took.append(time.perf_counter() - began)
            return statistics.median(took) * 1000

        figures = {"signed in": spent(token, "192.0.2.7"), "at the machine": spent("", "127.0.0.1")}
    for name, figure in figures.items():
        print(f"{name}: {figure:.3f} ms")
    assert max(figures.values()) < 1
