"""A client for each of the processes that serve the same pages: a connection stays with the one that took it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import httpx
import psutil

AWAITED = 180.0
"""Seconds for what takes two or three where nobody else works."""


@contextmanager
def client_of_each(address: str, pids: Sequence[int], timeout: float = AWAITED) -> Iterator[list[httpx.Client]]:
    """Clients of these processes, in their order: connections are opened until each has taken one."""
    with ExitStack() as stack:
        found: dict[int, httpx.Client] = {}
        end = time.monotonic() + AWAITED
        while len(found) < len(pids):
            assert time.monotonic() < end, f"only {list(found)} of {pids} took a connection"
            client = stack.enter_context(httpx.Client(base_url=address, timeout=timeout))
            pid = _taker(client, pids)
            if pid is None or pid in found:
                client.close()
            else:
                found[pid] = client
        yield [found[pid] for pid in pids]


def _taker(client: httpx.Client, pids: Sequence[int]) -> int | None:
    with client.stream("GET", "/static/tokens.css") as answer:
        answer.read()
        ours: socket.socket = answer.extensions["network_stream"].get_extra_info("socket")
        near = ours.getsockname()
    for pid in pids:
        if any(one.raddr == near for one in psutil.Process(pid).net_connections("tcp")):
            return pid
    return None
