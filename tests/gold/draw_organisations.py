"""Draw the passages that `organisations.jsonl` labels: sentences of prospectuses, whether they hold a name or not.

200 come from every sentence of 10 to 200 signs that holds one of the words that end names as often as they end none
(公司, 厂, 集团, 研究院, 局, 部 …). As most of them hold no name, 200 more come from the sentences in which one of the
words stands that mostly end names (有限公司, 大学, 委员会 …; each drawn sentence is kept, too). A sentence ends at
。！？； and at the end of a line of less than 30 signs, as full lines run on. The draw knows nothing of the rules
that it measures.
Run as `python tests/gold/draw_organisations.py FOLDER [PASSAGES]`: the skeleton goes to stdout, the passages' text
to the second file, for the reader.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

SEED = 20261125
SENTENCES = 200
_WORD = re.compile("公司|厂|集团|研究院|研究所|大学|学院|银行|中心|协会|委员会|局|院|部")
_STRONG = re.compile(
    "有限|厂|研究院|研究所|大学|学院|银行|协会|委员会|局|事务所|合伙|医院|政府"
    "|[A-Za-z] ?(?:Co|Inc|Ltd|LTD|Limited|GmbH)"
)
_END = re.compile(r"[。！？；!?;]|\n")
_FULL_LINE = 30


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a text, blanks at their ends left out."""
    start = line = 0
    for match in _END.finditer(text):
        full = match.group() == "\n" and match.start() - line >= _FULL_LINE
        if match.group() == "\n":
            line = match.end()
        if full:
            continue
        yield _stripped(text, start, match.end())
        start = match.end()
    yield _stripped(text, start, len(text))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def draw(
    texts: dict[str, str],
    seed: int = SEED,
    most: int = SENTENCES,
    without: Collection[tuple[str, int, int]] = (),
) -> list[tuple[str, int, int]]:
    """Document, start and end of the drawn sentences: `most` of either frame, each in the order of the documents."""
    frame = [
        (document, start, end)
        for document, text in sorted(texts.items())
        for start, end in sentences(text)
        if 10 <= end - start <= 200 and _WORD.search(text, start, end) and (document, start, end) not in without
    ]
    first = random.Random(seed).sample(frame, most)
    strong = sorted(
        (document, start, end)
        for document, start, end in set(frame) - set(first)
        if _STRONG.search(texts[document], start, end)
    )
    return sorted(first) + sorted(random.Random(seed).sample(strong, most))


def write(texts: dict[str, str], drawn: list[tuple[str, int, int]], shown: Path | None) -> None:
    """The skeleton to stdout; the sentences' text to `shown`."""
    for document, start, end in drawn:
        print(json.dumps({"document": document, "start": start, "end": end, "labels": []}))
    if shown is not None:
        parts = (f"## {n}\n{texts[document][start:end]}\n" for n, (document, start, end) in enumerate(drawn))
        shown.write_text("".join(parts), "utf-8")


if __name__ == "__main__":
    read = {path.name: path.read_text("utf-8") for path in sorted(Path(sys.argv[1]).glob("*.txt"))}
    write(read, draw(read), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
