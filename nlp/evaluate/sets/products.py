"""Products of prospectuses: 200 that an earlier run printed, each labelled right or wrong by reading.

The draw is `tests/gold/draw_products.py`. A product counts as found while extraction still prints it at its place, so
precision is that of the drawn ones that are left, and recall says how many of the right ones a change has lost. What
is printed anew stands in no label: draw again to judge it.
"""

from __future__ import annotations

from pathlib import Path

from kg.values.name import name_key
from nlp.evaluate.filings import filings
from nlp.evaluate.gold import Half, by_document, load
from nlp.evaluate.report import Outcome, Report


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Extract the prospectuses that hold drawn products, and see which of them are still printed."""
    source = filings(data)
    outcomes = []
    for name, passages in by_document(load("products_first", only)):
        text = source.text(name).text
        facts = [fact for fact in source.facts([name])[name] if fact.relation == "PRODUCES" and fact.target]
        for passage in passages:
            for label in passage.labels:
                said = text[label.start : label.end]
                printed = any(
                    fact.start <= label.start
                    and label.end <= fact.end
                    and fact.target is not None
                    and name_key(fact.target.name) == name_key(said)
                    for fact in facts
                )
                right = bool(label.values["right"])
                if right or printed:
                    wanted, found = (said if right else None), (said if printed else None)
                    outcomes.append(Outcome(name, "product", wanted, found, right and printed, label.start))
    return Report.of("products", outcomes)
