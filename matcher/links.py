"""Missing links of supply, predicted: who may supply a buyer, each with the evidence that was added up and its path.

A prediction is reckoned, never a fact: it is shown as `inferred`, and never written to journal or graph. What counts
for a firm and a buyer, each from 0 to 1, times its points:

- like: a contract that the buyer let, won by another, is like one that the firm won (cosine of the titles);
- kin: the firm supplies a buyer whose name is like this one's (offices of one body, members of one group);
- shared: firms that supply this buyer supply other buyers that this firm supplies, too;
- makes: the firm lists what the buyer's contracts are about;
- peers: the firm is in an industry of the buyer's suppliers;
- place: firm and buyer have the same place in their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kg.values.name import name_key, split_name
from matcher.award import Award, alike
from matcher.corpus import Corpus
from matcher.embed import Embedder

POINTS: Mapping[str, float] = {"like": 6.0, "kin": 3.0, "shared": 3.0, "makes": 2.0, "peers": 1.0, "place": 1.0}
"""Points of each kind of evidence; set by hand."""

LOW = 0.6
"""Cosine up to which two titles have nothing in common."""

NEAR = 50
"""Contracts whose buyers are looked at for a firm."""

LEAST = 2.0
"""Score from which on a link is said."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of evidence: its kind, what it adds, the words and facts of its path from the firm to the buyer."""

    kind: str
    points: float
    path: tuple[str, ...]
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A firm that may supply a buyer; the points of its steps add up to the score."""

    firm: str
    buyer: str
    score: float
    steps: tuple[Step, ...]
    level: str = "inferred"


class Links:
    """Known supplies, and what can be reckoned of them. Buyers are names, firms ids of the corpus."""

    def __init__(self, corpus: Corpus, awards: Iterable[Award], embedder: Embedder) -> None:
        """`awards` are the known supplies; those without a buyer are left out."""
        self.corpus = corpus
        self.awards: Sequence[Award] = [one for one in awards if one.buyer and corpus.row(one.firm) is not None]
        self._embedder = embedder
        self.buyers: Sequence[str] = sorted({name_key(one.buyer) for one in self.awards})
        self._names = {name_key(one.buyer): one.buyer for one in self.awards}
        place = {buyer: at for at, buyer in enumerate(self.buyers)}
        self._of = np.array([place[name_key(one.buyer)] for one in self.awards], np.int64)
        self._won = np.array([corpus.row(one.firm) for one in self.awards], np.int64)

    @cached_property
    def pairs(self) -> NDArray[np.float64]:
        """1 where a firm (row) is known to supply a buyer (column)."""
        found = np.zeros((len(self.corpus), len(self.buyers)))
        found[self._won, self._of] = 1
        return found

    @cached_property
    def _titles(self) -> NDArray[np.float32]:
        return np.asarray(self._embedder.embed([one.title for one in self.awards]), np.float32)

    @cached_property
    def _places(self) -> list[str]:
        return [split_name(firm.name or firm.id).place or "" for firm in self.corpus.firms]

    def evidence(self, buyer: str) -> dict[str, Values]:
        """For each kind of evidence its value for every firm of the corpus and this buyer."""
        key = name_key(buyer)
        own = np.array([self.buyers[at] == key for at in self._of.tolist()], bool)
        cosine = np.clip((self._titles @ self._titles[own].T - LOW) / (1 - LOW), 0, None) if own.any() else None
        like = np.zeros(len(self.corpus))
        if cosine is not None:
            np.maximum.at(like, self._won[~own], cosine[~own].max(axis=1))
        kin = np.array([0.0 if other == key else alike(key, other) for other in self.buyers])
        suppliers = np.zeros(len(self.corpus))
        suppliers[self._won[own]] = 1
        common = (self.pairs.T @ suppliers) * (np.array(self.buyers) != key)
        return {
            "like": like,
            "kin": (self.pairs * kin).max(axis=1) if len(kin) else like,
            "shared": _share((self.pairs * (common / np.maximum(self.pairs.sum(axis=0), 1))).sum(axis=1)),
            "makes": self._makes(own),
            "peers": self._peers(suppliers),
            "place": self._same_place(buyer),
        }

    def scores(self, buyer: str) -> Values:
        """The score of every firm for a buyer."""
        return np.asarray(sum(POINTS[kind] * values for kind, values in self.evidence(buyer).items()), np.float64)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts, of unit length."""
        return np.asarray(self._embedder.embed(texts), np.float32)

    def _makes(self, own: NDArray[np.bool_]) -> Values:
        corpus = self.corpus
        best = np.zeros(len(corpus))
        if own.any() and len(corpus.product_names):
            nearness = (self._products @ self._titles[own].T).max(axis=1)
            owners = np.repeat(np.arange(len(corpus)), np.diff(corpus.firm_start))
            np.maximum.at(best, owners, np.clip((nearness - LOW) / (1 - LOW), 0, 1)[corpus.slot_product])
        return best

    @cached_property
    def _products(self) -> NDArray[np.float32]:
        return np.asarray(self._embedder.embed(list(self.corpus.product_names)), np.float32)

    def _peers(self, suppliers: Values) -> Values:
        corpus = self.corpus
        owners = np.repeat(np.arange(len(corpus)), np.diff(corpus.industry_start))
        held = np.bincount(corpus.slot_industry, suppliers[owners], len(corpus.industry_names))
        total = np.maximum(np.bincount(corpus.slot_industry, minlength=len(corpus.industry_names)), 1)
        found = np.zeros(len(corpus))
        np.maximum.at(found, owners, (held / np.sqrt(total))[corpus.slot_industry])
        return np.minimum(found, 1)

    def _same_place(self, buyer: str) -> Values:
        place = split_name(buyer).place
        return np.array([float(bool(place) and own == place) for own in self._places])

    def step(self, kind: str, row: int, buyer: str, value: float) -> Step:
        """The strongest path of one kind of evidence from a firm (row) to a buyer, with the facts that it rests on."""
        key = name_key(buyer)
        name = self.corpus.firms[row].name or self.corpus.firms[row].id
        mine = [at for at, won in enumerate(self._won.tolist()) if won == row]
        own = [at for at, of in enumerate(self._of.tolist()) if self.buyers[of] == key]
        path, facts = _PATHS[kind](self, row, key, mine, own)
        return Step(kind, round(POINTS[kind] * value, 4), (name, *path, self._names.get(key, buyer)), facts)

    def of_firm(self, ident: str, count: int = 5) -> list[Link]:
        """The buyers that a firm most likely supplies besides those that are known, best first.

        Looked at are the buyers of the 50 contracts that are most like the firm's own contracts and products.
        """
        row = self.corpus.row(ident)
        if row is None or not self.awards:
            return []
        words = [self.awards[at].title for at in np.flatnonzero(self._won == row).tolist()]
        words += [product.name for product in self.corpus.firms[row].products]
        if not words:
            return []
        nearness = (self._titles @ self._embedder.embed(words).T).max(axis=1)
        near = np.argsort(-nearness, kind="stable")[:NEAR]
        known = self.pairs[row] > 0
        found = [
            self.link(row, self._names[self.buyers[at]]) for at in sorted(set(self._of[near].tolist())) if not known[at]
        ]
        return sorted((one for one in found if one.score >= LEAST), key=lambda one: (-one.score, one.buyer))[:count]

    def link(self, row: int, buyer: str) -> Link:
        """What speaks for a firm (row) as a supplier of a buyer: steps of some weight, which add up to the score."""
        held = {kind: float(values[row]) for kind, values in self.evidence(buyer).items()}
        steps = [self.step(kind, row, buyer, value) for kind, value in held.items() if POINTS[kind] * value > 0]
        steps.sort(key=lambda step: -step.points)
        return Link(self.corpus.firms[row].id, buyer, round(sum(step.points for step in steps), 4), tuple(steps))

    def nearest(self, ones: Sequence[int], others: Sequence[int]) -> tuple[Award, Award]:
        """The two awards (places in `awards`) whose titles are most alike."""
        cosine = self._titles[list(ones)] @ self._titles[list(others)].T
        one, other = np.unravel_index(int(np.argmax(cosine)), cosine.shape)
        return self.awards[ones[int(one)]], self.awards[others[int(other)]]


