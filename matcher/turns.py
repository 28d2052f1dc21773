"""Turns: no more needs are ranked at a time than there are cores, in the order in which they were asked.

More threads than cores only get into each other's way, and without an order some of them wait much longer than others.
What is built before somebody asks (vectors, towers) takes the cores that it finds.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, local
from typing import Any

from threadpoolctl import threadpool_limits


class Turns:
    """At most so many threads at work; who waits comes first, first served. A thread that has a turn needs no other."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[Lock] = deque()
        self._guard = Lock()
        self._own = local()

    def leave(self, most: int) -> None:
        """From now on at most so many; said before anybody asks."""
        with self._guard:
            self._free = most

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and keep it to the end of the block; inside of another one's block it is the same turn."""
        if getattr(self._own, "held", False):
            yield
            return
        self._take()
        self._own.held = True
        try:
            yield
        finally:
            self._own.held = False
            self._give()

    def _take(self) -> None:
        with self._guard:
            if self._free:
                self._free -= 1
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        try:
            mine.acquire()
        except BaseException:  # interrupted: a turn that was handed over meanwhile is passed on
            with self._guard:
                waits = mine in self._waiting
                if waits:
                    self._waiting.remove(mine)
            if not waits:
                self._give()
            raise

    def _give(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_turns = Turns(CORES)


def shared_by(processes: int) -> None:
    """This process is one of so many that rank on the same cores: it takes its share of the turns, one at least."""
    _turns.leave(max(1, CORES // processes))


@contextmanager
def turn() -> Iterator[None]:
    """A turn of this process: one thread of OpenMP (faiss) meanwhile, as the other cores are for other needs."""
    with _turns.turn():
        faiss: Any = sys.modules.get("faiss")
        if faiss is None:  # a small corpus does without it
            yield
            return
        before = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # of the calling thread alone, so it is said in each
        try:
            yield
        finally:
            faiss.omp_set_num_threads(before)


def one_thread_each() -> None:
    """From now on the linear algebra of this process runs on the thread that asks for it."""
    threadpool_limits(1, user_api="blas")
