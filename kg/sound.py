"""What a typed text can sound like, as phrases of the words that `kg.projection.words.pinyin` writes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from kg.projection.words import initials, pinyin

LONGEST = 40
"""Letters that are taken apart into syllables; nobody types more of them without a blank."""

_LONGEST_SYLLABLE = 6
_UMLAUT = dict.fromkeys(map(ord, "üǖǘǚǜ"), "v")
_VOWEL = re.compile("[aeiouv]")

READINGS = 4
"""Ways of taking letters apart that are looked for, those of fewest syllables first."""

PHRASES = 60
"""Phrases of one search."""


def phrases(signs: str) -> list[list[str]]:
    """Phrases of which one must stand in a thing's pinyin. `signs`: folded, without blanks, at least two.

    Letters alone are read as first letters (`jsq`) and as syllables (`jiansuqi`), of which the last may be begun only
    (`jiansuq`); Chinese signs by how they are read. Other text has no sound.
    """
    if signs.isascii():
        if not signs.isalpha() or len(signs) > LONGEST:
            return []
        return [initials(signs), *_taken_apart(signs)]
    if any(sign.isascii() for sign in signs):
        return []
    words = pinyin(signs).split()
    return [[word for word in words if not word.startswith(".")]]


def syllables_in(letters: str) -> list[str]:
    """Syllables from left to right, the longest at each place; letters that begin none are passed over."""
    found, at = [], 0
    while at < min(len(letters), LONGEST):
        ends = range(min(len(letters), at + _LONGEST_SYLLABLE), at, -1)
        end = next((end for end in ends if letters[at:end] in _syllables()), None)
        if end:
            found.append(letters[at:end])
        at = end or at + 1
    return found


def _taken_apart(letters: str) -> list[list[str]]:
    """The letters as syllables, whole ones first, then all those that the last letters begin."""
    ways = _whole(letters)
    found = list(ways[-1])
    for end in range(max(0, len(letters) - _LONGEST_SYLLABLE), len(letters)):
        begun = sorted(syllable for syllable in _syllables() if syllable.startswith(letters[end:]))
        found += [[*head, last] for head in ways[end] for last in begun if [*head, last] not in found]
    return found[:PHRASES]


def _whole(letters: str) -> list[list[list[str]]]:
    """For each number of letters, the ways in which so many are whole syllables, those of fewest first."""
    ways: list[list[list[str]]] = [[[]]]
    for end in range(1, len(letters) + 1):
        here = [
            [*head, letters[start:end]]
            for start in range(max(0, end - _LONGEST_SYLLABLE), end)
            if letters[start:end] in _syllables()
            for head in ways[start]
        ]
        ways.append(sorted(here, key=len)[:READINGS])
    return ways


@cache
def _syllables() -> frozenset[str]:
    """The syllables of Mandarin without tones, ü written as v, as the signs of the dictionary are read."""
    from pypinyin.pinyin_dict import pinyin_dict  # slow to import, and only a search by sound needs it

    toned = "".join({f"{reading} " for readings in pinyin_dict.values() for reading in readings.split(",")})
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", toned).translate(_UMLAUT))
    letters = "".join(sign for sign in plain if sign.isascii())
    return frozenset(word for word in letters.split() if _VOWEL.search(word))
