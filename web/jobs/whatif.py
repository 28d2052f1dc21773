"""What if, over the graph: a scenario in the reader's words, and what it hits."""

from __future__ import annotations

from matcher.chain.whatif import Impact, Scenario, what_if
from web.home import Home
from web.jobs.fit import firm_id_of
from web.jobs.network import network, open_needs, region_of
from web.jobs.states import chain_of


def impact(home: Home, firm: str = "", region: str = "", imported: str = "", chain: str = "") -> Impact:
    """What is hit where a firm (id or whole name) is gone, a place is cut off, or an import stops.

    Raises BadQueryError (MA001) for an unknown place, and where not exactly one of them is named; WE404 for an unknown
    firm or chain; WE015 where nothing is loaded.
    """
    net = network(home)
    scenario = Scenario(
        firms=(firm_id_of(home.graph(), firm)[0],) if firm else (),
        region=region_of(region) if region else None,
        imported=imported or None,
        chain=chain_of(home, chain).id if chain else None,
    )
    return what_if(net, scenario, open_needs(home.graph()))
