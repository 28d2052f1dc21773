"""Several processes that serve the same pages: uvicorn's supervisor starts them, and starts another when one dies.

They share the listening socket, so that the system hands each connection to one that is free. What a process keeps in
its memory belongs to the state of the graph or of the tables that it was made from, and is made anew in each; what
must be counted in one place the supervisor counts (`web.counters`), what must be done once one of them does
(`web.jobs.leader`).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from kg.errors import BulianError
from web import counters
from web.errors import WebError
from web.jobs.leader import Leader
from web.settings import Settings, handed_on

if TYPE_CHECKING:
    from fastapi import FastAPI

    from web.home import Home
    from web.jobs.clock import Clock

ANSWERS_WITHIN = 60
"""Seconds within which a process says that it lives: one that starts on a busy machine takes its time."""

_END_SECONDS = 10.0
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus-client, as it is imported, looks for the folder that processes share."""

_log = structlog.get_logger()


def clocks(home: Home) -> tuple[Clock, ...]:
    """What the running program does by itself."""
    from web.jobs.due import due_clock
    from web.jobs.graph_watch import graph_watch
    from web.jobs.refresh import FeedWatch

    return FeedWatch(home), due_clock(home), graph_watch(home)


@dataclass(frozen=True)
class Application:
    """Makes the application in a process of its own.

    `counters` is where the supervisor counts for all, `figures` the folder in which all keep theirs for Prometheus.
    """

    settings: Settings
    counters: str
    figures: Path
    processes: int

    def __call__(self) -> FastAPI:
        """The application, with all that it closes at its end. Ends the process where that cannot be made."""
        Thread(target=_end_with_supervisor, name="supervisor", daemon=True).start()
        from matcher.turns import shared_by
        from web.app import create_app
        from web.home import Home
        from web.log import configure

        configure(verbose=True)
        shared_by(self.processes)
        try:
            home = Home(self.settings)
            home.graph()
            counted = counters.reached(self.settings, self.counters)
            jobs = Leader(home.folder, lambda: clocks(home))
            return create_app(home, counted, (home, jobs), self.figures)
        except BulianError as error:
            _log.error("the pages do not start", code=error.code, reason=error.reason)
        except Exception:
            _log.exception("the pages do not start")
        sys.exit(STARTUP_FAILURE)


class _Supervisor(Multiprocess):
    """uvicorn's, which looks at the processes alone: what it would ask each of them waits for one that starts."""

    def keep_subprocess_alive(self) -> None:
        """Start another one for each that died."""
        if not all(one.process.is_alive() for one in self.processes):
            super().keep_subprocess_alive()

    def handle_hup(self) -> None:
        """A terminal that is closed ends the pages, as it ends a single process."""
        self.handle_term()


def run(home: Home, listener: socket.socket, processes: int, **config: Any) -> None:
    """Serve the pages by that many processes until SIGTERM or SIGINT. Raises WebError WE009 where one cannot start."""
    with TemporaryDirectory(prefix="bulian-figures-") as folder, handed_on(_FIGURES, folder):
        counted = counters.serve(counters.Counters.of(home.settings))
        app: Any = Application(home.settings, counted, Path(folder), processes)  # uvicorn calls it: it is a factory
        made = uvicorn.Config(app, factory=True, workers=processes, timeout_worker_healthcheck=ANSWERS_WITHIN, **config)
        supervisor = _Supervisor(made, [listener])
        supervisor.run()
        if any(one.exitcode == STARTUP_FAILURE for one in supervisor.processes):
            raise WebError("a process that serves the pages did not start", code="WE009", hint="see the log above")


def _end_with_supervisor() -> None:
    """A process whose supervisor was killed would go on answering beside the next one."""
    supervisor = multiprocessing.parent_process()
    if supervisor is None:
        return
    supervisor.join()
    with suppress(OSError):
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_END_SECONDS)
    os._exit(1)
