"""The graph, as the rest of the program sees it: a handful of verbs over the Neo4j driver."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import neo4j
import neo4j.graph
import neo4j.time
from neo4j import exceptions as failures

from kg.bookmarks import Bookmarks
from kg.errors import KgError
from kg.ontology import Ontology
from kg.queries import queries, query
from kg.templates import constraint_statements
from kg.trail import Step, lengthened, read_trail

Row = dict[str, Any]

BATCH = 2000
"""Rows a transaction: measured in docs/operations.md."""

READ_TIMEOUT = 30.0
WRITE_TIMEOUT = 600.0
RETRY_SECONDS = 30.0
"""How long a read or write is tried again while the server is away or busy."""


_CREATED = re.compile(r"(\w+) IF NOT EXISTS")
_ADDRESS = re.compile(r"(bolt|neo4j)(\+s|\+ssc)?://[^/\s]+")


class GraphUnreachableError(KgError):
    """No graph answers at the address."""

    code = "KG701"


class GraphLoginError(KgError):
    """The graph refuses the login."""

    code = "KG702"


class GraphVersionError(KgError):
    """A server that is not Neo4j 5.26."""

    code = "KG703"


class QueryTimeoutError(KgError):
    """A query ran past its time limit and was ended."""

    code = "KG704"


class ConstraintBrokenError(KgError):
    """Data against a constraint of the graph."""

    code = "KG705"


class QueryFailedError(KgError):
    """The graph refuses a statement."""

    code = "KG706"


class GraphBusyError(KgError):
    """The graph stayed busy or out of memory after all retries."""

    code = "KG707"


class GraphForgotError(KgError):
    """The graph does not know of a write that was to be waited for."""

    code = "KG709"


@dataclass(frozen=True, slots=True)
class Counts:
    """Nodes by label and edges by type; what there is none of is left out."""

    labels: Mapping[str, int] = field(default_factory=dict)
    types: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which projection the graph holds: its stamp, the version that wrote it, and when (ISO 8601)."""

    stamp: str
    version: str
    written: str


