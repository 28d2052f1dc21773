"""Chains over the graph: the templates that hold in this data folder, and where the corpus' products stand in them."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

from matcher.chain.placement import Placement, Placer
from matcher.chain.template import packaged
from matcher.corpus import Corpus
from web.home import Home

_made: WeakKeyDictionary[Corpus, Placement] = WeakKeyDictionary()
_making = Lock()


def placer(home: Home) -> Placer:
    """Templates and corrections of this data folder, ready to place names."""
    return Placer(packaged())


def placement(home: Home, corpus: Corpus) -> Placement:
    """Where the products of a corpus stand; reckoned once for each corpus."""
    with _making:
        found = _made.get(corpus)
        if found is None:
            found = _made[corpus] = Placement.of(corpus, placer(home))
        return found
