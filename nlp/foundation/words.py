"""Words that speak for a class: what a thing is called by (its head) and signs anywhere in its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from kg.yml import read_yaml

_BRACKETS = re.compile(r"\([^()]*\)")
_TRAILING = re.compile(r"(?:等|系列|及其制品|及制品|及应用|-.{1,8})$")
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of words.yml: classes in order, and which classes each word speaks for."""

    labels: tuple[str, ...]
    heads: Mapping[str, tuple[int, ...]]
    signs: Mapping[str, tuple[int, ...]]
    divisions: Mapping[str, tuple[str, ...]]

    def head(self, name: str) -> str | None:
        """The longest known head at the end of a name (remarks in brackets aside); None where none is known."""
        core = _TRAILING.sub("", core_of(name))
        for size in range(min(_LONGEST, len(core)), 0, -1):
            if core[-size:] in self.heads:
                return core[-size:]
        return None

    def in_name(self, name: str) -> dict[str, tuple[int, ...]]:
        """All signs that stand in a name, with the classes that they speak for."""
        text = normal(name)
        return {sign: classes for sign, classes in self.signs.items() if sign in text}

    def division(self, part: str, name: str) -> int:
        """How many words of a division (mechanical, electronic) stand in a name."""
        text = normal(name)
        return sum(word in text for word in self.divisions[part])


def normal(name: str) -> str:
    """NFKC without blanks, dashes as one sign."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).replace("—", "-")


def core_of(name: str) -> str:
    """A normal name without remarks in brackets."""
    text = normal(name)
    return _BRACKETS.sub("", text) or text


def remarks_of(name: str) -> list[str]:
    """What stands in brackets in a name."""
    return [remark[1:-1] for remark in _BRACKETS.findall(normal(name))]


@lru_cache(maxsize=1)
def load_words() -> Words:
    """The packaged lists."""
    table: dict[str, dict[str, Any]] = read_yaml(
        files("nlp.foundation").joinpath("words.yml").read_text(encoding="utf-8")
    )
    divisions = table.pop("divisions")

    def spoken(kind: str) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for place, entry in enumerate(table.values()):
            for word in entry[kind].split():
                if place not in found.get(word, ()):
                    found[word] = (*found.get(word, ()), place)
        return found

    return Words(
        tuple(entry["label"] for entry in table.values()),
        spoken("heads"),
        spoken("signs"),
        {name: tuple(words.split()) for name, words in divisions.items()},
    )
