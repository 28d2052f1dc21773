"""Printed honours, drafted standards and brands of 34 prospectuses, judged right or wrong by reading.

The draw is `tests/gold/draw_recognitions.py`. `right` says that the sentence tells this of this firm, with the tier,
the number or the mark as printed. Precision is that of the drawn facts that are still printed; recall says how many
right ones a change has lost. What is printed anew stands in no label: draw again to judge it.
"""

from __future__ import annotations

from pathlib import Path

from kg.records import Fact, stable_hash
from kg.values.name import name_key
from nlp.evaluate.filings import filings
from nlp.evaluate.gold import Half, by_document, load
from nlp.evaluate.report import Outcome, Report


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Extract the documents that hold drawn facts, and see which of them are still printed."""
    source = filings(data)
    outcomes = []
    for name, passages in by_document(load("recognitions", only)):
        printed = {told(one): one for one in source.facts([name])[name] if one.target}
        text = source.text(name).text
        for label in (label for passage in passages for label in passage.labels):
            made = printed.get(label.values["fact"])
            right = bool(label.values["right"])
            if right or made:
                said = text[label.start : label.end]
                found = f"{made.source.name}: {made.target.name}" if made and made.target else None
                outcomes.append(
                    Outcome(name, label.label, said if right else None, found, right and made is not None, label.start)
                )
    return Report.of("recognitions", outcomes)


def told(fact: Fact) -> str:
    """What a fact says, whichever sentence it quotes, as a hash: relation, firm, target, since when."""
    target = (fact.target.key or name_key(fact.target.name)) if fact.target else ""
    return stable_hash(fact.relation, name_key(fact.source.name), target, fact.valid_from)