Path = tuple[tuple[str, ...], tuple[str, ...]]


def _facts(*awards: Award) -> tuple[str, ...]:
    return tuple(one.fact for one in awards if one.fact is not None)


def _like(links: Links, row: int, key: str, mine: Sequence[int], own: Sequence[int]) -> Path:
    won, bought = links.nearest(mine, own)
    return (won.title, bought.title), _facts(won, bought)


def _kin(links: Links, row: int, key: str, mine: Sequence[int], own: Sequence[int]) -> Path:
    best = max((links.awards[at] for at in mine), key=lambda one: alike(key, name_key(one.buyer)))
    return (best.title, best.buyer), _facts(best)


def _shared(links: Links, row: int, key: str, mine: Sequence[int], own: Sequence[int]) -> Path:
    peers = {links.awards[at].firm: links.awards[at] for at in own}
    buyers = {name_key(links.awards[at].buyer): links.awards[at] for at in mine}
    for other in links.awards:
        here = buyers.get(name_key(other.buyer))
        if here is not None and other.firm in peers:
            at = links.corpus.row(other.firm)
            name = links.corpus.firms[at].name if at is not None else other.firm
            return (other.buyer, name or other.firm), _facts(here, other, peers[other.firm])
    return (), ()


def _made(links: Links, row: int, key: str, mine: Sequence[int], own: Sequence[int]) -> Path:
    products = links.corpus.firms[row].products
    nearness = links.embed([one.name for one in products]) @ links.embed([links.awards[at].title for at in own]).T
    one, other = np.unravel_index(int(np.argmax(nearness)), nearness.shape)
    product, bought = products[int(one)], links.awards[own[int(other)]]
    return (product.name, bought.title), (*((product.fact,) if product.fact else ()), *_facts(bought))


def _industry(links: Links, row: int, key: str, mine: Sequence[int], own: Sequence[int]) -> Path:
    industries = set(links.corpus.firms[row].industries)
    for at in own:
        other = links.corpus.row(links.awards[at].firm)
        firm = links.corpus.firms[other] if other is not None else None
        if firm is not None and (common := industries.intersection(firm.industries)):
            return (min(common), firm.name or firm.id), _facts(links.awards[at])
    return (), ()


def _place(links: Links, row: int, key: str, mine: Sequence[int], own: Sequence[int]) -> Path:
    return (split_name(key).place or "",), ()


_PATHS: Mapping[str, Callable[[Links, int, str, Sequence[int], Sequence[int]], Path]] = {
    "like": _like,
    "kin": _kin,
    "shared": _shared,
    "makes": _made,
    "peers": _industry,
    "place": _place,
}


def _share(values: Values) -> Values:
    """Between 0 and 1: half at the mean of what is not 0."""
    some = values[values > 0]
    return values / (values + float(some.mean())) if len(some) else values
