"""Patents' assignees against a register: by own labels no firm is named that is not meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.identity.assignees import gold, measure


@pytest.mark.shared
def test_assignees_find_their_firms(shared: Path) -> None:
    found = measure(shared / "data")
    assert found.wanted == len(gold()) and found.precision >= 0.98 and found.recall >= 0.95, found
