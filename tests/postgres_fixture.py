"""A PostgreSQL of the tests: a private cluster in a temporary folder, on a socket alone, by Debian's programs.

    def test_something(postgres: Cluster) -> None:
        database = Database(postgres.empty())      # a new database without tables
        database = Database(postgres.fresh())      # one with all tables, copied from a template

With BULIAN_TEST_STORE=postgres every test that asks for a store in SQLite gets one in PostgreSQL instead, the same for
the same file: so the suite of the workflow runs on both (`make postgres`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from web.db import store

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_senders=0 -c wal_level=minimal"
_opened = store.Database.__init__


class Cluster:
    """A running server in a folder that goes with it. PostgreSQL does not run as root: then it runs as `postgres`."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bulian-postgres-"))
        self._bin = PROGRAMS[-1].parent
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        self._made = 0
        self._template = ""
        try:
            # By code point, as SQLite orders: docs/operations.md asks for the same of a city's database.
            self._run("initdb", "-D", str(self.data), "-U", "bulian", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
            self.start()
        except BaseException:
            self.close()
            raise

    @property
    def data(self) -> Path:
        """Folder of the cluster."""
        return self._folder / "data"

    def start(self) -> None:
        """Start the server; it listens on a socket in its folder, and on no port."""
        options = f"-c listen_addresses='' -k {self._folder} {_QUICK}"
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self._folder / "log"), "-w", "-o", options, "start")

    def stop(self) -> None:
        """Stop the server at once; clients are cut off."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    def empty(self) -> str:
        """The address of a new database without tables."""
        return self._address(self._make("template0"))

    def fresh(self) -> str:
        """The address of a new database that has all tables already."""
        if not self._template:
            self._template = self._make("template0")
            made = object.__new__(store.Database)
            _opened(made, self._address(self._template))
            made.close()
        return self._address(self._make(self._template))

    def close(self) -> None:
        """Stop the server and throw the folder away."""
        if (self.data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _address(self, name: str) -> str:
        return f"postgresql://bulian@/{name}?host={self._folder}"

    def _make(self, template: str) -> str:
        self._made += 1
        name = f"t{self._made}"
        self._run("createdb", "-h", str(self._folder), "-U", "bulian", "-T", template, name)
        return name

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            user=self._user,
            cwd="/",
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program != "pg_ctl" else subprocess.DEVNULL,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}"


_cluster: Cluster | None = None


def running() -> Cluster:
    """The one cluster of this process; skips where Debian's package is not installed, and fails there in CI."""
    global _cluster
    if not PROGRAMS:
        message = "no PostgreSQL: apt-get install postgresql"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    if _cluster is None:
        _cluster = Cluster()
    return _cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The cluster of the session."""
    yield running()


def pytest_configure() -> None:
    if os.environ.get("BULIAN_TEST_STORE") != "postgres":
        return
    known: dict[str, str] = {}

    def opened(self: store.Database, url: str) -> None:
        if url.startswith("sqlite"):
            there = known.get(url) or running().fresh()
            if url != "sqlite://":  # each of those is one of its own
                known[url] = there
                Path(url.removeprefix("sqlite:///")).touch()  # some copy it
            url = there
        _opened(self, url)

    store.Database.__init__ = opened  # type: ignore[method-assign]


def pytest_unconfigure() -> None:
    global _cluster
    if _cluster is not None:
        _cluster.close()
        _cluster = None
