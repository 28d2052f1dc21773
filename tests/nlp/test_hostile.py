"""Hostile documents in a process of their own with limits of memory and time: read or refused, never worse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import fuzz

ROOT = Path(__file__).resolve().parents[2]
FOUND = sorted(path for path in fuzz.BAD.iterdir() if path.suffix != ".md")


def test_made_documents_of_a_seed(tmp_path: Path) -> None:
    arguments = ["--one", "--seed", "20261125", "--count", "90", "--bad", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert list(tmp_path.iterdir()) == [], done.stdout


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_broke_once_breaks_no_more(path: Path) -> None:
    assert fuzz.check(path.name, path.read_bytes()) in ("read", *(f"NL00{n}" for n in range(2, 10)))
