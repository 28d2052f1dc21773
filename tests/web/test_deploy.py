"""What lies in deploy/ fits the program: settings, commands, paths and limits that it names are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
import yaml

from kg.neo4j.home import CONF
from kg.parts.lock import ROOTS
from web.cli.main import app
from web.jobs.server import LONGEST_HEAD
from web.security import MAX_UPLOAD
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {f"BULIAN_{name.upper()}" for name in Settings.model_fields}
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def unit(name: str) -> dict[str, list[tuple[str, str]]]:
    """A unit's sections, each with its lines in order."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for line in (DEPLOY / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert equals, line
            lines.append((key, value))
    return sections


def values(lines: list[tuple[str, str]], key: str) -> list[str]:
    return [value for name, value in lines if name == key]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def named(text: str) -> Iterator[str]:
    """Commands of the program that a text runs."""
    yield from re.findall(r"(?:^|[/\"]|exec )bulian ([a-z-]+)", text, re.M)


def test_every_setting_and_command_of_deploy_is_the_programs() -> None:
    for path in sorted(DEPLOY.iterdir()):
        lines = path.read_text("utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.lstrip().startswith(("#", "Description=")))
        assert set(re.findall(r"BULIAN_\w+", text)) <= SETTINGS, path.name
        run = set(named(text))
        assert run <= COMMANDS, path.name
        assert run or path.name not in ("Dockerfile", "backup.sh", "bulian.service")


def test_the_services_fit_together(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"neo4j", "postgres", "bulian", "proxy"}
    version = services["neo4j"]["image"].partition(":")[2].removesuffix("-community")
    assert f"org.neo4j:neo4j:{version}" in ROOTS["neo4j"][1], "as the local one"
    assert set(services["bulian"]["environment"]) <= SETTINGS
    assert all(name.startswith("NEO4J_") for name in services["neo4j"]["environment"])
    assert all(name.startswith("POSTGRES_") for name in services["postgres"]["environment"])
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= set(services)
        assert set(service.get("networks", ())) <= set(compose["networks"])
        for volume in service["volumes"]:
            source = volume.partition(":")[0]
            assert source.startswith((".", "$")) or source in compose["volumes"], (name, volume)
        closed = ("7687", "7474", "5432", "8321")
        assert not any(port.split(":")[0] in closed for port in service.get("ports", ())), name
    assert services["proxy"]["network_mode"] == "service:bulian", "the pages listen on the loopback alone"
    built = services["bulian"]["build"]
    assert (DEPLOY / built["context"] / built["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
    address = urlsplit(re.sub(r"\$\{[^}]*\}", "x", services["bulian"]["environment"]["BULIAN_DATABASE_URL"]))
    user, database = (services["postgres"]["environment"][f"POSTGRES_{name}"] for name in ("USER", "DB"))
    assert (address.hostname, address.username, address.path) == ("postgres", user, f"/{database}")
    assert "[postgres]" in (DEPLOY / "Dockerfile").read_text("utf-8"), "its driver is in the image"


def test_what_is_set_of_neo4j_is_what_the_local_one_is_tried_with(compose: dict[str, Any]) -> None:
    """The image reads `NEO4J_a_b__c` as `a.b_c`; memory aside, each is a line of what tests run on."""
    tried = dict(line.split("=", 1) for line in CONF.splitlines() if "=" in line and not line.startswith("#"))
    given = dict(compose["services"]["neo4j"]["environment"])
    assert given.pop("NEO4J_AUTH").startswith("neo4j/")
    for name, value in given.items():
        setting = name.removeprefix("NEO4J_").replace("__", "\0").replace("_", ".").replace("\0", "_")
        assert setting in tried, name
        assert "memory" in setting or tried[setting] == value, name


def test_the_image_is_made_of_what_is_here() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [source for line in re.findall(r"^COPY (.+)$", text, re.M) for source in line.split()[:-1]]
    assert copied and [source for source in copied if not (ROOT / source).exists()] == []
    let_in = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert set(copied) == let_in
    packages = re.search(r"packages = (\[.*\])", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert packages and set(yaml.safe_load(packages[1])) <= set(copied)


def test_the_proxy_takes_what_the_pages_take() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert text.count("{") == text.count("}")

    def of(key: str) -> list[str]:
        found = re.search(rf"^\s*{key} (.+);$", text, re.M)
        assert found, key
        return found[1].split()

    port = Settings.model_fields["port"].default
    assert of("proxy_pass") == [f"http://127.0.0.1:{port}"]
    assert int(of("client_max_body_size")[0][:-1]) * 1_048_576 >= MAX_UPLOAD
    assert int(of("large_client_header_buffers")[1][:-1]) * 1024 >= LONGEST_HEAD
    assert "X-Forwarded-For $remote_addr" in text, "what the sender says of itself is not handed on"


@pytest.mark.parametrize("name", ["bulian.service", "bulian-backup.service"])
def test_a_unit_runs_as_its_own_user_where_it_may_write(name: str) -> None:
    service = unit(name)["Service"]
    assert values(service, "User") == ["bulian"] and values(service, "ProtectSystem") == ["strict"]
    given = dict(value.split("=", 1) for value in values(service, "Environment"))
    assert set(given) <= SETTINGS
    (state,), (cache,) = values(service, "StateDirectory"), values(service, "CacheDirectory")
    # Below, not at it: a restore and a drill make their folders beside the data folder.
    assert Path(given["BULIAN_HOME"]).parent == Path("/var/lib") / state
    assert Path(given["BULIAN_PARTS"]).parent == Path("/var/cache") / cache
    (command,) = values(service, "ExecStart")
    runs = [Path(word) for word in command.split() if word.startswith("/opt/bulian/")]
    assert runs and all((ROOT / path.relative_to("/opt/bulian")).exists() for path in runs if ".venv" not in path.parts)


def test_the_timer_starts_the_backup() -> None:
    timer = unit("bulian-backup.timer")
    (started,) = values(timer["Timer"], "Unit")
    assert (DEPLOY / started).exists() and values(timer["Timer"], "OnCalendar")
    assert values(timer["Install"], "WantedBy") == ["timers.target"]
