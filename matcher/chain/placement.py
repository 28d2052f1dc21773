"""Where in a chain a product stands: names placed at the nodes of templates, each with score and reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.arrays import Ints
from matcher.chain.goods import ends_with, goods, plain, plain_each
from matcher.chain.template import Chain, Node
from matcher.corpus import Corpus
from matcher.lexical import flat_places

__all__ = ["LEAST", "POINTS", "Correction", "Place", "Placement", "Placer", "node_id", "plain"]

LEAST = 0.5
"""Score from which a product stands at a node."""

POINTS = {"corrected": 1.0, "same": 1.0, "kind": 0.9, "part": 0.8, "within": 0.6}
"""Score by rule."""

MOST_BETWEEN = 4
"""Signs that a longer name may put into a template's name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A product's place at a node (`chain:node`): `rule` says why, `name` is the template's name that it met.

    Rules: `same` the name itself, `kind` a longer name of it (Chinese compounds end in their head), `part` one of the
    goods that the name joins, `within` the name with a few signs put into it, `corrected` a person's word.
    """

    node: str
    score: float
    rule: str
    name: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word: a product stands at a node, or does not, and why."""

    product: str
    node: str
    stands: bool
    reason: str


class Placer:
    """Templates ready to place names; equal templates and corrections place equally."""

    def __init__(self, chains: Sequence[Chain], corrections: Iterable[Correction] = ()) -> None:
        self.chains = tuple(chains)
        self.nodes: dict[str, Node] = {node_id(chain, node): node for chain in chains for node in chain.nodes}
        self._named: dict[str, list[str]] = defaultdict(list)
        for ident, node in self.nodes.items():
            for product in node.products:
                self._named[plain(product)].append(ident)
        self._without = {ident: tuple(map(plain, node.without)) for ident, node in self.nodes.items()}
        self._lengths = _lengths(self._named)
        # names cut in two: by their second part, and the first two signs of the first, both parts' lengths
        self._split: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
        for name in self._named:
            for at in range(2, len(name) - 1):
                self._split[name[at:]][name[:2]].append((name[:at], name))
        self._split_lengths = _lengths(self._split)
        self._begun = {begin for begins in self._split.values() for begin in begins}
        self._corrected: dict[str, dict[str, Correction]] = defaultdict(dict)
        for one in corrections:
            self._corrected[plain(one.product)][one.node] = one

    def places(self, name: str) -> tuple[Place, ...]:
        """Where the product stands, best first; of each good that it names at most one node a chain."""
        return self._places(plain(name))

    def each(self, names: Iterable[str]) -> Iterator[tuple[Place, ...]]:
        """The same of many names."""
        return map(self._places, plain_each(names))

    def _places(self, text: str) -> tuple[Place, ...]:
        places, corrected = self._by_rule(text), self._corrected.get(text)
        if not places and not corrected:
            return ()
        found: dict[str, Place] = {}
        for place in places:
            if place.node not in found or found[place.node].score < place.score:
                found[place.node] = place
        for ident, said in (corrected or {}).items():
            found.pop(ident, None)
            if said.stands and ident in self.nodes:
                found[ident] = Place(ident, 1.0, "corrected", said.reason)
        return tuple(sorted(found.values(), key=lambda place: (-place.score, place.node)))

    def _by_rule(self, name: str) -> list[Place]:
        found: list[Place] = []
        for part, forms in enumerate(goods(name)):
            met: set[str] = set()  # chains in which a name of the template was met; what one says changes no other
            for form in forms:
                self._heads(form, part > 0, met, found)
            if not part:
                for form in forms:
                    self._within(form, met, found)
        return found

    def _heads(self, form: str, part: bool, met: set[str], found: list[Place]) -> None:
        """Nodes by the head of a good's name: in each chain the longest name of the template that ends it."""
        for length in self._lengths.get(form[-3:], _TWO):
            head = form[-length:]
            if head in self._named and len(head) == length and ends_with(form, head):
                self._at(head, form, "part" if part else "same" if head == form else "kind", met, found)

    def _within(self, form: str, met: set[str], found: list[Place]) -> None:
        """Nodes by the longest name of a template into which the good's name puts a few signs (催化功能材料)."""
        ends = [
            (len(form) - length, begins)
            for length in self._split_lengths.get(form[-3:], _TWO)
            if (begins := self._split.get(form[-length:]))
        ]
        if not ends:
            return
        starts = [first for first in range(len(form) - 4) if form[first : first + 2] in self._begun]
        names = {
            name
            for last, begins in ends
            for first in starts
            for begin, name in begins.get(form[first : first + 2], ())
            if 0 < last - first - len(begin) <= MOST_BETWEEN and form.startswith(begin, first)
        }
        if names:
            for name in sorted(names, key=lambda name: (-len(name), name)):
                self._at(name, form, "within", met, found)

    def _at(self, name: str, form: str, rule: str, met: set[str], found: list[Place]) -> None:
        """Places at the nodes of a name, where no longer name of their chain was met and no word rules them out."""
        for ident in self._named[name]:
            chain = ident.partition(":")[0]
            if chain not in met:
                met.add(chain)
                for word in self._without[ident]:
                    if word in form:
                        break
                else:
                    found.append(Place(ident, POINTS[rule], rule, name))


