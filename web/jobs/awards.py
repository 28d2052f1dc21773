"""Awards of announcements as needs with a known answer: the facts and days that their evaluation takes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import BulianError
from kg.records import Fact
from matcher.errors import BadRunError
from nlp.dated import day_of
from nlp.readers.read import read


def days_of(documents: Iterable[Path]) -> dict[str, str | None]:
    """The day that each document bears, by its SHA-256; documents that cannot be read are left out."""
    found = {}
    for path in documents:
        try:
            data = path.read_bytes()
            found[hashlib.sha256(data).hexdigest()] = day_of(read(data, path.name))
        except (OSError, BulianError):
            continue
    return found


def facts_of(file: Path) -> Iterator[Fact]:
    """The facts of a file of `bulian extract`. Raises BadRunError (MA005) for a line that is none."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield Fact.from_json(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise BadRunError(
                    f"no fact: {error}", file=str(file), place=f"line {number}", hint="a file of bulian extract --jsonl"
                ) from error
