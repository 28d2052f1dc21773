"""The day that a document bears."""

from __future__ import annotations

import pytest

from nlp.dated import day_of
from nlp.text import Text


@pytest.mark.parametrize(
    ("title", "text", "day"),
    [
        ("关于中标的公告", "示例公司于2015年3月2日中标。\n特此公告。\n示例公司董事会\n2015 年 3 月 9 日", "2015-03-09"),
        ("关于中标的公告", "特此公告。\n示例公司董 事 会\n二OO七年十一月十二日", "2007-11-12"),
        ("关于中标的公告", "合同于2015年3月2日签订，对当期业绩没有影响。敬请投资者注意投资风险并理性投资。", None),
        ("招股说明书", "示例公司招股说明书\n签署日期：2019年 7月 2日\n公司成立于2001年8月9日", "2019-07-02"),
        ("招股说明书", "示例公司招股说明书\n二〇一九年七月\n2019年7月2日\n公司成立于2001年8月9日", "2019-07-02"),
        ("2019年年度报告", "示例公司成立于2001年8月9日，注册资本一亿元。", None),
    ],
)
def test_day_of(title: str, text: str, day: str | None) -> None:
    assert day_of(Text(text, title=title)) == day
