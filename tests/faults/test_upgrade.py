"""An older data folder is opened by this program with all that is in it, and the way back is the backup of before."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, create_engine, select
from sqlalchemy import types as sa

from tests.contract.conftest import ROOT, run_in
from tests.postgres_fixture import Cluster
from web.db.models import Base
from web.db.store import Database, alembic_config

OLDER = ("0009", "0013", "0016", "0019")
"""Revisions from which a store is brought up; every migration after each of them has rows to carry."""
AT = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


def older_store(connection: Connection, revision: str) -> dict[str, list[dict[str, Any]]]:
    """Tables as an older program left them, one row in each; returns the rows."""
    command.upgrade(alembic_config(connection), revision)
    found = MetaData()
    found.reflect(connection)
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in found.sorted_tables:
        if table.name != "alembic_version":
            connection.execute(table.insert().values(dict(filled(table))))
            rows[table.name] = all_of(connection, table)
    return rows


def all_of(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(table)).mappings()]


def filled(table: Table) -> Iterator[tuple[str, Any]]:
    """A row that a column of its kind takes; ids are those of the table, so that keys between them lead somewhere."""
    for column in table.columns:
        key = next(iter(column.foreign_keys), None)
        while key is not None and (below := next(iter(key.column.foreign_keys), None)):
            key = below
        kind, most = column.type, getattr(column.type, "length", None) or 200
        if key is not None:
            yield column.name, key.column.table.name[:most]
        elif isinstance(kind, sa.JSON):
            yield column.name, {"kept": ["值"]}
        elif isinstance(kind, sa.DateTime):
            yield column.name, AT if kind.timezone else AT.replace(tzinfo=None)
        elif isinstance(kind, sa.Boolean):
            yield column.name, False
        elif isinstance(kind, sa.LargeBinary):
            yield column.name, b"\x00\xff"
        elif isinstance(kind, sa.Integer | sa.Float | sa.Numeric):
            yield column.name, 1
        elif column.name == "kind" and table.name == "need":
            yield column.name, "bounty"
        else:
            yield column.name, table.name[:most]


@pytest.mark.parametrize(
    "revision", [OLDER[0], OLDER[-1], *(pytest.param(one, marks=pytest.mark.long) for one in OLDER[1:-1])]
)
def test_an_older_store_keeps_every_row(tmp_path: Path, revision: str) -> None:
    check_upgrade(f"sqlite:///{tmp_path / 'bulian.db'}", revision)


def test_an_older_store_in_postgresql_keeps_every_row(postgres: Cluster) -> None:
    check_upgrade(postgres.empty().replace("postgresql:", "postgresql+psycopg:"), OLDER[0])


def check_upgrade(url: str, revision: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        before = older_store(connection, revision)
    assert len(before) > 20
    with closing(Database(url.replace("+psycopg", ""))) as opened, opened.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        after = MetaData()
        after.reflect(connection)
        for name, rows in before.items():
            now = all_of(connection, after.tables[name])
            kept = [{column: row[column] for column in rows[0] if column in row} for row in now]
            assert kept == rows, name
    engine.dispose()


def before_migration(revision: str) -> str:
    """The commit before the one that brought a migration; skips where history does not go back so far."""
    (path,) = (ROOT / "web" / "migrations" / "versions").glob(f"{revision}_*.py")
    asked = ["git", "log", "--diff-filter=A", "--format=%H", "--", str(path.relative_to(ROOT))]
    came = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True).stdout.split()
    if not came:
        pytest.skip("no history here")
    found = subprocess.run(
        ["git", "rev-parse", "-q", "--verify", f"{came[-1]}^"], cwd=ROOT, capture_output=True, text=True
    )
    if found.returncode:
        pytest.skip("no history here before that migration")
    return found.stdout.strip()


@pytest.mark.long
def test_the_upgrade_and_the_way_back_as_they_are_described(tmp_path: Path) -> None:
    """With the program of before a later migration: its data folder and its backup, this one's upgrade, and back."""
    commit, old = before_migration("0018"), tmp_path / "before"
    old.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(old)], input=archive, check=True)
    texts = sorted((ROOT / "seeds" / "demo" / "documents").glob("c0*.html"))[:3]
    home, file = tmp_path / "home", tmp_path / "before.zip"
    place = {"BULIAN_HOME": str(home), "BULIAN_GRAPH_URL": "bolt://127.0.0.1:1"}

    def before(*words: object, status: int = 0, **more: str) -> str:
        program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from web.cli.main import run; run()"
        done = subprocess.run(
            [sys.executable, "-P", "-c", program, str(old), *map(str, words)],
            cwd=old, env={**os.environ, **place, **more}, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == status, done.stderr[-2000:]
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    before("ingest", *texts, status=1)  # they are read, and wait for a graph, which is not here
    before("backup", file, "--without-graph")
    told = json.loads(before("status", "--json"))
    assert sum(told["data"]["documents"].values()) == 3

    now = {"BULIAN_GRAPH_URL": "bolt://127.0.0.1:1"}
    state = json.loads(run_in(tmp_path, "status", "--json", **now).stdout)
    assert state["data"]["documents"] == told["data"]["documents"]
    run_in(tmp_path, "backup", tmp_path / "after.zip", "--without-graph", **now)
    run_in(tmp_path, "restore", file, "--drill", "--without-graph", **now)

    refused = before("status", status=1)
    assert "WE008" in refused and "restore a backup" in refused
    home.rename(tmp_path / "home.after")
    before("restore", file, "--without-graph")
    back = json.loads(before("status", "--json"))
    assert back["data"]["documents"] == told["data"]["documents"]
