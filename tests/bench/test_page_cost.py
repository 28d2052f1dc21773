"""What each page of `users_at_work` costs: processor time of the server and of Neo4j, and the clock, one at a time.

The world is that of `test_users` (BULIAN_USERS_FOLDER keeps it). One person of each role goes ROUNDS times through the
own way after a first time that is not counted. Means by page, the dearest first. JSON in .bench/page_cost.json; with
BULIAN_USERS_PAGES (names of pages, divided by commas) only those are asked.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import defaultdict
from pathlib import Path

import httpx
import psutil
import pytest

from kg.parts import Parts
from tests.bench.demo_times import load_times
from tests.bench.test_users import KEPT, TIMES, served
from tests.bench.users_at_work import PASSWORD, Person, Things, make_people, way
from web.home import Home
from web.settings import Settings

pytestmark = [pytest.mark.bench, pytest.mark.graph]

OUT = Path(__file__).resolve().parents[2] / ".bench" / "page_cost.json"
ROUNDS = 5
PAGES = frozenset(filter(None, os.environ.get("BULIAN_USERS_PAGES", "").split(",")))

Costs = dict[str, list[tuple[float, float, float]]]
"""By page: milliseconds of the server, of Neo4j and of the clock, ask by ask."""


def test_what_pages_cost(parts: Parts, tmp_path: Path) -> None:
    folder = Path(KEPT) if KEPT else tmp_path / "home"
    with Home(Settings(home=folder, parts=parts.folder)) as home:
        mark = folder / "bench.made"
        if not mark.exists():
            load_times(home, TIMES, print)
            mark.write_text(str(TIMES), "utf-8")
        things = Things.of(home.graph(), home)
        people = make_people(home, things, random.Random(f"users {time.time()}" if KEPT else "users"))
        neo4j = psutil.Process(home.neo4j.status().pid)
        costs: Costs = defaultdict(list)
        with served(home) as server:
            httpx.get(f"{server.address}/firms/{things.firms[0][0]}/needs", timeout=600)  # waits for the boards
            (process,) = server.serving
            for person in {one.role: one for one in people}.values():
                walk(person, things, server.address, (process, neo4j), costs)
    mean = {page: means(of) for page, of in costs.items()}
    pages = dict(sorted(mean.items(), key=lambda item: -item[1]["server_ms"]))
    found = {"times": TIMES, "load": round(os.getloadavg()[0], 2), "pages": pages}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for page, one in pages.items():
        print(f"{page:32} {one['server_ms']:8} {one['neo4j_ms']:8} {one['clock_ms']:8} {one['asked']:4}")


def means(asked: list[tuple[float, float, float]]) -> dict[str, float]:
    """The means of some asks."""
    server, neo4j, clock = (round(sum(one) / len(asked), 1) for one in zip(*asked, strict=True))
    return {"server_ms": server, "neo4j_ms": neo4j, "clock_ms": clock, "asked": len(asked)}


def walk(
    person: Person, things: Things, address: str, processes: tuple[psutil.Process, psutil.Process], costs: Costs
) -> None:
    """One person, ROUNDS times after a first one."""
    chance = random.Random(person.role)
    with httpx.Client(base_url=address, timeout=600) as client:
        if person.login:
            client.post("/login", data={"login": person.login, "password": PASSWORD})
        for number in range(ROUNDS + 1):
            for page, where, form in way(person, things, chance):
                if PAGES and page not in PAGES:
                    continue
                before, began = [spent(one) for one in processes], time.perf_counter()
                answer = client.get(where) if form is None else client.post(where, data=form)
                clock = time.perf_counter() - began
                assert answer.status_code < 400, (page, where, answer.text[-300:])
                if number:
                    server, neo4j = (spent(one) - was for one, was in zip(processes, before, strict=True))
                    costs[page].append((1000 * server, 1000 * neo4j, 1000 * clock))


def spent(process: psutil.Process) -> float:
    """Seconds of processor time of a process: exact where the kernel tells it by thread, else in hundredths."""
    try:
        tasks = Path(f"/proc/{process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except (OSError, ValueError, IndexError):
        return sum(process.cpu_times()[:2])
