"""Draw the requirements that `requirements_first.jsonl` labels: 60 that show figures, 20 whose digits are no figures.

The draw knows nothing of the reader that it measures: a figure here is any digit beside a unit or a sign of
comparison, and the others are texts with digits of another kind (numbering, dates, model numbers). What is a target
was then decided by reading. Run as `python tests/gold/draw_requirements.py FILE`; it prints ids, one group a line.
"""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

SEED = 20261125
FIGURES, NO_FIGURES = 60, 20
FIGURE = re.compile(
    r"\d\s*(?:[%％℃°a-zA-Zμµ万亿年个次度倍元人吨米毫厘克小秒天级层种台套只件]|.{0,2}以)|[≥≤<>＞＜±~～]\s*\d"
)


def draw(texts: dict[str, str]) -> tuple[list[str], list[str]]:
    """Ids of texts that show figures, and of texts with other digits, each sorted."""
    figures = sorted(id for id, text in texts.items() if FIGURE.search(text))
    others = sorted(id for id, text in texts.items() if re.search(r"\d", text) and not FIGURE.search(text))
    chance = random.Random(SEED)
    return sorted(chance.sample(figures, FIGURES)), sorted(chance.sample(others, NO_FIGURES))


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    for group in draw({str(row["id"]): row["text"] for row in map(json.loads, lines)}):
        print(" ".join(group))
