"""The local server and everything that may befall it: killed, started twice, its port or its store taken."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from kg.errors import KgError
from kg.neo4j.home import ServerHome, port_is_free
from kg.neo4j.process import Connection, HomeError, LocalNeo4j, NoMemoryError, StoreLockedError, WrongPasswordError
from kg.parts import Parts
from kg.store import Graph
from tests.graph_fixture import QUICK

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("local-neo4j")]

START = """
import sys
from pathlib import Path
from kg.neo4j.process import LocalNeo4j
home, jars, *options = sys.argv[1:]
print(LocalNeo4j(Path(home), Path(jars), heap="256m", pagecache="16m", java_options=options).start().url)
"""


@pytest.fixture(scope="module")
def jars(parts: Parts) -> Path:
    return parts.neo4j_jars()


@pytest.fixture(scope="module")
def home(jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("local") / "neo4j"
    yield folder
    server(folder, jars).stop()


def server(home: Path, jars: Path, said: list[str] | None = None, heap: str = "256m") -> LocalNeo4j:
    say = None if said is None else said.append
    return LocalNeo4j(home, jars, heap=heap, pagecache="16m", java_options=QUICK, say=say)


def works(connection: Connection) -> bool:
    with Graph(connection.url, connection.user, connection.password) as graph:
        return graph.read_statement("RETURN 1 AS one") == [{"one": 1}]


def test_two_processes_start_one_server_that_outlives_them(home: Path, jars: Path) -> None:
    command = [sys.executable, "-c", START, str(home), str(jars), *QUICK]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    urls = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0, 0]
    assert len(urls) == 1
    status = server(home, jars).status()
    assert status.running
    assert {status.url} == {url.strip() for url in urls}
    assert status.pid is not None
    assert psutil.Process(status.pid).pid == os.getsid(status.pid), "a session of its own"
    assert works(server(home, jars).start())
    assert server(home, jars).status().pid == status.pid


def test_it_listens_on_the_loopback_alone_and_keeps_its_password_to_itself(home: Path, jars: Path) -> None:
    connection = server(home, jars).start()
    pid = server(home, jars).status().pid
    listening = {c.laddr.ip for c in psutil.Process(pid).net_connections("inet") if c.status == psutil.CONN_LISTEN}
    assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}
    password = home / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert len(connection.password) >= 24
    assert connection.password in password.read_text()
    assert all(connection.password not in word for word in psutil.Process(pid).cmdline())


def test_files_and_addresses_are_closed_to_load_csv(home: Path, jars: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("secret")
    connection = server(home, jars).start()
    with (
        socket.create_server(("127.0.0.1", 0)) as web,
        Graph(connection.url, connection.user, connection.password) as graph,
    ):
        web.setblocking(False)
        port = web.getsockname()[1]
        for url in (f"file://{tmp_path}/secret.csv", f"http://127.0.0.1:{port}/x", f"http://localhost:{port}/x"):
            with pytest.raises(KgError, match=r"secret.csv|blocked|not allowed") as caught:
                graph.read_statement("LOAD CSV FROM $url AS line RETURN line", url=url)
            assert caught.value.code == "KG706", url
        with pytest.raises(BlockingIOError):
            web.accept()


def test_killed_and_its_port_taken_it_starts_elsewhere_and_says_so(home: Path, jars: Path) -> None:
    pid = server(home, jars).status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=20)
    assert not server(home, jars).status().running
    kept = ServerHome(home).port()
    assert kept is not None
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", kept))
        other.listen()
        assert not port_is_free(kept)
        said: list[str] = []
        connection = server(home, jars, said).start()
    assert str(kept) in said[0]
    assert not connection.url.endswith(f":{kept}")
    assert works(connection)


def test_a_lost_note_does_not_lose_the_server(home: Path, jars: Path) -> None:
    pid = server(home, jars).status().pid
    for text in ("", "[]", '{"pid": 1}', json.dumps({"pid": os.getpid(), "began": 1.0})):
        (home / "running.json").write_text(text)
        assert server(home, jars).status().pid == pid
    (home / "running.json").unlink()
    linked = home.with_name("linked")
    linked.symlink_to(home)
    assert works(server(linked, jars).start())
    assert server(home, jars).status().pid == pid


def test_a_wrong_password_is_said_and_mended(home: Path, jars: Path) -> None:
    right = (home / "password").read_text()
    (home / "password").write_text("wrong-wrong-wrong\n")
    with pytest.raises(WrongPasswordError) as caught:
        server(home, jars).start()
    assert caught.value.code == "KG604"
    (home / "password").write_text(right)
    assert works(server(home, jars).start())


def test_it_stops_and_stopping_again_is_no_fault(home: Path, jars: Path) -> None:
    assert server(home, jars).stop()
    assert not server(home, jars).status().running
    assert not server(home, jars).stop()
    assert not server(home.with_name("never"), jars).stop()
    assert not server(home.with_name("never"), jars).status().running


def test_faults_at_the_start_are_named_and_the_next_start_works(home: Path, jars: Path) -> None:
    with pytest.raises(NoMemoryError) as memory:
        server(home, jars, heap="900000g").start()
    assert memory.value.code == "KG605"
    # Held as a second machine's server on the same disk would hold it.
    with (home / "data" / "databases" / "store_lock").open("r+b") as store:
        fcntl.lockf(store, fcntl.LOCK_EX)
        with pytest.raises(StoreLockedError) as locked:
            server(home, jars).start()
    assert locked.value.code == "KG603"
    # What a crash leaves: a note of a process that is now another one, a lock file without a holder.
    (home / "running.json").write_text(json.dumps({"pid": os.getpid(), "began": 1.0}))
    assert (home / "start.lock").exists()
    assert works(server(home, jars).start())


def test_a_read_waits_while_the_server_is_away(home: Path, jars: Path) -> None:
    connection = server(home, jars).start()
    pid = server(home, jars).status().pid
    assert pid is not None
    with Graph(connection.url, connection.user, connection.password) as graph, ThreadPoolExecutor(1) as pool:
        os.kill(pid, signal.SIGKILL)
        again = pool.submit(server(home, jars).start)
        assert graph.read_statement("RETURN 1 AS one") == [{"one": 1}]
        assert again.result() == connection


def test_a_home_that_cannot_be_made(jars: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeError) as caught:
        server(tmp_path / "file" / "neo4j", jars).start()
    assert caught.value.code == "KG606"
