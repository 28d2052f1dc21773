"""The day that a document bears: at the signature of an announcement, at the cover of a prospectus."""

from __future__ import annotations

import re
from itertools import chain

from kg.values.date import find_dates
from nlp.reading import ANNUAL_REPORT, PROSPECTUS, kind_of
from nlp.text import Text, normalise

_TAIL = 500
_COVER = 20_000
_SIGNED = re.compile(r"(?:签署日期|签署日|签署时间|批准报送日|批准报出日(?:期)?|披露日期|公告日期)\s*[:：为]?\s*")
_FIRST_PAGE = 3_000
_YEAR = re.compile("[一二][Oo0○〇零一二三四五六七八九]{3}年")
_BLANKS = re.compile(r"[ \t\xa0\u3000]+")


def day_of(text: Text) -> str | None:
    """The ISO date on which the document says that it was signed or made public; None where it bears none.

    Announcements and letters bear it at their end, behind the signature; prospectuses and annual reports at 签署日期
    or 批准报送日 of their first pages. A date inside a sentence is never taken.
    """
    kind = kind_of(text)
    if kind in (PROSPECTUS, ANNUAL_REPORT):
        cover = _plain(text.text[:_COVER])
        marked = (_SIGNED.finditer(part) for part in (cover, _plain(text.text[-_COVER:])))
        for mark in chain.from_iterable(marked):
            found = _first_day(mark.string[mark.end() : mark.end() + 20])
            if found:
                return found
        alone = (line for line in cover[:_FIRST_PAGE].split("\n") if len(line) <= 24)
        return next((day for line in alone if (day := _first_day(line))), None)
    tail = _plain(text.text[-_TAIL:])
    days = [span for span in find_dates(tail) if len(span.iso) == 10]
    if not days:
        return None
    last = days[-1]
    after = tail[last.end :].strip("。.)）」】\n ")
    return last.iso if len(after) <= 40 and "。" not in after else None


def _plain(text: str) -> str:
    """Normal form without blanks; the letter O among Chinese numerals of a year is the zero that it stands for."""
    return _YEAR.sub(lambda year: re.sub("[Oo0○零]", "〇", year.group()), _BLANKS.sub("", normalise(text).text))


def _first_day(text: str) -> str | None:
    return next((span.iso for span in find_dates(text) if len(span.iso) == 10 and span.start <= 1), None)
