"""Products of prospectuses: three draws of 200 that earlier runs printed, each labelled right or wrong by reading.

The draws are of `tests/gold/draw_products.py`: `first` of what the rules printed, `second` and `third` of what the
learned choice printed. A product counts as found while extraction still prints it at its place, so precision is that
of the drawn ones that are left, and recall says how many of the right ones a change has lost. `sure` are those of the
third draw that are printed as `disclosed`. What is printed anew stands in no label: draw again to judge it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.records import Fact
from kg.values.name import name_key
from nlp.evaluate.filings import filings
from nlp.evaluate.gold import Half, Label, by_document, load
from nlp.evaluate.report import Outcome, Report

DRAWS = ("first", "second", "third")


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Extract the prospectuses that hold drawn products, and see which of them are still printed."""
    source = filings(data)
    outcomes = []
    for draw in DRAWS:
        for name, passages in by_document(load(f"products_{draw}", only)):
            text = source.text(name).text
            facts = [fact for fact in source.facts([name])[name] if fact.relation == "PRODUCES"]
            for label in (label for passage in passages for label in passage.labels):
                said, right = text[label.start : label.end], bool(label.values["right"])
                levels = _levels(facts, label, said)
                fields = {draw: bool(levels)} | ({"sure": "disclosed" in levels} if draw == DRAWS[-1] else {})
                outcomes += [
                    Outcome(
                        name,
                        field,
                        said if right else None,
                        said if printed else None,
                        right and printed,
                        label.start,
                    )
                    for field, printed in fields.items()
                    if right or printed
                ]
    return Report.of("products", outcomes)


def _levels(facts: Sequence[Fact], label: Label, said: str) -> set[str]:
    """The levels of the facts that print the labelled product around its place."""
    return {
        fact.level
        for fact in facts
        if fact.start <= label.start
        and label.end <= fact.end
        and fact.target is not None
        and name_key(fact.target.name) == name_key(said)
    }
