"""Fifty people at once on the demo a hundred times, against a server as `bulian serve` starts it.

Each signs in and walks the pages of the own role (`users_at_work`), reading between two pages for THINK seconds on
average (half to one and a half times as long, drawn): 7 seconds, as the TPC-W benchmark (2002) has readers of pages.
Nobody comes before what the program makes at its start is made; how long that takes is told apart. What is measured
is the time from asking to the last byte, by page; errors are answers of 400 and above, and none at all; memory is
that of the server's process, looked at every few seconds. The walkers share the cores with the server and Neo4j. JSON
in .bench/users.json.

BULIAN_USERS_SECONDS (60), BULIAN_USERS_THINK (7), BULIAN_USERS_TIMES (100), BULIAN_USERS_PROCESSES (1; of several
memory and processor time are those of all, with the one that starts them) and BULIAN_USERS_FOLDER, where the made world
is kept from run to run, change the run.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from kg.parts import Parts
from tests.bench.demo_times import load_times
from tests.bench.users_at_work import PASSWORD, Person, Things, make_people, way
from tests.each_process import client_of_each
from web.home import Home
from web.jobs.server import PageServer
from web.settings import Settings

pytestmark = [pytest.mark.bench, pytest.mark.graph]

OUT = Path(__file__).resolve().parents[2] / ".bench" / "users.json"
SECONDS = float(os.environ.get("BULIAN_USERS_SECONDS", "60"))
THINK = float(os.environ.get("BULIAN_USERS_THINK", "7"))
PROCESSES = int(os.environ.get("BULIAN_USERS_PROCESSES", "1"))
TIMES = int(os.environ.get("BULIAN_USERS_TIMES", "100"))
KEPT = os.environ.get("BULIAN_USERS_FOLDER")
GOAL_MS = 500.0
EVERY = 5.0
"""Seconds between two looks at memory."""


class Tally:
    """What came back: milliseconds by page, errors by page and status, memory over time."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.errors: Counter[str] = Counter()
        self.memory: list[tuple[float, float]] = []

    def pages(self) -> dict[str, dict[str, float]]:
        """The pages, the slowest first."""
        found = {}
        for page, taken in self.taken.items():
            taken.sort()
            found[page] = {
                "asked": len(taken),
                "p50_ms": round(statistics.median(taken), 1),
                "p95_ms": round(taken[min(len(taken) - 1, int(0.95 * len(taken)))], 1),
                "max_ms": round(taken[-1], 1),
            }
        return dict(sorted(found.items(), key=lambda item: -item[1]["p95_ms"]))


@dataclass(frozen=True)
class Server:
    """The page server: its address, and the processes that are it."""

    address: str
    serving: list[psutil.Process]
    all: list[psutil.Process]

    def memory(self) -> float:
        """Megabytes of all processes."""
        return sum(one.memory_info().rss for one in self.all) / 2**20

    def spent(self) -> float:
        """Seconds of processor time of all processes."""
        return sum(sum(one.cpu_times()[:2]) for one in self.all)


@contextmanager
def served(home: Home, processes: int = 1) -> Iterator[Server]:
    """The pages as a process of their own or several, with what the log says on their errors."""
    environment = {**os.environ, "BULIAN_HOME": str(home.folder), "BULIAN_PARTS": str(home.settings.parts_folder)}
    with (home.folder / "bench.log").open("ab") as log:
        command = [sys.executable, "-m", "web.cli.main", "serve", "--port", "0", "--processes", str(processes)]
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        running, end = None, time.monotonic() + 180
        while (running is None or len(running.serving()) < processes) and time.monotonic() < end:
            assert process.poll() is None, "the pages did not start"
            running = PageServer(home).running()
            time.sleep(0.2)
        assert running is not None, "the pages did not start"
        serving = running.serving()
        starts = [] if processes == 1 else [psutil.Process(process.pid)]
        yield Server(running.address.rstrip("/"), serving, [*starts, *serving])
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()


