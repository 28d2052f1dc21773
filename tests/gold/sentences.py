"""Sentences of documents, drawn by a seed and written as passages that wait for their labels."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from nlp.evaluate.gold import Passage, save
from nlp.readers.read import read_file
from nlp.reading import Reading, read_for_rules

_SENTENCE = re.compile(r"[^。!?;\n]+[。!?;]?")
_BEFORE = 150


def write_drawn(
    gold: Path,
    sheet: Path,
    files: Sequence[Path],
    wanted: Callable[[str], bool],
    most: int,
    seed: int,
    without: Collection[tuple[str, int]] = (),
) -> set[tuple[str, int]]:
    """Draw `most` of the wanted sentences of the files, then leave out those of `without`.

    Passages go to `gold`, their texts with what stands before them to `sheet`; returns document and start of each.
    Sentences are those between 。!?; and line ends of the prepared text.
    """
    readings = {path.name: read_for_rules(read_file(path)[1]) for path in sorted(files, key=lambda path: path.name)}
    frame = [(name, span) for name, reading in readings.items() for span in _sentences(reading, wanted)]
    drawn = sorted(random.Random(seed).sample(frame, min(most, len(frame))))
    passages, lines = [], []
    for number, (name, (start, end)) in enumerate(drawn):
        text = readings[name].text
        passage = Passage(name, *readings[name].original(start, end))
        if (name, passage.start) in without:
            continue
        passages.append(passage)
        lines.append(f"#{number} {name}\n<< {text[max(0, start - _BEFORE) : start]}\n>> {text[start:end]}\n")
    save(gold, passages)
    sheet.write_text("\n".join(lines), encoding="utf-8")
    return {(passage.document, passage.start) for passage in passages}


def _sentences(reading: Reading, wanted: Callable[[str], bool]) -> list[tuple[int, int]]:
    return [match.span() for match in _SENTENCE.finditer(reading.text) if wanted(match.group())]