class Graph:
    """A connection to one Neo4j database. Use it as a context manager, or call `close`.

    Safe to share between threads, not between processes. Every failure of the driver comes as a KgError
    (KG701 to KG709). At an address `neo4j://` the driver asks who of a cluster writes and who reads, and each read
    waits until its member has seen what was written before (`kg.bookmarks`).
    """

    def __init__(
        self, url: str, user: str, password: str, database: str | None = None, bookmarks: Path | None = None
    ) -> None:
        """Nothing is sent before the first call; raises GraphUnreachableError where `url` is no address.

        `bookmarks` is the file by which processes that write and read one cluster know of each other's writes.
        """
        self.url = url
        self.database = database
        self._known = False
        self._bookmarks = Bookmarks(f"{url} {database or ''}", bookmarks) if url.startswith("neo4j") else None
        if not _ADDRESS.match(url):
            raise GraphUnreachableError(
                f"not an address of a graph: {url}", hint="bolt://host:port, neo4j://host or neo4j+s://host"
            )
        with kg_failures(url):
            self._driver = neo4j.GraphDatabase.driver(
                url,
                auth=(user, password),
                connection_timeout=10.0,
                max_transaction_retry_time=RETRY_SECONDS,
                # Steps of some seconds at most: a server that is back is found soon, not after half a minute.
                initial_retry_delay=0.2,
                retry_delay_multiplier=1.3,
                notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
                telemetry_disabled=True,
            )

    def __enter__(self) -> Self:
        self.check()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def check(self) -> str:
        """Reach the server once and return its version; raises KG701, KG702 or KG703."""
        with kg_failures(self.url):
            try:
                with self._driver.session(database=self.database, default_access_mode=neo4j.READ_ACCESS) as session:
                    agent = session.run("RETURN 1").consume().server.agent
            except ValueError as error:  # the name of the host or the port cannot be resolved
                raise failures.ServiceUnavailable(str(error)) from error
        version = agent.removeprefix("Neo4j/")
        numbers = re.match(r"5\.(\d+)", version)
        if not agent.startswith("Neo4j/") or numbers is None or int(numbers[1]) < 26:
            raise GraphVersionError(
                f"the server at {self.url} is {agent}", hint="Neo4j 5.26 (or a later 5) is needed", file=self.url
            )
        self._known = True
        return version

    def read(self, name: str, /, **params: Any) -> list[Row]:
        """Rows of a query of `kg/cypher/read/`; dates come as ISO 8601 text, nodes as their properties."""
        return self.read_statement(query(name, "read").text, **params)

    def read_statement(self, statement: str, /, timeout: float = READ_TIMEOUT, **params: Any) -> list[Row]:
        """Rows of a generated statement, read only (the server refuses writes); ended after `timeout` seconds."""

        def work(tx: neo4j.ManagedTransaction) -> list[Row]:
            return [_plain_row(record) for record in tx.run(statement, params)]

        with self._session(neo4j.READ_ACCESS) as session:
            return session.execute_read(neo4j.unit_of_work(timeout=timeout)(work))

    def stream(self, name: str, /, **params: Any) -> Iterator[Row]:
        """As `read`, row by row, for results larger than memory should hold; no time limit, no retry."""
        return self.stream_statement(query(name, "read").text, **params)

    def stream_statement(self, statement: str, /, **params: Any) -> Iterator[Row]:
        """As `stream`, of a generated statement."""
        with self._session(neo4j.READ_ACCESS) as session:
            for record in session.run(statement, params):
                yield _plain_row(record)

    def run_write(self, name: str, /, **params: Any) -> list[Row]:
        """Run a query of `kg/cypher/write/` in one managed transaction."""
        text = query(name, "write").text

        def work(tx: neo4j.ManagedTransaction) -> list[Row]:
            return [_plain_row(record) for record in tx.run(text, params)]

        with self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(neo4j.unit_of_work(timeout=WRITE_TIMEOUT)(work))

    def write_rows(
        self,
        statement: str,
        rows: Iterable[Row],
        batch: int = BATCH,
        progress: Callable[[int], None] | None = None,
        **params: Any,
    ) -> int:
        """Write rows by a statement that unwinds `$rows`, `batch` rows a managed transaction; returns how many.

        A transaction that meets a transient failure is tried again as a whole, so statements must be idempotent
        (MERGE). `progress` is told the rows of each finished transaction.
        """
        written = 0
        left = iter(rows)

        def work(tx: neo4j.ManagedTransaction, part: list[Row]) -> None:
            tx.run(statement, {**params, "rows": part}).consume()

        unit = neo4j.unit_of_work(timeout=WRITE_TIMEOUT)(work)
        with self._session(neo4j.WRITE_ACCESS) as session:
            while part := list(islice(left, batch)):
                session.execute_write(unit, part)
                written += len(part)
                if progress:
                    progress(len(part))
        return written

    def schema(self, ontology: Ontology | None = None) -> None:
        """Create constraints and indexes that are not there, and wait until they are online; idempotent."""
        statements = constraint_statements(ontology or Ontology.load()) + [item.text for item in queries("schema")]
        there = {row["name"] for row in self.read("indexes")}
        missing = [text for text in statements if not there.intersection(_CREATED.findall(text))]
        if not missing:
            return

        def work(tx: neo4j.ManagedTransaction, statements: list[str]) -> None:
            for statement in statements:
                tx.run(statement).consume()

        with self._session(neo4j.WRITE_ACCESS) as session:
            # Indexes fill by themselves while the constraints are made, each of which waits for its own index.
            for constraints in (False, True):
                session.execute_write(work, [text for text in missing if ("CREATE CONSTRAINT" in text) == constraints])
            session.run("CALL db.awaitIndexes(600)").consume()

    def counts(self) -> Counts:
        """Nodes by label and edges by type, from the store's own counters."""
        patterns = {"label": "(x:{})", "type": "()-[x:{}]->()"}
        names = [(row["kind"], row["name"]) for row in self.read("names")]
        if not names:
            return Counts()
        statement = "\nUNION ALL\n".join(
            f"MATCH {patterns[kind].format(_quoted(name))} RETURN {number} AS number, count(x) AS n"
            for number, (kind, name) in enumerate(names)
        )
        found: dict[str, dict[str, int]] = {"label": {}, "type": {}}
        for row in self.read_statement(statement):
            kind, name = names[row["number"]]
            if row["n"]:
                found[kind][name] = row["n"]
        return Counts(dict(sorted(found["label"].items())), dict(sorted(found["type"].items())))

    def stamp(self) -> Stamp | None:
        """Which projection the graph holds; None where nothing was projected."""
        rows = self.read("stamp")
        return Stamp(**rows[0]) if rows else None

    def put_stamp(self, stamp: Stamp, touched: Iterable[str] | None = None) -> None:
        """Say which projection the graph holds, and which firms the change to it touched (None: maybe any)."""
        before, trail = self.stamp(), None
        if before is not None and touched is not None:
            trail = lengthened(self.trail(), Step(before.stamp, stamp.stamp, frozenset(touched)))
        self.run_write("put_stamp", stamp=stamp.stamp, version=stamp.version, written=stamp.written, trail=trail)

    def trail(self) -> tuple[Step, ...]:
        """The last changes, oldest first, each with the firms that it touched; empty where that may be any."""
        rows = self.read("trail")
        return read_trail(rows[0]["trail"]) if rows else ()

    def wipe(self) -> None:
        """Empty the graph; schema and indexes stay. For tests and rebuilds into a home of their own."""
        with self._session(neo4j.WRITE_ACCESS) as session:
            # Deleting in transactions of its own needs a statement outside a managed transaction.
            for name in ("wipe_edges", "wipe"):
                session.run(query(name, "write").text).consume()

    @contextmanager
    def _session(self, mode: str) -> Iterator[neo4j.Session]:
        if not self._known:
            self.check()
        known = self._bookmarks
        try:
            with (
                kg_failures(self.url),
                self._driver.session(
                    database=self.database, default_access_mode=mode, bookmark_manager=known
                ) as session,
            ):
                yield session
        except GraphForgotError:
            if known:
                known.forget()
            raise
        except GraphUnreachableError:
            self._known = False  # it was waited for: who asks next is told at once, until it answers again
            raise
        if known and mode == neo4j.WRITE_ACCESS:
            known.tell()


