"""Days of founding that the running text of a long filing tells: the firm's or its predecessor's, the change of form.

Reads the text of a prospectus or report; gives the days with their spans, for `nlp.relations.profile`. A day counts
where the firm, the issuer's predecessor or a firm called like the issuer came to be or got its first licence. Limits:
a firm that took over an older one's history under another name is known by its own day alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.values.date import find_dates

_DAY = r"(\d{4}年\d{1,2}月\d{1,2}日)"
_SELF = r"(?:本?公司|本行|发行人)"
_WHO = r"(?P<who>[\u4e00-\u9fff]{2,8}?有限)(?:公司)?"
_OFFICE = r"[^。\n,]{2,12}(?:工商行政管理|市场监督管理)局"
_LICENCE = r"[^。\n]{0,40}营业执照"
_CAME_TO_BE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_SELF}的?前身[^。\n,]{{0,30}}?,?(?:成立于|设立于|于(?={_DAY[1:-1]}(?:成立|设立))){_DAY}",
        rf"(?:^|[。\n,])(?:本公司|本行|发行人)(?:成立于|设立于){_DAY}",
        rf"{_DAY},?(?P<who>[\u4e00-\u9fff]{{2,12}}?(?:有限|公司))(?:正式)?(?:成立|设立)(?=[,。;\n])",
        rf"{_DAY},?(?:经[^。\n,]{{2,20}}核准,)?{_WHO}(?:取得|领取){_LICENCE}",
        rf"{_DAY},{_OFFICE}向{_WHO}[核颁]发{_LICENCE}",
        rf"{_DAY},{_OFFICE}[核颁]发{_LICENCE}[^。\n]{{0,30}}。\n?{_WHO}设立时",
    )
)
_CHANGED_FORM = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:整体变更(?:设立)?|变更设立|股份公司设立)[^\n。]{{0,12}}(?:日期|时间)[:]?{_DAY}",
        rf"{_DAY},?[^。\n,《]{{0,24}}?(?:整体)?变更设立",
        rf"{_SELF}于{_DAY}在{_OFFICE}(?:登记注册|注册登记)",
        rf"{_DAY},{_OFFICE}向[^。\n,]{{2,8}}[核颁]发{_LICENCE}》?,核准[^。\n]{{0,12}}整体变更",
        rf"{_DAY},(?:{_OFFICE}向{_SELF}|{_SELF}(?:取得|领取)了?{_OFFICE})[核颁]发{_LICENCE}",
    )
)


def founding_days(text: str, issuer: str, known: str | None) -> Iterator[tuple[str, int, int]]:
    """The day of founding and that of the change of form as written, each with its span, the `known` one left out.

    `known` is an ISO date that a label states; besides it one day is told, without it both.
    """
    days = {known}
    for patterns in (_CAME_TO_BE, _CHANGED_FORM):
        match = next((found for pattern in patterns if (found := _of_issuer(pattern, text, issuer))), None)
        dates = find_dates(match[1]) if match else []
        if match and dates and dates[0].iso not in days and len(days) < (3 if known is None else 2):
            days.add(dates[0].iso)
            yield match[1], match.start(), match.end()


def _of_issuer(pattern: re.Pattern[str], text: str, issuer: str) -> re.Match[str] | None:
    """The first match whose `who`, if the pattern asks for one, shares its first two signs with the issuer's name."""
    for match in pattern.finditer(text):
        who = match.groupdict().get("who")
        if who is None or re.fullmatch(_SELF, who) or who[:2] in issuer:
            return match
    return None
