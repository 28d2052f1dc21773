"""Runs commands as a user does: in a process, a folder and a home of their own, never with a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.contract import forked
from tests.graph_fixture import QUICK

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).parent / "bulian"
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def run_in(folder: Path, *arguments: object, status: int = 0, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command in `folder`; its exit status must be `status`, and its stderr must be fit for people."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("BULIAN_") or name == "BULIAN_PARTS"
    }
    home = environment.pop("BULIAN_HOME", str(folder / "home"))
    words = [str(argument) for argument in arguments]
    settings = {**kept, "JAVA_TOOL_OPTIONS": " ".join(QUICK), "BULIAN_HOME": home, **environment}
    if any(name.startswith(("PYTHON", "LANG", "LC_")) for name in environment):  # read where Python itself starts
        command = [str(PROGRAM), *words]
        done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, timeout=300)
    else:
        done = forked.run(words, folder, settings, timeout=300)
    said = done.stderr.decode()
    assert "Traceback" not in said, said
    assert "WE001" not in said, said
    assert done.returncode == status, (done.returncode, said, done.stdout.decode()[-2000:])
    return done


@pytest.fixture
def bulian(tmp_path: Path) -> Run:
    """The command, run in an empty folder."""

    def run(*arguments: object, status: int = 0, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return run_in(tmp_path, *arguments, status=status, **environment)

    return run


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def schema(name: str) -> Draft202012Validator:
    """A schema of docs/contract."""
    return Draft202012Validator(json.loads((ROOT / "docs" / "contract" / f"{name}.json").read_text("utf-8")))