@contextmanager
def kg_failures(url: str) -> Iterator[None]:
    """Every failure of the driver as one of our errors (KG701 to KG709)."""
    try:
        yield
    except (failures.AuthError, failures.TokenExpired) as error:
        raise GraphLoginError(
            f"{url} refuses the login: {error.message}", hint="check user and password of the graph"
        ) from error
    except (failures.ServiceUnavailable, failures.SessionExpired, failures.ConfigurationError) as error:
        raise GraphUnreachableError(
            f"no graph at {url}: {error}", hint="is the server running, and is the address right? See `bulian status`"
        ) from error
    except failures.Neo4jError as error:
        raise _refusal(error) from error
    except failures.DriverError as error:
        raise GraphUnreachableError(f"{url}: {error}", hint="try again; see `bulian status`") from error


def _refusal(error: failures.Neo4jError) -> KgError:
    code = error.code or ""
    reason = f"{error.message} [{code}]"
    if "TransactionTimedOut" in code:
        return QueryTimeoutError(reason, hint="ask for less, or for fewer rows")
    if ".Security." in code:
        return GraphLoginError(reason, hint="check user and password of the graph, and wait some seconds")
    if "Bookmark" in code:
        return GraphForgotError(
            f"an earlier write is not in the graph: {reason}",
            hint="was it restored, or is it another one? Ask again: it is not waited for any more",
        )
    if isinstance(error, failures.ConstraintError):
        return ConstraintBrokenError(reason, hint="two things claim one key: look at the named node")
    if isinstance(error, failures.TransientError) or "OutOfMemory" in code:
        return GraphBusyError(reason, hint="try again later; give the server more memory if it stays so")
    return QueryFailedError(reason, hint="the statement and this graph do not fit; was its schema made by Bulian?")


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _plain_row(record: neo4j.Record) -> Row:
    return {key: _plain(value) for key, value in zip(record.keys(), record.values(), strict=True)}


def _plain(value: Any) -> Any:
    if isinstance(value, neo4j.time.Date | neo4j.time.DateTime | neo4j.time.Time):
        return value.iso_format()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict | neo4j.graph.Entity):
        return {key: _plain(value[key]) for key in value}
    return value
