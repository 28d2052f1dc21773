"""Earlier awards: who won what, from whom and when, and which of them are like a need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from kg.values.name import name_key
from matcher.corpus import Corpus
from matcher.embed import Embedder, Vectors
from matcher.lexical import Lexical, grams

COMPARED = 1000
"""Awards that are compared by vector: those that share most characters with the need, and the buyer's own."""

SOFTNESS = 0.06
"""Cosine by which a title is e times less heard than the need's own words."""

STRANGER = 0.2
"""What an award counts whose buyer has no sign in common with the need's; one of the same buyer counts 1 more."""

OLD, FADING = 0.3, 1.5
"""What an award counts however old it is, and the years in which the rest of its weight falls to a third."""


@dataclass(frozen=True, slots=True)
class Award:
    """A contract and one of the firms that won it: `firm` is its id, `day` an ISO date ("" where none is known)."""

    title: str
    buyer: str
    firm: str
    day: str = ""
    amount: float | None = None
    currency: str | None = None
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Like:
    """Awards that were compared with a need, by their place in the history, and how each stands to it.

    `cosine` of title and need, `kin` of the buyers' names (0 to 1), `fresh` (0 to 1) falls with age.
    """

    places: NDArray[np.int64]
    cosine: NDArray[np.float64]
    kin: NDArray[np.float64]
    fresh: NDArray[np.float64]

    @property
    def weight(self) -> NDArray[np.float64]:
        """How much each award speaks for its winner: e^((cosine - 1) / 0.06), times buyer, times age."""
        alike = np.exp((self.cosine - 1) / SOFTNESS)
        return np.asarray(alike * (STRANGER + self.kin) * (OLD + (1 - OLD) * self.fresh))


class History:
    """Awards with what is computed of them, to be looked through for every need; never changed."""

    def __init__(self, awards: Iterable[Award], embedder: Embedder, today: date) -> None:
        """`today` is the day to which ages are counted: the day of the need, else the day of the data."""
        self.awards: Sequence[Award] = sorted(awards, key=lambda award: (award.day, award.title, award.firm))
        self.today = today
        self.embedder = embedder

    @classmethod
    def of(cls, corpus: Corpus, embedder: Embedder) -> History:
        """The awards that the firms of a corpus have in their field `awards`."""
        held = corpus.holders.get("awards", {})
        won = ((corpus.firms[row].id, item) for row, items in held.items() for item in items)
        return cls((Award(**item.value, firm=firm, fact=item.fact) for firm, item in won), embedder, corpus.as_of)

    def __len__(self) -> int:
        return len(self.awards)

    def before(self, day: str) -> History:
        """What was known on a day: awards of earlier days. Undated ones are left out."""
        earlier = (award for award in self.awards if award.day and award.day < day)
        return History(earlier, self.embedder, _first_day(day))

    def like(self, terms: Sequence[str], vectors: Vectors, buyer: str = "") -> Like:
        """Compare the awards with a need: its names, their vectors (unit rows), and who asks ("" for nobody)."""
        places = self._compared(terms, name_key(buyer))
        titles = self.embedder.embed([self.awards[place].title for place in places.tolist()])
        cosine = (titles @ vectors.T).max(axis=1) if len(places) else np.zeros(0)
        asks = _pairs(buyer)
        kin = [_alike(asks, self._buyers[place]) for place in places.tolist()]
        fresh = np.exp(-self._years[places] / FADING)
        return Like(places, np.asarray(cosine, np.float64), np.array(kin, np.float64), fresh)

    def _compared(self, terms: Sequence[str], buyer: str) -> NDArray[np.int64]:
        if len(self) <= COMPARED:
            return np.arange(len(self))
        shares = np.max([self._lexical.shares(term) for term in terms], axis=0)
        best = np.argpartition(-shares, COMPARED)[:COMPARED]
        own = np.array(self._of_buyer.get(buyer, ()), np.int64)
        return np.union1d(best, own).astype(np.int64)

    @cached_property
    def _lexical(self) -> Lexical:
        return Lexical.build([award.title for award in self.awards])

    @cached_property
    def _buyers(self) -> list[frozenset[int]]:
        known = {award.buyer: _pairs(award.buyer) for award in self.awards}
        return [known[award.buyer] for award in self.awards]

    @cached_property
    def _of_buyer(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, award in enumerate(self.awards):
            if award.buyer:
                found.setdefault(name_key(award.buyer), []).append(place)
        return found

    @cached_property
    def _years(self) -> NDArray[np.float64]:
        """Age of each award in years; an undated one is as good as old."""
        days = ((self.today - _first_day(a.day)).days if a.day else np.inf for a in self.awards)
        return np.maximum(np.fromiter(days, np.float64, len(self.awards)), 0) / 365.25


def _first_day(day: str) -> date:
    """The day of an ISO date; the first one where only the month or the year is known."""
    return date.fromisoformat((day + "-01-01")[:10])


def alike(one: str, other: str) -> float:
    """Share of the pairs of characters that two texts have in common (Jaccard, 0 to 1)."""
    return _alike(_pairs(one), _pairs(other))


@lru_cache(maxsize=65536)
def _pairs(text: str) -> frozenset[int]:
    return frozenset(code for code in grams(text) if code >> 21)


def _alike(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
