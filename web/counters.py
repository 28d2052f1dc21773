"""What is counted of addresses and keys, in one place for all processes that serve the same pages.

One process counts in its own memory. Where there are several, the one that started them counts for all: they ask it
through `multiprocessing.managers`, over a socket that this user alone may open.
"""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.managers import BaseManager
from threading import Thread
from typing import Any, cast

from web.accounts.attempts import Attempts
from web.limits import MINUTE, Counted, Quota, Window
from web.settings import Settings

_TAKES, _TRIES = ("take",), ("too_many", "failed")


@dataclass(frozen=True)
class Counters:
    """Requests of addresses, requests of keys, failed sign-ins and wrong links of addresses."""

    addresses: Counted
    keys: Counted
    attempts: Attempts

    @classmethod
    def of(cls, settings: Settings) -> Counters:
        """Nothing counted yet, in the memory of this process."""
        return cls(
            Window(settings.address_requests, MINUTE),
            Quota(settings.key_requests, settings.key_requests_day),
            Attempts(settings.address_failures, settings.lockout_minutes),
        )


class _Manager(BaseManager):
    """Hands out what is counted; asked for by name."""


def serve(counters: Counters) -> str:
    """Count for processes that this one starts, in threads that end with it; returns the address that they ask."""
    _Manager.register("addresses", callable=lambda: counters.addresses, exposed=_TAKES)
    _Manager.register("keys", callable=lambda: counters.keys, exposed=_TAKES)
    _Manager.register("attempts", callable=lambda: counters.attempts, exposed=_TRIES)
    server = _Manager().get_server()
    Thread(target=server.serve_forever, name="counters", daemon=True).start()
    return str(server.address)


def reached(settings: Settings, address: str) -> Counters:
    """The counters that the process which started this one serves at that address."""
    for name, exposed in (("addresses", _TAKES), ("keys", _TAKES), ("attempts", _TRIES)):
        _Manager.register(name, exposed=exposed)
    manager = cast(Any, _Manager(address))  # its methods are those that were registered
    manager.connect()
    return Counters(manager.addresses(), manager.keys(), _Attempts(settings, manager.attempts()))


class _Attempts(Attempts):
    """Those that another process counts."""

    def __init__(self, settings: Settings, there: Any) -> None:
        super().__init__(settings.address_failures, settings.lockout_minutes)
        self._there = there

    def too_many(self, address: str) -> bool:
        """Whether the address has failed too often, in any of the processes."""
        return bool(self._there.too_many(address))

    def failed(self, address: str) -> None:
        """One more failure."""
        self._there.failed(address)
