"""What questions about chains are asked of: firms, their places in chains, who supplies whom, who depends on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.chain.path import End, Flow, Step
from matcher.chain.placement import Placement, Placer, plain
from matcher.chain.supply import Supplies, bought
from matcher.conditions import Condition, Truth
from matcher.corpus import Corpus, find
from matcher.errors import BadQueryError
from matcher.firm import Item, Product
from matcher.judge import judge
from matcher.query import Query
from matcher.rank import Ranker

RULES = "placement"
"""Source of a step that says where a name stands: the rules of `matcher.chain.placement`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An open need or bounty: what it asks for by name, and who asks (a firm's id, None where it is not known)."""

    id: str
    title: str
    products: tuple[str, ...]
    buyer: str | None = None
    buyer_name: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What is asked for: the products, without any the title."""
        return self.products or (self.title,)

    @property
    def end(self) -> End:
        """The need as an end of a step."""
        return End("need", self.id, self.title)


class Listed(NamedTuple):
    """That an official list flags a product, or a node (`chain:node`): as `imported`, or as `chokepoint` (卡脖子).

    `name` is the thing's, `title` the list's with its publisher, `day` its date, `fact` the statement of its row.
    """

    name: str
    flag: str
    title: str
    fact: str | None = None
    node: str = ""
    day: str | None = None


class Network:
    """One state of the graph: a ranker over its corpus, the corpus' placement, the known supplies, and what official
    lists flag."""

    def __init__(
        self,
        ranker: Ranker,
        placer: Placer,
        placement: Placement,
        supplies: Supplies,
        listed: Iterable[Listed] = (),
    ) -> None:
        self.ranker = ranker
        self.corpus: Corpus = ranker.corpus
        self.placer = placer
        self.placement = placement
        self.supplies = supplies
        self.flow = Flow(placer.chains)
        self._listed = tuple(listed)

    def known(self, node: str) -> str:
        """The id itself. Raises BadQueryError (MA001) for a node that no chain has."""
        if node not in self.flow.nodes:
            raise BadQueryError(f"no node {node[:80]!r}", hint="chain:node, as `bulian chains --json` names chains")
        return node

    def within(self, region: str) -> NDArray[np.bool_]:
        """Which firms are known to be in a region (code): bool [firms]."""
        return np.asarray(judge(Condition("region", "within", region), self.corpus).truth == Truth.TRUE)

    def outside(self, region: str) -> NDArray[np.bool_]:
        """Which firms are known to be elsewhere; those of unknown place are neither within nor outside."""
        return np.asarray(judge(Condition("region", "within", region), self.corpus).truth == Truth.FALSE)

    def firm(self, row: int) -> End:
        """A firm of the corpus as an end of a step."""
        return self.supplies.end(row)

    def made(self, row: int, node: str) -> list[Product]:
        """What a firm makes at a node, surest first."""
        slots = self.corpus.slots(row)
        here = np.isin(self.corpus.slot_product[slots.start : slots.stop], self.placement.products(node))
        found = [self.corpus.product_at(row, slot) for slot, at in zip(slots, here.tolist(), strict=True) if at]
        return sorted(found, key=lambda product: (product.level != "disclosed", product.name))

    def stands(self, row: int, node: str) -> tuple[Step, ...]:
        """That a firm is at a node: what it makes, and that this stands there."""
        made = self.made(row, node)
        if not made:
            return ()
        product = End("product", made[0].name, made[0].name)
        return Step("PRODUCES", self.firm(row), product, made[0].fact), self.at(made[0].name, node)

    def at(self, product: str, node: str) -> Step:
        """That a product stands at a node, by the rules."""
        return Step("AT", End("product", product, product), self.flow.end(node), source=RULES)

    def places(self, name: str) -> tuple[str, ...]:
        """The nodes at which a product stands, also one that only the title of a contract names."""
        return tuple(place.node for place in self.placer.places(bought(name)))

    def makers(self, names: Sequence[str]) -> NDArray[np.int32]:
        """Rows of the firms that make one of the products, by its very name, ascending."""
        rows = [row for name in names if (row := find(self.corpus.product_names, name)) is not None]
        return self.corpus.makers(np.array(rows, np.int64))

    def query(self, node: str) -> Query:
        """What stands at a node as a need: all its names are names of one thing."""
        one = self.flow.nodes[node]
        return Query(id=node, title=one.name, products=one.products)

    @cached_property
    def sold_at(self) -> Mapping[str, NDArray[np.int64]]:
        """For each node the known supplies of what stands there, as places in `supplies.known`, ascending."""
        placed: dict[str, tuple[str, ...]] = {}
        found: dict[str, list[int]] = {}
        for place, one in enumerate(self.supplies.known):
            if not one.what:
                continue
            if one.what not in placed:
                placed[one.what] = self.places(one.what)
            for node in placed[one.what]:
                found.setdefault(node, []).append(place)
        return {node: np.array(places, np.int64) for node, places in found.items()}

    @cached_property
    def listed(self) -> Mapping[str, tuple[Listed, ...]]:
        """For each node what official lists flag there: the node itself, or products that stand at it."""
        found: dict[str, list[Listed]] = {}
        for one in self._listed:
            for node in (one.node,) if one.node else self.places(one.name):
                if node in self.flow.nodes:
                    found.setdefault(node, []).append(one)
        return {node: tuple(said) for node, said in found.items()}

    @cached_property
    def depends(self) -> Sequence[tuple[int, str, bool, Item]]:
        """What firms say they depend on: row, plain name, whether it is imported, and the statement."""
        held = self.corpus.holders.get("depends_on", {})
        found = [
            (row, plain(str(item.value["name"])), bool(item.value.get("imported")), item)
            for row, items in held.items()
            for item in items
        ]
        said = {(row, name) for row, name, _, _ in found}
        imports = self.corpus.holders.get("imports", {})
        for row, items in imports.items():
            found += [(row, name, True, item) for item in items if (row, name := plain(str(item.value))) not in said]
        return found
