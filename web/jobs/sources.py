"""Documents of the graph by publisher and kind: counted once for each state of the graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from web.home import Home

if TYPE_CHECKING:
    from kg.store import Graph

_made: WeakKeyDictionary[Home, tuple[str, Sequence[Mapping[str, Any]]]] = WeakKeyDictionary()
_making = Lock()


def by_source(home: Home, graph: Graph) -> Sequence[Mapping[str, Any]]:
    """Publisher, kind, source, documents, facts, oldest, newest and licence, those with most statements first.

    All documents and statements are counted for it, which a page is not to wait for twice.
    """
    stamp = graph.stamp()
    if stamp is None:
        return graph.read("documents_by_source")
    with _making:
        kept = _made.get(home)
        if kept is None or kept[0] != stamp.stamp:
            kept = _made[home] = (stamp.stamp, graph.read("documents_by_source"))
        return kept[1]
