"""Draw the 60 sentences that `market_share.jsonl` labels: of all that speak of a share of a market beside a percentage.

The draw knows nothing of the reader that it measures. What is a share, whose it is and of which market was then decided
by reading, before the reader was run on the sentences. Run as
`python -m tests.gold.draw_market_share FOLDER SHEET FILE...`: the skeleton `market_share.jsonl` goes into FOLDER, the
sentences for the person who labels to SHEET.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.gold.sentences import write_drawn

SEED = 20261125
MOST = 60
SHARE = re.compile(r"占有率|市场份额|市占率|占[^。;]{0,30}市场")
_FIGURE = re.compile(r"\d%")


def speaks_of_share(sentence: str) -> bool:
    """Whether the sentence has a word for a share of a market and a percentage."""
    return bool(SHARE.search(sentence) and _FIGURE.search(sentence))


if __name__ == "__main__":
    folder, sheet, *files = map(Path, sys.argv[1:])
    write_drawn(folder / "market_share.jsonl", sheet, files, speaks_of_share, MOST, SEED)
