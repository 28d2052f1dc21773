"""Where in a chain a product stands: names placed at the nodes of templates, each with score and reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.arrays import Ints
from matcher.chain.goods import ends_with, goods, plain
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
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self._named:
            lengths[name[-2:]].add(len(name))
        self._lengths = {end: sorted(found, reverse=True) for end, found in lengths.items()}
        self._split: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for name in self._named:
            for at in range(2, len(name) - 1):
                self._split[name[:2], name[at:]].append((name[:at], name))
        self._ends = {end[-2:] for _, end in self._split}
        self._longest = max(map(len, self._named), default=0)
        self._corrected: dict[str, dict[str, Correction]] = defaultdict(dict)
        for one in corrections:
            self._corrected[plain(one.product)][one.node] = one

    def places(self, name: str) -> tuple[Place, ...]:
        """Where the product stands, best first; of each good that it names at most one node a chain."""
        text = plain(name)
        found: dict[str, Place] = {}
        for place in self._by_rule(text):
            found.setdefault(place.node, place)
        for ident, said in self._corrected.get(text, {}).items():
            found.pop(ident, None)
            if said.stands and ident in self.nodes:
                found[ident] = Place(ident, 1.0, "corrected", said.reason)
        return tuple(sorted(found.values(), key=lambda place: (-place.score, place.node)))

    def _by_rule(self, name: str) -> Iterator[Place]:
        for part, forms in enumerate(goods(name)):
            found = self._of_good(forms, "part" if part else None)
            yield from found or (() if part else self._within(forms))

    def _of_good(self, forms: Iterable[str], rule: str | None) -> list[Place]:
        """Nodes by the head of a good's name; `rule` is named where it is no matter how the name was met."""
        places = []
        met: set[str] = set()  # chains in which a longer name of the template was met already
        for form in forms:
            for head in self._heads(form):
                for ident in self._named[head]:
                    chain = ident.partition(":")[0]
                    if chain not in met:
                        met.add(chain)
                        said = rule or ("same" if head == form else "kind")
                        places += self._at(ident, form, said, head)
        return places

    def _heads(self, form: str) -> Iterator[str]:
        """Names of templates that end this text, the longest first."""
        for length in self._lengths.get(form[-2:], ()):
            if length <= len(form) and (head := form[-length:]) in self._named and ends_with(form, head):
                yield head

    def _within(self, forms: Iterable[str]) -> list[Place]:
        """Nodes by the longest name of a template into which the good's name puts a few signs: 内饰功能件, 内饰件."""
        for form in forms:
            best = ""
            for last in range(1, len(form) - 1) if form[-2:] in self._ends else ():
                for first in range(max(0, last - MOST_BETWEEN - self._longest), last - 1):
                    for begin, name in self._split.get((form[first : first + 2], form[last:]), ()):
                        after = first + len(begin)
                        if (
                            len(name) > len(best)
                            and form.startswith(begin, first)
                            and after <= last <= after + MOST_BETWEEN
                        ):
                            best = name
            if best:
                return [place for ident in self._named[best] for place in self._at(ident, form, "within", best)]
        return []

    def _at(self, ident: str, form: str, rule: str, name: str) -> list[Place]:
        if any(word in form for word in self._without[ident]):
            return []
        return [Place(ident, POINTS[rule], rule, name)]


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
        found = [placer.places(name) for name in corpus.product_names]
        start = np.concatenate([[0], np.cumsum([len(places) for places in found])]).astype(np.int64)
        flat = [place for places in found for place in places]
        node = np.array([at[place.node] for place in flat], np.int32)
        return cls(corpus, nodes, start, node, np.array([place.score for place in flat], np.float32), placer)

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
