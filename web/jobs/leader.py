"""What is done once for a data folder, however many processes serve it: by the one that holds a lock.

The system frees the lock when its holder dies, however it dies, and another process takes over within a second. Who is
told to stop gives it up once its steps have ended, so that no two are ever at it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Self

import structlog

from web.jobs.clock import Clock

LOCK = "jobs.lock"
_PAUSE = 1.0
"""Seconds between two tries to take over."""

_log = structlog.get_logger()


class Leader:
    """Runs the clocks that `make` gives, from when this process is the one that holds the lock of `folder`."""

    def __init__(self, folder: Path, make: Callable[[], Sequence[Clock]]) -> None:
        self._path, self._make = folder / LOCK, make
        self._stop = Event()
        self._thread = Thread(target=self._run, name="leader", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        # A bare descriptor: no file object whose end would free the lock before the process ends.
        lock = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        while not _taken(lock):
            if self._stop.wait(_PAUSE):
                os.close(lock)
                return
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        _log.info("jobs run here", pid=os.getpid())
        clocks = self._make()
        with ExitStack() as stack:
            for clock in clocks:
                stack.enter_context(clock)
            self._stop.wait()
        if not any(clock.busy for clock in clocks):
            os.close(lock)


def leader(folder: Path) -> int | None:
    """The process that runs the jobs of a data folder now; None where none does."""
    try:
        with (folder / LOCK).open("r", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                said = file.read()
                return int(said) if said.isdigit() else None
    except OSError:
        return None
    return None


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
