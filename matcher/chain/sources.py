"""Whom a firm's supplies come from: its suppliers tier by tier, and buyers that have a thing from one source or nearly
so."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from matcher.chain.network import Network
from matcher.chain.path import End, Path, Step

TIERS = 4
"""How many tiers upstream are followed."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """A firm or body upstream of a chosen one: its tier (1 supplies it, 2 supplies one of those) and the statements
    that lead from it to the chosen one."""

    firm: End
    tier: int
    path: Path


@dataclass(frozen=True, slots=True)
class Sourcing:
    """What a buyer is known to buy of what stands at a node (`chain:node`).

    `suppliers` with their numbers of known supplies, the first one first; `steps` are all of these statements. What
    nobody published is not among them: a single source is single in what was read.
    """

    buyer: End
    node: End
    chain: str
    suppliers: tuple[tuple[End, int], ...]
    steps: tuple[Step, ...]

    @property
    def orders(self) -> int:
        """Known supplies."""
        return len(self.steps)

    @property
    def single(self) -> bool:
        """Whether one supplier alone is known."""
        return len(self.suppliers) == 1

    @property
    def first(self) -> float:
        """Share of the first supplier in the known supplies."""
        return self.suppliers[0][1] / self.orders

    @property
    def concentration(self) -> float:
        """Sum of the squared shares of the suppliers (Herfindahl 1950, Hirschman 1945): 1 for a single source."""
        return sum((count / self.orders) ** 2 for _, count in self.suppliers)


def supply_tiers(network: Network, firm: int, most: int = TIERS) -> tuple[Supplier, ...]:
    """The members of the network upstream of a firm (row), by tier and then by name.

    Members are firms of the corpus and bodies that it does not hold. A supplier on several ways has its lowest tier.
    """
    supplies = network.supplies
    reach = supplies.reach(np.array([firm], np.int64), most, up=True)
    found = [
        Supplier(supplies.end(member), int(reach.steps[member]), supplies.path(reach, member))
        for member in np.flatnonzero(reach.steps > 0).tolist()
    ]
    return tuple(sorted(found, key=lambda one: (one.tier, one.firm.name, one.firm.id)))


def sourcings(
    network: Network,
    buyer: str | None = None,
    node: str | None = None,
    region: str | None = None,
    *,
    single: bool = True,
) -> tuple[Sourcing, ...]:
    """What buyers are known to buy, by buyer and node: the most concentrated first, of these those with most supplies.

    `buyer` is an id, `node` a `chain:node` or the id of a chain, `region` (a code) where the buyer is known to be;
    `single` leaves those with one known supplier alone. Raises BadQueryError (MA001) for a node that no chain has.
    """
    if node is not None and ":" in node:
        network.known(node)
    within = network.within(region) if region else None
    supplies = network.supplies
    found: list[Sourcing] = []
    for ident, places in network.sold_at.items():
        if node is not None and ident != node and not ident.startswith(f"{node}:"):
            continue
        by_buyer: dict[int, list[int]] = defaultdict(list)
        for place, member in zip(places.tolist(), supplies.buyer[places].tolist(), strict=True):
            by_buyer[member].append(place)
        for member, said in by_buyer.items():
            if within is not None and not (member < len(within) and within[member]):
                continue
            counts = Counter(supplies.supplier[said].tolist())
            if (single and len(counts) > 1) or (buyer is not None and supplies.end(member).id != buyer):
                continue
            ranked = sorted(counts.items(), key=lambda one: (-one[1], supplies.end(one[0]).name))
            found.append(
                Sourcing(
                    supplies.end(member),
                    network.flow.end(ident),
                    network.flow.chain_of[ident].name,
                    tuple((supplies.end(supplier), count) for supplier, count in ranked),
                    tuple(map(supplies.step, said)),
                )
            )
    return tuple(
        sorted(found, key=lambda one: (-one.concentration, -one.orders, one.buyer.name, one.buyer.id, one.node.id))
    )
