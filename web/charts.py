"""Charts: one Altair specification each, drawn as SVG by vl-convert. The table beside a chart has the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

INK = "#1f3a68"
GREY = "#565d67"
FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif"


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
