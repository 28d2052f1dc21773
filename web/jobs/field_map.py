"""Products, firms and patents by class of the industrial foundation, each placed by a statement, a node or a person.

A class holds what statements put there (rule and score, or a person's word), for `liuji-2026` also what stands at nodes
of chains that name it as their field, and what is in a class of another scheme that the crosswalk makes part of it.
Nothing else is carried from one scheme to another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from kg.values.name import name_key
from matcher.chain.network import Network
from matcher.chain.placement import node_id
from matcher.corpus import find
from matcher.lexical import flat_places
from nlp.foundation.crosswalk import crosswalk
from web.db.chains import ChainCorrection
from web.home import Home
from web.jobs.chains import FIELDS
from web.jobs.corrections import FIELD
from web.jobs.field_words import counting

Why = Literal["rule", "node", "word", "crosswalk"]


class Classed(NamedTuple):
    """Why a product is in a class: `rule` by a statement, `node` by a node of a chain, `word` by a person, `crosswalk`
    by the class `via` (scheme:class) that is part of it."""

    name: str
    why: Why
    score: float
    reason: str = ""
    fact: str | None = None
    node: str = ""
    via: str = ""


class Patent(NamedTuple):
    """A patent about a product of a class, by the statement `fact`; `owners` are rows of the corpus."""

    id: str
    title: str
    filed: str | None
    fact: str | None
    owners: tuple[int, ...]
    products: tuple[str, ...]


@dataclass
class FieldMap:
    """The map over one state of the graph and of people's words."""

    network: Network
    stated: Mapping[str, Mapping[str, Classed]]
    nodes: Mapping[str, Sequence[str]]
    """Nodes of chains (`chain:node`) by `scheme:class`."""
    words: Sequence[ChainCorrection]
    about: Sequence[Patent]

    def __post_init__(self) -> None:
        self._held: dict[str, dict[str, Classed]] = {}
        self._rows: dict[str, NDArray[np.int64]] = {}
        self._patents: dict[str, list[Patent]] = {}
        self._by_product: dict[str, list[Patent]] = defaultdict(list)
        for one in self.about:
            for name in one.products:
                self._by_product[name].append(one)

    def products(self, key: str) -> Mapping[str, Classed]:
        """The products of a class (`scheme:class`) by name, each with the surest reason."""
        if key not in self._held:
            held = self._own(key)
            for crossing in crosswalk().into(key):
                for name, one in self._own(crossing.part).items():
                    held.setdefault(name, one._replace(why="crosswalk", via=crossing.part))
            self._held[key] = {name: one for name, one in held.items() if name_key(name) not in self._out(key)}
        return self._held[key]

    def rows(self, key: str) -> NDArray[np.int64]:
        """Rows of the products of a class that a firm of the corpus makes."""
        if key not in self._rows:
            names = self.network.corpus.product_names
            found = (find(names, name) for name in self.products(key))
            self._rows[key] = np.array(sorted(row for row in found if row is not None), np.int64)
        return self._rows[key]

    def rows_within(self, key: str, firms: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Those of them that one of these firms (bool by row) makes."""
        rows, corpus = self.rows(key), self.network.corpus
        if not len(rows):
            return rows
        counts = corpus.maker_start[rows + 1] - corpus.maker_start[rows]
        by_maker = firms[corpus.maker[flat_places(corpus.maker_start, rows)]]
        return np.asarray(rows[np.logical_or.reduceat(by_maker, np.cumsum(counts) - counts)], np.int64)

    def firms(self, key: str) -> NDArray[np.int32]:
        """Rows of the firms that make a product of a class."""
        return np.asarray(self.network.corpus.makers(self.rows(key)), np.int32)

    def patents(self, key: str) -> Sequence[Patent]:
        """Patents about a product of a class, newest first."""
        if key not in self._patents:
            held = self.products(key)
            found = {one.id: one for name in held for one in self._by_product.get(name, ())}
            self._patents[key] = sorted(found.values(), key=lambda one: (one.filed or "", one.id), reverse=True)
        return self._patents[key]

    def nodes_of(self, key: str) -> Sequence[str] | None:
        """Nodes of chains in a class; None where no crosswalk leads from the fields of nodes to it."""
        parts = [key, *(one.part for one in crosswalk().into(key))]
        if not any(part.startswith(f"{FIELDS}:") for part in parts):
            return None
        return [node for part in parts for node in self.nodes.get(part, ())]

    def unclassed(self, scheme_id: str, classes: Sequence[str]) -> int:
        """How many products that firms make are in no class of a scheme: their class is not known."""
        known = np.unique(np.concatenate([self.rows(f"{scheme_id}:{name}") for name in classes]))
        return len(self.network.corpus.product_names) - len(known)

    def _own(self, key: str) -> dict[str, Classed]:
        """What is in a class by its own scheme: people's words first, then statements, then nodes."""
        held = {
            row.product: Classed(row.product, "word", 1.0, row.reason)
            for row in self.words
            if row.node == f"{FIELD}{key}" and row.act == "stands"
        }
        there = {name_key(name): name for name in held}
        for name, one in self.stated.get(key, {}).items():
            if name_key(name) in there:  # the same by a statement that the word made: it opens at a sentence
                held.pop(there[name_key(name)], None)
                held[name] = one._replace(why="word")
            else:
                held[name] = one
        for node in self.nodes.get(key, ()):
            for name, score in self._at(node):
                if name not in held or (held[name].why == "node" and held[name].score < score):
                    held[name] = Classed(name, "node", score, node=node)
        return {name: one for name, one in held.items() if name_key(name) not in self._out(key)}

    def _at(self, node: str) -> Iterator[tuple[str, float]]:
        """Names at a node with their score: of products that firms make, and of those that patents alone are about."""
        placed, names = self.network.placement, self.network.corpus.product_names
        at = placed.nodes.index(node)
        for row in placed.products(node).tolist():
            spots = slice(int(placed.start[row]), int(placed.start[row + 1]))
            score = placed.score[spots][placed.node[spots] == at]
            yield names[row], round(float(score[0]), 2)
        for name in self._by_product:
            if find(names, name) is None:
                yield from ((name, one.score) for one in self.network.placer.places(name) if one.node == node)

    def _out(self, key: str) -> set[str]:
        """Keys of the products of which a person said that they are not in a class."""
        return {name_key(row.product) for row in self.words if row.node == f"{FIELD}{key}" and row.act == "not"}


_made: WeakKeyDictionary[Home, tuple[Network, int, FieldMap]] = WeakKeyDictionary()
_making = Lock()


def field_map(home: Home, net: Network) -> FieldMap:
    """The map over a network, made once for each and each change of people's words."""
    said = counting(home)
    state = max((row.number for row in said), default=0) * 1_000 + len(said)
    with _making:
        found = _made.get(home)
        if found is None or found[0] is not net or found[1] != state:
            found = _made[home] = (net, state, _read(home, net, said))
        return found[2]


def _read(home: Home, net: Network, said: Sequence[ChainCorrection]) -> FieldMap:
    stated: dict[str, dict[str, Classed]] = defaultdict(dict)
    for row in home.graph().stream("classed_products"):
        key = f"{row['scheme']}:{row['category']}"
        stated[key][row["name"]] = Classed(row["name"], "rule", row["score"] or 0.0, row["reason"] or "", row["fact"])
    nodes: dict[str, list[str]] = defaultdict(list)
    for chain in net.placer.chains:
        for node in chain.nodes:
            if node.field is not None:
                nodes[f"{FIELDS}:{node.field}"].append(node_id(chain, node))
    about = []
    for row in home.graph().stream("product_patents"):
        owners = tuple(at for owner in row["owners"] if (at := net.corpus.row(owner)) is not None)
        title = row["title"] or row["id"]
        about.append(Patent(row["id"], title, row["filed"], row["fact"], owners, tuple(row["products"])))
    return FieldMap(net, stated, nodes, said, about)
