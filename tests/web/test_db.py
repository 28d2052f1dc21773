"""The relational store: migrations lead to the models, the log is append-only, a lost update is noticed."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, event, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from tests.faults.kills import Child, Tell, kills
from web.db.models import Base, Document, Event, Need
from web.db.store import Database
from web.errors import WebError


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'work.db'}")
    yield opened
    opened.close()


def test_migrations_from_nothing_lead_to_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert {"need", "event", "outbox", "import_batch", "document", "decision", "job"} <= set(
            inspect(connection).get_table_names()
        )


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        opened = Database(f"sqlite:///{tmp_path / 'work.db'}")
        with opened.session() as session:
            session.add(Need(title="柔轮材料"))
        opened.close()
    opened = Database(f"sqlite:///{tmp_path / 'work.db'}")
    with opened.session() as session:
        assert len(session.scalars(select(Need)).all()) == 2
    opened.close()


def test_a_migration_that_is_killed_has_not_happened(tmp_path: Path) -> None:
    """Ended by kill −9 after a random statement: no rollback, no close. The next one begins anew."""
    dice = random.Random(20)
    seen: list[str] = []

    def count(*said: object) -> None:
        seen.append(str(said[2]))

    event.listen(Engine, "after_cursor_execute", count)
    Database(f"sqlite:///{tmp_path / 'whole.db'}").close()
    event.remove(Engine, "after_cursor_execute", count)
    for number in range(kills("migration", 2)):
        url, last = f"sqlite:///{tmp_path / f'{number}.db'}", dice.randrange(10, len(seen))
        killed, _ = Child(partial(_migrate_until, url, last)).kill("migration", 60)
        assert killed
        with sqlite3.connect(tmp_path / f"{number}.db") as tables:
            assert tables.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone() == (0,)
        opened = Database(url)
        with opened.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        opened.close()


def _migrate_until(url: str, last: int, _: Tell) -> None:
    left = iter(range(last))

    def end(*_said: object) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", end)
    Database(url)


def test_a_store_of_a_newer_program_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WebError) as caught:
        Database(str(database.engine.url))
    assert caught.value.code == "WE008"


def test_a_store_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "work.db").write_text("this is no database, it is a letter to the operator" * 40)
    with pytest.raises(WebError) as caught:
        Database(f"sqlite:///{tmp_path / 'work.db'}")
    assert caught.value.code == "WE008"


@pytest.mark.parametrize("statement", ["UPDATE event SET actor = 'x'", "DELETE FROM event"])
def test_the_log_is_append_only(database: Database, statement: str) -> None:
    with database.session() as session:
        session.add(Event(actor="operator", subject="need", subject_id="n1", to_state="draft"))
    with pytest.raises(IntegrityError, match="append-only"), database.session() as session:
        session.execute(text(statement))


def test_foreign_keys_hold_and_readers_do_not_wait(database: Database) -> None:
    with database.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(Document(sha256="0" * 64, name="a", kind="notice", batch_id="nothing"))


def test_a_lost_update_is_noticed(database: Database) -> None:
    with database.session() as session:
        session.add(Need(id="n1", title="柔轮"))
    with pytest.raises(StaleDataError), database.session() as mine:
        need = mine.get_one(Need, "n1")
        need.title = "柔轮钢"
        with database.session() as other:
            # the other one writes first, on a copy of its own
            other.connection().execute(text("SELECT 1"))
            row = other.get_one(Need, "n1")
            row.title = "谐波减速器"
    with database.session() as session:
        assert session.get_one(Need, "n1").version == 2


def test_times_keep_their_zone(database: Database) -> None:
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    with database.session() as session:
        session.add(Need(id="n1", title="柔轮", published=moment))
    with database.session() as session:
        assert session.get_one(Need, "n1").published == moment
    with pytest.raises(StatementError), database.session() as session:
        session.add(Need(id="n2", title="柔轮", published=datetime(2026, 1, 2)))
