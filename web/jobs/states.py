"""The states of chains' nodes over the graph, by the operator's rules where there are any, else the packaged ones."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from matcher.chain.network import Network
from matcher.chain.state import Observer, State, StateRules
from matcher.chain.template import Chain
from web.errors import WebError
from web.home import Home
from web.jobs.chains import templates
from web.jobs.network import network, region_of

RULES_FILE = "state_rules.yml"
"""The operator's own rules, in the data folder."""

KEPT = 16
"""Regions that are kept for one state of the graph."""

_seen: WeakKeyDictionary[Home, tuple[Network, dict[tuple[str | None, StateRules], Observer]]] = WeakKeyDictionary()
"""Of each folder those of its present network alone: an observer holds its network, which would never be let go."""

_seeing = Lock()


@dataclass(frozen=True, slots=True)
class ChainStates:
    """The states of a chain's nodes in a region (code; None: the country), and what they rest on."""

    chain: Chain
    region: str | None
    rules: StateRules
    states: tuple[State, ...]
    firms: int
    unplaced: int


def rules_of(home: Home) -> StateRules:
    """The rules that hold in this data folder. Raises BadRulesError (MA041)."""
    return StateRules.load(home.folder / RULES_FILE)


def chain_of(home: Home, chain_id: str) -> Chain:
    """A chain by its id. Raises WebError WE404."""
    for template in templates(home):
        if template.chain.id == chain_id:
            return template.chain
    raise WebError(f"no chain {chain_id[:80]}", code="WE404", hint="see the list of chains")


def observer(home: Home, region: str | None) -> Observer:
    """The present network seen from a region (code or name). Raises MA001 (no place), WE015 (nothing loaded)."""
    net, rules = network(home), rules_of(home)
    code = region_of(region) if region else None
    with _seeing:
        of, kept = _seen.get(home, (None, {}))
        if of is not net:
            _, kept = _seen[home] = (net, {})
        found = kept.get((code, rules))
        if found is None:
            while len(kept) >= KEPT:
                kept.pop(next(iter(kept)))
            found = kept[(code, rules)] = Observer(net, code, rules)
        return found


def chain_states(home: Home, chain_id: str, region: str | None = None) -> ChainStates:
    """The states of a chain's nodes. Raises WE404 for an unknown chain, MA001 for no place."""
    return states_of(observer(home, region), chain_of(home, chain_id))


def states_of(seen: Observer, chain: Chain) -> ChainStates:
    """The states of a chain as an observer sees it."""
    found = tuple(seen.states(chain))
    pairs = seen.network.placement.pairs
    nodes = [at for at, ident in enumerate(seen.network.placement.nodes) if ident.startswith(f"{chain.id}:")]
    rows = np.unique(pairs[np.isin(pairs[:, 1], nodes), 0])
    return ChainStates(
        chain=chain,
        region=seen.region,
        rules=seen.rules,
        states=found,
        firms=len(rows),
        unplaced=int(np.count_nonzero(~seen.placed[rows])),
    )
