"""Firms of one set that could be one: pairs worth a look, each with its comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from kg.identity.block import GramIndex
from kg.identity.compare import Comparison, compare_all
from kg.identity.firm import Firm, Known

_NEAR = 10
_STEP = 2000
_MEETING = 30
"""A name that more firms bear, or a thing that more own, makes no pairs by itself."""


def pairs(firms: Collection[Firm], among: Collection[str] | None = None) -> Iterator[tuple[Firm, Firm, Comparison]]:
    """Pairs that are one firm or could be; each once, in the order of the firms. With `among` (ids) only pairs that
    hold one of these firms."""
    known = [Known(firm) for firm in firms]
    asked = range(len(known)) if among is None else [at for at, one in enumerate(known) if one.firm.id in among]
    found = sorted(_near(known, asked) | _meeting(known, frozenset(asked)))
    for first in range(0, len(found), _STEP):
        part = [(known[one], known[other]) for one, other in found[first : first + _STEP]]
        for (one, other), comparison in zip(part, compare_all(part), strict=True):
            if comparison.verdict != "different":
                yield one.firm, other.firm, comparison


def _near(known: list[Known], asked: Collection[int]) -> set[tuple[int, int]]:
    """Firms with names that are near to each other, present or former ones."""
    texts = [(at, name.core) for at, one in enumerate(known) for name in one.names()]
    texts += [(at, alias) for at, one in enumerate(known) for alias in one.aliases]
    index = GramIndex(texts)
    queries = [(at, name.core) for at in asked for name in known[at].names()]
    found = index.near([text for _, text in queries], _NEAR + 1)
    return {
        (min(at, other), max(at, other))
        for (at, _), near in zip(queries, found, strict=True)
        for other, _ in near
        if other != at
    }


def _meeting(known: list[Known], asked: Collection[int]) -> set[tuple[int, int]]:
    """Firms with one credit code, one name or alias, one patent."""
    held: dict[str, dict[int, None]] = defaultdict(dict)
    for at, one in enumerate(known):
        names = (name.bare for name in one.names())
        for key in (*names, *one.aliases, *((one.code,) if one.code else ()), *one.firm.patents):
            held[key][at] = None
    return {
        (one, other)
        for met in held.values()
        if 1 < len(met) <= _MEETING
        for one in met
        for other in met
        if one < other and (one in asked or other in asked)
    }
