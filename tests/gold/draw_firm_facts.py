"""Draw 60 of the facts of each relation between firms that extraction prints, to be labelled right or wrong by reading.

The frame is every fact of the relation in a run of `bulian extract` over the prospectuses, in the order of document,
place and names; what is drawn does not depend on how sure the extractor was. Run as
`python -m tests.gold.draw_firm_facts FACTS.jsonl RELATION SEED`; it prints one JSON line for each: the fact itself for
the reader, and `mark`, by which the gold knows it again without a word of its text.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nlp.evaluate.sets.firm_facts import mark

DRAWN = 60


def draw(facts: Iterable[dict[str, Any]], relation: str, seed: int) -> Iterator[dict[str, Any]]:
    """The drawn facts, each with its mark."""
    frame = sorted((one for one in facts if one["relation"] == relation and one["target"]), key=_place)
    for one in sorted(random.Random(seed).sample(frame, min(DRAWN, len(frame))), key=_place):
        yield one | {"mark": mark(one["source"]["name"], one["target"]["name"], one["properties"])}


def _place(one: dict[str, Any]) -> tuple[str, int, str, str]:
    return one["doc"], one["start"], one["source"]["name"], one["target"]["name"]


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    for each in draw(map(json.loads, lines), sys.argv[2], int(sys.argv[3])):
        print(json.dumps(each, ensure_ascii=False))
