"""All rows from one store into another, SQLite or PostgreSQL: how a backup holds tables that lie in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, Table, func, insert, select

from web.db.models import Base
from web.errors import WebError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from web.db.store import Database

_ROWS = 500
"""Rows that are in memory at once; of tables that hold files, one."""


def transfer(source: Database, target: Database) -> int:
    """Copy every row, as of one moment, in one transaction of `target`; returns how many. Both have the newest schema.

    Raises WebError WE052 where `target` holds rows already: nothing is written over.
    """
    snapshot = {} if source.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with source.engine.connect().execution_options(**snapshot) as reading, target.engine.begin() as writing:
        if reading.dialect.name == "sqlite":
            reading.exec_driver_sql("BEGIN")
        tables = Base.metadata.sorted_tables  # what a foreign key points at comes first
        for table in tables:
            if writing.execute(select(table).limit(1)).first() is not None:
                raise WebError(
                    f"the tables at {target.engine.url!r} are not empty: {table.name} has rows",
                    code="WE052",
                    hint="name an empty database",
                )
        return sum(_copy(table, reading, writing) for table in tables)


def _copy(table: Table, reading: Connection, writing: Connection) -> int:
    rows = 1 if any(isinstance(column.type, LargeBinary) for column in table.columns) else _ROWS
    found = reading.execution_options(yield_per=rows).execute(select(table))
    count = 0
    for part in found.mappings().partitions(rows):
        writing.execute(insert(table), [dict(row) for row in part])
        count += len(part)
    number = table.autoincrement_column
    if writing.dialect.name == "postgresql" and number is not None and count:
        # rows that brought their number have not moved the sequence that the next one takes
        highest = writing.scalar(select(func.max(number)))
        sequence = select(func.pg_get_serial_sequence(f'"{table.name}"', number.name)).scalar_subquery()
        writing.execute(select(func.setval(sequence, highest)))
    return count
