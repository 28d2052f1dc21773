"""A rebuild beside the live graph: readers go on, and whatever is killed, nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from kg.errors import KgError
from kg.parts import Parts
from kg.rebuild import digest
from tests import graph_fixture
from tests.contract.conftest import PROGRAM, ROOT, run_in
from tests.faults.kills import counted, kills
from web.home import Home
from web.jobs.ingest import ingest
from web.jobs.needs import deliver, read_needs
from web.jobs.rebuild import compare, rebuild
from web.settings import Settings

pytestmark = pytest.mark.graph

DEMO = ROOT / "seeds" / "demo"
ROUND = [("ingest", "begun", 3.0)] * 4 + [("rebuild", "begun", 5.0)] * 2
ROUND += [("rebuild", "started", 5.0), ("rebuild", "switched", 2.0)]
QUICK = {
    "JAVA_TOOL_OPTIONS": " ".join(graph_fixture.QUICK),
    "BULIAN_HEAP": "512m",
    "BULIAN_PAGECACHE": "64m",
}


def opened(folder: Path, parts: Parts) -> Home:
    return Home(Settings(home=folder, parts=parts.folder, heap="512m", pagecache="64m", graph_password=SecretStr("")))


@pytest.fixture
def home(tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", QUICK["JAVA_TOOL_OPTIONS"])
    with opened(tmp_path / "home", parts) as found:
        yield found
        found.stop_neo4j()


def documents(folder: Path, parts: Parts) -> set[str]:
    """What the live graph holds, as the next command finds it."""
    with opened(folder, parts) as home:
        return {row["id"] for row in home.graph().read("loaded")}


class Reader(threading.Thread):
    """Pages, in short: asks for the graph anew for each reading, and reads all the time."""

    def __init__(self, home: Home) -> None:
        super().__init__(daemon=True)
        self.home, self.ended = home, threading.Event()
        self.failures: list[str] = []
        self.stamps: list[str] = []
        self.least = 1 << 30

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                graph = self.home.graph()
                stamp = graph.stamp()
                self.least = min(self.least, len(graph.read("loaded")))
                if stamp is not None and stamp.stamp not in self.stamps:
                    self.stamps.append(stamp.stamp)
            except KgError as error:
                self.failures.append(str(error))
            time.sleep(0.01)


def test_readers_go_on_while_the_graph_is_made_again(home: Home, tmp_path: Path, parts: Parts) -> None:
    texts = sorted((DEMO / "documents").glob("c0*.html"))[:4]
    ingest(home, texts, pytest.fail)
    read_needs(home, DEMO / "needs.jsonl", pytest.fail)
    deliver(home)
    before, folder = digest(home.graph()), home.live.path
    with opened(tmp_path / "home", parts) as pages:
        reader = Reader(pages)
        reader.start()
        time.sleep(0.3)
        told = rebuild(home)
        assert told["differs"] == {} and told["nodes"] > 50
        time.sleep(0.3)
        reader.ended.set()
        reader.join()
        assert reader.failures == []
        assert len(reader.stamps) == 2 and reader.least == 4
        assert home.live.path != folder and not folder.exists()
        assert digest(pages.graph()) == before
    assert home.live.leftovers() == []


def moment(home: Home, command: subprocess.Popen[bytes], kind: str, seconds: float) -> bool:
    """Wait for a moment of a command: after so many seconds, or so many after a second home has a server (`started`)
    or has become the live one (`switched`). Returns whether the command ended in order before."""
    live, end = home.live.path, time.monotonic() + 60
    while command.poll() is None and time.monotonic() < end:
        started = any((item / "running.json").exists() for item in home.live.leftovers())
        if kind == "begun" or (kind == "started" and started) or home.live.path != live:
            break
        time.sleep(0.02)
    try:
        return command.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        command.send_signal(signal.SIGKILL)
        return False


def test_what_is_killed_loses_nothing(home: Home, tmp_path: Path, parts: Parts) -> None:
    """Loads and rebuilds end by kill −9 at random moments, every seventh time the server with them."""
    dice = random.Random(20261125)
    files = sorted((DEMO / "documents").glob("*.html"))[:8]
    folder = tmp_path / "home"
    home.stay()
    run_in(tmp_path, "ingest", *files[:2], **QUICK)
    acknowledged = documents(folder, parts)
    assert len(acknowledged) == 2
    environment = {**os.environ, **QUICK, "BULIAN_HOME": str(folder)}
    left = {"ingest": kills("ingest", 2), "rebuild": kills("rebuild", 1)}
    moments = chain.from_iterable(dice.sample(ROUND, len(ROUND)) for _ in count())
    wanted = ((word, kind, most) for word, kind, most in moments if left[word] > 0)
    for number, (word, kind, most) in enumerate(wanted):
        words = [word] if word == "rebuild" else [word, *map(str, files[: 2 + number % 7])]
        with subprocess.Popen(
            [str(PROGRAM), *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as command:
            done = moment(home, command, kind, dice.uniform(0.0, most))
        if command.returncode == -signal.SIGKILL:
            counted(word)
            left[word] -= 1
        if number % 7 == 6:
            process = home.neo4j.home.running()
            assert process is not None
            process.kill()
        held = documents(folder, parts)
        assert acknowledged <= held, f"lost by kill {number} of {word} {kind}"
        if done:
            acknowledged = held
        if not any(number > 0 for number in left.values()):
            break
    run_in(tmp_path, "ingest", *files, **QUICK)
    assert len(documents(folder, parts)) == len(files)
    assert home.live.leftovers() == []
    assert sorted(item.name for item in folder.glob("neo4j*") if item.is_dir()) == [home.live.path.name]
    assert len(servers(folder)) == 1
    assert compare(home)["equal"]
    said = run_in(tmp_path, "check", "--quick", **QUICK).stdout.decode()
    assert "WRONG" not in said


def servers(folder: Path) -> list[psutil.Process]:
    """Java processes that work anywhere under a folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "name"]):
        words = process.info["cmdline"] or []
        if process.info["name"] == "java" and any(str(folder) in word for word in words):
            found.append(process)
    return found
