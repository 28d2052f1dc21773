"""How many requests an address or a key may make: counted in memory, begun anew with the process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Protocol

from web.errors import WebError

MINUTE, DAY = 60, 24 * 3600
_NAMES = 50_000
"""Names that a window counts; of more the one that began first is counted anew."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a window still lets through after a request, and the seconds until it begins anew; `passed`: this one was
    within it.
    """

    most: int
    remaining: int
    seconds: int
    passed: bool

    def headers(self) -> dict[str, str]:
        """As the answer says it."""
        said = {"RateLimit-Limit": self.most, "RateLimit-Remaining": self.remaining, "RateLimit-Reset": self.seconds}
        return {name: str(value) for name, value in said.items()} | self.retry()

    def retry(self) -> dict[str, str]:
        """When to come again, where this request was one too many."""
        return {} if self.passed else {"Retry-After": str(self.seconds)}


class TooManyError(WebError):
    """One request too many (WE429)."""

    def __init__(self, left: Left, whose: str) -> None:
        super().__init__(
            f"more than {left.most} requests of this {whose}", code="WE429", hint=f"wait {left.seconds} seconds"
        )
        self.left = left


class Counted(Protocol):
    """Requests by name, counted somewhere: in this process, or in one that several ask."""

    def take(self, name: str, /) -> Left | None:
        """Count one request; None where there is no limit."""


class Window:
    """Requests by name, so many within each stretch of `seconds`; `most` 0 lets everything through."""

    def __init__(self, most: int, seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds, self._clock = most, seconds, clock
        self._began = 0
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def take(self, name: str) -> Left | None:
        """Count one request; None where there is no limit."""
        if not self.most:
            return None
        present = self._clock()
        number = int(present // self.seconds)
        with self._lock:
            if number != self._began:
                self._counts.clear()
                self._began = number
            count = self._counts[name] = self._counts.get(name, 0) + 1
            if len(self._counts) > _NAMES:
                self._counts.popitem(last=False)
        ends = max(1, int((number + 1) * self.seconds - present) + 1)
        return Left(self.most, max(0, self.most - count), ends, count <= self.most)


class Quota:
    """What a key may ask for: so much a minute, and so much a day."""

    def __init__(self, minute: int, day: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._windows = (Window(minute, MINUTE, clock), Window(day, DAY, clock))

    def take(self, key: str) -> Left | None:
        """Count one request; the window of which least is left, None where there is no limit."""
        found: list[Left] = []
        for window in self._windows:
            left = window.take(key)
            if left is not None:
                found.append(left)
                if not left.passed:
                    return left
        return min(found, key=lambda left: left.remaining, default=None)


def network(host: str) -> str:
    """What is counted as one address: of IPv6 the network of a subscriber (/64), who has all addresses in it."""
    try:
        address = ip_address(host)
    except ValueError:
        return host[:64]
    if not isinstance(address, IPv6Address):
        return host
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else f"{address.exploded[:19]}::/64"
