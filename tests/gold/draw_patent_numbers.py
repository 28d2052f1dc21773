"""Draw the windows that `patent_numbers.jsonl` labels: figures of filings that could be the numbers of patents.

The frame: strings of 8 to 14 digits (blanks, dots and line ends inside) of prospectuses, an annual report and
announcements. `NEAR` of them beside a word for patents, and `FAR` that are no more than formed like a number of a
Chinese patent; fewer where there are fewer. Windows that overlap are one passage. What is the number of a Chinese
patent, and of whom, was then decided by reading, before the reader of numbers was run on the windows. Run as
`python -m tests.gold.draw_patent_numbers FOLDER SHEET FILE...`: the skeleton goes into FOLDER, the windows for the
person who labels to SHEET.
"""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

from nlp.evaluate.gold import Passage, save
from nlp.readers.read import read_file

SEED = 20261125
NEAR, FAR = 80, 40
_BEFORE, _BEHIND = 40, 25
_DIGITS = re.compile(r"(?<![\d.,])(?:ZL|CN|US)?\s{0,2}\d(?:[ .．\n]?\d){6,13}(?:[.．]?[\dXx])?(?![\d,])")
_NEAR = re.compile(r"专利|申请号|申请公布号|公开号|发明|实用新型|ZL")
_FORMED = re.compile(r"(?:(?:19|20)\d\d[12389]\d{7}|(?:8[5-9]|9\d|0[0-3])[12389]\d{5})[\dX]?")


def windows(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Windows around digit strings beside a word for patents, and around others formed like a patent's number."""
    near, far = [], []
    for match in _DIGITS.finditer(text):
        span = (max(0, match.start() - _BEFORE), min(len(text), match.end() + _BEHIND))
        if _NEAR.search(text[slice(*span)]):
            near.append(span)
        elif _FORMED.fullmatch(re.sub(r"[^\dX]", "", match.group().upper())):
            far.append(span)
    return near, far


def merged(spans: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """The windows in order, those that overlap as one."""
    whole: list[tuple[str, int, int]] = []
    for name, start, end in sorted(spans):
        if whole and whole[-1][0] == name and start <= whole[-1][2]:
            whole[-1] = (name, whole[-1][1], max(end, whole[-1][2]))
        else:
            whole.append((name, start, end))
    return whole


if __name__ == "__main__":
    folder, sheet, *files = map(Path, sys.argv[1:])
    texts = {path.name: read_file(path)[1].text for path in sorted(files, key=lambda path: path.name)}
    frames: tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]] = ([], [])
    for name, text in texts.items():
        for frame, found in zip(frames, windows(text), strict=True):
            frame.extend((name, *span) for span in found)
    chance = random.Random(SEED)
    drawn = merged(
        [
            one
            for frame, most in zip(frames, (NEAR, FAR), strict=True)
            for one in chance.sample(frame, min(most, len(frame)))
        ]
    )
    save(folder / "patent_numbers.jsonl", [Passage(*one) for one in drawn])
    lines = [f"#{n} {name} {start}\n{texts[name][start:end]}\n" for n, (name, start, end) in enumerate(drawn)]
    sheet.write_text("\n".join(lines), "utf-8")
