"""Draw the printed facts that `recognitions.jsonl` judges: honours, drafted standards and brands of prospectuses.

At most 45 honours, 15 standards and 15 brands of all that extraction printed from the files; each was then judged by
reading its sentence, and its neighbours where that does not tell the firm. Run as
`python -m tests.gold.draw_recognitions FOLDER SHEET FILE...`: the skeleton goes into FOLDER, the facts to SHEET.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from kg.records import Fact
from nlp.evaluate.gold import Label, Passage, save
from nlp.evaluate.sets.recognitions import told
from nlp.extract import extract_files

SEED = 20261125
MOST = {"HAS_HONOUR": 45, "DRAFTED_STANDARD": 15, "OWNS_BRAND": 15}


def draw(facts: list[Fact]) -> list[Fact]:
    """The drawn facts, by relation, document and place."""
    chance, drawn = random.Random(SEED), []
    for relation, most in MOST.items():
        frame = sorted(
            (one for one in facts if one.relation == relation), key=lambda one: (one.doc, one.start, told(one))
        )
        drawn += sorted(chance.sample(frame, min(most, len(frame))), key=lambda one: (one.doc, one.start, told(one)))
    return drawn


if __name__ == "__main__":
    folder, sheet, *files = map(Path, sys.argv[1:])
    drawn = draw([fact for one in extract_files(sorted(files)) for fact in one.facts])
    passages = [
        Passage(one.doc, one.start, one.end, (Label(one.relation, one.start, one.end, {"fact": told(one)}),))
        for one in drawn
    ]
    save(folder / "recognitions.jsonl", passages)
    lines = [
        f"#{n} {one.relation} {one.doc} {one.start} {one.source.name} → {one.target}"
        f" {dict(one.properties)} {one.valid_from}\n{one.quote}\n"
        for n, one in enumerate(drawn)
    ]
    sheet.write_text("\n".join(lines), "utf-8")
