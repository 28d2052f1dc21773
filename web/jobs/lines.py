"""JSON lines that come from outside: each line is checked, and a bad one is refused by its number."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import BulianError
from web.errors import WebError

Refuse = Callable[[BulianError], None]


def read_lines(
    path: Path, fields: Mapping[str, type], refuse: Refuse, filled: Collection[str] = ()
) -> Iterator[dict[str, Any]]:
    """The objects of a JSON lines file that have all `fields` with the given types; the others are refused.

    Texts named in `filled` must hold more than blanks.
    Raises WebError WE014 where the file cannot be read at all.
    """
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                problem, line = _parse(raw, fields)
                problem = problem or _blank(line, filled)
                if problem:
                    refuse(
                        WebError(problem, code="WE011", hint="correct the line", file=path.name, place=f"line {number}")
                    )
                elif line is not None:
                    yield line
    except OSError as error:
        raise WebError(
            f"the file cannot be read: {error.strerror}", code="WE014", hint="check the path", file=str(path)
        ) from error


def _parse(raw: bytes, fields: Mapping[str, type]) -> tuple[str, dict[str, Any] | None]:
    """What is wrong with a line (empty where nothing is), and its object (None for a blank line)."""
    try:
        text = raw.decode("utf-8-sig").strip()
        line = json.loads(text) if text else None
    except UnicodeDecodeError:
        return "the line is not UTF-8", None
    except (ValueError, RecursionError):
        return "the line is not JSON", None
    if line is None:
        return "", None
    if not isinstance(line, dict):
        return "the line is not an object", None
    for name, kind in fields.items():
        if not isinstance(line.get(name), kind):
            return f"the field {name} is missing or is not {_SAID[kind]}", None
    if "\\ud" in text.lower() and _HALF.search(json.dumps(line, ensure_ascii=False)):
        return "the line holds half a character (a lone surrogate)", None
    return "", line


def _blank(line: Mapping[str, Any] | None, filled: Collection[str]) -> str:
    """What is wrong where a text that must be filled in is blank."""
    names = [name for name in filled if line is not None and not str(line[name]).strip()]
    return f"the field {names[0]} is blank" if names else ""


_HALF = re.compile(r"[\ud800-\udfff]")
_SAID: dict[type, str] = {str: "a text", list: "a list", int: "a number", dict: "an object"}
