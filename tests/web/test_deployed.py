"""What deploy/ starts, started by hand with the same words: the unit's pages with their own Neo4j and its backup, and
the containers' processes over a Neo4j and a PostgreSQL of their own. And what stands in the logs of such a run.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import func, select

from kg.neo4j.home import alive
from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests.contract.test_switch import servers
from tests.graph_fixture import QUICK
from tests.postgres_fixture import Cluster
from tests.web.people import PASSWORD, people
from tests.web.test_deploy import DEPLOY, ROOT, unit, values
from web.db.accounts import User
from web.db.models import Document
from web.db.store import Database
from web.home import Home
from web.jobs.server import PageServer
from web.settings import Settings

pytestmark = [pytest.mark.graph, pytest.mark.long]

TEXTS = sorted((ROOT / "seeds" / "demo" / "documents").glob("c0*.html"))[:3]
NAME = "bulian.example.org"
OPERATOR = "wang"


@dataclass
class Served:
    """Pages that a unit or a container started."""

    process: subprocess.Popen[bytes]
    address: str
    environment: dict[str, str]
    log: Path

    def client(self) -> httpx.Client:
        """A client behind a proxy, which asks by the public name."""
        headers = {"Host": NAME, "X-Forwarded-For": "192.0.2.7"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=120)


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path, cwd: Path = ROOT) -> Iterator[Served]:
    """Run a command of pages until they answer; it is told to stop as systemd and containers do, and obeys in time."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BULIAN_")}
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{kept['PATH']}"
    whole = {**kept, "PATH": path, "JAVA_TOOL_OPTIONS": " ".join(QUICK), **environment}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=cwd, env=whole, stdout=out, stderr=out, start_new_session=True)
    try:
        end, found = time.monotonic() + 180, None
        while found is None and process.poll() is None and time.monotonic() < end:
            time.sleep(0.2)
            found = re.search(r"pages +(http://\S+)", log.read_text("utf-8"))
        assert found, log.read_text("utf-8")[-3000:]
        yield Served(process, found[1], whole, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in (0, 128 + signal.SIGTERM), "it ends by itself"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def words_of(name: str, places: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """What a unit runs and with which settings, its folders being others here."""

    def here(text: str) -> str:
        for place, other in places.items():
            text = text.replace(place, other)
        return text

    service = unit(name)["Service"]
    given = dict(value.split("=", 1) for value in values(service, "Environment"))
    (command,) = values(service, "ExecStart")
    return shlex.split(here(command)), {key: here(value) for key, value in given.items()}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> dict[str, str]:
    state = tmp_path_factory.mktemp("state")
    return {
        "/opt/bulian": str(ROOT),
        "/var/lib/bulian": str(state),
        "/var/cache/bulian/parts": str(parts.folder),
    }


SECRETS = {
    "BULIAN_NOTIFY_MAIL": "mailtos://bulian:geheim-mail-7@127.0.0.1:9/?to=nobody@example.org",
    "BULIAN_OIDC_ISSUER": "http://127.0.0.1:9/geheim-issuer",
    "BULIAN_OIDC_CLIENT": "bulian",
    "BULIAN_OIDC_SECRET": "geheim-oidc-7",
    "BULIAN_NOTIFY_HOSTS": "127.0.0.1",
}
"""Further settings of /etc/bulian.env; none of what they lead to answers, so that failures of each are logged."""


def test_the_units_serve_back_up_and_stop_and_no_secret_is_in_a_log(places: dict[str, str]) -> None:
    command, given = words_of("bulian.service", places)
    folder = Path(given["BULIAN_HOME"])
    folder.parent.mkdir(exist_ok=True)
    settings = Settings(home=folder)
    folder.mkdir(mode=0o700)
    with closing(Database(f"sqlite:///{folder / 'bulian.db'}")) as database:
        world = people(database, settings)
        buyer = world.organisation("buyer", "云桁采购")
        login = world.user("operator", None)
    more = {"BULIAN_HOSTS": NAME, "BULIAN_PORT": "0", "BULIAN_HEAP": "512m", "BULIAN_PAGECACHE": "64m", **SECRETS}
    with started(command, {**given, **more}, folder.parent / "journal.log") as served:
        done = run_beside(served, "ingest", *TEXTS)
        assert done.returncode == 0, done.stderr
        secrets = [PASSWORD, *acts(served, login, world.login(buyer, "buyer_approver"))]
        night, _ = words_of("bulian-backup.service", places)
        kept = subprocess.run(night, env=served.environment, capture_output=True, text=True, timeout=500)
        assert kept.returncode == 0 and "drill        True" in kept.stdout, kept.stdout + kept.stderr
        assert len(list(Path(places["/var/lib/bulian"]).glob("backups/bulian-*Z.zip"))) == 1
        assert len(servers(folder)) == 1, "the drill's server has gone, that of the pages runs"
        server = next(iter(servers(folder)))
        secrets.append((folder / "neo4j" / "password").read_text().strip())
    assert not alive(server) and servers(folder) == [], "KillMode=mixed: the pages stop it themselves"
    secrets += [value for name, value in SECRETS.items() if "geheim" in value and name != "BULIAN_OIDC_ISSUER"]
    secrets += ["geheim-mail-7", "geheim-oidc-7"]
    logs = [folder.parent / "journal.log", *folder.glob("logs/*"), *folder.glob("neo4j*/logs/*")]
    said = {path.name: path.read_text("utf-8", "replace") for path in logs if path.is_file()}
    said["backup"], said["ingest"] = kept.stdout + kept.stderr, done.stdout + done.stderr
    assert len(said) > 4 and '"level": "' in said["journal.log"], said["journal.log"][-2000:]
    found = [(name, secret) for name, text in said.items() for secret in secrets if secret in text]
    assert found == []


def run_beside(served: Served, *words: object) -> subprocess.CompletedProcess[str]:
    """A command on the same folder, as an operator runs it beside the pages."""
    command = [str(ROOT / ".venv" / "bin" / "bulian"), "--verbose", *map(str, words)]
    return subprocess.run(command, env=served.environment, capture_output=True, text=True, timeout=300)


def acts(served: Served, operator: str, approver: str) -> list[str]:
    """What people do that makes or uses secrets, and what fails while they do; returns the secrets."""
    secrets = ["typed-by-mistake-7", "wrong password of 7"]
    with served.client() as client:
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
        client.post("/login", data={"login": secrets[0], "password": secrets[1]})
        for login in (operator, approver):
            answer = client.post("/login", data={"login": login, "password": PASSWORD})
            assert answer.status_code == 303, answer.text[-400:]
            token = client.cookies["bulian_session"]
            secrets.append(token)
            made = client.post("/account", data={"do": "key", "name": "k", "days": "7", "scope": "read"})
            (key,) = re.findall(r'class="secret">([^<]+)<', made.text)
            secrets.append(key)
            assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200
            assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {key}x"}).status_code == 401
        link = client.post("/people", data={"do": "invite", "role": "buyer_editor"})
        found = re.findall(r"/invitation/([\w-]+)", link.text)
        assert found, link.text[-600:]
        secrets += found
        assert client.get(f"/invitation/{found[0]}").status_code == 200
        client.get(f"/invitation/{found[0]}x")
        assert client.get("/login/oidc").status_code in (303, 503, 404)
        client.post("/logout")
    return secrets


def test_a_log_that_is_turned_over_goes_on_from_its_beginning(tmp_path: Path, parts: Parts) -> None:
    """As deploy/bulian.logrotate does it (`copytruncate`): copied and cut while `bulian up` writes to it."""
    text = (DEPLOY / "bulian.logrotate").read_text("utf-8")
    assert "copytruncate" in text and "/var/lib/bulian/home/logs/*.log" in text
    environment = {
        "BULIAN_HOME": str(tmp_path / "home"), "BULIAN_PARTS": str(parts.folder), "BULIAN_PORT": "0",
        "BULIAN_GRAPH_URL": "bolt://127.0.0.1:1",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with Home(Settings()) as home:
            server = PageServer(home)
            address = server.start()
            try:
                log = home.folder / "logs" / "pages.log"
                before = log.stat().st_size
                assert before > 0
                shutil.copy(log, log.with_suffix(".log.1"))
                with log.open("r+b") as file:
                    file.truncate(0)
                with suppress(httpx.HTTPError):
                    httpx.get(f"{address}search?q=x", timeout=60)
                server.stop()
                data = log.read_bytes()
                assert b"\0" not in data and len(data) < before + 20_000
            finally:
                server.stop()


def test_the_containers_processes_work_together(
    tmp_path: Path, graph: Graph, neo4j_server: Connection, postgres: Cluster, parts: Parts
) -> None:
    """The image's command with the settings of compose.yaml, its names and passwords being those of servers here."""
    graph.wipe()
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    database = postgres.empty()
    given = {
        name: re.sub(r"\$\{\w+:-(\w+)\}", r"\1", value) for name, value in services["bulian"]["environment"].items()
    }  # what has a default is left at it
    assert re.sub(r"\$\{[^}]*\}", "x", given["BULIAN_DATABASE_URL"]) == "postgresql://bulian:x@postgres/bulian"
    given |= {
        "BULIAN_HOME": str(tmp_path / "home"),
        "BULIAN_PARTS": str(parts.folder),
        "BULIAN_GRAPH_URL": neo4j_server.url,
        "BULIAN_GRAPH_PASSWORD": neo4j_server.password,
        "BULIAN_DATABASE_URL": database,
        "BULIAN_HOSTS": NAME,
        "BULIAN_ADDRESS": given["BULIAN_ADDRESS"].replace("${BULIAN_HOSTS}", NAME),
        "BULIAN_PORT": "0",
    }
    assert not any("$" in value for value in given.values())
    (words,) = re.findall(r"^CMD (\[.*\])$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.M)
    port = neo4j_server.url.rpartition(":")[2]
    asked = [word.replace("7687", port) for word in services["neo4j"]["healthcheck"]["test"][1:]]
    assert subprocess.run(asked, capture_output=True).returncode == 0, "the check of its health"
    with started(yaml.safe_load(words), given, tmp_path / "log") as served:
        done = run_beside(served, "ingest", *TEXTS)
        assert done.returncode == 0, done.stderr
        with served.client() as client:
            page = client.get("/", headers={"X-Forwarded-Proto": "https"})
            assert page.status_code == 200 and page.headers["strict-transport-security"], "the proxy says by https"
            assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
        with closing(Database(database)) as store, store.session() as session:
            assert session.scalar(select(func.count()).select_from(Document)) == 3
            assert session.scalar(select(func.count()).select_from(User)) == 0
        night = ["sh", str(DEPLOY / "backup.sh"), str(tmp_path / "backups"), "14"]
        kept = subprocess.run(night, env=served.environment, capture_output=True, text=True, timeout=500)
        assert kept.returncode == 0 and "drill        True" in kept.stdout, kept.stdout + kept.stderr
    assert len(graph.read("loaded")) == 3, "the graph elsewhere is its operator's: it runs on"
