"""Whom an offer or a threshold is for, and a bound, in the words of the page's language."""

from __future__ import annotations

from matcher.assess.inputs import inputs
from matcher.assess.scope import Scope
from matcher.assess.threshold import Place
from web.words import place as place_words

_SIZES = {
    "large": ("大型", "large"),
    "medium": ("中型", "medium"),
    "small": ("小型", "small"),
    "micro": ("微型", "micro"),
}
_SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}


def scope_words(scope: Scope, lang: str) -> list[str]:
    """Whom something is for, one line a side; empty where it is for everybody."""
    english = lang == "en"
    lines = []
    if scope.regions:
        names = ("、", ", ")[english].join(place_words(code) for code in scope.regions)
        lines.append(f"{('所在地：', 'place: ')[english]}{names}")
    if scope.industries:
        names = ("、", ", ")[english].join(scope.industries)
        lines.append(f"{('行业（GB/T 4754）：', 'industry (GB/T 4754): ')[english]}{names}")
    if scope.sizes:
        names = ("、", ", ")[english].join(_SIZES[size][english] for size in scope.sizes)
        lines.append(f"{('规模：', 'size: ')[english]}{names}")
    growth = ("上年营业收入增长率", "growth of last year's revenue")[english]
    if scope.growth_at_least is not None:
        lines.append(f"{growth} ≥ {scope.growth_at_least:g}%")
    if scope.growth_below is not None:
        lines.append(f"{growth} < {scope.growth_below:g}%")
    return lines


def bound_words(place: Place, value: float, lang: str) -> str:
    """A bound in words, amounts in 万元."""
    one = inputs()[place.input]
    amount = f"{value / 1e4:,.10g} {('万元', 'CNY 10,000')[lang == 'en']}" if one.unit == "CNY" else f"{value:,.10g}"
    return f"{one.named(lang)} {_SIGNS[place.bound]} {amount}{'%' if one.unit == 'percent' else ''}"
