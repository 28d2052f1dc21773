"""What was made last, by key: those that nobody asked for the longest go first."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most `most` values. Threads may use it together: two that make the same at once keep the later one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[K, V] = {}

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K, make: Callable[[], V], holds: Callable[[V], bool] = lambda _value: True) -> V:
        """What is kept, else what `make` gives; made anew too where it `holds` no longer."""
        value = self._values.pop(key, None)
        if value is None or not holds(value):
            value = make()
        self._values[key] = value  # the last that was asked stands last
        for old in list(self._values)[: -self._most]:  # a list at once: others may ask meanwhile
            self._values.pop(old, None)
        return value
