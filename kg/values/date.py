"""Dates in Chinese text: 2015年6月1日, 二〇一五年六月一日, 2015-06-01, 2015.06; ISO 8601 with the precision given."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from kg.values.numeral import HALF_WIDTH, chinese_digits, chinese_number

_ZERO = "〇○Ｏ零"
_B = r"[^\S\n]{0,2}"
_WESTERN = (
    rf"(?<!\d)(?P<y>(?:18|19|20)\d\d){_B}年(?:{_B}(?P<m>\d{{1,2}}){_B}月(?:份?{_B}(?P<d>\d{{1,2}}){_B}[日号])?)?(?!度)"
)
_CHINESE = (
    rf"(?P<cy>[一二][{_ZERO}一二三四五六七八九]{{3}}){_B}年"
    rf"(?:{_B}(?P<cm>[一二三四五六七八九十元]{{1,2}}){_B}月(?:{_B}(?P<cd>[一二三四五六七八九十廿]{{1,3}}){_B}[日号])?)?(?!度)"
)
_SIGNS = (
    r"(?<![\d.,/\-])(?P<sy>(?:18|19|20)\d\d)(?:"
    r"(?P<sep>[-/.])(?P<sm>0?[1-9]|1[0-2])(?P=sep)(?P<sd>0?[1-9]|[12]\d|3[01])(?![\d%]|[.,/\-]\d)"
    r"|[-/.](?P<sm2>0[1-9]|1[0-2])(?![\d%元万亿]|[.,/\-]\d))"
)
_ANY = re.compile(f"{_WESTERN}|{_CHINESE}|{_SIGNS}")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date at start:end of the text; `iso` is a day (2015-06-01), a month (2015-06) or a year (2015)."""

    iso: str
    start: int
    end: int


def find_dates(text: str) -> list[DateSpan]:
    """All dates in a text, in order; 2015年度 is a period, not a date, and impossible days are left out."""
    found = []
    for hit in _ANY.finditer(text.translate(HALF_WIDTH)):
        iso = _iso(hit)
        if iso is not None:
            found.append(DateSpan(iso, hit.start(), hit.end()))
    return found


def parse_date(text: str) -> str | None:
    """The ISO form of a text that is a date and nothing else (2015年6月1日, 2015/6/1, 20150601, 2015); else None."""
    plain = text.translate(HALF_WIDTH).strip()
    if re.fullmatch(r"(18|19|20)\d\d", plain):
        return plain
    if re.fullmatch(r"(18|19|20)\d{6}", plain):
        return _join(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
    plain = re.sub(r"[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$", "", plain)
    hit = _ANY.fullmatch(plain)
    return _iso(hit) if hit else None


def _iso(hit: re.Match[str]) -> str | None:
    if hit["cy"]:
        return _join(chinese_digits(hit["cy"]) or 0, _numeral(hit["cm"]), _numeral(hit["cd"]))
    year, month, day = (hit["y"], hit["m"], hit["d"]) if hit["y"] else (hit["sy"], hit["sm"] or hit["sm2"], hit["sd"])
    return _join(int(year), int(month) if month else None, int(day) if day else None)


def _numeral(text: str | None) -> int | None:
    if not text:
        return None
    value = chinese_number(text.replace("元", "一").replace("廿", "二十"))
    return None if value is None else int(value)


def _join(year: int, month: int | None, day: int | None) -> str | None:
    try:
        whole = dt.date(year, 1 if month is None else month, 1 if day is None else day).isoformat()
    except ValueError:
        return None
    return whole[: 10 if day is not None else 7 if month is not None else 4]
