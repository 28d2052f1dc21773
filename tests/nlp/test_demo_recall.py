"""Floors of recall on the demo corpus: of what its documents state, how much the extractor finds.

The truth is written by the code that wrote the sentences (`seeds/demo/make`). These floors guard against a loss; how
good extraction is, is measured on real filings, not here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
import yaml

from kg.records import Fact
from kg.values.name import name_key
from nlp.extract import extract_file
from seeds.demo.make.world import HOME

FLOORS = {
    "WON_CONTRACT": 0.85,
    "ALIAS_OF": 0.9,
    "LOCATED_IN": 0.9,
    "PROFILE": 0.95,
    "PRODUCES": 0.9,
    "OWNS_PATENT": 0.9,
    "REPORTS_METRIC": 0.97,
    "HAS_HONOUR": 0.95,
    "HOLDS_CERTIFICATE": 0.95,
    "SUBSIDIARY_OF": 0.95,
    "SUPPLIES": 0.95,
    "CAPABLE_OF": 0.9,
    "HAS_PARAMETER": 0.95,
    "DEPENDS_ON": 0.95,
    "DRAFTED_STANDARD": 0.95,
    "IN_INDUSTRY": 0.95,
}
Truth = dict[str, Any]


@pytest.fixture(scope="module")
def found() -> dict[str, Sequence[Fact]]:
    entries = yaml.safe_load((HOME / "manifest.yml").read_text(encoding="utf-8"))["documents"]
    names = [entry["file"] for entry in entries if entry["file"].startswith("documents/") and "expect" not in entry]
    return {name: extract_file(HOME / name).facts for name in names}


def _same(truth: Truth, fact: Fact) -> bool:
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


def test_recall_on_the_demo_documents_does_not_fall(found: dict[str, Sequence[Fact]]) -> None:
    there, hit = Counter[str](), Counter[str]()
    for line in (HOME / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        if truth["doc"] in found:
            there[truth["relation"]] += 1
            hit[truth["relation"]] += any(_same(truth, fact) for fact in found[truth["doc"]])
    recall = {relation: hit[relation] / there[relation] for relation in there}
    print({relation: f"{hit[relation]}/{there[relation]}" for relation in sorted(there)})
    assert {relation: recall[relation] for relation, floor in FLOORS.items() if recall[relation] < floor} == {}


def test_every_quote_stands_where_it_says(found: dict[str, Sequence[Fact]]) -> None:
    for name, facts in found.items():
        text = extract_file(HOME / name).text
        assert text is not None
        assert all(text.text[fact.start : fact.end] == fact.quote for fact in facts), name


def test_the_mark_of_the_demo_is_never_part_of_a_name(found: dict[str, Sequence[Fact]]) -> None:
    for name, facts in found.items():
        for fact in facts:
            ends = (fact.source.name, fact.target.name if fact.target and fact.target.type == "Enterprise" else "")
            assert not any("虚构" in end or "（示例" in end for end in ends), (name, fact)
