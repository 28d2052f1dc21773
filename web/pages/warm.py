"""At start, what the first reader would wait for: plans of the queries, the corpus and its index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from kg.errors import BulianError
from kg.queries import queries
from web.charts import years
from web.jobs.fit import make_boards
from web.pages.firms.search import search_page
from web.pages.start import start_page

if TYPE_CHECKING:
    from web.home import Home

# Queries whose missing parameters cost nothing: they find no node by the empty id.
_BY_ID = {"id": "", "key": "", "ids": [], "keys": [], "relation": "", "skip": 0, "limit": 1, "start": 0, "end": 0}
_log = structlog.get_logger()


def warm(home: Home) -> None:
    """Plan the queries of the pages. Where no graph answers, the pages will say so; the start goes on."""
    try:
        graph = home.graph()
        for query in queries("read"):
            if query.params and set(query.params) <= set(_BY_ID):
                graph.read(query.name, **{name: _BY_ID[name] for name in query.params})
        start_page(graph)
        search_page(graph, "轴承")
    except BulianError as error:
        _log.warning("the graph is not warm", code=error.code, reason=error.reason)


def warm_ranker(home: Home) -> None:
    """Make the corpus, its index and the boards of open needs, where something is loaded; start what draws charts.

    Takes minutes for a new graph of many products.
    """
    try:
        graph = home.graph()
        if graph.stamp() is not None:
            home.ranker()
            make_boards(home, graph)
            years({"": {2026: 1}}, "zh")  # the first picture of a process takes twenty times as long as the next
    except BulianError as error:
        _log.warning("the ranker is not warm", code=error.code, reason=error.reason)
