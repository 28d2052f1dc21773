"""Fetching the pinned files: one kept-alive session, resumable, checked, written aside and renamed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from kg.errors import KgError
from kg.parts.pinned import Part

CONNECTIONS = 4
ATTEMPTS = 5
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fetch is: bytes and files done of all that were missing, and the file that moved last."""

    bytes_done: int
    bytes_all: int
    files_done: int
    files_all: int
    file: str


Report = Callable[[Progress], None]


class WrongHashError(KgError):
    """A fetched or packed file is not the pinned one."""

    code = "KG502"


class NoNetworkError(KgError):
    """The repository cannot be reached or does not serve a file."""

    code = "KG501"


def default_repository() -> str:
    """Base address of the default repository, as jgo knows it."""
    from jgo.maven import MavenContext  # imported late: it costs as much as the whole of this package

    return str(next(iter(MavenContext().remote_repos.values()))).rstrip("/")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def accept(part: Part, received: Path, target: Path) -> None:
    """Check a received file against the pinned hash and move it to its place; a wrong one is deleted."""
    if received.stat().st_size != part.size or sha256_of(received) != part.sha256:
        received.unlink()
        raise WrongHashError(
            f"{part.coordinate}: not the pinned file (SHA-256 or size differ); it was deleted",
            hint="fetch again; if it stays so, the mirror or the pack has been altered: do not use it",
            file=part.file,
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    received.replace(target)


class _Stopped(Exception):  # noqa: N818 - no error: another thread failed, this one lays down its work
    pass


class Download:
    """One run of fetching: counts what is done over all threads and stops them when one fails."""

    def __init__(self, repository: str, parts: Sequence[Part], report: Report | None) -> None:
        self.repository = repository.rstrip("/")
        self.parts = parts
        self._report = report
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._bytes: dict[str, int] = {}
        self._files = 0

    def run(self, aside: Path, target_of: Callable[[Part], Path]) -> None:
        """Fetch all parts; `aside` keeps what is half done, so that the next run goes on from there."""
        aside.mkdir(parents=True, exist_ok=True)
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        # The bytes are hashed as they lie in the repository: no encoding on the way, or ranges would not fit.
        headers = {"Accept-Encoding": "identity"}
        timeout = httpx.Timeout(30.0, connect=10.0)
        with (
            httpx.Client(limits=limits, headers=headers, timeout=timeout, follow_redirects=True) as client,
            ThreadPoolExecutor(CONNECTIONS) as pool,
        ):
            # The large ones first: the small ones then fill the other connections.
            order = sorted(self.parts, key=lambda part: -part.size)
            jobs = [pool.submit(self._one, client, part, aside, target_of(part)) for part in order]
            try:
                done, _ = wait(jobs, return_when=FIRST_EXCEPTION)
            finally:
                self._stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
        for job in done:
            job.result()

    def _one(self, client: httpx.Client, part: Part, aside: Path, target: Path) -> None:
        received = aside / f"{part.sha256}.part"
        resumed = received.exists()
        self._receive(client, part, received)
        try:
            accept(part, received, target)
        except WrongHashError:
            if not resumed:
                raise
            # What lay there from an earlier run may be at fault: once more from the first byte.
            self._receive(client, part, received)
            accept(part, received, target)
        self._count(part, part.size, files=1)

    def _receive(self, client: httpx.Client, part: Part, received: Path) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._refusals(part):
                    return self._stream(client, part, received)
            except httpx.TransportError as error:
                if attempt == ATTEMPTS:
                    raise NoNetworkError(
                        f"{part.coordinate}: the repository does not answer ({type(error).__name__})",
                        hint="check the network, the proxy or the address of the mirror; what has come so far is "
                        "kept. Without a network: `bulian parts unpack FILE`",
                        file=part.file,
                    ) from error
                if self._stop.wait(0.2 * 2**attempt):
                    raise _Stopped from None
        return None

    @contextmanager
    def _refusals(self, part: Part) -> Iterator[None]:
        """Answers that may be better next time become transport errors, the others our own."""
        try:
            yield
        except httpx.HTTPStatusError as error:
            if error.response.status_code in RETRIED:
                raise httpx.ReadError(f"answer {error.response.status_code}", request=error.request) from error
            raise NoNetworkError(
                f"{part.coordinate}: the repository answers {error.response.status_code}",
                hint="the address of the mirror must be one that serves this coordinate",
                file=part.file,
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise NoNetworkError(
                f"not the address of a repository: {self.repository}",
                hint="give a base address that begins with http:// or https://",
            ) from error

    def _stream(self, client: httpx.Client, part: Part, received: Path) -> None:
        have = received.stat().st_size if received.exists() else 0
        if have == part.size:
            return
        headers = {"Range": f"bytes={have}-"} if 0 < have < part.size else {}
        with client.stream("GET", f"{self.repository}/{part.path}", headers=headers) as response:
            if response.status_code == 416:
                received.unlink()
                raise httpx.ReadError("range refused", request=response.request)
            response.raise_for_status()
            written = have if response.status_code == 206 else 0
            with received.open("ab" if written else "wb") as out:
                for chunk in response.iter_raw():
                    if self._stop.is_set():
                        raise _Stopped
                    out.write(chunk)
                    written += len(chunk)
                    self._count(part, written)
                    if written > part.size:
                        break  # longer than the pinned file: the check refuses it

    def _count(self, part: Part, size: int, files: int = 0) -> None:
        with self._lock:
            self._bytes[part.file] = size
            self._files += files
            if self._report:
                total = sum(item.size for item in self.parts)
                done = sum(self._bytes.values())
                self._report(Progress(done, total, self._files, len(self.parts), part.file))
