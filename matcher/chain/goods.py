"""The goods that a product's name names: several where it joins them, without words that say nothing of the good."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kg.yml import read_yaml

_BRACKETS = re.compile(r"[（(][^（）()\n]*[）)]")
_NOTHING = re.compile(r"[“”\"'《》【】]|[^\S\n]")
_LINES = re.compile(r"[\v\f\r\n\x1c-\x1e\x85\u2028\u2029]")


def plain(name: str) -> str:
    """A product's name without brackets, quotation marks and blanks, in one width and case, one word for a thing.

    Names of templates and of firms are compared so: 通讯设备 and 通信设备 are one name.
    """
    return next(plain_each([name]))


def plain_each(names: Iterable[str]) -> Iterator[str]:
    """The same of many names, all at once: much faster than one by one."""
    text = unicodedata.normalize("NFKC", "\n".join(_LINES.sub("", name) for name in names))
    alike, written = _alike()
    text = _NOTHING.sub("", _BRACKETS.sub("", text)).casefold()
    return iter(alike.sub(lambda found: written[found[0]], text).split("\n"))


def ends_with(text: str, head: str) -> bool:
    """Whether a text that ends in these signs has them as its head: ICT is no CT, and 非轴承 no 轴承."""
    before = text[: -len(head)]
    return before != "非" and not (before[-1:].isascii() and before[-1:].isalnum() and head[0].isascii())


def goods(name: str) -> list[tuple[str, ...]]:
    """The goods of a plain name, the last first: each as it stands and then with one empty word less at its end.

    The last good is given with all that stands before it, because what it is is said by its end. 电机及其配件 gives
    电机及其配件 and 电机; 锻造及铸造设备 gives itself alone, because its parts have one head in common. 租赁电机 gives
    nothing: who lets goods does not make them.
    """
    words = _words()
    if name[:1] in words.first and name.startswith(words.fronts):
        return []
    found = [_shorter(name, words) if name[-1:] in words.last else (name,)]
    if not words.signs.isdisjoint(name):
        parts = words.joints.split(name)
        if len(parts) > 1 and (parts[-1] in words.lent or not parts[-1].endswith(words.lent)):
            found += [_shorter(part, words) for part in reversed(parts[:-1]) if len(part) > 1]
    return found


def _shorter(text: str, words: _Words) -> tuple[str, ...]:
    found = [text]
    while text.endswith(words.tails) and (shorter := words.tail.sub("", text)):
        text = shorter
        found.append(text)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Words:
    """The word lists, as they are asked: `first` and `last` signs of fronts and tails, `signs` of joints."""

    tails: tuple[str, ...]
    tail: re.Pattern[str]
    joints: re.Pattern[str]
    signs: frozenset[str]
    lent: tuple[str, ...]
    fronts: tuple[str, ...]
    first: frozenset[str]
    last: frozenset[str]


@cache
def _alike() -> tuple[re.Pattern[str], dict[str, str]]:
    """Words that are written as others, the longest first, and how."""
    written = {str(word).casefold(): str(other).casefold() for word, other in _said()["alike"].items()}
    return re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True)))), written


@cache
def _said() -> dict[str, Any]:
    return dict(read_yaml(files(__package__).joinpath("goods.yml").read_text("utf-8")))


@cache
def _words() -> _Words:
    said = {name: sorted(map(str, words), key=len, reverse=True) for name, words in _said().items() if name != "alike"}
    tails, joints = ("|".join(map(re.escape, said[name])) for name in ("tails", "joints"))
    return _Words(
        tuple(said["tails"]),
        re.compile(f"[-—–]*(?:{tails})$"),
        re.compile(joints),
        frozenset("".join(said["joints"])),
        tuple(said["lent"]),
        tuple(said["fronts"]),
        frozenset(word[0] for word in said["fronts"]),
        frozenset(word[-1] for word in said["tails"]),
    )
