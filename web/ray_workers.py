"""Work on other machines: the workers of a Ray cluster, by its address (extra `ray`).

Ray shares the work out and does again what a lost node had begun; here is what it needs to be told. A task is told the
program that sends it and does nothing where another one is installed, so that facts do not depend on the node.
"""

from __future__ import annotations

import logging
import platform
import re
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib import metadata
from typing import Any

from kg.errors import BulianError
from kg.records import stable_hash
from kg.workers import Item, Made, share
from web.errors import WebError

AGAIN = 5
"""How often a task is done again whose node or process was lost."""

AHEAD = 3
"""Tasks for each core that are sent ahead: cores do not wait, and what waits does not fill the memory."""

_READING = ("ocr", "sentence")
_NEED = re.compile(r"(?P<name>[\w.-]+)[^;]*(?:;.*extra == ['\"](?P<extra>\w+)['\"])?")


class RayWorkers:
    """All cores of a Ray cluster. Every node has the same program installed, with parts under the same paths."""

    def __init__(self, address: str) -> None:
        """`address` as Ray takes it: `HOST:PORT` from a machine of the cluster, or `auto`. Nothing is sent yet."""
        self.address = address

    def map(
        self,
        work: Callable[[Item], Made],
        items: Sequence[Item],
        *,
        together: int = 1,
        ready: Callable[[], object] | None = None,
        packed: Callable[[Item], Item] | None = None,
    ) -> Iterator[Made]:
        """As `kg.workers.Workers.map`; `ready` is not called, nodes come and go.

        Raises WebError: WE028 (the extra is not installed), WE029 (no cluster answers, or it lost a task for good),
        WE030 (a node has another program); and what `work` raises of our errors.
        """
        if not items:
            return
        ray = connected(self.address)
        cores = _cores(ray)
        each = share(len(items), cores, together)
        task = ray.remote(max_retries=AGAIN)(_done)
        sent: deque[Any] = deque()
        try:
            for first in range(0, len(items), each):
                if len(sent) >= AHEAD * cores:
                    yield from _got(ray, sent.popleft())
                part = items[first : first + each]
                sent.append(task.remote(program(), work, [packed(item) for item in part] if packed else list(part)))
            while sent:
                yield from _got(ray, sent.popleft())
        finally:
            for left in sent:  # of a run that was given up
                ray.cancel(left)


def connected(address: str) -> Any:
    """The library, connected to a cluster that runs. Raises WebError WE028, WE029."""
    try:
        import ray
    except ImportError as error:
        raise WebError("the extra for Ray is not installed", code="WE028", hint='pip install "bulian[ray]"') from error
    found = re.fullmatch(r"auto|(?:ray://)?([^\s/]+):(\d{1,5})", address)
    if found is None:
        raise _no_cluster(address, "this is no address of a cluster")
    if not ray.is_initialized():
        try:
            if found[1]:  # Ray itself would knock for minutes
                socket.create_connection((found[1].strip("[]"), int(found[2])), timeout=10).close()
            ray.init(address, logging_level=logging.ERROR, log_to_driver=False)
        except (OSError, OverflowError, RuntimeError, ValueError, ImportError) as error:
            raise _no_cluster(address, str(error).strip().split("\n")[0]) from error
    return ray


def _no_cluster(address: str, why: str) -> WebError:
    return WebError(
        f"no Ray cluster at {address}: {why}",
        code="WE029",
        hint="start one as docs/scale.md says, and give HOST:PORT of its head, on a machine that belongs to it",
    )


def _cores(ray: Any) -> int:
    return max(1, int(ray.cluster_resources().get("CPU", 0)))


def _got(ray: Any, sent: Any) -> list[Any]:
    try:
        made = ray.get(sent)
    except ray.exceptions.RayTaskError:
        raise  # a fault of the program
    except ray.exceptions.RayError as error:
        raise WebError(
            f"the Ray cluster lost a piece of work for good: {type(error).__name__}",
            code="WE029",
            hint="look at its nodes (ray status), then run it again: what is done stays done",
        ) from error
    if isinstance(made, BulianError):
        raise made
    return list(made)


def _done(sender: str, work: Callable[[Item], Made], items: Sequence[Item]) -> list[Made] | BulianError:
    """A task, in a process of some node."""
    if program() != sender:
        return WebError(
            f"the node {platform.node()} has another program than this machine",
            code="WE030",
            hint="install the same version of Bulian with its constraints.txt on every node, then ray stop and start",
        )
    try:
        return [work(item) for item in items]
    except BulianError as error:
        return error


@lru_cache(maxsize=1)
def program() -> str:
    """Hash over what facts and vectors depend on here: our code and data, and the versions of what we use.

    Of extras those count that read pictures or embed; that one is not installed counts as well.
    """
    from web.jobs.ingest import code_version

    used = [_NEED.match(line) for line in metadata.requires("bulian") or ()]
    names = sorted({need["name"] for need in used if need and need["extra"] in (None, *_READING)})
    return stable_hash(code_version("kg", "nlp", "matcher"), *(f"{name} {_version(name)}" for name in names))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
