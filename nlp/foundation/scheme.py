"""Schemes of the industrial foundation, and the crosswalk from the classes of the 2021 catalogue to each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from kg.yml import read_yaml
from nlp.errors import NlpError
from nlp.foundation.words import Words, load_words

LEARNT = "catalogue-2021"
"""The scheme whose classes the model learnt; the others are read off it."""


class UnknownSchemeError(NlpError):
    """There is no scheme of that name."""

    code = "NL031"


@dataclass(frozen=True, slots=True)
class Class:
    """A class of a scheme: its share comes from one learnt class, all of it or the part that `words` speak for."""

    name: str
    source: str
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A published scheme; `verified` says whether the official text was read (else a re-post)."""

    id: str
    title: str
    source: str
    effective_from: str
    effective_to: str | None
    verified: bool
    classes: tuple[Class, ...]

    def scores(self, learnt: Mapping[str, float], item: str) -> dict[str, float]:
        """Scores over this scheme's classes, adding to 1, from scores over the learnt classes.

        A learnt class that has no place here (software in 2016) is left out, the others keep their proportions.
        """
        words = load_words()
        raw = {each.name: learnt[each.source] * self._share(each, item, words) for each in self.classes}
        total = sum(raw.values())
        return {name: value / total for name, value in raw.items()}

    def has(self, learnt_class: str) -> bool:
        """Whether a class of the 2021 catalogue has a place in this scheme."""
        return any(each.source == learnt_class for each in self.classes)

    def _share(self, each: Class, item: str, words: Words) -> float:
        parts = [other.words for other in self.classes if other.source == each.source]
        if each.words is None:
            return 1.0 / len(parts)
        # one count for each part, so that a thing without any of the words is divided evenly
        counts = {part: 1 + 9 * words.division(part, item) for part in parts if part}
        return counts[each.words] / sum(counts.values())


@lru_cache(maxsize=1)
def schemes() -> dict[str, Scheme]:
    """All schemes by id."""
    table: dict[str, dict[str, Any]] = read_yaml(
        files("nlp.foundation").joinpath("schemes.yml").read_text(encoding="utf-8")
    )
    return {
        id: Scheme(
            id,
            row["title"],
            row["source"],
            str(row["effective_from"]),
            str(row["effective_to"]) if row["effective_to"] else None,
            row["verified"],
            tuple(Class(each["name"], each["from"], each.get("words")) for each in row["classes"]),
        )
        for id, row in table.items()
    }


def scheme(id: str) -> Scheme:
    """A scheme by its id; raises UnknownSchemeError."""
    found = schemes().get(id)
    if found is None:
        raise UnknownSchemeError(f"there is no scheme {id}", hint=f"one of {', '.join(schemes())}")
    return found
