"""Fixtures that all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.graph_fixture", "tests.site_fixture", "tests.copy_fixture"]

ROOT = Path(__file__).resolve().parent.parent


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
