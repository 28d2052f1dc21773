"""Pages by several processes: what one is told the others know, one of them runs the jobs, who dies is replaced."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from threading import Event

import httpx
import psutil
import pytest
from structlog.testing import capture_logs

from kg.console.running import Tickets
from kg.parts import Parts
from tests.each_process import AWAITED, client_of_each
from tests.postgres_fixture import Cluster
from tests.web.people import PASSWORD, people, quiet_home
from web.accounts.keys import make_key
from web.errors import WebError
from web.home import Home
from web.jobs.query import _AT_ONCE, _turn
from web.jobs.server import Running
from web.settings import Settings


def awaited(what: Callable[[], bool]) -> None:
    end = time.monotonic() + AWAITED
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


BULIAN = [sys.executable, "-m", "web.cli.main"]


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Settings as the command reads them."""
    return {
        **os.environ,
        "BULIAN_HOME": str(settings.folder),
        "BULIAN_PARTS": str(settings.parts_folder),
        "BULIAN_GRAPH_URL": settings.graph_url or "",
        "BULIAN_GRAPH_PASSWORD": settings.graph_password.get_secret_value(),
        "BULIAN_ARGON2_PASSES": "1",
        "BULIAN_ARGON2_MEMORY": "64",
        **more,
    }


class Served:
    """`bulian serve --processes 2` on a data folder."""

    def __init__(self, settings: Settings, **more: str) -> None:
        self.environment = environment(settings, **more)
        self.process = subprocess.Popen(
            [*BULIAN, "serve", "--processes", "2", "--port", "0"],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said.startswith("pages   http://"), said
        self.address = said.split()[1].rstrip("/")

    def state(self) -> dict[int, bool]:
        """Whether it runs the jobs, of each process that serves the pages, as `bulian status` says."""
        found = json.loads(self.told("status", "--json"))
        return {int(pid): said["jobs"] for pid, said in found["processes"].items()}

    def told(self, *command: str) -> str:
        """What a command of the same data folder prints."""
        return subprocess.run(
            [*BULIAN, *command], env=self.environment, capture_output=True, check=True, text=True
        ).stdout

    def pids(self) -> list[int]:
        """The processes that serve the pages."""
        return [one.pid for one in Running(self.process.pid, 0).serving()]


@contextmanager
def served(settings: Settings, by_command: bool = False, **more: str) -> Iterator[Served]:
    """Started, and ended in order, by a signal or by `bulian down`: no process stays."""
    there = Served(settings, **more)
    try:
        yield there
        pids = there.pids()
        if by_command:
            assert there.told("down").startswith("pages stopped")
        else:
            there.process.send_signal(signal.SIGTERM)
        assert there.process.wait(AWAITED) == 0
        assert not any(map(psutil.pid_exists, pids))
    finally:
        there.process.kill()
        there.process.wait()


def login(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    return client.post("/login", data={"login": name, "password": password})


def requests_of(client: httpx.Client, key: str) -> float:
    said = client.get("/api/v1/metrics", headers={"Authorization": f"Bearer {key}"})
    line = 'bulian_requests_total{method="POST",route="/login",status="303"} '
    return float(next(one for one in said.text.split("\n") if one.startswith(line)).removeprefix(line))


def walk(there: Served, name: str, key: str, act: Callable[[httpx.Client, httpx.Client], None]) -> None:
    """What one process is told the other knows, and what is counted is counted once; then one of them is killed."""
    state = there.state()
    assert len(state) == 2 and list(state.values()).count(True) == 1
    jobs, other = sorted(state, key=lambda pid: not state[pid])
    with client_of_each(there.address, [jobs, other]) as (one, two):
        assert login(one, name).status_code == 303 and two.get("/account").status_code == 303
        two.cookies = one.cookies
        assert two.get("/account").status_code == 200
        act(one, two)
        left = [int(c.get("/api/v1/state", headers={"Authorization": f"Bearer {key}"}).headers["RateLimit-Remaining"])
                for c in (one, two, one)]  # fmt: skip
        assert left == [left[0], left[0] - 1, left[0] - 2]
        assert login(two, name).status_code == 303
        signed_in = requests_of(one, key)
        assert signed_in == requests_of(two, key) >= 2
        kept = two.cookies
        os.kill(jobs, signal.SIGKILL)
    # By a new connection: on a busy machine the old one may have been closed for its age, and taken by another process.
    answer = httpx.get(f"{there.address}/account", cookies=kept, timeout=AWAITED)
    assert answer.status_code == 200, "the other goes on"
    awaited(lambda: len(there.pids()) == 2 and there.state().get(other, False))
    (new,) = set(there.pids()) - {other}
    with client_of_each(there.address, [new, other]) as (three, two):
        three.cookies = kept
        assert three.get("/account").status_code == 200
        assert requests_of(three, key) == signed_in, "what the dead one counted stays counted"
        assert [login(c, name, "wrong").status_code for c in (three, two, three, two)] == [422, 422, 422, 429]


def key_of(home: Home) -> tuple[str, str]:
    """The login of an operator and a key of that person's."""
    made = people(home.database(), home.settings.model_copy(update={"argon2_passes": 1, "argon2_memory": 64}))
    name = made.user("operator", None)
    return name, make_key(home.database(), made.actor(None, "operator"), "tests", ["read", "metrics.read"], 7)


LIMITS = {"BULIAN_ADDRESS_FAILURES": "3", "BULIAN_KEY_REQUESTS": "50"}


@pytest.mark.graph
def test_two_processes_on_the_demo(demo_home: Home) -> None:
    """With SQLite: a firm that is watched in one is watched in the other."""
    name, key = key_of(demo_home)
    firm = demo_home.graph().read_statement("MATCH (e:Enterprise)-[:PRODUCES]->() RETURN e.id AS id LIMIT 1")[0]["id"]

    def watch(one: httpx.Client, two: httpx.Client) -> None:
        assert f"/firms/{firm}" not in two.get("/watches").text
        assert one.post("/watches", data={"do": "start", "kind": "firm", "subject": firm}).status_code == 303
        assert f"/firms/{firm}" in two.get("/watches").text

    with served(demo_home.settings, **LIMITS) as there:
        walk(there, name, key, watch)


def test_two_processes_on_postgres(tmp_path: Path, parts: Parts, postgres: Cluster) -> None:
    """With the tables in PostgreSQL, and no graph that answers: a session that is ended in one is ended in the other;
    the processes of a supervisor that is killed end by themselves, and `bulian down` ends both with it.
    """
    url = postgres.fresh()
    with quiet_home(tmp_path, parts) as quiet:
        home = Home(quiet.settings.model_copy(update={"database_url": url}))
        name, key = key_of(home)

        def leave(one: httpx.Client, two: httpx.Client) -> None:
            kept = dict(one.cookies)
            assert one.post("/logout").status_code == 303 and two.get("/account").status_code == 303
            assert login(one, name).status_code == 303 and dict(one.cookies) != kept
            two.cookies = one.cookies

        with served(home.settings, by_command=True, BULIAN_DATABASE_URL=url, **LIMITS) as there:
            walk(there, name, key, leave)
        last = Served(home.settings, BULIAN_DATABASE_URL=url)
        pids = last.pids()
        last.process.kill()
        last.process.wait()
        awaited(lambda: not any(map(psutil.pid_exists, pids)))
        home.close()


AT_WORK = """
import sys, time, os
from pathlib import Path
from web.jobs.clock import Clock
from web.jobs.leader import Leader
folder = Path(sys.argv[1])
def step(home, at):
    with (folder / "said").open("a") as file:
        file.write(f"{os.getpid()} begins\\n")
        file.flush()
        time.sleep(0.02)
        file.write(f"{os.getpid()} ends\\n")
with Leader(folder, lambda: (Clock(None, "test", 0.01, step),)):
    print("here", flush=True)
    sys.stdin.read()
"""


def test_jobs_run_in_one_process_and_go_on_in_another(tmp_path: Path) -> None:
    """Three processes; whoever is at it is killed, twice. No two are ever at it: who ends a step had begun it, and
    nobody begins between.
    """

    def lines() -> list[list[str]]:
        file = tmp_path / "said"
        return [line.split() for line in file.read_text().splitlines()] if file.exists() else []

    command, pipe = [sys.executable, "-c", AT_WORK, str(tmp_path)], subprocess.PIPE
    running = {one.pid: one for one in (subprocess.Popen(command, stdin=pipe, stdout=pipe) for _ in range(3))}
    killed: list[int] = []
    try:
        for one in running.values():
            assert one.stdout is not None and one.stdout.readline()
        for _ in range(2):
            awaited(lambda: len([pid for pid, _ in lines() if int(pid) not in killed]) > 3)
            at_it = int(lines()[-1][0])
            running[at_it].kill()
            running[at_it].wait()
            killed.append(at_it)
        awaited(lambda: len([pid for pid, _ in lines() if int(pid) not in killed]) > 3)
    finally:
        for one in running.values():
            one.kill()
            one.wait()
    said = lines()
    assert len({pid for pid, _ in said}) == 3
    for (pid, what), (after, then) in pairwise(said):
        if pid == after:
            assert what != then
        else:
            assert int(pid) in killed and then == "begins"


def test_a_query_is_cancelled_from_another_process(tmp_path: Path) -> None:
    here, there = Tickets(tmp_path / "tickets"), Tickets(tmp_path / "tickets")

    async def ask() -> str:
        try:
            with here.running("t1"):
                await asyncio.sleep(AWAITED)
        except asyncio.CancelledError:
            return "cancelled"
        return "answered"

    with ThreadPoolExecutor() as pool:
        asked = pool.submit(lambda: asyncio.run(ask()))
        assert not there.cancel("t2")
        awaited(lambda: there.cancel("t1"))
        assert asked.result() == "cancelled"
    assert not there.cancel("t1") and not list((tmp_path / "tickets").iterdir())


def test_turns_of_the_console_and_the_making_of_the_copy_are_those_of_all(
    tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.jobs.query._TURN_SECONDS", 0.1)
    with quiet_home(tmp_path, parts) as home, Home(home.settings) as other, ExitStack() as held:
        for at in range(_AT_ONCE):
            held.enter_context(_turn((home, other)[at % 2]))
        with pytest.raises(WebError) as refused, _turn(other):
            pass
        assert refused.value.code == "WE048"
        held.close()
        with _turn(other):
            pass
        assert not other.analysts.state().making and other.analysts.wait(0)
        with home.writing("copy"):
            assert other.analysts.state().making and not other.analysts.wait(0.1)
            other.analysts.begin()
            other.analysts.check()  # it did not try as well
        assert other.analysts.wait(0.1)


@pytest.mark.graph
def test_a_corpus_is_made_by_one_of_two(demo_home: Home) -> None:
    with Home(demo_home.settings) as one, Home(demo_home.settings) as two, capture_logs() as logs:
        shutil.rmtree(one.folder / "corpus")
        begin = Event()
        with ThreadPoolExecutor(2) as pool:
            made = [pool.submit(lambda home: begin.wait() and home.corpus(), home) for home in (one, two)]
            begin.set()
            stamps = {each.result().stamp for each in made}  # type: ignore[union-attr]
        assert len(stamps) == 1 and [line["event"] for line in logs].count("corpus made") == 1


@pytest.mark.long
def test_where_a_process_cannot_start_the_command_ends(tmp_path: Path, parts: Parts) -> None:
    with quiet_home(tmp_path, parts) as home:
        (home.folder / "ontology.yml").write_text("no: ontology", "utf-8")
        done = subprocess.run(
            [*BULIAN, "serve", "--processes", "2", "--port", "0"],
            env=environment(home.settings),
            capture_output=True,
            text=True,
            timeout=AWAITED,
        )
        assert done.returncode == 1 and "WE009" in done.stderr and "KG101" in done.stderr
        assert "Traceback" not in done.stderr
