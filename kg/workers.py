"""Who does a piece of work that falls into many independent items: this process, several of this machine, or others.

What is done does not know who does it: results come in the order of the items whoever made them, so that nothing that
is written from them depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


class Workers(Protocol):
    """Anything that does the same work for each of many items."""

    def map(
        self,
        work: Callable[[Item], Made],
        items: Sequence[Item],
        *,
        together: int = 1,
        ready: Callable[[], object] | None = None,
        packed: Callable[[Item], Item] | None = None,
    ) -> Iterator[Made]:
        """`work(item)` for all items, in their order; `work`, items and results must be such that pickle takes them.

        At most `together` items go to a worker at once. `ready` is called in each process of this machine before its
        first item. `packed` is done here to an item that goes to another machine, where this one's files are not seen.
        """
        ...


@dataclass(frozen=True, slots=True)
class Processes:
    """That many processes of this machine; with 1, or for a single item, this process itself."""

    number: int = 1

    def map(
        self,
        work: Callable[[Item], Made],
        items: Sequence[Item],
        *,
        together: int = 1,
        ready: Callable[[], object] | None = None,
        packed: Callable[[Item], Item] | None = None,
    ) -> Iterator[Made]:
        """As `Workers.map`; nothing has to be packed."""
        if self.number <= 1 or len(items) < 2:
            yield from map(work, items)
            return
        with ProcessPoolExecutor(
            min(self.number, len(items)), mp_context=get_context("spawn"), initializer=ready
        ) as pool:
            yield from pool.map(work, items, chunksize=share(len(items), self.number, together))


HERE = Processes()
"""This process alone."""


def share(items: int, workers: int, together: int) -> int:
    """How many of `items` go to one of `workers` at once, so that none waits long for the last: 1 to `together`."""
    return max(1, min(together, items // (4 * workers)))
