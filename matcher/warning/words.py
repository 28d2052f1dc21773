"""What a warning says, in a sentence made of its values: the same for what was found now and what was kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kg.values.region import Regions
from matcher.wording import value_name

Values = Mapping[str, Any]


def says(kind: str, values: Values, lang: str = "zh") -> str:
    """The sentence of a warning."""
    return _SAYS[kind](values, lang == "zh")


def _share(values: Values, zh: bool) -> str:
    share = f"{values['share']:g}"
    return f"最大客户占营业收入 {share}%" if zh else f"the largest customer makes {share} % of revenue"


def _title(values: Values, zh: bool) -> str:
    tier = value_name("tier", str(values["tier"]), "zh" if zh else "en")
    if values["reckoned"]:
        return f"{tier}按三年推算 {values['until']} 到期" if zh else f"{tier} ends on {values['until']}, as reckoned"
    return f"{tier} {values['until']} 到期" if zh else f"{tier} ends on {values['until']}"


def _revenue(values: Values, zh: bool) -> str:
    figures = [(year, _money(value, zh)) for year, value in values["years"]]
    if zh:
        return "营业收入 " + "，".join(f"{year} 年 {value}" for year, value in figures)
    return "revenue " + ", ".join(f"{value} in {year}" for year, value in figures)


def _money(value: float, zh: bool) -> str:
    return f"{value / 1e4:,.2f} 万元" if zh else f"CNY {value / 1e6:,.2f} million"


def _lost(values: Values, zh: bool) -> str:
    if zh:
        return f"{values['before']} 读到 {values['had']} 家，{values['after']} 起一家也没有"
    return f"{values['had']} makers on {values['before']}, none from {values['after']} on"


def _cut(values: Values, zh: bool) -> str:
    region = Regions.load().by_code(str(values["place"]))
    place = region.name if region else values["place"]
    return f"供应“{values['watched']}”，位于{place}" if zh else f"supplies {values['watched']}, is in {place}"


def _source(values: Values, zh: bool) -> str:
    what = values["what"]
    if values.get("stated"):
        return f"自述“{what}”来源单一" if zh else f"states that {what} comes from a single source"
    if zh:
        return f"“{what}”已知购买 {values['orders']} 次，都来自{values['supplier']}"
    return f"all {values['orders']} known purchases of {what} are from {values['supplier']}"


_SAYS: dict[str, Callable[[Values, bool], str]] = {
    "customer_share": _share,
    "title_expires": _title,
    "revenue_falls": _revenue,
    "last_maker_lost": _lost,
    "cut_off": _cut,
    "single_source": _source,
}
