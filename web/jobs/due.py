"""What a date brings about, never what a reader looks at: done by the running process every few minutes."""

from __future__ import annotations

from datetime import datetime

import structlog

from web.home import Home
from web.jobs.clock import Clock
from web.jobs.digest import Digest, digest
from web.jobs.needs import expire
from web.jobs.notify import send
from web.jobs.outbox import catch_up
from web.work.inquiry import close_due
from web.work.inquiry_told import tell_due

PAUSE = 300.0
"""Seconds between two rounds."""

_log = structlog.get_logger()


def due_clock(home: Home, *, pause: float = PAUSE) -> Clock:
    """Late answers are said to be late, deadlines of inquiries are told, needs whose deadline is over end, what was
    left in the outbox goes to the graph, watches are looked at and cards sent.
    """
    return Clock(home, "due", pause, late_answers, deadlines, needs_over, catch_up, daily_look, send)


def late_answers(home: Home, at: datetime) -> list[str]:
    """The firms that are late from now on, by their parties' ids."""
    return close_due(home.database(), at)


def deadlines(home: Home, at: datetime) -> int:
    """How many deadlines of inquiries were told."""
    return tell_due(home.database(), at)


def needs_over(home: Home, at: datetime) -> list[str]:
    """The needs that ended, by their ids."""
    ended = expire(home, at)
    if ended:
        _log.info("deadlines are over", needs=len(ended))
    return ended


def daily_look(home: Home, at: datetime) -> Digest:
    """What is watched and was not looked at on that day yet."""
    return digest(home, at, due=True)
