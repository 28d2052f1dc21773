"""What a read must have seen: the bookmarks of writes, so that members of a cluster that lag behind are waited for.

A cluster answers reads by members that have not seen the newest writes yet. Each transaction leaves a bookmark; who
sends it along is answered when the member has come so far. In one process they pass from hand to hand in memory; what
was written passes through a file to other processes on the same data folder.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from threading import Lock

from filelock import FileLock
from neo4j.api import BookmarkManager

from kg.files import write_whole


class Bookmarks(BookmarkManager):
    """The bookmarks of one graph, for its driver (`neo4j.GraphDatabase`, sessions); safe between threads."""

    def __init__(self, graph: str, file: Path | None = None) -> None:
        """`graph` names address and database: bookmarks of another one in the file are none of ours."""
        self._graph = graph
        self._file = file
        self._lock = Lock()
        self._seen: set[str] = set()
        self._past: set[str] = set()

    def get_bookmarks(self) -> Collection[str]:
        """Those that the next transaction has to wait for: what was seen here, and what others wrote."""
        with self._lock:
            return self._seen | self._told()

    def update_bookmarks(self, previous_bookmarks: Collection[str], new_bookmarks: Collection[str]) -> None:
        """A transaction that began with `previous_bookmarks` has ended with the new ones, which stand for all."""
        if new_bookmarks:
            with self._lock:
                self._past = set(previous_bookmarks)
                self._seen = (self._seen - self._past) | set(new_bookmarks)

    def tell(self) -> None:
        """Something was written: other processes are to wait for it too."""
        if self._file is None:
            return
        with self._lock, self._alone(self._file):
            told = (self._told() - self._past) | self._seen
            write_whole(self._file, json.dumps({"graph": self._graph, "bookmarks": sorted(told)}).encode())

    def forget(self) -> None:
        """The graph knows nothing of them: it was restored, or is another one under the same address."""
        with self._lock:
            self._seen.clear()
            self._past.clear()
            if self._file is not None:
                with self._alone(self._file):
                    self._file.unlink(missing_ok=True)

    def _told(self) -> set[str]:
        if self._file is None:
            return set()
        try:
            said = json.loads(self._file.read_text("utf-8"))
            return set(said["bookmarks"]) if said["graph"] == self._graph else set()
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or cut off: nothing to wait for
            return set()

    def _alone(self, file: Path) -> FileLock:
        return FileLock(file.with_suffix(".lock"))
