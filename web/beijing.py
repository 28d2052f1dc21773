"""Beijing's time: days here begin and end there, whatever zone a time is kept in."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def today() -> dt.date:
    """The present day."""
    return dt.datetime.now(BEIJING).date()


def day_of(at: dt.datetime) -> str:
    """The day of a time, as an ISO date."""
    return at.astimezone(BEIJING).date().isoformat()
