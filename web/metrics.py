"""What the running process says of itself to Prometheus: requests, how long they take, and how far behind the graph is.

Requests are counted by route, not by address: links of invitation and numbers of firms stand in addresses.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.errors import BulianError
from web.db.models import now
from web.jobs.outbox import lag
from web.jobs.server import Running

if TYPE_CHECKING:
    from web.home import Home

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds; half a second is what a page may take."""
API = "/api/v1"
NOWHERE = "none"
"""The route of static files and of what no page answers: one name for all such addresses, whoever makes them up."""


class Metrics:
    """The figures of one application; several applications of one process have their own.

    Processes that serve the same pages keep theirs in the folder `shared`: each of them tells those of all.
    """

    def __init__(self, home: Home, shared: Path | None = None) -> None:
        self._shared = shared
        self.registry = CollectorRegistry()
        named = {"labelnames": ("method", "route", "status"), "registry": self.registry}
        self.requests = Counter("bulian_requests", "Answered requests", **named)  # type: ignore[arg-type]
        self.seconds = Histogram(
            "bulian_request_seconds", "Seconds until an answer was sent", ("method", "route"),
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._state = _State(home)
        if shared is None:
            ProcessCollector(registry=self.registry)
            self.registry.register(self._state)

    def text(self) -> bytes:
        """All figures now, in Prometheus's text format."""
        if self._shared is None:
            return generate_latest(self.registry)
        of_all = CollectorRegistry()
        MultiProcessCollector(of_all, str(self._shared))  # type: ignore[no-untyped-call]
        of_all.register(self._state)
        of_all.register(_Processes(os.getppid()))
        return generate_latest(of_all)


def route_of(scope: Scope) -> str | None:
    """The pattern of the route that answers, as the address begins; None where no route does.

    A route of the API names its own part alone: pages and calls of one name would be counted as one.
    """
    path: str | None = getattr(scope.get("route"), "path", None)
    if path is not None and scope["path"].startswith(f"{API}/") and not path.startswith(f"{API}/"):
        return f"{API}{path}"
    return path


class Measured:
    """ASGI middleware that counts requests by route and status, and how long their answers take."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            route = route_of(scope) or NOWHERE
            # A method that is none of ours is not to make a row of its own.
            method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else "other"
            self.metrics.requests.labels(method, route, status).inc()
            self.metrics.seconds.labels(method, route).observe(time.perf_counter() - began)


class _Processes(Collector):
    """Memory and processor time of each process that serves the pages, under the names that one alone would have."""

    def __init__(self, supervisor: int) -> None:
        self._supervisor = supervisor

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: which there are is known when it is asked."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """A row for each."""
        memory = GaugeMetricFamily("process_resident_memory_bytes", "Resident memory in bytes.", labels=("pid",))
        spent = CounterMetricFamily("process_cpu_seconds", "User and system CPU time in seconds.", labels=("pid",))
        for process in Running(self._supervisor, 0).serving():
            with suppress(psutil.Error):
                pid, times = (str(process.pid),), process.cpu_times()
                memory.add_metric(pid, process.memory_info().rss)
                spent.add_metric(pid, times.user + times.system)
        yield memory
        yield spent


class _State(Collector):
    """What is asked for anew each time. What cannot be asked now is left out: a gap, never a wrong figure."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: the store need not be open yet when this is registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Outbox, corpus and the job that writes."""
        with suppress(BulianError):
            behind = lag(self._home, now())
            yield GaugeMetricFamily("bulian_outbox_waiting", "Rows that wait for the graph", behind.waiting)
            yield GaugeMetricFamily("bulian_outbox_oldest_seconds", "Age of the oldest of them", behind.seconds)
        with suppress(BulianError):
            stamp = self._home.graph().stamp()
            if stamp is not None:
                age = (now() - datetime.fromisoformat(stamp.written)).total_seconds()
                yield GaugeMetricFamily("bulian_corpus_stamp_age_seconds", "Since the graph last changed", age)
        running = GaugeMetricFamily("bulian_jobs_running", "Jobs that write to the data folder", labels=("job",))
        job = self._home.writer()
        if job:
            running.add_metric((job,), 1)
        yield running
