"""Charts: one Altair specification each, drawn as SVG by vl-convert. The table beside a chart has the same numbers."""

from __future__ import annotations

import math
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


PANEL, PLOT = (400, 168), (320, 110)
"""Width and height in px of one small chart with its words, and of its bars alone."""

GUTTER, HEAD, YEAR_ROOM = 56, 28, 36
"""Room before the bars for a number, over them for the title, and for the words of a year."""


def years(series: Mapping[str, Mapping[int, float]], lang: str) -> str:
    """Figures by year as SVG, one small chart for each series on the same years; a year that is missing is no zero.

    `series` gives for each title the value by year; equal ones give an equal picture.
    """
    return _years(tuple((title, tuple(sorted(values.items()))) for title, values in series.items()), lang)


@lru_cache(maxsize=64)
def _years(series: tuple[tuple[str, tuple[tuple[int, float], ...]], ...], lang: str) -> str:
    """All bars are one specification; words are set here, as in `bars`."""
    import altair
    import vl_convert

    seen = sorted({year for _, values in series for year, _ in values})
    step = PLOT[0] / max(len(seen), 1)
    half = max(4, min(18, int(0.8 * step))) / 2
    bars_of: list[Mapping[str, object]] = []
    words = Markup("")
    for at, (title, values) in enumerate(series):
        left, top = PANEL[0] * (at % 2) + GUTTER, PANEL[1] * (at // 2) + HEAD
        most = max([1, *(value for _, value in values)])
        for year, value in values:
            middle, foot = left + step * (seen.index(year) + 0.5), top + PLOT[1]
            bars_of.append(
                {"x": round(middle - half, 1), "x2": round(middle + half, 1),
                 "y": round(foot - PLOT[1] * value / most, 1), "y2": foot,
                 "said": f"{title} {year}{'：' if lang == 'zh' else ': '}{value:,}"}
            )  # fmt: skip
        words += _around(title, seen, most, left, top)
    size = PANEL[0] * min(len(series), 2), PANEL[1] * ((len(series) + 1) // 2)
    svg = str(vl_convert.vegalite_to_svg(_standing(altair, bars_of, size).to_dict()))
    around = Markup('<g font-family="{}" fill="{}">{}</g></svg>').format(FONT, GREY, words)
    return svg.removesuffix("</svg>") + str(around)


def _standing(altair: Any, values: Sequence[Mapping[str, object]], size: tuple[int, int]) -> Any:
    drawn = altair.Chart(altair.Data(values=values)).mark_rect(color=INK)
    placed = drawn.encode(
        x=altair.X("x:Q", axis=None, scale=None),
        x2="x2:Q",
        y=altair.Y("y:Q", axis=None, scale=None),
        y2="y2:Q",
        description="said:N",
    )
    chart = placed.properties(width=size[0], height=size[1], background="white", autosize="none", padding=0)
    return chart.configure(font=FONT).configure_view(stroke=None)


def _around(title: str, seen: Sequence[int], most: float, left: float, top: float) -> Markup:
    """The words of one small chart: its title, its largest number with a line, and as many years as have room."""
    foot, step = top + PLOT[1], PLOT[0] / max(len(seen), 1)
    text = Markup('<text font-size="{}" x="{}" y="{}"{}>{}</text>')
    line = Markup('<path d="M{} {}h{}" stroke="#d3d7dc"/>')
    end, middle = Markup(' text-anchor="end"'), Markup(' text-anchor="middle"')
    found = text.format(13, left, top - 12, Markup(' font-weight="600"'), title)
    found += line.format(left, top, PLOT[0]) + line.format(left, foot, PLOT[0])
    found += text.format(11, left - 6, top + 4, end, f"{most:,}") + text.format(11, left - 6, foot + 4, end, "0")
    each = math.ceil(YEAR_ROOM / step)
    for at, year in enumerate(seen):
        if (len(seen) - 1 - at) % each == 0:  # the newest has its words
            found += text.format(11, round(left + step * (at + 0.5), 1), foot + 14, middle, year)
    return found
