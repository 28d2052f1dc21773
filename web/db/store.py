"""The relational store: its engine, its migrations, its sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from web.errors import WebError

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class Database:
    """The relational store at `url` (as SQLAlchemy writes it), brought to the newest schema when it is opened."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        try:
            with self.engine.begin() as connection:
                migrate(connection)
        except (OperationalError, DatabaseError) as error:
            raise WebError(
                f"the relational store cannot be opened: {error.orig}",
                code="WE008",
                hint="check BULIAN_DATABASE_URL, the rights of the data folder and the disk",
            ) from error
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back where the block raises."""
        with self._sessions.begin() as session:
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """WAL lets readers go on while one writes; foreign keys are off in SQLite unless asked for."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for the migrations that lie in this package."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest version, all of the way or not at all.

    Raises WE008 where the store is newer than this program.
    """
    config = alembic_config(connection)
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    if MigrationContext.configure(connection).get_current_revision() == newest:
        return
    if connection.dialect.name == "sqlite":
        # Python begins no transaction before DDL: cut in half, a migration would stay so. It waits for another one.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    present = MigrationContext.configure(connection).get_current_revision()
    if present == newest:
        return
    if present is not None and present not in {revision.revision for revision in script.walk_revisions()}:
        raise WebError(
            f"the relational store has version {present}, which this program does not know",
            code="WE008",
            hint="install the newer version of the program again, or restore a backup",
        )
    command.upgrade(config, "head")
