"""Targets of a requirement against figures that a firm shows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.firm import Item
from matcher.target import Figure, Shown, Verdict, compare, figure_of, figures, reached, same_name, unit_of, verdict


def of(operator: str, value: float, unit: str = "", value_max: float | None = None, **more: Any) -> Figure:
    return Figure(more.pop("name", "抗拉强度"), operator, value, value_max, unit_of(unit), **more)


@pytest.mark.parametrize(
    ("target", "shown", "expected"),
    [
        (of(">=", 1800, "MPa"), of("=", 1850, "兆帕"), "met"),
        (of(">=", 1.8, "GPa"), of(">=", 1850, "MPa"), "met"),
        (of(">=", 1800, "MPa"), of(">=", 1700, "MPa"), "unknown"),
        (of(">=", 1800, "MPa"), of("=", 1700, "MPa"), "near"),
        (of(">=", 1800, "MPa"), of("=", 900, "MPa"), "missed"),
        (of(">=", 1800, "MPa"), of("<=", 1700, "MPa"), "near"),
        (of(">=", 1800, "MPa"), of("<=", 1900, "MPa"), "unknown"),
        (of(">", 5), of("=", 5), "near"),
        (of(">", 5), of(">=", 5), "unknown"),
        (of(">", 5), of(">", 5), "met"),
        (of("<", 5), of("range", 1, value_max=5), "met"),
        (of("=", 0.5, "mm"), of("range", 0.2, "毫米", 1.5), "met"),
        (of("=", 500, "μm"), of("=", 0.5, "mm"), "met"),
        (of("range", 10, "℃", 30), of("=", 25, "℃"), "met"),
        (of("range", 10, "℃", 30), of("=", 60, "℃"), "missed"),
        (of("approx", 100), of("=", 108), "met"),
        (of("<=", 0), of("=", 0.1), "missed"),
        (of(">=", 5, "kW"), of("=", 6, "MPa"), "unknown"),
        (of(">=", 5, "kW"), of("=", 6), "unknown"),
    ],
)
def test_verdicts(target: Figure, shown: Figure, expected: Verdict) -> None:
    assert verdict(target, shown) == expected


@given(st.sampled_from(["<", "<=", "=", ">=", ">"]), st.floats(-1e6, 1e6), st.sampled_from(["", "mm", "MPa", "℃"]))
def test_what_is_asked_for_meets_itself(operator: str, value: float, unit: str) -> None:
    assert verdict(of(operator, value, unit), of(operator, value, unit)) == "met"


@given(st.floats(0.1, 1e5), st.floats(0.1, 1e5), st.floats(0, 1e5))
def test_more_is_never_worse_for_a_lower_bound(wanted: float, shown: float, more: float) -> None:
    order = ("missed", "near", "met")
    target = of(">=", wanted, "MPa")
    less, better = (order.index(verdict(target, of("=", value, "MPa"))) for value in (shown, shown + more))
    assert less <= better


@pytest.mark.parametrize(
    ("target", "figure", "same"),
    [
        ("抗拉强度", "抗拉强度", True),
        ("强度", "抗拉强度", True),
        ("最大抗拉强度（室温）", "抗拉强度", True),
        ("厚度", "强度", False),
        ("度", "厚度", False),
    ],
)
def test_names(target: str, figure: str, same: bool) -> None:
    assert same_name(target, figure) is same and same_name(figure, target) is same


def test_the_sought_products_figure_decides_then_the_best() -> None:
    targets = [of(">=", 1800, "MPa"), of("<=", 0.1, "mm", name="平面度")]
    strip = of("=", 1000, "MPa", product="特种钢带", fact="f1")
    others = [of("=", 2000, "MPa", product="弹簧"), of("=", 1750, "MPa", product="精密特种钢带", fact="f2")]
    first, second = compare(targets, [strip, *others], ["特种钢带"])
    assert (first.verdict, first.figure) == ("near", others[1]) and (second.verdict, second.figure) == ("unknown", None)
    assert compare(targets, [strip, *others])[0].verdict == "met"
    assert compare(targets, [strip], ["密封圈"])[0] == Shown(targets[0], "unknown")
    assert reached([first, second]) == 0.25 and reached([]) == 0


def test_figures_of_lines() -> None:
    line = {"name": "抗拉强度", "operator": ">=", "value": 1850, "unit": "兆帕", "product": "钢带"}
    assert figure_of(line, "f1") == of(">=", 1850, "MPa", product="钢带", fact="f1")
    assert [one.said() for one in (of(">=", 1850, "MPa"), of("range", 0.2, "mm", 1.5))] == [
        "抗拉强度 ≥ 1850 MPa",
        "抗拉强度 = 0.2–1.5 mm",
    ]
    bad: list[object] = [None, 5, {}, {"name": "a", "value": "x"}, {**line, "operator": "?"}, {**line, "value": True}]
    bad += [{**line, "operator": "range"}, {**line, "value_max": 3}, {**line, "value": float("nan")}]
    assert figures(Item(one) for one in bad) == []
