"""What 100 patents are about: is each product or process read off a title one that the patent is about?

The draw is `tests/gold/draw_patents.py`. A label is the span of a right name in title or abstract, with the places
where it may begin (`starts`: with or without its modifiers). `thing` counts as right a name that stands at a label;
a patent without a right name printed counts once as missed. A patent without a label names nothing that is a product
or process (`信息处理`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.values.name import name_key
from nlp.evaluate.filings import need
from nlp.evaluate.gold import Half, Passage, load
from nlp.evaluate.report import Outcome, Report
from nlp.relations.about import Subject, subjects_of


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Read the titles of the drawn patents and compare with the labels."""
    lines = need(data / "patents" / "patents.dev.jsonl").read_text("utf-8").splitlines()
    outcomes: list[Outcome] = []
    for passage in load("about", only):
        row = json.loads(lines[int(passage.document.partition(":")[2])])
        outcomes += judged(passage, f"{row['title']}\n{row['abstract']}", subjects_of(row["title"]))
    return Report.of("about", outcomes)


def judged(passage: Passage, text: str, found: Sequence[Subject]) -> Iterator[Outcome]:
    """The outcomes of one patent: one for each printed thing, and one where no right thing is printed."""
    right = {name_key(text[start : label.end]) for label in passage.labels for start in label.values["starts"]}
    wanted = text.partition("\n")[0] if passage.labels else None
    for one in found:
        hit = name_key(one.name) in right
        yield Outcome(passage.document, "thing", wanted if hit else None, one.name, hit, one.start)
    if wanted and not any(name_key(one.name) in right for one in found):
        yield Outcome(passage.document, "thing", wanted, None, at=len(text))
