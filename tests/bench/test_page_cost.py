"""What each page of `users_at_work` costs: processor time of this process and of Neo4j, and the clock, one at a time.

    BULIAN_USERS_FOLDER=FOLDER pytest -m bench -n 0 -s tests/bench/test_page_cost.py

The world is that of `test_users` (BULIAN_USERS_FOLDER keeps it). One person of each role goes twice through the own way
after a first time that is told apart; the pages are made in this process, so that a few milliseconds of each are the
client's. Means by page, the dearest first. JSON in .bench/page_cost.json; with BULIAN_USERS_PAGES (names of pages,
divided by commas) only those are asked. Needs that fit a firm are left out: they wait for boards of all open needs.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import defaultdict
from pathlib import Path

import psutil
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kg.parts import Parts
from tests.bench.demo_times import load_times
from tests.bench.test_users import KEPT, TIMES
from tests.bench.users_at_work import PASSWORD, Person, Things, make_people, way
from web.app import create_app
from web.home import Home
from web.settings import Settings

pytestmark = [pytest.mark.bench, pytest.mark.graph]

OUT = Path(__file__).resolve().parents[2] / ".bench" / "page_cost.json"
ROUNDS = 2
PAGES = frozenset(filter(None, os.environ.get("BULIAN_USERS_PAGES", "").split(",")))
BOARDS = frozenset({"/firms/{id}/needs", "/desk", "/my"})

Costs = dict[str, list[tuple[float, float, float]]]
"""By page: milliseconds of this process, of Neo4j and of the clock, ask by ask, the first one first."""


def test_what_pages_cost(parts: Parts, tmp_path: Path) -> None:
    folder = Path(KEPT) if KEPT else tmp_path / "home"
    cheap = {"argon2_passes": 1, "argon2_memory": 64, "address_requests": 0}
    with Home(Settings(home=folder, parts=parts.folder, **cheap)) as home:
        mark = folder / "bench.made"
        if not mark.exists():
            load_times(home, TIMES, print)
            mark.write_text(str(TIMES), "utf-8")
        things = Things.of(home.graph(), home)
        people = make_people(home, things, random.Random(f"users {time.time()}" if KEPT else "users"))
        neo4j = psutil.Process(home.neo4j.status().pid)
        home.ranker()
        costs: Costs = defaultdict(list)
        app = create_app(home)
        for person in {one.role: one for one in people}.values():
            walk(app, person, things, neo4j, costs)
    pages = {page: means(of) for page, of in costs.items()}
    pages = dict(sorted(pages.items(), key=lambda item: -item[1]["ms"]))
    found = {"times": TIMES, "load": round(os.getloadavg()[0], 2), "pages": pages}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for page, one in pages.items():
        print(f"{page:32}", *(f"{one[name]:9}" for name in ("ms", "neo4j_ms", "clock_ms", "first_ms", "asked")))


def means(asked: list[tuple[float, float, float]]) -> dict[str, float]:
    """The means of some asks without the first one, of which the processor time stands beside them."""
    first, *later = asked
    ours, neo4j, clock = (round(sum(one) / len(later), 1) for one in zip(*later, strict=True))
    return {"ms": ours, "neo4j_ms": neo4j, "clock_ms": clock, "first_ms": round(first[0], 1), "asked": len(later)}


def walk(app: FastAPI, person: Person, things: Things, neo4j: psutil.Process, costs: Costs) -> None:
    """One person, ROUNDS times after a first one; of a page that another role has asked for nothing more is noted."""
    chance, known = random.Random(person.role), frozenset(costs)
    client = TestClient(app, base_url="http://127.0.0.1", client=("192.0.2.7", 50000), follow_redirects=False)
    if person.login:
        client.post("/login", data={"login": person.login, "password": PASSWORD})
    for _ in range(ROUNDS + 1):
        for page, where, form in way(person, things, chance):
            if (PAGES and page not in PAGES) or page in BOARDS or page in known:
                continue
            before, ours, began = sum(neo4j.cpu_times()[:2]), time.process_time(), time.perf_counter()
            answer = client.get(where) if form is None else client.post(where, data=form)
            ours, clock = time.process_time() - ours, time.perf_counter() - began
            assert answer.status_code < 400, (page, where, answer.text[-300:])
            costs[page].append((1000 * ours, 1000 * (sum(neo4j.cpu_times()[:2]) - before), 1000 * clock))
