"""Fixtures that all tests share."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from functools import wraps
from pathlib import Path
from threading import RLock
from typing import Any

import pytest
import structlog

pytest_plugins = [
    "tests.graph_fixture",
    "tests.site_fixture",
    "tests.copy_fixture",
    "tests.postgres_fixture",
    "tests.faults.kills",
]

ROOT = Path(__file__).resolve().parent.parent
FIRST = ("test_readme.py", "test_switch.py")
"""Modules that take minutes: begun last, they would keep one worker busy while the other has nothing left."""


def _one_tree_at_a_time() -> None:
    """Until 3.11.8 CPython counts the depth of ast.parse in one place for all threads (python/cpython#106905).

    Hypothesis listens to the garbage collector, so another thread may run between two nodes of a tree; if that thread
    makes a tree too (the application does, in the requests that a test fuzzes), the first ends with a SystemError.
    """
    parse, lock = ast.parse, RLock()

    @wraps(parse)
    def parse_alone(*args: Any, **named: Any) -> ast.AST:
        with lock:
            return parse(*args, **named)

    ast.parse = parse_alone


if sys.version_info < (3, 11, 8):
    _one_tree_at_a_time()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a module share a worker, so that what they share is made once; some modules name a group of several."""
    items.sort(key=lambda item: item.path.name not in FIRST)
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Groups are kept, or the run says so: a pytest that xdist does not know loses them without a word."""
    if node.config.getvalue("dist") == "loadgroup" and any("@" not in name for name in ids):
        pytest.exit("pytest-xdist keeps no groups with this pytest: install what constraints.txt says", returncode=4)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development data that is not part of the repository (BULIAN_SHARED, default ../shared)."""
    folder = Path(os.environ.get("BULIAN_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        message = f"no development data: {folder} (set BULIAN_SHARED)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A command that a test runs in this process sets up its log for itself alone."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
