"""Draw further sentences of prospectuses for `organisations_fresh.jsonl`: what the rules of names are judged on.

Frames as in `draw_organisations.py`, another seed, without the sentences drawn there: 100 of those that hold a word
which may end a name, 100 of those with a word that mostly does. No error of these sentences is looked at, so their
figure says what the rules are worth on text that none was written on.
Run as `python tests/gold/draw_organisations_fresh.py FOLDER [PASSAGES]`: the skeleton goes to stdout, the passages'
text to the second file, for the reader.
"""

from __future__ import annotations

import sys
from pathlib import Path

from draw_organisations import draw, write

SEED = 20261126
SENTENCES = 100

if __name__ == "__main__":
    texts = {path.name: path.read_text("utf-8") for path in sorted(Path(sys.argv[1]).glob("*.txt"))}
    write(texts, draw(texts, SEED, SENTENCES, set(draw(texts))), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
