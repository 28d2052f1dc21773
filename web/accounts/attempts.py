"""How often an address may fail to sign in: counted in memory, forgotten with the process."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from web.db.models import now
from web.errors import WebError

_ADDRESSES = 10_000
"""Addresses that are remembered; of more the one that failed longest ago is forgotten."""


class Attempts:
    """Failed sign-ins by address within the last while."""

    def __init__(self, most: int, minutes: int) -> None:
        self._most, self._while = most, timedelta(minutes=minutes)
        self._failed: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def check(self, address: str) -> None:
        """Raise WebError WE072 where the address has failed too often."""
        if self.too_many(address):
            minutes = int(self._while.total_seconds() // 60)
            raise WebError("too many failed sign-ins from this address", code="WE072", hint=f"wait {minutes} minutes")

    def too_many(self, address: str) -> bool:
        """Whether the address has failed too often."""
        with self._lock:
            failed = self._failed.get(address)
            present = now()
            while failed and not present - self._while < failed[0] <= present:
                failed.popleft()
            return len(failed) >= self._most if failed else False

    @contextmanager
    def links(self, what: str, host: str) -> Iterator[None]:
        """Try a link of some kind from an address: what is refused within is counted, and after too many nothing is
        tried. Raises WebError WE093, and what is raised within.
        """
        address = f"{what} {host}"
        try:
            self.check(address)
        except WebError as error:
            raise WebError("too many wrong links from this address", code="WE093", hint=error.hint) from error
        try:
            yield
        except WebError:
            self.failed(address)
            raise

    def failed(self, address: str) -> None:
        """One more failure."""
        with self._lock:
            self._failed.setdefault(address, deque(maxlen=self._most)).append(now())
            self._failed.move_to_end(address)
            while len(self._failed) > _ADDRESSES:
                self._failed.popitem(last=False)
