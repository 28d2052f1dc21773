"""Charts: one Altair specification each, drawn as SVG by vl-convert. The table beside a chart has the same numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup

INK = "#1f3a68"
GREY = "#565d67"
FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif"

PLACE = "https://bulian.invalid"
"""Stands before addresses of ours in a specification, which knows whole ones alone; the picture has them without it."""


class Bar(NamedTuple):
    """A bar: its words, how long it is, the address of ours that it leads to, and whether it counts what is unknown."""

    words: str
    value: float
    address: str
    unknown: bool = False


STEP, BAR_WIDTH, LEFT, RIGHT = 26, 200, 136, 54
"""Height of a bar with its room, length of the longest, room for words before it and for a number behind it, in px."""

ROOM = LEFT // 6
"""Widths of a Latin letter that the words of a bar may take; more is cut, the bar itself says all."""


@lru_cache(maxsize=256)
def bars(rows: tuple[Bar, ...], lang: str) -> Markup:
    """Lying bars as SVG for the page itself, each a link that a keyboard reaches too; unknown ones are grey.

    Words and numbers are set here: the library takes many times as long for them as for the bars.
    """
    import altair
    import vl_convert

    svg = str(vl_convert.vegalite_to_svg(_lying(altair, rows, lang).to_dict()))
    longest = max(1, *(row.value for row in rows))
    words = Markup("").join(
        Markup(
            '<text x="{}" y="{y}" text-anchor="end" font-size="12" fill="{grey}">{}</text>'
            '<text x="{}" y="{y}" font-size="12" fill="{grey}" aria-hidden="true">{:,}</text>'
        ).format(
            LEFT - 6,
            fitting(row.words, ROOM),
            LEFT + int(BAR_WIDTH * row.value / longest) + 5,
            row.value,
            y=STEP * at + STEP // 2 + 4,
            grey=GREY,
        )
        for at, row in enumerate(rows)
    )
    # What came from outside is escaped by the library that drew it; links of SVG 2 need no prefix.
    drawn = svg.replace(f'xlink:href="{PLACE}', 'href="').removesuffix("</svg>")
    return Markup(drawn) + words + Markup("</svg>")  # noqa: S704


def fitting(text: str, room: int) -> str:
    """As much of a text as fits into so many widths of a Latin letter; a Chinese sign is as wide as two."""
    for at, sign in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if room < 0:
            return text[: max(at - 1, 1)] + "…"
    return text


def _lying(altair: Any, rows: tuple[Bar, ...], lang: str) -> Any:
    values = [
        {
            "order": at,
            "n": row.value,
            "to": PLACE + row.address,
            "colour": GREY if row.unknown else INK,
            "said": f"{row.words}{'：' if lang == 'zh' else ': '}{row.value}",
        }
        for at, row in enumerate(rows)
    ]
    drawn = altair.Chart(altair.Data(values=values)).mark_bar(size=20)
    linked = drawn.encode(
        y=altair.Y("order:O", axis=None),
        x=altair.X("n:Q", axis=None, scale=altair.Scale(domain=[0, max(1, *(row.value for row in rows))])),
        href="to:N",
        description="said:N",
        color=altair.Color("colour:N", scale=None),
    )
    chart = linked.properties(
        width=BAR_WIDTH,
        height=STEP * len(rows),
        background="transparent",
        autosize="none",
        padding={"left": LEFT, "right": RIGHT, "top": 0, "bottom": 0},
    )
    return chart.configure(font=FONT).configure_view(stroke=None)


def years(series: Mapping[str, Mapping[int, float]], lang: str) -> str:
    """Figures by year as SVG, one small chart for each series on the same years; a year that is missing is no zero.

    `series` gives for each title the value by year; equal ones give an equal picture.
    """
    import altair
    import vl_convert

    seen = sorted({year for values in series.values() for year in values})
    charts = [_series(altair, title, values, seen, lang) for title, values in series.items()]
    chart = altair.concat(*charts, columns=2).configure(font=FONT).configure_view(stroke=None)
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def _series(altair: Any, title: str, values: Mapping[int, float], seen: Sequence[int], lang: str) -> Any:
    data = altair.Data(values=[{"year": year, "value": value} for year, value in sorted(values.items())])
    axis = altair.Axis(labelAngle=0, labelOverlap=True, labelColor=GREY, titleColor=GREY, ticks=False)
    whole = altair.Axis(format=",d", tickMinStep=1, labelColor=GREY, grid=True, gridColor="#d3d7dc", domain=False)
    return (
        altair.Chart(data, title=altair.Title(title, anchor="start", fontSize=13, color=GREY))
        .mark_bar(color=INK, size=max(4, min(18, 260 // max(len(seen), 1))))
        .encode(
            x=altair.X(
                "year:O", title="年" if lang == "zh" else "year", scale=altair.Scale(domain=list(seen)), axis=axis
            ),
            y=altair.Y("value:Q", title=None, axis=whole),
        )
        .properties(width=320, height=110)
    )
