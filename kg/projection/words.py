"""What is computed from a name or a date alone: search grams, pinyin, whole days, the kind of an organisation."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin
from pypinyin.seg.mmseg import seg

from kg.ontology import is_date

_KINDS = (
    ("branch", re.compile(r"(分公司|分行|支行|分院|办事处|分厂)$")),
    ("university", re.compile(r"(大学|学院|学校)(\(.*\))?$")),
    ("institute", re.compile(r"(研究院|研究所|研究中心|科学院|设计院|实验室)(\(.*\))?$")),
    ("agency", re.compile(r"(局|委员会|人民政府|管委会|厅|法院|检察院|财政部|工业和信息化部|指挥部|公署)$")),
)


def grams(text: str) -> str:
    """Single characters and bigrams of the NFKC lower-case text, separated by blanks (for a whitespace analyser)."""
    signs = unicodedata.normalize("NFKC", text).lower()
    words = [first for first in signs if not first.isspace()]
    pairs = [a + b for a, b in pairwise(signs) if not (a.isspace() or b.isspace())]
    return " ".join(words + pairs)


def pinyin(text: str) -> str:
    """The text as it is typed on a keyboard: whole syllables, a blank, first letters (`jiansuqi jsq`)."""
    syllables = [syllable for part in seg.cut(text) for syllable in _syllables(part)]
    return f"{''.join(syllables)} {''.join(syllable[:1] for syllable in syllables)}".lower()


@lru_cache(maxsize=65536)
def _syllables(part: str) -> tuple[str, ...]:
    """Readings of a word or sign. Names are made of the same words: kept, this takes a fifth of the time."""
    return tuple(lazy_pinyin(part))


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
