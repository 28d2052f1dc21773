"""What the running process does by itself, again and again: a thread that goes through its steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from typing import Any, Self

import structlog

from kg.errors import BulianError
from web.db.models import now
from web.home import Home

Step = Callable[[Home, datetime], Any]
"""Does what is due at a time, and says what it did."""

_log = structlog.get_logger()


class Clock:
    """A thread that goes through `steps`, for the first time after `pause` seconds and then that often, until it is
    stopped. Whatever goes wrong in a step is logged and tried again in the next round; the other steps are done all
    the same.
    """

    def __init__(self, home: Home, name: str, pause: float, *steps: Step) -> None:
        self._home, self._name, self._pause, self._steps = home, name, pause, steps
        self._stop = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop: a long step ends early then."""
        return self._stop.is_set()

    @property
    def busy(self) -> bool:
        """Whether a step is still at work, though it was told to stop."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            self.round(now())

    def round(self, at: datetime) -> dict[str, Any]:
        """One round, as of a time. Returns what each step said by its name, without those that failed."""
        said: dict[str, Any] = {}
        for step in self._steps:
            try:
                said[step.__name__] = step(self._home, at)
            except BulianError as error:
                _log.warning(f"{self._name} wait", step=step.__name__, code=error.code, error=str(error))
            except Exception:
                # the thread must outlive whatever one round meets
                _log.exception(f"a round of {self._name} failed", step=step.__name__)
        return said
