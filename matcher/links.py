"""Missing links of supply, predicted: who may supply a buyer, each with the evidence that was added up and its path.

A prediction is reckoned, never a fact: it is shown as `inferred`, and never written to journal or graph. What counts
for a firm and a buyer, each from 0 to 1, times its points:

- like: a contract that the buyer let, won by another, is like one that the firm won (cosine of the titles);
- kin: the firm supplies a buyer whose name is like this one's (offices of one body, members of one group);
- shared: firms that supply this buyer supply other buyers that this firm supplies, too;
- makes: the firm lists what the buyer's contracts are about;
- peers: the firm is in an industry of the buyer's suppliers;
- place: firm and buyer have the same place in their names.

Both directions look at a bounded number of candidates, however many firms there are: those that like contracts, like
names, common customers and near products lead to. Only for them, evidence is reckoned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kg.values.name import name_key, split_name
from matcher.award import Award, alike
from matcher.corpus import Corpus
from matcher.embed import Embedder, Vectors
from matcher.firm import Firm
from matcher.index import Index
from matcher.lexical import Lexical, flat_places, largest
from matcher.link_path import PATHS, called

POINTS: Mapping[str, float] = {"like": 6.0, "kin": 3.0, "shared": 3.0, "makes": 2.0, "peers": 1.0, "place": 1.0}
"""Points of each kind of evidence; set by hand."""

LOW = 0.6
"""Cosine up to which two titles have nothing in common."""

NEAR = 50
"""Contracts, names, products and neighbours by common customers that are looked at for a firm or a buyer."""

MAKERS = 500
"""Makers of near products that are looked at for a buyer."""

COMPARED = 1000
"""Titles that are compared by vector: those that share most characters with the words that are sought."""

LEAST = 2.0
"""Score from which on a link is said."""

Values = NDArray[np.float64]
Rows = NDArray[np.int64]


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

    def __init__(self, corpus: Corpus, awards: Iterable[Award], embedder: Embedder, index: Index | None = None) -> None:
        """`awards` are the known supplies; those without a buyer are left out. `index` has the products' vectors;
        without it they are computed when they are first asked for."""
        self.corpus = corpus
        kept = [(row, one) for one in awards if one.buyer and (row := corpus.row(one.firm)) is not None]
        kept.sort(key=lambda pair: pair[0])
        self.awards: Sequence[Award] = [one for _, one in kept]
        self._embedder, self._index = embedder, index
        self._present = _present_keys(corpus)
        keys = [self.key(one.buyer) for one in self.awards]
        self.buyers: Sequence[str] = sorted(set(keys))
        self._names = {key: one.buyer for key, one in zip(keys, self.awards, strict=True)}
        self._column = {buyer: at for at, buyer in enumerate(self.buyers)}
        self._of = np.array([self._column[key] for key in keys], np.int64)
        self._won = np.array([row for row, _ in kept], np.int64)
        self._start = np.searchsorted(self._won, np.arange(len(corpus) + 1))
        order = np.argsort(self._of, kind="stable")
        self._let = np.split(order, np.searchsorted(self._of[order], np.arange(1, len(self.buyers)))) if keys else []
        self._titles = np.zeros((len(kept), embedder.size), np.float32)
        self._read = np.zeros(len(kept), bool)

    @cached_property
    def pairs(self) -> sparse.csr_array:
        """1 where a firm (row) is known to supply a buyer (column)."""
        shape = (len(self.corpus), len(self.buyers))
        found = sparse.csr_array((np.ones(len(self._won)), (self._won, self._of)), shape=shape)
        found.data[:] = 1
        return found

    def key(self, buyer: str) -> str:
        """What a buyer is known by: the key of its name, of the present one where it is another name of one firm."""
        key = name_key(buyer)
        return self._present.get(key, key)

    def won_by(self, row: int) -> Rows:
        """The known supplies of a firm (row), as places in `awards`."""
        return np.arange(self._start[row], self._start[row + 1])

    def let_by(self, buyer: str) -> Rows:
        """The known supplies to a buyer, as places in `awards`."""
        at = self._column.get(self.key(buyer))
        return np.zeros(0, np.int64) if at is None else self._let[at]

    def titles_of(self, places: Rows) -> Vectors:
        """Vectors of the titles of some known supplies, of unit length."""
        new = places[~self._read[places]]
        if len(new):
            self._titles[new] = self._embedder.embed([self.awards[at].title for at in new.tolist()])
            self._read[new] = True
        return self._titles[places]

    def products_of(self, products: NDArray[Any]) -> Vectors:
        """Vectors of product names (rows) of the corpus, of unit length."""
        return self._index.vectors_of(products) if self._index is not None else self._products[products]

    @cached_property
    def _products(self) -> Vectors:
        return np.asarray(self._embedder.embed(list(self.corpus.product_names)), np.float32)

    def evidence(self, buyer: str, rows: Rows | None = None) -> dict[str, Values]:
        """For each kind of evidence its value for these firms (rows; None: all of the corpus) and this buyer."""
        rows = np.arange(len(self.corpus)) if rows is None else rows
        own = self.let_by(buyer)
        suppliers = np.zeros(len(self.corpus))
        suppliers[self._won[own]] = 1
        won = flat_places(self._start, rows)
        owners = np.repeat(np.arange(len(rows)), self._start[rows + 1] - self._start[rows])
        return {
            "like": self._like(len(rows), won, owners, own),
            "kin": self._kin(len(rows), won, owners, self.key(buyer)),
            "shared": self._shared(suppliers, self.key(buyer))[rows],
            "makes": self._makes(rows, own),
            "peers": self._peers(rows, own),
            "place": self._same_place(rows, buyer),
        }

    def scores(self, buyer: str, rows: Rows | None = None) -> Values:
        """The score of these firms (rows; None: all of the corpus) for a buyer."""
        found = self.evidence(buyer, rows)
        return np.asarray(sum(POINTS[kind] * values for kind, values in found.items()), np.float64)

    def _like(self, count: int, won: Rows, owners: Rows, own: Rows) -> Values:
        found = np.zeros(count)
        other = ~np.isin(won, own)
        if len(own) and other.any():
            cosine = (self.titles_of(won[other]) @ self.titles_of(own).T).max(axis=1)
            np.maximum.at(found, owners[other], np.clip((cosine - LOW) / (1 - LOW), 0, None))
        return found

    def _kin(self, count: int, won: Rows, owners: Rows, key: str) -> Values:
        found = np.zeros(count)
        columns, back = np.unique(self._of[won], return_inverse=True)
        near = [0.0 if (other := self.buyers[at]) == key else alike(key, other) for at in columns.tolist()]
        np.maximum.at(found, owners, np.array(near)[back] if len(near) else np.zeros(0))
        return found

    def _shared(self, suppliers: Values, key: str) -> Values:
        common = self.pairs.T @ suppliers
        if (at := self._column.get(key)) is not None:
            common[at] = 0
        return _share(np.asarray(self.pairs @ (common / self._sizes), np.float64))

    @cached_property
    def _sizes(self) -> Values:
        """How many firms supply each buyer, at least 1."""
        return np.asarray(np.maximum(self.pairs.sum(axis=0), 1), np.float64)

    def _makes(self, rows: Rows, own: Rows) -> Values:
        best = np.zeros(len(rows))
        slots = flat_places(self.corpus.firm_start, rows)
        if len(own) and len(slots):
            products, back = np.unique(self.corpus.slot_product[slots], return_inverse=True)
            nearness = (self.products_of(products) @ self.titles_of(own).T).max(axis=1)
            owners = np.repeat(np.arange(len(rows)), np.diff(self.corpus.firm_start)[rows])
            np.maximum.at(best, owners, np.clip((nearness - LOW) / (1 - LOW), 0, 1)[back])
        return best

    def _peers(self, rows: Rows, own: Rows) -> Values:
        corpus, found = self.corpus, np.zeros(len(rows))
        held = np.bincount(
            corpus.slot_industry[flat_places(corpus.industry_start, np.unique(self._won[own]))],
            minlength=len(corpus.industry_names),
        )
        slots = flat_places(corpus.industry_start, rows)
        owners = np.repeat(np.arange(len(rows)), np.diff(corpus.industry_start)[rows])
        np.maximum.at(found, owners, (held / np.sqrt(self._members))[corpus.slot_industry[slots]])
        return np.minimum(found, 1)

    @cached_property
    def _members(self) -> Rows:
        """How many firms each industry has, at least 1."""
        corpus = self.corpus
        return np.maximum(np.bincount(corpus.slot_industry, minlength=len(corpus.industry_names)), 1)

    def _same_place(self, rows: Rows, buyer: str) -> Values:
        place = split_name(buyer).place
        if not place:
            return np.zeros(len(rows))
        return np.array([float(_place_of(called(self.corpus.firms[row])) == place) for row in rows.tolist()])

    def of_firm(self, ident: str, count: int = 5, known: Iterable[str] = ()) -> list[Link]:
        """The buyers that a firm most likely supplies besides those that are known, best first.

        Looked at are the buyers of the 50 contracts that are most like the firm's own contracts and products, and the
        50 buyers that most of its customers' other suppliers supply. `known` are names of customers that are stated
        elsewhere; the firm itself is none.
        """
        row = self.corpus.row(ident)
        if row is None or not self.awards:
            return []
        firm, won = self.corpus.firms[row], self.won_by(row)
        words = [self.awards[at].title for at in won.tolist()] + [product.name for product in firm.products]
        near = set(self._of[self._nearest(words[:NEAR])].tolist())
        reach = self.pairs.T @ (self.pairs @ (self.pairs[[row]].toarray()[0] / self._sizes)) / self._sizes
        near.update(at for at in largest(reach, NEAR).tolist() if reach[at] > 0)
        left_out = {self.key(name) for name in (*known, *_all_names(firm))}
        left_out.update(self.buyers[at] for at in self._of[won].tolist())
        buyers = [self._names[key] for at in sorted(near) if (key := self.buyers[at]) not in left_out]
        scores = np.array([float(self.scores(buyer, np.array([row]))[0]) for buyer in buyers])
        best = np.argsort(-np.round(scores, 4), kind="stable")[:count]
        return [self.link(row, buyers[at]) for at in best.tolist() if round(scores[at], 4) >= LEAST]

    def of_buyer(self, buyer: str, count: int = 5, known: Iterable[str] = ()) -> list[Link]:
        """The firms that most likely supply a buyer (a name) besides those that are known, best first.

        Looked at are winners of the 50 contracts that are most like the buyer's, suppliers of the 50 buyers of the
        likest names, the 50 firms with most customers in common with its suppliers, and makers of the 50 products
        that are nearest to what it bought. `known` are ids of firms that are stated elsewhere to supply it.
        """
        key = self.key(buyer)
        own = self.let_by(buyer)
        if not self.awards:
            return []
        rows = self._suppliers_near(key, own)
        left_out = {*self._won[own].tolist(), *(row for one in known if (row := self.corpus.row(one)) is not None)}
        chosen = np.array([row for row in sorted(rows) if row not in left_out and not self._is(row, key)], np.int64)
        if not len(chosen):
            return []
        scores = np.round(self.scores(buyer, chosen), 4)
        best = np.lexsort((chosen, -scores))[:count]
        name = self._names.get(key, buyer)
        return [self.link(int(chosen[at]), name) for at in best.tolist() if scores[at] >= LEAST]

    def _suppliers_near(self, key: str, own: Rows) -> set[int]:
        rows = set(self._won[self._nearest([self.awards[at].title for at in own.tolist()][:NEAR])].tolist())
        shares = self._buyer_names.shares(key)
        for at in largest(shares, NEAR).tolist():
            if shares[at] > 0:
                rows.update(self._won[self._let[at]].tolist())
        suppliers = np.zeros(len(self.corpus))
        suppliers[self._won[own]] = 1
        shared = self._shared(suppliers, key)
        rows.update(at for at in largest(shared, NEAR).tolist() if shared[at] > 0)
        if len(own) and len(self.corpus.product_names):
            rows.update(self._makers_near(self.titles_of(own[:NEAR])))
        return rows

    def _makers_near(self, titles: Vectors) -> list[int]:
        """Makers of the products that are nearest to one of the titles, those of the nearest first, at most MAKERS."""
        if self._index is not None:
            products = self._index.nearest(titles, NEAR)
        else:
            products = largest(np.asarray((self._products @ titles.T).max(axis=1)), NEAR)
        nearness = (self.products_of(products) @ titles.T).max(axis=1)
        ordered = products[np.argsort(-nearness, kind="stable")]
        makers = self.corpus.maker[flat_places(self.corpus.maker_start, ordered)]
        return list(dict.fromkeys(makers.tolist()))[:MAKERS]

    def _nearest(self, words: Sequence[str]) -> Rows:
        """The 50 known supplies whose titles are nearest to one of these words."""
        if not words:
            return np.zeros(0, np.int64)
        places = np.arange(len(self.awards))
        if len(places) > COMPARED:
            places = largest(np.max([self._title_grams.shares(word) for word in words], axis=0), COMPARED)
        nearness = (self.titles_of(places) @ np.asarray(self._embedder.embed(words), np.float32).T).max(axis=1)
        return places[np.argsort(-nearness, kind="stable")[:NEAR]]

    @cached_property
    def _title_grams(self) -> Lexical:
        return Lexical.build([one.title for one in self.awards])

    @cached_property
    def _buyer_names(self) -> Lexical:
        return Lexical.build(list(self.buyers))

    def _is(self, row: int, key: str) -> bool:
        return key in {self.key(name) for name in _all_names(self.corpus.firms[row])}

    def link(self, row: int, buyer: str) -> Link:
        """What speaks for a firm (row) as a supplier of a buyer: steps of some weight, which add up to the score."""
        held = {kind: float(values[0]) for kind, values in self.evidence(buyer, np.array([row])).items()}
        steps = [self._step(kind, row, buyer, value) for kind, value in held.items() if POINTS[kind] * value > 0]
        steps.sort(key=lambda step: -step.points)
        return Link(self.corpus.firms[row].id, buyer, round(sum(step.points for step in steps), 4), tuple(steps))

    def _step(self, kind: str, row: int, buyer: str, value: float) -> Step:
        path, facts = PATHS[kind](self, row, buyer, self.won_by(row), self.let_by(buyer))
        return Step(kind, round(POINTS[kind] * value, 4), (called(self.corpus.firms[row]), *path, buyer), facts)


def _present_keys(corpus: Corpus) -> dict[str, str]:
    """For each other or former name of exactly one firm of the corpus the key of its present name."""
    _, held = corpus.column("firm")
    present = {name_key(str(values[1])) for values in held if len(values) > 1}
    found: dict[str, set[str]] = {}
    for _, name, *others in (map(str, values) for values in held if len(values) > 2):
        for other in others:
            found.setdefault(name_key(other), set()).add(name_key(name))
    return {other: names.pop() for other, names in found.items() if len(names) == 1 and other not in present}


def _all_names(firm: Firm) -> tuple[str, ...]:
    return (called(firm), *(str(item.value) for item in firm.items("aliases")))


@lru_cache(maxsize=200_000)
def _place_of(name: str) -> str:
    return split_name(name).place or ""


def _share(values: Values) -> Values:
    """Between 0 and 1: half at the mean of what is not 0."""
    some = values[values > 0]
    return values / (values + float(some.mean())) if len(some) else values
