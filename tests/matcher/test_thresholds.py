"""Thresholds of an operator beside the measures: for whom they count, three-valued; the measures stay as they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from matcher.assess.criteria import criteria
from matcher.assess.engine import assess
from matcher.assess.inputs import Given, Values
from matcher.assess.scope import Traits
from matcher.assess.threshold import Threshold, local, places
from matcher.conditions import Truth

DAY = dt.date(2026, 5, 4)
RULES = criteria()["little-giant-2026"]


def threshold(value: float = 3e7, **more: Any) -> Threshold:
    row = {
        "rules": RULES.id, "indicator": "revenue", "input": "revenue", "bound": "at_least", "value": value,
        "since": "2026-01-01", "source": "示例",
    }  # fmt: skip
    return Threshold.model_validate(row | more)


def truths(revenue: float, rows: list[Threshold], region: str | None = "990101") -> tuple[Truth, Truth | None]:
    """Of the condition of revenue: by the measures, and with the thresholds (None: none counts)."""
    of = Traits(Values([Given("revenue", revenue, 2025)], 2025), region, "C34")
    base = assess(RULES, of.values)
    found = local(base, rows, of, DAY)
    judged = [
        {one.indicator.id: one.found.truth for one in each.judged}
        for each in (base, found.assessment if found else base)
    ]
    return judged[0]["revenue"], judged[1]["revenue"] if found else None


def test_a_threshold_counts_for_its_firms_on_its_days_and_leaves_the_measures() -> None:
    here = {"scope": {"regions": ["990100"]}}
    assert truths(4e7, [threshold(**here)]) == (Truth.FALSE, Truth.TRUE)
    assert truths(4e7, [threshold(**here)], "990200") == (Truth.FALSE, None)
    assert truths(4e7, [threshold(since="2026-06-01")]) == (Truth.FALSE, None)
    assert truths(4e7, [threshold(until="2026-05-03")]) == (Truth.FALSE, None)
    assert truths(4e7, [threshold(3.5e7, **here), threshold(4.5e7)]) == (Truth.FALSE, Truth.TRUE)  # the first one
    assert criteria()["little-giant-2026"] == RULES


def test_where_it_is_not_known_whether_a_threshold_is_for_a_firm_both_ways_count() -> None:
    one = threshold(scope={"regions": ["990100"]})
    assert truths(6e7, [one], None) == (Truth.TRUE, Truth.TRUE)  # met either way
    assert truths(2e7, [one], None) == (Truth.FALSE, Truth.FALSE)
    assert truths(4e7, [one], None) == (Truth.FALSE, Truth.UNKNOWN)
    of = Traits(Values([Given("revenue", 4e7, 2025)], 2025), None, "C34")
    found = local(assess(RULES, of.values), [one], of, DAY)
    assert found is not None
    assert [(each.sure, each.missing, each.was) for each in found.applied["revenue"]] == [(False, ("region",), 5e7)]


def test_bounds_that_may_be_replaced_stand_once_in_their_condition() -> None:
    known = places(criteria())
    assert known["little-giant-2026:revenue:revenue:at_least"][1] == 5e7
    assert not any(key.startswith("little-giant-2022:new:revenue") for key in known)  # three bands of revenue
    assert len(known) > 20


@pytest.mark.parametrize("wrong", [{"bound": "about"}, {"value": "nan"}, {"source": ""}, {"until": "2025-01-01"}])
def test_a_threshold_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        threshold(**wrong)
