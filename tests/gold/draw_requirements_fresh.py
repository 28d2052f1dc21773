"""Draw the requirements that `requirements.jsonl` labels, of what the first draw left: 60 with figures, 20 without.

Fewer where fewer are left. The labels were made by reading, before the reader was run on them. Run as
`python -m tests.gold.draw_requirements_fresh FILE`; it prints ids, one group a line.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from tests.gold.draw_requirements import FIGURE, draw

SEED = 20261126
FIGURES, NO_FIGURES = 60, 20


def draw_fresh(texts: dict[str, str]) -> tuple[list[str], list[str]]:
    """Ids of texts that show figures, and of texts that do not, each sorted; none of the first draw."""
    drawn = {each for group in draw(texts) for each in group}
    left = sorted(texts.keys() - drawn)
    figures = [each for each in left if FIGURE.search(texts[each])]
    others = [each for each in left if not FIGURE.search(texts[each])]
    chance = random.Random(SEED)
    return (
        sorted(chance.sample(figures, min(FIGURES, len(figures)))),
        sorted(chance.sample(others, min(NO_FIGURES, len(others)))),
    )


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    for group in draw_fresh({str(row["id"]): row["text"] for row in map(json.loads, lines)}):
        print(" ".join(group))
