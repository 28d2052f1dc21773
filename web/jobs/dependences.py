"""Official lists of what depends on import or is a chokepoint: a row about a node holds where there is that node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING

from kg.records import Fact
from web.errors import WebError
from web.jobs.lines import Refuse

if TYPE_CHECKING:
    from web.home import Home

FLAGGED = "FLAGGED"


def at_known_nodes(home: Home, facts: Iterable[Fact], refuse: Refuse) -> Iterator[Fact]:
    """The facts but those that flag a node that no template has; each such one goes to `refuse` (WE140)."""
    known: Set[str] | None = None
    for fact in facts:
        if fact.relation == FLAGGED and fact.source.type == "ChainNode":
            if known is None:
                from web.jobs.chains import placer  # chains are loaded through lists themselves

                known = placer(home).nodes.keys()
            if fact.source.key not in known:
                refuse(
                    WebError(
                        f"no chain has the node {fact.source.key}",
                        code="WE140",
                        hint="`bulian chains nodes CHAIN` lists nodes",
                        file=fact.doc,
                        place=str(fact.page),
                    )
                )
                continue
        yield fact
