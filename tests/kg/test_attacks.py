"""Attacks on the console: each on the gate alone and on the copy alone. And honest queries, which pass."""

from __future__ import annotations

import http.server
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neo4j
import psutil
import pytest
import yaml
from neo4j.exceptions import DriverError, Neo4jError

from kg.console import BUDGET, Console, Limits
from kg.console.errors import CostError, MemoryLimitError, Refused, StuckError
from kg.errors import KgError
from kg.loader import Loader
from kg.neo4j.copy import SECONDS, AnalystsCopy
from kg.neo4j.process import Connection
from kg.ontology import Ontology
from kg.projection import project
from kg.store import Graph, QueryTimeoutError
from tests.copy_fixture import small_world

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("analysts-copy")]

TESTS = Path(__file__).resolve().parents[1]
SECRET = "planted-and-never-to-be-read"
GROUPS: list[dict[str, Any]] = yaml.safe_load((TESTS / "attacks.yml").read_text("utf8"))
ATTACKS = [
    pytest.param(text, group["code"], group["copy"], id=f"{group['group']}: {' '.join(text.split())[:60]}")
    for group in GROUPS
    for text in group["attacks"]
]
HONEST: list[str] = yaml.safe_load((TESTS / "honest.yml").read_text("utf8"))


@dataclass
class Trap:
    """What must never be read, in a file and at an address, and how often somebody came for it."""

    path: Path
    url: str
    visits: list[str]

    def arm(self, text: str) -> str:
        """The attack with the addresses of the secret."""
        names = {"file": self.path.as_uri(), "path": str(self.path), "import": self.path.name, "http": self.url}
        return re.sub(r"\{(file|path|import|http)\}", lambda match: names[match[1]], text)


@pytest.fixture(scope="module")
def trap(analysts_copy: AnalystsCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trap]:
    path = tmp_path_factory.mktemp("secret") / "secret.csv"
    path.write_text(SECRET, "utf8")
    imports = analysts_copy.folder / "import"
    imports.mkdir(exist_ok=True)
    (imports / path.name).write_text(SECRET, "utf8")
    visits: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Trap(path, f"http://127.0.0.1:{server.server_port}/{path.name}", visits)
    server.shutdown()


@pytest.fixture(scope="module")
def writable(graph: Graph, neo4j_server: Connection) -> Connection:
    """A server that may be written: what passes the gate there would do its harm."""
    ontology = Ontology.load()
    world = small_world()
    Loader(graph, ontology).load(project(world.documents, world.facts, [], ontology))
    return neo4j_server


def state(connection: Connection) -> list[Any]:
    """All that an attack could change: nodes, edges, properties, schema, users."""
    with (
        neo4j.GraphDatabase.driver(connection.url, auth=(connection.user, connection.password)) as driver,
        driver.session() as session,
    ):
        asked = (
            "MATCH (n) RETURN count(n) AS nodes, sum(size(keys(n))) AS keys, sum(size(labels(n))) AS labels",
            "MATCH ()-[r]->() RETURN count(r) AS edges, sum(size(keys(r))) AS keys",
            "MATCH (e:Enterprise) RETURN collect(e.name) AS names",
            "SHOW INDEXES YIELD name RETURN count(name) AS indexes",
            "SHOW CONSTRAINTS YIELD name RETURN count(name) AS constraints",
            "SHOW USERS YIELD user RETURN collect(user) AS users",
        )
        return [session.run(text).data() for text in asked]


def connection_of(copy: AnalystsCopy) -> Connection:
    return Connection(str(copy.status().url), "neo4j", copy.password_file.read_text("utf8").strip())


@pytest.fixture(scope="module")
def before(writable: Connection) -> list[Any]:
    """The state before the first attack: every attack asks for it, so that it is taken then."""
    return state(writable)


@pytest.fixture(scope="module")
def copy_before(analysts_copy: AnalystsCopy) -> list[Any]:
    """As `before`, of the copy."""
    return state(connection_of(analysts_copy))


def test_there_are_enough_attacks_and_honest_queries() -> None:
    assert len(ATTACKS) >= 100
    assert len(HONEST) >= 40
    assert len({text for group in GROUPS for text in group["attacks"]}) == len(ATTACKS)


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize(("text", "code", "_"), ATTACKS)
def test_the_gate_alone_refuses(text: str, code: str, _: str, writable: Connection, trap: Trap) -> None:
    console = Console(writable, Ontology.load())
    with pytest.raises(Refused) as refused:
        console.run(trap.arm(text), {"url": trap.url} if "$url" in text else None)
    assert refused.value.code == code
    assert refused.value.reason
    assert refused.value.hint
    assert SECRET not in str(refused.value)


def test_nothing_happened_behind_the_gate(writable: Connection, before: list[Any], trap: Trap) -> None:
    assert state(writable) == before
    assert trap.visits == []


@pytest.mark.usefixtures("copy_before")
@pytest.mark.parametrize(("text", "_", "does"), [item for item in ATTACKS if item.values[2] != "login"])
def test_the_copy_alone_withstands(text: str, _: str, does: str, analysts_copy: AnalystsCopy, trap: Trap) -> None:
    connection = connection_of(analysts_copy)
    answer, failed = "", ""
    with neo4j.GraphDatabase.driver(connection.url, auth=(connection.user, connection.password)) as driver:
        try:
            with driver.session() as session:
                found = session.run(trap.arm(text), url=trap.url)
                answer = str([record.values() for record in found])
        except (Neo4jError, DriverError) as error:
            failed = str(error)
    assert SECRET not in answer + failed
    assert bool(failed) == (does == "error"), failed or answer[:200]


