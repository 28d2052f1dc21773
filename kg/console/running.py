"""Queries that run now, so that who asked may cancel one: each under a ticket that its asker alone knows.

A ticket is a file as long as its query runs. Who takes the file away cancels the query, in whichever of the processes
that serve the same pages it runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

LOOK = 0.2
"""Seconds between two looks at whether a query is cancelled."""


class Tickets:
    """The tickets of a folder, which is made when the first one is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def running(self, ticket: str) -> Iterator[None]:
        """The present task can be cancelled by this ticket within the block; an empty ticket is none."""
        task = asyncio.current_task()
        if not ticket or task is None:
            yield
            return
        self._folder.mkdir(exist_ok=True)
        mine = self._folder / f"{_name(ticket)}-{token_hex(4)}"
        mine.touch()
        watch = asyncio.create_task(_watch(mine, task))
        try:
            yield
        finally:
            watch.cancel()
            mine.unlink(missing_ok=True)

    def cancel(self, ticket: str) -> bool:
        """Cancel the query under this ticket; False where none runs. Its transaction ends with its connection."""
        cancelled = False
        for one in self._folder.glob(f"{_name(ticket)}-*"):
            try:
                one.unlink()
                cancelled = True
            except FileNotFoundError:  # it ended at this very moment
                continue
        return cancelled


async def _watch(mine: Path, task: asyncio.Task[object]) -> None:
    while mine.exists():
        await asyncio.sleep(LOOK)
    task.cancel()


def _name(ticket: str) -> str:
    return sha256(ticket.encode("utf8", "surrogatepass")).hexdigest()[:32]
