"""Too little memory, by a limit of address space and by a cgroup that ends what takes more: one line, and the next run
does the rest."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.contract.conftest import ROOT
from tests.faults.apart import apart, command, little_memory
from tests.faults.kills import Child
from web.db.models import Document
from web.home import Home
from web.jobs.ingest import ingest
from web.settings import Settings

TEXTS = sorted((ROOT / "seeds" / "demo" / "documents").glob("c*.html"))[:6]
LIST = ROOT / "seeds" / "demo" / "lists" / "specialised_2025.csv"


def test_too_little_memory_is_one_line(tmp_path: Path) -> None:
    """A file whose bytes alone are more than there is."""
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(190 << 20)  # a hole: it takes no room on the disk

    def work() -> tuple[int, str]:
        done = command("text", large, BULIAN_HOME=str(tmp_path / "home"))
        return done.returncode, done.stderr.splitlines()[-1]

    status, line = apart(work, little_memory(30 << 20))
    assert status == 1 and ("WE027" in line or "NL003" in line), line


@contextmanager
def group(limit: int) -> Iterator[Path]:
    """A control group of its own whose processes may have so many bytes together; skips where none may be made."""
    for base, name in (
        (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
        (Path("/sys/fs/cgroup"), "memory.max"),
    ):
        folder = base / f"bulian-test-{os.getpid()}"
        try:
            folder.mkdir()
            (folder / name).write_text(str(limit))
        except OSError:
            if folder.is_dir():
                folder.rmdir()
            continue
        try:
            yield folder
        finally:
            folder.rmdir()
        return
    pytest.skip("no control groups may be made here")


@pytest.mark.long
def test_a_load_that_the_system_ends_for_its_memory_is_finished_by_the_next(tmp_path: Path) -> None:
    where = Settings(home=tmp_path / "home", workers=1)

    def load(folder: Path) -> None:
        (folder / "cgroup.procs").write_text(str(os.getpid()))
        with Home(where) as home:
            ingest(home, TEXTS[:2], pytest.fail, later=True)
            taken = []
            while True:  # what a monstrous document would take
                taken.append(os.urandom(1 << 20))

    with group(200 << 20) as folder:
        killed, _ = Child(lambda _: load(folder)).kill("", 120)
    assert killed, f"ended by the system with {signal.SIGKILL!r}"
    with Home(where) as home:
        done = ingest(home, TEXTS, pytest.fail, later=True)
        assert (done.already, done.loaded) == (2, len(TEXTS) - 2)
        with home.database().session() as session:
            assert set(session.scalars(select(Document.state))) == {"read"}
