"""The relational store: its engine, its migrations, its sessions.

It is SQLite, or PostgreSQL by an address (extra `postgres`). What both do alike is written once; what they do otherwise
stands here, in the triggers of `web/migrations`, and in `web.db.transfer`. Empty values come first in an ascending
order on SQLite and last on PostgreSQL, so that queries say which they mean; `like` minds capital letters on PostgreSQL
alone, so that queries use `icontains`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from web.errors import WebError

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
INSTALL = "pip install 'bulian[postgres]'"
_MIGRATING = 0x62756C69616E
"""The advisory lock of PostgreSQL that a migration holds: `bulian` in ASCII."""


class Database:
    """The relational store at `url` (as SQLAlchemy writes it), brought to the newest schema when it is opened.

    Raises WebError WE008 where it cannot be opened, is neither SQLite nor PostgreSQL, or the driver is not installed.
    """

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
        """One transaction: committed at the end, rolled back where the block raises.

        Raises WebError WE008 where the store does not take it: no room, no right, gone, or busy for too long.
        """
        try:
            with self._sessions.begin() as session:
                yield session
        except OperationalError as error:
            raise WebError(
                f"the relational store does not take it: {error.orig}",
                code="WE008",
                hint="make room, or check the rights of the data folder; then do it again: nothing of it is written",
            ) from error

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    try:
        address = make_url(url)
    except ArgumentError as error:  # says the address, which may hold a password
        raise _unusable("BULIAN_DATABASE_URL is no address", "write postgresql://user:password@host/name") from error
    kind = address.get_backend_name()
    if kind == "sqlite":
        engine = create_engine(address)
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    if kind not in ("postgresql", "postgres"):
        raise _unusable(f"the relational store cannot be {kind[:20]}", "use SQLite or PostgreSQL")
    try:
        # A server that was restarted has closed what the pool holds: each connection is tried before it is used.
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except ImportError as error:
        raise _unusable("the driver of PostgreSQL is not installed", INSTALL) from error


def _unusable(reason: str, hint: str) -> WebError:
    return WebError(reason, code="WE008", hint=hint)


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
    else:  # DDL is part of the transaction; the lock ends with it
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
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
