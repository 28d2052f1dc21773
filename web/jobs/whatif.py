"""What if, over the graph: a scenario in the reader's words, what it hits, and the states of nodes before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.chain.network import Network
from matcher.chain.state import Observer, State, StateRules
from matcher.chain.whatif import Impact, Scenario, lost_firms, what_if
from web.home import Home
from web.jobs.fit import firm_id_of
from web.jobs.network import network, open_needs, region_of
from web.jobs.states import chain_of, observer


@dataclass(frozen=True, slots=True)
class Changed:
    """What a scenario hits, and by node the state before it and after it, seen from a region (None: the country)."""

    impact: Impact
    states: Mapping[str, tuple[State, State]]
    region: str | None
    rules: StateRules
    network: Network


def scenario_of(home: Home, firm: str = "", region: str = "", imported: str = "", chain: str = "") -> Scenario:
    """A scenario in the reader's words: a firm by id or whole name, a place by code or name.

    Raises BadQueryError (MA001) for an unknown place; WE404 for an unknown firm or chain.
    """
    return Scenario(
        firms=(firm_id_of(home.graph(), firm)[0],) if firm else (),
        region=region_of(region) if region else None,
        imported=imported or None,
        chain=chain_of(home, chain).id if chain else None,
    )


def impact(home: Home, scenario: Scenario) -> Impact:
    """What is hit where a firm is gone, a place is cut off, or an import stops.

    Raises BadQueryError (MA001) where not exactly one of them is named; WE015 where nothing is loaded.
    """
    return what_if(network(home), scenario, open_needs(home.graph()))


def changed(home: Home, scenario: Scenario, region: str | None = None) -> Changed:
    """The same with the states of the nodes that are hit, seen from a region (code or name). Raises as `impact`."""
    seen = observer(home, region)
    net = seen.network
    found = what_if(net, scenario, open_needs(home.graph()))
    after = Observer(net, seen.region, seen.rules, lost_firms(net, scenario))
    states = {one.node.id: (seen.state(one.node.id), after.state(one.node.id)) for one in found.nodes}
    return Changed(found, states, seen.region, seen.rules, net)
