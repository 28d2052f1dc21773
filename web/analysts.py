"""How analysts reach the graph: by a login that may only read, where settings name one, else by a read-only copy."""

from __future__ import annotations

import datetime as dt
import fcntl
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from threading import Lock, Thread
from typing import IO, TYPE_CHECKING

import structlog

from kg.errors import BulianError
from kg.store import Graph
from web.errors import WebError

if TYPE_CHECKING:
    from pathlib import Path

    from kg.console import Console
    from kg.console.running import Tickets
    from kg.neo4j.copy import AnalystsCopy, CopyNote
    from kg.neo4j.process import Connection, LocalNeo4j
    from web.home import Home

_log = structlog.get_logger()

MAKING = "copy"
"""What a process writes to the data folder while it makes the copy."""
_LOOK = 0.05

WRITING_ROLES = frozenset({"admin", "architect", "publisher", "editor"})


@dataclass(frozen=True, slots=True)
class State:
    """What analysts' queries see. `kind` is copy or reader; `as_of` is when the projection was written (ISO 8601).

    `stale` says whether the live graph holds another projection by now; None where that is not known.
    """

    kind: str
    made: bool
    running: bool = False
    url: str | None = None
    user: str | None = None
    password_file: str | None = None
    stamp: str | None = None
    as_of: str | None = None
    made_at: str | None = None
    stale: bool | None = None
    nodes: int | None = None
    edges: int | None = None
    making: bool = False
    failed: str | None = None


