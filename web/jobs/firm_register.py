"""The firms of the corpus as the register against which written names are looked up."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

from kg.identity.firm import Firm
from kg.identity.resolve import Resolver
from matcher.corpus import Corpus

_MADE: WeakKeyDictionary[Corpus, Resolver] = WeakKeyDictionary()
_LOCK = Lock()


def resolver_of(corpus: Corpus) -> Resolver:
    """The resolver over the firms of a corpus that have a name, made once for each corpus."""
    with _LOCK:
        if corpus not in _MADE:
            _MADE[corpus] = Resolver(
                Firm(
                    firm.id,
                    firm.name,
                    tuple(str(item.value) for item in firm.items("aliases")),
                    next((str(item.value) for item in firm.items("credit_code")), None),
                    next((str(item.value) for item in firm.items("region")), None),
                )
                for firm in corpus.firms
                if firm.name
            )
        return _MADE[corpus]
