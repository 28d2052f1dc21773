"""Facts between firms that earlier runs printed from prospectuses, 60 of each relation, labelled by reading.

The draws are `tests/gold/draw_firm_facts.py`, the fields SUPPLIES, SUBSIDIARY_OF, ALIAS_OF and DEPENDS_ON. A fact is
right where both firms (or firm and product), the direction and all its values are. It counts as found while extraction
still prints it of the document, so precision is that of the drawn ones that are left, and recall says how many of the
right ones a change has lost. What is printed anew stands in no label: `later` is a second draw of aliases, of a run
after the rules had been mended on the first one, and all SUPPLIES of a run that read lists whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.records import Fact
from kg.values.name import name_key
from nlp.evaluate.filings import filings
from nlp.evaluate.gold import Half, Passage, by_document, load
from nlp.evaluate.report import Outcome, Report

DRAWS = (("firm_facts_first", ""), ("firm_facts_later", "later: "))


def mark(source: str, target: str, properties: Mapping[str, Any]) -> str:
    """What tells a fact from another at the same place, without its text: 12 digits of a hash."""
    values = json.dumps({key: value for key, value in properties.items() if value is not None}, sort_keys=True)
    return hashlib.sha256(f"{name_key(source)}\n{name_key(target)}\n{values}".encode()).hexdigest()[:12]


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Extract the prospectuses that hold drawn facts, and see which of them are still printed."""
    source = filings(data)
    outcomes: list[Outcome] = []
    for gold, prefix in DRAWS:
        for name, passages in by_document(load(gold, only)):
            facts = source.facts([name])[name]
            for passage in passages:
                outcomes += _judged(passage, facts, prefix, source.text(name).text)
    return Report.of("firm_facts", outcomes)


def _judged(passage: Passage, facts: tuple[Fact, ...], prefix: str, text: str) -> Iterator[Outcome]:
    for label in passage.labels:
        printed = any(
            fact.relation == label.label
            and fact.target is not None
            and mark(fact.source.name, fact.target.name, fact.properties) == label.values["mark"]
            for fact in facts
        )
        right = bool(label.values["right"])
        if right or printed:
            said = text[passage.start : passage.end]
            wanted, found = (said if right else None), (said if printed else None)
            field = f"{prefix}{label.label}"
            yield Outcome(passage.document, field, wanted, found, right and printed, int(label.values["mark"][:8], 16))
