"""Numbers of Chinese patents in 58 windows of filings: each printed number found, and no other figure taken for one.

The draw is `tests/gold/draw_patent_numbers.py`: all strings of 8 to 14 digits beside a word for patents, and 40 others
formed like a number. A label is the number of a Chinese patent with its owner: the issuer, or another. The tables of
the prospectuses are not in their texts, so the numbers stand in sentences. A misprinted number (two of them) is
labelled and not wanted: no rule can tell which digit is wrong. `owner` judges the facts OWNS_PATENT printed from the
windows: a patent of which the firm is the licensee is not its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.records import Fact
from kg.values.patent import PatentSpan, find_patents
from nlp.evaluate.filings import filings
from nlp.evaluate.gold import Half, Passage, by_document, load
from nlp.evaluate.report import Outcome, Report
from nlp.reading import read_for_rules


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Read the numbers of the labelled documents and compare those in the windows."""
    source = filings(data)
    outcomes: list[Outcome] = []
    for name, passages in by_document(load("patent_numbers", only)):
        text = source.text(name)
        reading = read_for_rules(text)
        numbers = [(reading.original(one.start, one.end), one) for one in find_patents(reading.text)]
        facts = [one for one in source.facts([name])[name] if one.relation == "OWNS_PATENT"]
        for passage in passages:
            here = [(span, one) for span, one in numbers if passage.start <= span[0] < passage.end]
            outcomes += judged_numbers(passage, text.text, here)
            outcomes += _judged_owners(passage, text.text, facts)
    return Report.of("patent_numbers", outcomes)


def judged_numbers(
    passage: Passage, text: str, found: Sequence[tuple[tuple[int, int], PatentSpan]]
) -> Iterator[Outcome]:
    """The outcomes of one window."""
    free = list(found)
    for label in passage.labels:
        made = next((one for one in free if one[0][0] < label.end and label.start < one[0][1]), None)
        if made is not None:
            free.remove(made)
        wanted = text[label.start : label.end] if label.label == "PATENT" else None
        if wanted or made:
            right = bool(wanted and made and _signs(wanted) == _signs(made[1].number))
            yield Outcome(passage.document, "number", wanted, made[1].number if made else None, right, label.start)
    for span, one in free:
        yield Outcome(passage.document, "number", None, one.number, at=span[0])


def _signs(number: str) -> str:
    return re.sub(r"[^0-9X]", "", number.upper())


def _judged_owners(passage: Passage, text: str, facts: Sequence[Fact]) -> Iterator[Outcome]:
    """One outcome for each labelled number that is a fact of the document, or should be one."""
    for label in passage.labels:
        number = text[label.start : label.end]
        keyed = (one for one in facts if one.target and _signs(one.target.key or "") == _signs(number))
        fact = next(keyed, None)
        wanted = number if label.values.get("owner") == "issuer" else None
        if wanted or fact:
            said = f"{fact.source.name} {number}" if fact else None
            yield Outcome(passage.document, "owner", wanted, said, bool(wanted and fact), label.start)
