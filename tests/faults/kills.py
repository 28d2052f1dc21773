"""Work that is ended by kill −9 at random moments, and how often each kind of work was.

    wanted = kills("backup", 4)                # four in each run; its share of BULIAN_KILLS by `make faults KILLS=N`
    child = Child(lambda tell: work(home))     # forked: imports are done, and it opens what it needs itself
    child.kill("backup", after=0.3)            # a kill that counts; False where the work had ended by itself

`make faults` asks for all kinds: the run fails where one of them was not killed often enough.
"""

from __future__ import annotations

import math
import os
import select
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable

import pytest

KINDS = ("ingest", "import", "rebuild", "copy", "outbox", "projector", "migration", "backup", "deadlines")
ALL = int(os.environ.get("BULIAN_KILLS", "0"))
SHARE = math.ceil(ALL / len(KINDS))

_seen: Counter[str] = Counter()

Tell = Callable[[bytes], object]


def kills(kind: str, usually: int) -> int:
    """How often a test is to kill work of a kind: its share where `make faults` asked for many, else `usually`."""
    assert kind in KINDS
    return SHARE or usually


def counted(kind: str) -> None:
    """Count one kill of work that was under way."""
    _seen[kind] += 1


def done(kind: str) -> int:
    """How often work of a kind was killed so far."""
    return _seen[kind]


class Child:
    """A process at work, forked from this one. What it tells by `tell` can be read here; a failure of it fails here."""

    def __init__(self, work: Callable[[Tell], object]) -> None:
        self._told, write = os.pipe()
        self._trace, trace = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                work(lambda said: os.write(write, said))
                status = 0
            except BaseException:
                os.write(trace, traceback.format_exc()[-8000:].encode())
            finally:
                os._exit(status)  # never back into the tests
        os.close(write)
        os.close(trace)

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the work, so long at the most; whether it has ended."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._trace], [], [], left)[0]:  # closed with the process
                return True
        return False

    def step(self) -> bytes:
        """Wait for the next byte that the work tells; empty where it has ended."""
        return os.read(self._told, 1)

    def kill(self, kind: str, after: float) -> tuple[bool, bytes]:
        """Kill it after so many seconds. Whether it was still at work, and all that it told since it was last asked."""
        self.wait(after)
        os.kill(self.pid, signal.SIGKILL)
        return self._end(kind)

    def finish(self) -> bytes:
        """Wait for its end in order, and return what it told."""
        killed, told = self._end("")
        assert not killed
        return told

    def _end(self, kind: str) -> tuple[bool, bytes]:
        told, trace = b"", b""
        while piece := os.read(self._told, 1 << 16):
            told += piece
        while piece := os.read(self._trace, 1 << 16):
            trace += piece
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self._told)
        os.close(self._trace)
        assert status in (0, -signal.SIGKILL), trace.decode()
        if status and kind:
            counted(kind)
        return status != 0, told


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ALL:
        parts = ", ".join(f"{kind} {_seen[kind]}" for kind in KINDS)
        terminalreporter.write_line(f"killed with −9: {parts}; in all {sum(_seen.values())}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run of `make faults` that killed a kind of work too seldom has not shown what it is for."""
    if ALL and exitstatus == 0 and any(_seen[kind] < SHARE for kind in KINDS):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
