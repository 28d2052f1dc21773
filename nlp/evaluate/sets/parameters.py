"""What firms say that their products reach and their plants can do, in 70 sentences of filings.

The draw is `tests/gold/draw_parameters.py`. A parameter is right where value, operator and unit are equal and the
names of parameter and product contain the labelled ones or lie in them; a capability where the process does, and the
capacity is equal where one is labelled. Doubtful labels (a rating inside a product's name, a figure of no named
product) count neither way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.records import Fact
from nlp.evaluate.filings import filings
from nlp.evaluate.gold import Half, Label, Passage, by_document, load
from nlp.evaluate.report import Outcome, Report

_RELATIONS = {"PARAMETER": "HAS_PARAMETER", "CAPABILITY": "CAPABLE_OF"}


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Extract the documents and compare the facts printed from the sentences with the labels."""
    source = filings(data)
    outcomes: list[Outcome] = []
    for name, passages in by_document(load("parameters", only)):
        facts = source.facts([name])[name]
        for passage in passages:
            for label, relation in _RELATIONS.items():
                printed = [one for one in facts if one.relation == relation]
                printed.sort(key=lambda one: not _inside(one, passage))
                wanted = [one for one in passage.labels if one.label == label]
                outcomes += judged(passage, source.text(name).text, label.lower(), wanted, printed)
    return Report.of("parameters", outcomes)


def judged(
    passage: Passage, text: str, field: str, wanted: Sequence[Label], found: Sequence[Fact]
) -> Iterator[Outcome]:
    """The outcomes of one sentence; `found` are the document's facts, each used once.

    A document prints a fact once, so that a label may be met by one that quotes another sentence.
    """
    free = list(found)
    for label in sorted(wanted, key=lambda one: bool(one.values["doubtful"])):
        made = next((one for one in free if _same(label, one, text)), None)
        if made is not None:
            free.remove(made)
        if not label.values["doubtful"]:
            said = _said(made) if made else None
            yield Outcome(passage.document, field, text[label.start : label.end], said, made is not None, label.start)
    for made in (one for one in free if _inside(one, passage)):
        yield Outcome(passage.document, field, None, _said(made), at=made.start)


def _inside(fact: Fact, passage: Passage) -> bool:
    """Whether the fact is of this sentence; a quote that only touches it is of its neighbour."""
    return min(fact.end, passage.end) - max(fact.start, passage.start) > (fact.end - fact.start) / 2


def _same(label: Label, fact: Fact, text: str) -> bool:
    said, values = fact.properties, label.values
    if label.label == "CAPABILITY":
        capacity = values["capacity"] in (None, said.get("capacity"))
        return capacity and _alike(text[label.start : label.end], fact.target.name if fact.target else "")
    spans = (values["name"], values["product"])
    names = (str(said.get("name")), fact.target.name if fact.target else "")
    return all(said.get(key) == values[key] for key in ("operator", "value", "value_max", "unit")) and all(
        span is None or _alike(text[slice(*span)], name) for span, name in zip(spans, names, strict=True)
    )


def _alike(first: str, second: str) -> bool:
    one, other = (re.sub(r"\s", "", each) for each in (first, second))
    return bool(one and other) and (one in other or other in one)


def _said(fact: Fact) -> str:
    kept = ("name", "operator", "value", "value_max", "unit", "capacity")
    said = " ".join(str(fact.properties[key]) for key in kept if fact.properties.get(key) is not None)
    return f"{fact.target.name if fact.target else ''}: {said}"