_TWO = (2,)


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """How long the texts may be that end in three signs, the longest first; texts of two signs may end any."""
    found: dict[str, set[int]] = defaultdict(lambda: set(_TWO))
    for name in names:
        found[name[-3:]].add(len(name))
    return {end: tuple(sorted(lengths, reverse=True)) for end, lengths in found.items()}


class Placement:
    """The places of a corpus: for each product name its nodes, and the other way.

    `nodes` are the ids of all nodes of the templates, in their order; rows `start[p]:start[p+1]` of `node` (places in
    `nodes`) and `score` are those of product p.
    """

    def __init__(
        self,
        corpus: Corpus,
        nodes: Sequence[str],
        start: NDArray[np.int64],
        node: Ints,
        score: Ints,
        placer: Placer | None = None,
    ) -> None:
        self.corpus = corpus
        self.nodes = tuple(nodes)
        self.start = start
        self.node = node
        self.score = score
        self.placer = placer or Placer(())
        """What placed the names: it tells rule and name of each place."""

    @classmethod
    def of(cls, corpus: Corpus, placer: Placer) -> Placement:
        """Place every product name of a corpus."""
        nodes = tuple(placer.nodes)
        at = {ident: row for row, ident in enumerate(nodes)}
        counts = np.zeros(len(corpus.product_names) + 1, np.int64)
        node: list[int] = []
        score: list[float] = []
        for row, places in enumerate(placer.each(corpus.product_names), 1):
            if places:
                counts[row] = len(places)
                node += [at[place.node] for place in places]
                score += [place.score for place in places]
        return cls(corpus, nodes, np.cumsum(counts), np.array(node, np.int32), np.array(score, np.float32), placer)

    def products(self, node: str) -> Ints:
        """Rows of the product names at a node, ascending."""
        order, first = self._by_node
        row = self.nodes.index(node)
        return np.asarray(order[first[row] : first[row + 1]], np.int32)

    def firms(self, node: str) -> Ints:
        """Rows of the firms that make something at a node, ascending."""
        return self.corpus.makers(self.products(node))

    @cached_property
    def _by_node(self) -> tuple[Ints, NDArray[np.int64]]:
        product = np.repeat(np.arange(len(self.start) - 1, dtype=np.int32), np.diff(self.start))
        order = np.lexsort((product, self.node))
        return product[order], np.searchsorted(self.node[order], np.arange(len(self.nodes) + 1))

    @cached_property
    def pairs(self) -> NDArray[np.int32]:
        """Distinct (firm, node) rows: who makes something where, by firm."""
        counts = np.diff(self.corpus.maker_start)
        product = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        firm = self.corpus.maker[flat_places(self.corpus.maker_start, product)]
        node = np.repeat(self.node, counts[product])
        return np.unique(np.stack([firm, node], axis=1).astype(np.int32), axis=0)


def node_id(chain: Chain, node: Node) -> str:
    """A node's id among all chains."""
    return f"{chain.id}:{node.id}"
