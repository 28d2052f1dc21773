"""The page server: as this process, as several, or as one of its own that stays."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

import psutil

from web.errors import WebError

if TYPE_CHECKING:
    from web.home import Home

LOOPBACK = "127.0.0.1"
LONGEST_HEAD = 256 * 1024
"""Bytes of an address with its head that are read: a list of firms not to list stands in the address of its view,
20,000 signs of nine bytes each."""
_TRIED = 50
_START_SECONDS = 180.0
_STOP_SECONDS = 10.0
_SPAWNED = "--multiprocessing-fork"
"""In the command of each process that `web.jobs.processes` starts."""


@dataclass(frozen=True, slots=True)
class Running:
    """A page server that runs: its process and its address."""

    pid: int
    port: int

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://{LOOPBACK}:{self.port}/"

    def serving(self) -> list[psutil.Process]:
        """The processes that answer: those that it started for that, else it alone."""
        started = []
        try:
            server = psutil.Process(self.pid)
            for child in server.children():
                with suppress(psutil.Error):  # it has just ended
                    if _SPAWNED in child.cmdline():
                        started.append(child)
        except psutil.Error:
            return []
        return started or [server]


class PageServer:
    """The one page server of a data folder. It holds a lock as long as it runs, so that a stale file means nothing."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._file = home.folder / "pages.json"
        self._log = home.folder / "logs" / "pages.log"

    def running(self) -> Running | None:
        """The server that runs now, if any does."""
        try:
            with self._file.open("r", encoding="utf-8") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    state = json.loads(file.read() or "{}")
                    return Running(state["pid"], state["port"]) if state else None
        except FileNotFoundError:
            return None
        return None

    def start(self, port: int | None = None, processes: int | None = None) -> str:
        """Start a server that stays; returns its address (that of the running one, if there is one)."""
        running = self.running()
        if running is None:
            self._log.parent.mkdir(exist_ok=True)
            command = [sys.executable, "-m", "web.cli.main", "serve"]
            if port is not None:
                command += ["--port", str(port)]
            if processes is not None:
                command += ["--processes", str(processes)]
            with self._log.open("ab") as log:
                process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            running = self._wait(process)
        return running.address

    def _wait(self, process: subprocess.Popen[bytes]) -> Running:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            running = self.running()
            if running is not None and _answers(running.port):
                return running
            time.sleep(0.1)
        if process.poll() is None:
            process.terminate()
        last = self._log.read_text("utf-8", "replace").strip().split("\n")[-1]
        raise WebError(f"the pages did not start: {last[:200]}", code="WE009", hint=f"see {self._log}")

    def stop(self) -> bool:
        """Stop the server; False where none runs."""
        running = self.running()
        if running is None:
            return False
        pids = {running.pid, *(process.pid for process in running.serving())}
        os.kill(running.pid, signal.SIGTERM)
        end = time.monotonic() + _STOP_SECONDS
        while self.running() is not None:
            if time.monotonic() > end:
                for pid in pids:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
        return True

    @contextmanager
    def listening(self, port: int | None = None) -> Iterator[tuple[socket.socket, str]]:
        """A socket on `port` or the next free one, and the address of the pages there. Raises WE009.

        The state file stays locked for as long as the block lasts.
        """
        with self._file.open("a+", encoding="utf-8") as state:
            self._lock(state)
            listener = _listen(self._home.settings.port if port is None else port)
            with listener:
                running = Running(os.getpid(), listener.getsockname()[1])
                state.truncate(0)
                state.write(json.dumps({"pid": running.pid, "port": running.port}))
                state.flush()
                try:
                    yield listener, running.address
                finally:
                    state.truncate(0)

    def _lock(self, state: IO[str]) -> None:
        try:
            fcntl.flock(state, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            running = self.running()
            where = running.address if running else "unknown"
            raise WebError(
                f"the pages of this data folder are served already: {where}", code="WE009", hint="bulian down"
            ) from error

    def run(self, listener: socket.socket, ready: Callable[[], None], processes: int | None = None) -> None:
        """Serve the pages on the socket until SIGTERM or SIGINT; `ready` is called once they answer.

        By so many processes (else those of the settings). Raises WebError WE009 where one of several cannot start.
        """
        import uvicorn

        from web.app import create_app
        from web.jobs.leader import Leader
        from web.jobs.processes import clocks, run
        from web.log import configure

        configure(verbose=True)
        self._home.graph()
        config: dict[str, Any] = {
            "log_level": "warning",
            "access_log": False,
            "server_header": False,
            "http": "h11",
            "h11_max_incomplete_event_size": LONGEST_HEAD,
        }
        number = processes or self._home.settings.processes
        if number > 1:
            Thread(target=_when_answered, args=(listener.getsockname()[1], ready), name="first", daemon=True).start()
            run(self._home, listener, number, **config)
            return

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started:
                    ready()

        jobs = Leader(self._home.folder, lambda: clocks(self._home))
        Server(uvicorn.Config(create_app(self._home, during=(jobs,)), **config)).run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    last = min(port + _TRIED, 65535) if port else 0
    for candidate in range(port, last + 1):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, candidate))
        except OSError:
            listener.close()
            continue
        listener.listen(128)
        return listener
    raise WebError(f"no free port from {port} to {last}", code="WE009", hint="name another with --port or BULIAN_PORT")


def _when_answered(port: int, ready: Callable[[], None]) -> None:
    if _answers(port):
        ready()


def _answers(port: int) -> bool:
    """Whether a page comes; an error page is one too."""
    connection = HTTPConnection(LOOPBACK, port, timeout=_START_SECONDS)
    try:
        connection.request("GET", "/", headers={"Connection": "close"})
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
