"""The local Neo4j of a page server: started again where it ended by itself, was killed, or ran out of memory."""

from __future__ import annotations

from datetime import datetime

import structlog

from web.home import Home
from web.jobs.clock import Clock

PAUSE = 15.0
"""Seconds between two looks: the pages wait so long for a graph that was killed, and say so meanwhile."""

_log = structlog.get_logger()


def graph_watch(home: Home, *, pause: float = PAUSE) -> Clock:
    """The thread that looks whether the local Neo4j runs. A graph at an address of its own is its operator's."""
    return Clock(home, "graph", pause, graph_again)


def graph_again(home: Home, _: datetime) -> bool:
    """Whether it had to be started again."""
    revived = home.revive()
    if revived:
        _log.warning("the local Neo4j had ended and was started again")
    return revived
