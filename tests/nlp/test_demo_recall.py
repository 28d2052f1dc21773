"""Floors of recall on the demo corpus: of what its documents state, how much the extractor finds.

The truth is written by the code that wrote the sentences (`seeds/demo/make`). These floors guard against a loss; how
good extraction is, is measured on real filings, not here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest
import yaml

from kg.records import Fact
from nlp.evaluate.sets import evaluator
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


@pytest.fixture(scope="module")
def found() -> dict[str, Sequence[Fact]]:
    entries = yaml.safe_load((HOME / "manifest.yml").read_text(encoding="utf-8"))["documents"]
    names = [entry["file"] for entry in entries if entry["file"].startswith("documents/") and "expect" not in entry]
    return {name: extract_file(HOME / name).facts for name in names}


def test_recall_on_the_demo_documents_does_not_fall() -> None:
    scores = evaluator("demo")(HOME, None).scores
    low = {relation: scores[relation].recall for relation, floor in FLOORS.items() if scores[relation].recall < floor}
    assert low == {}


def test_every_quote_stands_where_it_says(found: dict[str, Sequence[Fact]]) -> None:
    for name, facts in found.items():
        text = extract_file(HOME / name).text
        assert text is not None
        assert all(text.text[fact.start : fact.end] == fact.quote for fact in facts), name


def test_the_fact_that_architecture_follows_is_found_as_it_says(found: dict[str, Sequence[Fact]]) -> None:
    """docs/architecture.md, One fact, from its PDF to a page."""
    page = (HOME.parents[1] / "docs" / "architecture.md").read_text("utf-8")
    (shown,) = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", page, re.S))
    said = [fact.to_json() for fact in found["documents/p01-prospectus.pdf"]]
    for line in said:  # the page leaves out what is empty
        for end in ("source", "target"):
            line[end] = {name: value for name, value in (line[end] or {}).items() if value is not None}
    assert [line for line in said if {name: line[name] for name in shown} == shown], shown


def test_the_mark_of_the_demo_is_never_part_of_a_name(found: dict[str, Sequence[Fact]]) -> None:
    for name, facts in found.items():
        for fact in facts:
            ends = (fact.source.name, fact.target.name if fact.target and fact.target.type == "Enterprise" else "")
            assert not any("虚构" in end or "（示例" in end for end in ends), (name, fact)
