"""The analysts' copy: a second home beside the live one that is read only, short of time and memory, and expendable.

It is filled aside and put in the place of the one before. At each start its `system` database is thrown away: that one
stays writable whatever the settings say, so that whoever has the copy's password could make users or change it. A
query that the server cannot end (Neo4j looks at its clock between rows alone) is ended by killing the server.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import neo4j
import psutil
from filelock import FileLock, Timeout

from kg.errors import KgError
from kg.neo4j.home import ends
from kg.neo4j.live import discard
from kg.neo4j.process import Connection, LocalNeo4j, ServerStatus, WrongPasswordError
from kg.store import GraphLoginError, kg_failures

SECONDS = 5
"""What a query may take on the copy. A tool that speaks Bolt itself may ask for more, and gets it."""

STUCK_SECONDS = 30
"""What runs longer than this is ended with its server when the copy is used next."""

_SYSTEM = ("data/databases/system", "data/transactions/system")
_KEPT = ("password", "port")
_WAIT = {"make": 1, "start": 120}
_UNIT = {"m": 1, "g": 1024}


class NoCopyError(KgError):
    """There is no copy yet."""

    code = "KG731"


class CopyBusyError(KgError):
    """Another process makes or changes the copy now."""

    code = "KG732"


@dataclass(frozen=True, slots=True)
class CopyNote:
    """What a copy holds: the live graph's stamp and when that was written, when the copy was made, nodes and edges."""

    stamp: str
    written: str
    made: str
    nodes: int
    edges: int


Fill = Callable[[LocalNeo4j], CopyNote]
"""Fills the home of a server that does not run yet, and says what it holds; the server may be left running."""


class AnalystsCopy:
    """The copy in one folder. Several processes may use it at once."""

    def __init__(
        self,
        folder: Path,
        jars: Callable[[], Path],
        *,
        heap: str = "1g",
        pagecache: str = "256m",
        java_options: Sequence[str] = (),
    ) -> None:
        """`jars` says where Neo4j's are, and is asked once a server is needed. `heap` and `pagecache` as Java writes
        sizes; a query may have a quarter of the heap, all together a half.
        """
        self.folder = folder.resolve()
        self._jars, self._heap, self._pagecache, self._options = jars, heap, pagecache, tuple(java_options)

    @cached_property
    def server(self) -> LocalNeo4j:
        """The server of the copy's home, running or not. Raises what asking for the jars raises."""
        megabytes = int(self._heap[:-1]) * _UNIT[self._heap[-1]]
        conf = {
            "server.databases.default_to_read_only": "true",
            "db.memory.transaction.max": f"{megabytes // 4}m",
            "dbms.memory.transaction.total.max": f"{megabytes // 2}m",
            # Its password is long and random; a lock after wrong ones would only keep others out.
            "dbms.security.auth_max_failed_attempts": "0",
        }
        return self._local(self.folder, f"{SECONDS}s", conf)

    def note(self) -> CopyNote | None:
        """What the copy holds; None where there is none, or its note is damaged: then a new one is to be made."""
        try:
            return CopyNote(**json.loads((self.folder / "copy.json").read_text("utf8")))
        except (OSError, ValueError, TypeError):
            return None

    @property
    def password_file(self) -> Path:
        """Where the copy's own password lies (mode 0600)."""
        return self.folder / "password"

    def make(self, fill: Fill) -> CopyNote:
        """Fill a home aside, then put it in the place of the present copy; port and password stay.

        Whoever reads meanwhile reads the one before; where that one ran, the new one is started. Raises CopyBusyError
        (KG732) where another process makes one, and whatever `fill` raises: then the copy is as it was.
        """
        aside, before = (self.folder.with_name(f"{self.folder.name}.{end}") for end in ("new", "old"))
        writable = self._local(aside)
        with self._alone("make"):
            discard(writable)  # of a making that was killed: its importer or server may work on
            shutil.rmtree(before, ignore_errors=True)
            try:
                note = fill(writable)
                writable.stop()
                (aside / "copy.json").write_text(json.dumps(asdict(note)), "utf8")
                self._switch(aside, before)
            finally:
                discard(writable)
        return note

    def _switch(self, aside: Path, before: Path) -> None:
        with self._alone("start"):
            for name in _KEPT:
                if (self.folder / name).is_file():
                    shutil.copy2(self.folder / name, aside / name)
            ran = self.server.stop()
            if self.folder.exists():
                self.folder.rename(before)
            aside.rename(self.folder)
            shutil.rmtree(before, ignore_errors=True)
            if ran:
                self._restart()

    def start(self) -> Connection:
        """Start the copy, or find it running and well. Raises NoCopyError (KG731), and what a start may raise."""
        if self.note() is None:
            raise NoCopyError("there is no copy of the graph yet", hint="bulian copy make")
        with self._alone("start"):
            if self.server.status().running:
                # Somebody may have changed the login of a copy: a restart gives it its own back.
                with suppress(WrongPasswordError, GraphLoginError):
                    connection = self.server.start()
                    if not _stuck(connection):
                        return connection
            return self._restart()

    def restart(self) -> Connection:
        """End the server whatever it does, and start it again."""
        with self._alone("start"):
            return self._restart()

    def stop(self) -> bool:
        """Stop the copy; returns whether it ran."""
        return self.server.stop()

    def drop(self) -> bool:
        """Throw the copy away; returns whether there was one."""
        with self._alone("make"), self._alone("start"):
            self._kill()
            found = self.folder.exists()
            shutil.rmtree(self.folder, ignore_errors=True)
            return found

    def status(self) -> ServerStatus:
        """Whether the copy runs, and where."""
        return self.server.status()

    def _local(self, folder: Path, timeout: str = "0s", conf: Mapping[str, str] | None = None) -> LocalNeo4j:
        return LocalNeo4j(
            folder,
            self._jars(),
            heap=self._heap,
            pagecache=self._pagecache,
            transaction_timeout=timeout,
            java_options=self._options,
            conf=conf,
        )

    def _restart(self) -> Connection:
        self._kill()
        for name in _SYSTEM:
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.server.start()

    def _kill(self) -> None:
        process = self.server.home.running() if self.folder.is_dir() else None
        if process is not None:
            with suppress(psutil.NoSuchProcess):
                process.kill()
            ends(process, 30.0)
            self.server.await_release()  # else the port would look taken, and those who use it would lose it
        self.server.stop()

    @contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        """One process at a time makes the copy, one starts or puts it in place: readers do not wait for a making."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder.with_name(f"{self.folder.name}.{what}"), timeout=_WAIT[what]):
                yield
        except Timeout as error:
            raise CopyBusyError(
                "another process makes the copy now", hint="wait until it is done", file=str(self.folder)
            ) from error


def _stuck(connection: Connection) -> bool:
    """Whether a query runs that is far beyond the limit: the server cannot end it."""
    old = (
        "SHOW TRANSACTIONS YIELD elapsedTime, transactionId WHERE elapsedTime > duration({seconds: $seconds}) "
        "RETURN count(*) AS n"
    )
    with (
        kg_failures(connection.url),
        neo4j.GraphDatabase.driver(connection.url, auth=(connection.user, connection.password)) as driver,
        driver.session() as session,
    ):
        found = session.run(old, seconds=STUCK_SECONDS).single(strict=True)
        return bool(found["n"])
