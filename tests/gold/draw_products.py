"""Draw 200 of the products that extraction prints over the prospectuses, to be labelled right or wrong by reading.

The frame is every PRODUCES fact of a run of `bulian extract`, in the order of document, place and name; what is drawn
does not depend on how sure the extractor was. After a change of the extractor draw again with another seed. Run as
`python tests/gold/draw_products.py FACTS.jsonl SEED`; it prints one JSON line for each: document, span of the quote,
span of the product in it, and the names for the reader, which the gold leaves out.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

DRAWN = 200


def draw(facts: Iterable[dict[str, Any]], seed: int) -> Iterator[dict[str, Any]]:
    """The drawn facts, each with `at`: where the product's name stands in the document."""
    frame = sorted((one for one in facts if one["relation"] == "PRODUCES"), key=_place)
    for one in sorted(random.Random(seed).sample(frame, DRAWN), key=_place):
        name = re.search(r"\s*".join(map(re.escape, one["target"]["name"])), one["quote"])
        span = (name.start(), name.end()) if name else (0, len(one["quote"]))
        yield one | {"at": [one["start"] + side for side in span]}


def _place(one: dict[str, Any]) -> tuple[str, int, str]:
    return one["doc"], one["start"], one["target"]["name"]


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    for each in draw(map(json.loads, lines), int(sys.argv[2])):
        shown = {"document": each["doc"], "start": each["start"], "end": each["end"], "at": each["at"]}
        shown |= {"firm": each["source"]["name"], "product": each["target"]["name"]}
        print(json.dumps(shown, ensure_ascii=False))
