"""Charts: one Altair specification each, drawn as SVG by vl-convert. The table beside a chart has the same numbers."""

from __future__ import annotations

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
    value: int
    address: str
    unknown: bool = False


@lru_cache(maxsize=256)
def bars(rows: tuple[Bar, ...], lang: str) -> Markup:
    """Lying bars as SVG for the page itself, each a link that a keyboard reaches too; unknown ones are grey."""
    import altair
    import vl_convert

    svg = str(vl_convert.vegalite_to_svg(_lying(altair, rows, lang).to_dict()))
    # What came from outside is escaped by the library that drew it; links of SVG 2 need no prefix.
    return Markup(svg.replace(f'xlink:href="{PLACE}', 'href="'))  # noqa: S704


def _lying(altair: Any, rows: tuple[Bar, ...], lang: str) -> Any:
    values = [
        {
            "words": row.words,
            "n": row.value,
            "to": PLACE + row.address,
            "colour": GREY if row.unknown else INK,
        }
        | {"said": f"{row.words}{'：' if lang == 'zh' else ': '}{row.value}"}
        for row in rows
    ]
    drawn = altair.Chart(altair.Data(values=values)).encode(
        y=altair.Y("words:N", sort=None, title=None, axis=altair.Axis(ticks=False, domain=False, labelLimit=190)),
        x=altair.X("n:Q", title=None, axis=None),
    )
    linked = drawn.mark_bar(size=20).encode(
        href="to:N", description="said:N", color=altair.Color("colour:N", scale=None)
    )
    numbers = drawn.mark_text(align="left", dx=5, color=GREY, aria=False).encode(text=altair.Text("n:Q", format=",d"))
    chart = (linked + numbers).properties(width=300, height=altair.Step(26), background="transparent")
    return chart.configure(font=FONT).configure_view(stroke=None).configure_axis(labelFontSize=12, labelColor=GREY)


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