def test_nothing_happened_on_the_copy(analysts_copy: AnalystsCopy, copy_before: list[Any], trap: Trap) -> None:
    assert state(connection_of(analysts_copy)) == copy_before
    assert trap.visits == []


@pytest.mark.parametrize("text", HONEST)
def test_honest_queries_pass(text: str, analysts_copy: AnalystsCopy) -> None:
    console = Console(connection_of(analysts_copy), Ontology.load())
    table = console.run(text, {"names": ["甬川榫道机器人有限公司"]} if "$names" in text else None)
    assert table.total == len(table.rows)


RUNAWAY = [
    ("UNWIND range(1, 10000000000) AS x RETURN count(x)", QueryTimeoutError),
    ("MATCH (a), (b), (c), (d), (e), (f) WHERE a.name < f.name RETURN count(*)", QueryTimeoutError),
    ("UNWIND range(1, 100000000) AS x RETURN collect(x)", (MemoryLimitError, QueryTimeoutError)),
    ("RETURN size([x IN range(1, 1000000000) | x])", (MemoryLimitError, StuckError)),
    ("RETURN size(reduce(s = 'a', x IN range(1, 40) | s + s))", (MemoryLimitError, StuckError)),
    ("RETURN 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' =~ '(a+)+$' AS found", None),
    ("RETURN 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' =~ '(x?a?)*(a?a?a?)*(.*a)*c' AS found", None),
]


@pytest.mark.parametrize(("text", "error"), RUNAWAY)
def test_what_runs_away_is_ended_and_the_server_lives(text: str, error: Any, analysts_copy: AnalystsCopy) -> None:
    console = Console(analysts_copy.start(), Ontology.load(), limits=Limits(seconds=2.0, grace=6.0))
    began = time.monotonic()
    if error is None:
        assert console.run(text).rows == ((False,),)
    else:
        with pytest.raises(error) as refused:
            console.run(text)
        assert isinstance(refused.value, KgError)
    assert time.monotonic() - began < 12
    assert state(analysts_copy.start())


def test_a_query_beyond_the_budget_is_refused_by_its_plan_before_anything_runs(analysts_copy: AnalystsCopy) -> None:
    """Products of products of products: more rows than the budget by the estimate, though each step is simple."""
    console, few = Console(analysts_copy.start(), Ontology.load()), "MATCH (e:Enterprise) RETURN e.name AS name"
    many = ", ".join(f"(n{at})" for at in range(8))
    text = f"MATCH {many} WHERE " + " AND ".join(f"n{at}.name < n{at + 1}.name" for at in range(7)) + " RETURN n0.name"
    assert (cost := console.plan(text, {})).over and cost.rows > BUDGET == 1_000_000
    with pytest.raises(CostError) as refused:
        console.run(text, within_budget=True)
    assert refused.value.code == "KG723" and "1,000,000" in refused.value.reason
    assert not console.plan(few, {}).over and console.run(few, within_budget=True).total > 0


def test_the_copy_ends_what_runs_away_without_a_console(analysts_copy: AnalystsCopy) -> None:
    connection = analysts_copy.start()
    with neo4j.GraphDatabase.driver(connection.url, auth=(connection.user, connection.password)) as driver:
        began = time.monotonic()
        with driver.session() as session, pytest.raises(Neo4jError, match="terminated"):
            session.run("UNWIND range(1, 10000000000) AS x RETURN count(x)").consume()
    assert SECONDS - 0.5 < time.monotonic() - began < SECONDS + 6


def test_what_the_server_cannot_end_ends_with_the_copy_which_starts_afresh(
    analysts_copy: AnalystsCopy, copy_before: list[Any]
) -> None:
    """Neo4j looks at no clock inside an expression. Meanwhile somebody took the login for himself."""
    connection = analysts_copy.start()
    taking = [item.values[0] for item in ATTACKS if item.values[2] == "login"]
    assert len(taking) >= 5
    with (
        neo4j.GraphDatabase.driver(connection.url, auth=(connection.user, connection.password)) as driver,
        driver.session(database="system") as session,
    ):
        for text in taking:
            with suppress(Neo4jError):  # after the first, the login may be no longer good for the next
                session.run(text).consume()
    with pytest.raises(Neo4jError):
        state(connection)
    running = psutil.Process(analysts_copy.status().pid)
    healed = analysts_copy.start()
    assert not running.is_running() or running.status() == psutil.STATUS_ZOMBIE  # ended, and not yet buried
    assert healed == connection
    ended: list[Connection] = []
    console = Console(
        healed,
        Ontology.load(),
        limits=Limits(seconds=1.0, grace=1.0),
        when_stuck=lambda: ended.append(analysts_copy.restart()),
    )
    with pytest.raises(StuckError) as stuck:
        console.run("RETURN reduce(a = 0, x IN range(1, 10000000000) | a + x)")
    assert stuck.value.code == "KG721"
    assert ended == [connection]
    assert state(connection) == copy_before
    assert console.run("MATCH (n) RETURN count(n) AS n").rows[0][0] > 0
