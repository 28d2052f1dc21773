"""Hostile files in a process of their own with limits of memory and time: read or refused, never worse."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import fuzz
from tests.hostile.check import Answer, kept, watched
from tests.hostile.make import BAD, EXPECTED

ROOT = Path(__file__).resolve().parents[2]
ROWS = dict(line.split("\t") for line in EXPECTED.read_text("utf-8").splitlines()[1:])


def test_made_documents_of_a_seed(tmp_path: Path) -> None:
    arguments = ["--one", "--seed", "20261125", "--count", "40", "--bad", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert list(tmp_path.iterdir()) == [], done.stdout


@pytest.fixture(scope="module")
def found() -> dict[str, Answer]:
    """What each kept file is answered now; all in one process."""
    return watched()


@pytest.mark.parametrize("name", ROWS)
def test_each_is_answered_as_before_and_does_nothing_else(found: dict[str, Answer], name: str) -> None:
    answer = found[name]
    assert answer.answer == ROWS[name]
    assert answer.harm == ()
    assert answer.seconds < fuzz.SECONDS
    assert answer.megabytes < fuzz.MEMORY >> 20


def test_there_are_enough_of_every_kind_and_they_are_small() -> None:
    files = [path.relative_to(BAD) for path in kept()]
    assert {path.as_posix() for path in files} == set(ROWS)
    kinds = Counter(path.suffix for path in files)
    assert len(files) >= 200 and all(kinds[kind] >= 20 for kind in (".txt", ".html", ".docx", ".pdf", ".csv", ".xlsx"))
    assert sum(path.stat().st_size for path in kept()) < 3_000_000
    assert not [said for said in ROWS.values() if said.startswith(("broken", "died"))]


def test_nothing_climbed_out(found: dict[str, Answer]) -> None:
    assert found
    assert not [path for path in (Path("/tmp/bulian-pwned"), BAD.parent / "pwned", ROOT / "pwned") if path.exists()]