class Analysts:
    """The analysts' way into one data folder's graph. What it holds or starts it lets go with `close`."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._use: IO[str] | None = None
        self._opening = Lock()
        self._maker: Thread | None = None
        self._failure: BulianError | None = None
        self._reader_checked = False

    @property
    def by_reader(self) -> bool:
        """Whether the settings name a login that may only read; then there is no copy."""
        return self._home.settings.reader_user is not None

    @cached_property
    def copy(self) -> AnalystsCopy:
        """The copy of this data folder, made or not."""
        from kg.neo4j.copy import AnalystsCopy

        settings = self._home.settings
        folder = self._home.folder / "neo4j-copy"
        return AnalystsCopy(folder, self._home.parts.neo4j_jars, heap=settings.heap, pagecache=settings.pagecache)

    @cached_property
    def tickets(self) -> Tickets:
        """Queries of people that run now, in any of the processes that serve this data folder."""
        from kg.console.running import Tickets

        return Tickets(self._home.folder / ".console")

    def console(self) -> Console:
        """A console on the reader's login or on the copy, which is started. Raises KG731 where there is no copy yet."""
        from kg.console import Console

        ontology, database = self._home.ontology, self._home.settings.graph_database
        if self.by_reader:
            return Console(self._reader(), ontology, database, tickets=self.tickets)
        return Console(self.start(), ontology, when_stuck=self._restart, tickets=self.tickets)

    def start(self) -> Connection:
        """Start the copy, or find it running, and hold it until `close`."""
        self._copy_only()
        with self._opening:
            if self._use is None:
                self._use = (self._home.folder / "neo4j-copy.use").open("a", encoding="utf-8")
                fcntl.flock(self._use, fcntl.LOCK_SH)
            return self.copy.start()

    def make(self) -> CopyNote:
        """Make the copy, or a new one in its place, from documents, journal, decisions and published needs."""
        self._copy_only()
        with self._home.writing(MAKING):
            return self.copy.make(self._fill)

    def begin(self) -> None:
        """Make the copy in the background, unless that is under way."""
        with self._opening:
            if not self._is_making():
                self._failure = None
                self._maker = Thread(target=self._make_quietly, name="copy", daemon=True)
                self._maker.start()

    def wait(self, seconds: float) -> bool:
        """Wait for a making in the background, of this process or another; returns whether it is done."""
        end = time.monotonic() + seconds
        while (making := self._is_making()) and time.monotonic() < end:
            time.sleep(_LOOK)
        return not making

    def check(self) -> None:
        """Raise what the last making in the background ended with."""
        if self._failure is not None:
            raise self._failure

    def state(self) -> State:
        """What analysts' queries see now. Starts nothing."""
        settings = self._home.settings
        if self.by_reader:
            live = self._home.live_stamp()
            return State(
                "reader", True, True, self._reader_url(), settings.reader_user,
                stamp=live.stamp if live else None, as_of=live.written if live else None, stale=False,
            )  # fmt: skip
        making = self._is_making()
        failed = str(self._failure) if self._failure else None
        note = self.copy.note()
        if note is None:
            return State("copy", False, making=making, failed=failed)
        status, live = self.copy.status(), self._home.live_stamp()
        return State(
            "copy",
            True,
            status.running,
            status.url,
            "neo4j",
            str(self.copy.password_file),
            note.stamp,
            note.written,
            note.made,
            None if live is None else live.stamp != note.stamp,
            note.nodes,
            note.edges,
            making,
            failed,
        )

    def stay(self) -> None:
        """Leave the copy running after this process (until `bulian copy stop` or `bulian down`)."""
        self._stay.write_text("started by: bulian copy start\n", encoding="utf-8")

    def stop(self) -> bool:
        """Stop the copy whoever uses it; False where it did not run."""
        self._stay.unlink(missing_ok=True)
        return not self.by_reader and self.copy.folder.is_dir() and self.copy.stop()

    def drop(self) -> bool:
        """Throw the copy away; False where there was none."""
        self._copy_only()
        self._stay.unlink(missing_ok=True)
        return self.copy.folder.is_dir() and self.copy.drop()

    def forget(self) -> None:
        """Throw the copy away where there is one, since it holds what must no longer be seen."""
        if not self.by_reader and self.copy.folder.is_dir():
            self.copy.drop()

    def close(self) -> None:
        """Let the copy go: the last one that used it stops it, unless it was asked to stay."""
        if self._use is None:
            return
        with suppress(BlockingIOError):  # another process uses it
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not self._stay.exists():
                self.copy.stop()
        self._use.close()
        self._use = None

    def _restart(self) -> None:
        _log.warning("a query could not be ended: the analysts' copy is started afresh")
        self.copy.restart()

    @property
    def _stay(self) -> Path:
        return self._home.folder / "neo4j-copy.stay"

    def _copy_only(self) -> None:
        if self.by_reader:
            raise WebError(
                "analysts' queries go by the login of BULIAN_READER_USER: there is no copy",
                code="WE046",
                hint="leave BULIAN_READER_USER out to have one",
            )

    def _fill(self, server: LocalNeo4j) -> CopyNote:
        from kg.neo4j.copy import CopyNote
        from web.jobs.rebuild import filled

        home = self._home
        live = home.live_stamp() or home.graph().stamp()
        if live is None:
            raise WebError("nothing is loaded yet", code="WE015", hint="bulian ingest or bulian import")
        with filled(home, server) as graph:
            graph.put_stamp(live)
            counts = graph.counts()
        made = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        nodes, edges = sum(counts.labels.values()), sum(counts.types.values())
        return CopyNote(live.stamp, live.written, made, nodes, edges)

    def _is_making(self) -> bool:
        mine = self._maker is not None and self._maker.is_alive()
        return mine or self._home.writer() == MAKING

    def _make_quietly(self) -> None:
        try:
            self.make()
        except BulianError as error:
            if error.code == "WE006" and self._home.writer() == MAKING:
                return  # another process began at the same moment
            self._failure = error
            _log.warning("the analysts' copy could not be made", code=error.code, reason=error.reason)

    def _reader_url(self) -> str:
        settings = self._home.settings
        url = settings.reader_url or settings.graph_url
        if not url:
            raise WebError(
                "BULIAN_READER_USER is set, but no address",
                code="WE002",
                hint="set BULIAN_READER_URL, or BULIAN_GRAPH_URL",
            )
        return url

    def _reader(self) -> Connection:
        """The reader's login, once it has proved that it may not write. Raises WebError WE047."""
        from kg.neo4j.process import Connection

        settings = self._home.settings
        password = settings.reader_password.get_secret_value()
        connection = Connection(self._reader_url(), settings.reader_user or "", password)
        if not self._reader_checked:
            with Graph(connection.url, connection.user, connection.password, settings.graph_database) as graph:
                check_roles(graph)
            self._reader_checked = True
        return connection


def check_roles(graph: Graph) -> None:
    """Refuse a login that could write: WebError WE047. Neo4j Community has no roles: there everybody may write."""
    rows = graph.read_statement("SHOW CURRENT USER YIELD user, roles")
    roles = rows[0]["roles"] if rows else None
    if roles is None or WRITING_ROLES.intersection(roles):
        held = "no roles: on Neo4j Community every login may write" if roles is None else ", ".join(roles)
        raise WebError(
            f"the login of BULIAN_READER_USER may do more than read ({held})",
            code="WE047",
            hint="give it the role reader alone; without such a login leave it out, and a copy is used",
        )
