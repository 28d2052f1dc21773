"""Draw the 100 patents that `about.jsonl` labels, of a file of patents as JSON lines.

What each is about was then decided by reading title and abstract, before anything was run on them. A passage is a
row's title, a line feed and its abstract; its document is `<file name>:<row>`. Run as
`python -m tests.gold.draw_patents FILE FOLDER SHEET`: the skeleton goes into FOLDER, the texts to SHEET.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from nlp.evaluate.gold import Passage, save

SEED = 20261125
MOST = 100


def draw(rows: int) -> list[int]:
    """The numbers of the drawn rows, counted from 0, sorted."""
    return sorted(random.Random(SEED).sample(range(rows), min(MOST, rows)))


if __name__ == "__main__":
    patents, folder, sheet = map(Path, sys.argv[1:])
    rows = [json.loads(line) for line in patents.read_text("utf-8").splitlines()]
    texts = {n: f"{rows[n]['title']}\n{rows[n]['abstract']}" for n in draw(len(rows))}
    save(folder / "about.jsonl", [Passage(f"{patents.name}:{n}", 0, len(text)) for n, text in texts.items()])
    sheet.write_text("\n".join(f"#{n} {text}\n" for n, text in texts.items()), "utf-8")
