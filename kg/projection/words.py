"""What is computed from a name or a date alone: search grams, pinyin, whole days, the kind of an organisation."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from kg.ontology import is_date
from kg.values.variant import simplified

BETWEEN = "¦"
"""Stands between two names, or two readings of one, in what is searched."""

_READ_IN_TWO_WAYS = {
    "长": "chang zhang", "重": "chong zhong", "行": "xing hang", "乐": "le yue", "车": "che ju", "都": "du dou",
    "厦": "xia sha", "朝": "chao zhao", "单": "dan shan", "盛": "sheng cheng", "藏": "cang zang", "调": "tiao diao",
    "传": "chuan zhuan", "弹": "dan tan", "轧": "zha ya", "石": "shi dan", "会": "hui kuai", "角": "jiao jue",
    "和": "he huo", "解": "jie xie", "曾": "zeng ceng", "沈": "shen chen", "率": "lv shuai",
    "色": "se shai", "柏": "bai bo", "堡": "bao pu", "六": "liu lu", "蚌": "bang beng", "绿": "lv lu",
}  # fmt: skip
"""Signs of names that are read in two ways, as far as a dictionary of words does not settle it."""

_KINDS = (
    ("branch", re.compile(r"(分公司|分行|支行|分院|办事处|分厂)$")),
    ("university", re.compile(r"(大学|学院|学校)(\(.*\))?$")),
    ("institute", re.compile(r"(研究院|研究所|研究中心|科学院|设计院|实验室)(\(.*\))?$")),
    ("agency", re.compile(r"(局|委员会|人民政府|管委会|厅|法院|检察院|财政部|工业和信息化部|指挥部|公署)$")),
)


def folded(text: str) -> str:
    """The text as searches compare it: NFKC, lower case, traditional signs as simplified ones."""
    return simplified(unicodedata.normalize("NFKC", text).lower())


def grams(*names: str) -> str:
    """Single characters and bigrams of the folded names, separated by blanks (for a whitespace analyser).

    Between two names stands a sign of its own, so that no phrase runs from one into the other.
    """
    singles: list[str] = []
    pairs: list[str] = []
    for name in names:
        signs = folded(name)
        if singles:
            singles.append(BETWEEN)
        singles += [first for first in signs if not first.isspace()]
        pairs += [a + b for a, b in pairwise(signs) if not (a.isspace() or b.isspace())]
    return " ".join(singles + pairs)


def pinyin(*names: str) -> str:
    """What names sound like: the syllables of each, then the pairs of first letters (`jian su qi .js .sq`).

    Syllables and pairs are words of a whitespace analyser, so any part of a name is found as a phrase of them, typed
    in full or by first letters. Where a sign of a name is read in two ways in names, the other reading follows.
    """
    readings = [reading for name in names for reading in _readings(simplified(name))]
    return f" {BETWEEN} ".join(f"{' '.join(found)} {' '.join(initials(found))}".rstrip() for found in readings)


def _readings(name: str) -> Iterator[list[str]]:
    from pypinyin.seg.mmseg import seg  # its dictionary takes half a second, and most commands write no name

    syllables: list[str] = []
    for part in seg.cut(name):
        syllables += _syllables(part)
    yield syllables
    # Where the lengths differ, some part has no reading, and places would not agree.
    if len(syllables) == len(name) and not _READ_IN_TWO_WAYS.keys().isdisjoint(name):
        for at, sign in enumerate(name):
            for other in _READ_IN_TWO_WAYS.get(sign, "").split():
                if other != syllables[at]:
                    yield [*syllables[:at], other, *syllables[at + 1 :]]


def initials(syllables: Sequence[str]) -> list[str]:
    """Pairs of first letters, each marked by a full stop so that it is no syllable."""
    return [f".{a[:1]}{b[:1]}" for a, b in pairwise(syllables)]


@lru_cache(maxsize=65536)
def _syllables(part: str) -> tuple[str, ...]:
    """Readings of a word or sign. Names are made of the same words: kept, this takes a fifth of the time."""
    from pypinyin import lazy_pinyin

    return tuple(syllable.lower() for syllable in lazy_pinyin(part))


@lru_cache(maxsize=16384)
def day(text: str | None, *, last: bool = False) -> str | None:
    """A whole day for an ISO date, month or year: the first day of it, or the last; None for anything else."""
    if not text or not is_date(text):
        return None
    if len(text) == 10:
        return text
    if not last:
        return (text + "-01-01")[:10]
    if len(text) == 4:
        return f"{text}-12-31"
    first = dt.date.fromisoformat(f"{text}-28") + dt.timedelta(days=4)
    return (first - dt.timedelta(days=first.day)).isoformat()


def kind(name: str) -> str:
    """company, branch, institute, university or agency, by the end of the name."""
    plain = unicodedata.normalize("NFKC", name).strip()
    return next((found for found, pattern in _KINDS if pattern.search(plain)), "company")
