"""The invented documents of the demo against the truth that was written with them: recall of each relation.

The truth lists what the documents state on purpose, not all that may be read in them, so nothing counts as extra and
precision says nothing. It guards against a loss; how good extraction is, real filings show.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.records import Fact
from kg.values.name import name_key
from kg.yml import read_yaml
from nlp.evaluate.gold import Half, half
from nlp.evaluate.report import Outcome, Report
from nlp.extract import extract_files
from seeds.demo.make.world import HOME

Truth = Mapping[str, Any]


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Extract the demo's documents; `data` is not needed, the demo is part of the package."""
    entries = read_yaml((HOME / "manifest.yml").read_text("utf-8"))["documents"]
    names = [
        entry["file"]
        for entry in entries
        if entry["file"].startswith("documents/") and "expect" not in entry and only in (None, half(entry["file"]))
    ]
    found = {name: one.facts for name, one in zip(names, extract_files([HOME / name for name in names]), strict=True)}
    return Report.of("demo", _outcomes(found))


def _outcomes(found: Mapping[str, tuple[Fact, ...]]) -> list[Outcome]:
    outcomes = []
    for place, line in enumerate((HOME / "truth.jsonl").read_text("utf-8").splitlines()):
        truth = json.loads(line)
        if truth["doc"] in found:
            hit = next((fact for fact in found[truth["doc"]] if agrees(truth, fact)), None)
            quote = hit.quote if hit else None
            outcomes.append(Outcome(truth["doc"], truth["relation"], _said(truth), quote, hit is not None, place))
    return outcomes


def agrees(truth: Truth, fact: Fact) -> bool:
    """Whether a fact says what a line of the truth says."""
    if fact.relation != truth["relation"] or name_key(fact.source.name) != name_key(truth["source"]["name"]):
        return False
    stated, given = truth["properties"], fact.properties
    if fact.relation == "WON_CONTRACT":
        return all(stated.get(key) == given.get(key) for key in ("amount_max", "buyer", "role"))
    if fact.relation == "PROFILE":
        return any(stated[key] == given[key] for key in stated.keys() & given.keys())
    if fact.relation == "REPORTS_METRIC":
        return all(stated[key] == given.get(key) for key in ("metric", "value", "period"))
    if fact.target is None:
        return False
    if truth["target"]["key"] is not None and fact.target.key is not None:
        return bool(truth["target"]["key"] == fact.target.key)
    return name_key(truth["target"]["name"]) == name_key(fact.target.name)


def _said(truth: Truth) -> str:
    target = truth["target"]["name"] if truth["target"] else ""
    values = ", ".join(f"{key} {value}" for key, value in truth["properties"].items())
    return f"{truth['source']['name']} → {target} {values}".strip()