async def walk(person: Person, things: Things, address: str, until: float, tally: Tally, seed: int) -> None:
    """One person until the time is over."""
    chance = random.Random(seed)
    # The server ends a connection that was idle for five seconds: one is left before, as a browser asks again instead.
    limits = httpx.Limits(keepalive_expiry=3)
    async with httpx.AsyncClient(base_url=address, timeout=60, follow_redirects=False, limits=limits) as client:

        async def ask(page: str, where: str, form: dict[str, str] | None) -> None:
            began = time.perf_counter()
            try:
                answer = await (client.get(where) if form is None else client.post(where, data=form))
                if answer.status_code >= 400 or answer.headers.get("location", "").startswith("/login"):
                    tally.errors[f"{page} {answer.status_code}"] += 1
            except httpx.HTTPError as error:
                tally.errors[f"{page} {type(error).__name__}"] += 1
            tally.taken[page].append(1000 * (time.perf_counter() - began))

        await asyncio.sleep(chance.uniform(0, 5 * THINK))
        if person.login:
            await ask("POST /login", "/login", {"login": person.login, "password": PASSWORD})
        while True:
            for page, where, form in way(person, things, chance):
                await asyncio.sleep(chance.uniform(0.5, 1.5) * THINK)
                if time.monotonic() > until:
                    return
                await ask(page, where, form)


async def all_walk(people: list[Person], things: Things, server: Server, tally: Tally) -> None:
    """All of them, and a look at memory between."""
    began = time.monotonic()

    async def look() -> None:
        while True:
            tally.memory.append((round(time.monotonic() - began), round(server.memory(), 1)))
            await asyncio.sleep(EVERY)

    looking = asyncio.create_task(look())
    until = began + SECONDS
    await asyncio.gather(*(walk(one, things, server.address, until, tally, at) for at, one in enumerate(people)))
    looking.cancel()


def test_fifty_people(parts: Parts, tmp_path: Path) -> None:
    folder = Path(KEPT) if KEPT else tmp_path / "home"
    figures: dict[str, Any] = {"times": TIMES, "seconds": SECONDS, "think_s": THINK, "cores": os.cpu_count()}
    figures["processes"] = PROCESSES
    with Home(Settings(home=folder, parts=parts.folder)) as home:
        mark = folder / "bench.made"
        if not mark.exists():
            load_times(home, TIMES, print)
            mark.write_text(str(TIMES), "utf-8")
        things = Things.of(home.graph(), home)
        chance = random.Random(f"users {time.time()}" if KEPT else "users")
        people = make_people(home, things, chance)
        figures |= {"firms": len(things.firms), "needs": len(things.needs), "users": len(people)}
        with served(home, PROCESSES) as server:
            begun = time.monotonic()
            pids = [one.pid for one in server.serving]
            with client_of_each(server.address, pids, timeout=600) as clients, ThreadPoolExecutor() as pool:
                for page in (f"/firms/{things.firms[0][0]}/needs", f"/needs/{things.needs[0]}"):  # waits for the boards
                    for first in pool.map(methodcaller("get", page), clients):
                        assert first.status_code == 200, first.text[-400:]
            figures["warm_s"] = round(time.monotonic() - begun, 1)
            tally = Tally()
            figures["load_before"] = round(os.getloadavg()[0], 2)
            before = server.spent()
            asyncio.run(all_walk(people, things, server, tally))
            figures["server_cpu_s"] = round(server.spent() - before, 1)
    figures["load_after"] = round(os.getloadavg()[0], 2)
    pages = tally.pages()
    figures["asked"] = sum(one["asked"] for one in pages.values())
    figures["goal_p95_ms"] = GOAL_MS
    figures["over_goal"] = [page for page, one in pages.items() if one["p95_ms"] > GOAL_MS]
    figures["errors"], figures["memory_mb"], figures["pages"] = dict(tally.errors), tally.memory, pages
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
