"""Progress of long work: a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]


@contextmanager
def working(label: str) -> Iterator[None]:
    """A sign of life on stderr while work of unknown length is done, where that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(label):
        yield


@contextmanager
def looking() -> Iterator[Callable[[str, int], None]]:
    """Yield a function that says which step is at which number, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _step, _done: None
        return
    from rich.console import Console

    with Console(stderr=True).status("check") as status:
        yield lambda step, done: status.update(f"{step}: {done:,}")


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Advance]:
    """Yield a function that counts steps done; a bar with `label` on stderr where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _steps: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps: bar.advance(task, steps)
