"""The part of a graph that warnings are looked at for: a place, a chain, or both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.fields import region_prefix
from matcher.warning.find import Found
from web.home import Home
from web.jobs.network import network, region_of
from web.jobs.states import chain_of


@dataclass(frozen=True, slots=True)
class Scope:
    """Firms of a place and of a chain: `code` and its `head` ("" everywhere), `firms` of the chain (None: all)."""

    code: str
    head: str
    chain: str
    mask: NDArray[np.bool_]
    firms: frozenset[str] | None

    def holds(self, subject_id: str, region: str) -> bool:
        """Whether a warning about a thing in a region is of this part."""
        if self.head and not region.startswith(self.head):
            return False
        if self.firms is None:
            return True
        return subject_id in self.firms or subject_id.startswith(f"{self.chain}:")


def scope_of(home: Home, region: str, chain: str) -> Scope:
    """The part of a region (code or name) and a chain. Raises MA001 (no place), WE404 (no chain), WE015."""
    net = network(home)
    mask = np.ones(len(net.corpus), bool)
    code = region_of(region) if region else ""
    if code:
        mask &= net.within(code)
    firms: frozenset[str] | None = None
    if chain:
        chain_of(home, chain)
        nodes = [one for one in net.placement.nodes if one.startswith(f"{chain}:")]
        rows = sorted({int(row) for node in nodes for row in net.placement.firms(node)})
        firms = frozenset(net.corpus.ids[row] for row in rows)
        inside = np.zeros(len(net.corpus), bool)
        inside[rows] = True
        mask &= inside
    return Scope(code, region_prefix(code) if code else "", chain, mask, firms)


def among(found: Found, scope: Scope) -> tuple[int, int]:
    """Of how many of this part a rule asks, and of how many of these it does not know."""
    return found.looked(scope.mask), found.unknown(scope.mask)
