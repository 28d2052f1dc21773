"""eval: the sets by name, the scores, errors as a list, and what is missing said in a line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.contract.conftest import Run


def test_the_sets_are_named(bulian: Run) -> None:
    said = bulian("eval").stdout.decode()
    assert "contracts" in said and "demo" in said


def test_scores_of_the_demo(bulian: Run, tmp_path: Path) -> None:
    said = json.loads(bulian("eval", "demo", "--json", "--errors", "--freeze", "run.csv").stdout)
    profile = said["scores"]["PROFILE"]
    assert profile["wanted"] == profile["hit"] > 20 and profile["low"] <= profile["f1"] <= profile["high"]
    assert all({"document", "field", "wanted", "found"} == set(error) for error in said["errors"])
    with (tmp_path / "run.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["document", "field", "at", "result"]
    assert len(rows) - 1 == sum(score["wanted"] for score in said["scores"].values())
    assert "95 %" in bulian("eval", "demo", "--half", "hold").stdout.decode()


def test_what_is_missing_is_said(bulian: Run) -> None:
    assert b"NL041" in bulian("eval", "nothing", status=1).stderr
    assert b"NL040" in bulian("eval", "contracts", "--data", "nowhere", status=1).stderr
    bulian("eval", "demo", "--half", "third", status=2)
