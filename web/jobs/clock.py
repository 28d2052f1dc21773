"""Work that the running pages do by themselves: what a date brings about, never what a reader looks at."""

from __future__ import annotations

import time
from datetime import datetime
from threading import Event

import structlog

from kg.errors import BulianError
from web.db.models import now
from web.home import Home
from web.jobs.needs import expire
from web.work.inquiry import close_due
from web.work.inquiry_told import tell_due

EVERY = 600.0
"""Seconds between two looks at the clock."""

_log = structlog.get_logger()


def due(home: Home, at: datetime) -> list[str]:
    """Do what is due at that time; what fails is logged and tried again at the next look. Returns the needs ended."""
    try:
        close_due(home.database(), at)
        tell_due(home.database(), at)
        return expire(home, at)
    except BulianError as error:
        _log.warning("not done by the clock", code=error.code, reason=error.reason)
        return []


def watch(home: Home, stopped: Event) -> None:
    """Look at the clock again and again until it is stopped, for the first time after a while."""
    while not stopped.wait(EVERY):
        began = time.perf_counter()
        ended = due(home, now())
        if ended:
            _log.info("deadlines are over", needs=len(ended), seconds=round(time.perf_counter() - began, 2))
