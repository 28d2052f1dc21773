"""Queries that run now, so that who asked may cancel one: each under a ticket that its asker alone knows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_LOCK = Lock()
_TASKS: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Task[object]]] = {}


@contextmanager
def running(ticket: str) -> Iterator[None]:
    """The present task can be cancelled by this ticket within the block; an empty ticket is none."""
    task = asyncio.current_task()
    if not ticket or task is None:
        yield
        return
    mine = (asyncio.get_running_loop(), task)
    with _LOCK:
        _TASKS[ticket] = mine
    try:
        yield
    finally:
        with _LOCK:
            if _TASKS.get(ticket) is mine:
                del _TASKS[ticket]


def cancel(ticket: str) -> bool:
    """Cancel the query under this ticket; False where none runs. Its transaction ends with its connection."""
    with _LOCK:
        found = _TASKS.get(ticket)
        if found is None:
            return False
        loop, task = found
        loop.call_soon_threadsafe(task.cancel)
    return True
