"""The outbox: how far the graph is behind what was published, and bringing it there as long as pages are served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from web.db.models import Outbox
from web.home import Home
from web.jobs.needs import deliver


@dataclass(frozen=True, slots=True)
class Lag:
    """How many rows wait for the graph, and since how many seconds the oldest of them does."""

    waiting: int
    seconds: float


def lag(home: Home, at: datetime) -> Lag:
    """The lag of the graph behind the outbox at a time."""
    with home.database().session() as session:
        wanted = select(func.count(), func.min(Outbox.at)).where(Outbox.done.is_(None))
        waiting, oldest = session.execute(wanted).one()
    return Lag(waiting, max(0.0, (at - oldest).total_seconds()) if oldest else 0.0)


def catch_up(home: Home, at: datetime) -> int:
    """Bring what waits to the graph, where anything does. Returns how many went. Raises WebError WE006."""
    if not lag(home, at).waiting:
        return 0
    with home.writing("outbox"):
        return deliver(home)
