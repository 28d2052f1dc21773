"""Who does the work of many documents: processes of this machine, or the Ray cluster that the settings name."""

from __future__ import annotations

import os

from kg.workers import Processes, Workers
from web.settings import Settings


def workers_of(settings: Settings, number: int | None = None) -> Workers:
    """The cluster where one is set, else `number` processes (None: as the settings say; 0: one for each core)."""
    if settings.ray:
        from web.ray_workers import RayWorkers

        return RayWorkers(settings.ray)
    asked = settings.workers if number is None else number
    return Processes(asked or os.cpu_count() or 1)
