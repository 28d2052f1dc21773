"""Figures of made firms: what is known counts, what is not known is unknown and never no."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.corpus import Corpus
from matcher.firm import Item, firm_from_json
from matcher.statistics.measure import FOUNDATION, INDUSTRY, measures
from matcher.statistics.published import published
from matcher.statistics.table import Count, Table

DAY = date(2026, 6, 1)


def table(*firms: dict[str, Any], **classes: dict[str, str]) -> Table:
    """Firms a, b, c … with their fields; classes of `INDUSTRY` and `FOUNDATION` by firm."""
    lines = [{"id": chr(97 + place), "name": f"{place}", **fields} for place, fields in enumerate(firms)]
    given = {name: {firm: (Item(value, f"f-{firm}"),) for firm, value in of.items()} for name, of in classes.items()}
    return Table(Corpus.build(map(firm_from_json, lines), as_of=DAY), given)


def counted(made: Table, measure: str, only: str = "") -> Count:
    rows = np.array([not only or firm in only for firm in made.corpus.ids])
    return next(one for one in made.counts(rows) if one.measure.id == measure)


def test_places_are_divided_and_what_is_known_too_coarsely_is_unknown() -> None:
    made = table({"region": "330200"}, {"region": "440000"}, {"region": "440300"}, {"region": "510104"}, {})
    found = counted(made, "area")
    assert dict(found.groups) == {"yangtze": 1, "pearl": 1, "bohai": 0, "other": 1}
    assert (found.firms, found.unknown, found.met, found.missed, found.open) == (5, 2, 2, 1, 2)
    assert found.share == pytest.approx(200 / 3) and (found.least, found.most) == (40.0, 80.0)
    cities = counted(made, "city")
    assert set(cities.groups) == {("330200", 1), ("440300", 1), ("510100", 1)} and cities.unknown == 2
    assert cities.met is None and cities.share is None


def test_a_municipality_is_one_city_and_a_county_without_a_city_stands_for_itself() -> None:
    made = table({"region": "310115"}, {"region": "310000"}, {"region": "429004"}, {"region": "330000"})
    assert dict(counted(made, "city").groups) == {"310000": 2, "429004": 1}


def test_manufacturing_is_by_code_alone() -> None:
    codes = {"a": "GB/T 4754:3393", "b": "GB/T 4754:I6510", "c": "wind:3393", "d": "GB/T 4754:99"}
    made = table({}, {}, {}, {}, {"name": "某制造有限公司"}, **{INDUSTRY: codes})
    found = counted(made, "section")
    assert {group: count for group, count in found.groups if count} == {"C": 1, "I": 1}
    assert (found.share, found.open) == (50.0, 3)
    assert dict(counted(made, "industry").groups) == {"3393": 1, "6510": 1, "99": 1}


def test_age_and_ratio_fall_into_bands_with_their_mean() -> None:
    made = table({"founded": "2016-06-01"}, {"founded": "2016-06-02"}, {"founded": "1990"}, {"rd_ratio": 7}, {})
    found = counted(made, "age")
    assert (found.met, found.missed, found.open) == (2, 1, 2)
    ratio = counted(made, "rd_ratio")
    assert (ratio.mean, ratio.valued, ratio.unknown) == (7.0, 1, 4) and dict(ratio.groups)["over_7"] == 1


def test_presence_is_never_absence() -> None:
    institutes = {"honour": ["省级企业技术中心", "国家高新技术企业"]}
    made = table(institutes, {"honour": ["市工程技术中心"]}, {"honour": ["国家企业技术中心"]}, {})
    found = counted(made, "institute")
    assert dict(found.groups) == {"national": 1, "provincial": 1, "unstated": 1} and found.unknown == 1
    assert (found.met, found.missed, found.open) == (2, 0, 2)
    assert found.share is None and (found.least, found.most) == (50.0, 100.0)
    none = counted(made, "back_to_work")
    assert (none.met, none.unknown, none.least, none.most) == (0, 4, 0.0, 100.0)


def test_a_firm_may_be_in_several_classes_and_is_counted_once() -> None:
    lines = {"a": (Item("关键基础材料", "f1"), Item("先进基础工艺", "f2")), "b": (Item("别的", "f3"),)}
    made = Table(Corpus.build(map(firm_from_json, [{"id": "a"}, {"id": "b"}]), as_of=DAY), {FOUNDATION: lines})
    found = counted(made, "foundation")
    assert sum(count for _, count in found.groups) == 2 and found.met == 1 and found.unknown == 1
    assert made.said(0)["foundation"].facts == ("f1", "f2") and "foundation" not in made.said(1)


def test_size_is_reckoned_only_where_the_figures_settle_it() -> None:
    made = table(
        {"staff": 100, "revenue": 5e7},
        {"staff": 10},
        {"staff": 100},
        {"size": "medium"},
        **{INDUSTRY: {"a": "GB/T 4754:3393", "b": "GB/T 4754:3393", "c": "GB/T 4754:3393"}},
    )
    found = counted(made, "size")
    assert dict(found.groups) == {"micro": 1, "small": 1, "medium": 1, "large": 0} and found.unknown == 1


def test_the_highest_tier_counts() -> None:
    made = table({"tier": ["specialised", "little_giant"]}, {"tier": "champion"}, {})
    assert [pair for pair in counted(made, "tier").groups if pair[1]] == [("champion", 1), ("little_giant", 1)]


FIRM = st.fixed_dictionaries(
    {},
    optional={"region": st.sampled_from(["330200", "440000", "510100"]), "founded": st.sampled_from(["2001", "2020"])},
)


@settings(max_examples=25)
@given(st.lists(FIRM, min_size=1, max_size=6), st.integers(0, 5))
def test_to_know_more_only_narrows_a_share(firms: list[dict[str, Any]], at: int) -> None:
    """What is sure never falls and what is possible never rises when one more thing is known of a firm."""
    more = [dict(one) for one in firms]
    more[at % len(more)].setdefault("founded", "1999")
    before, after = counted(table(*firms), "age"), counted(table(*more), "age")
    assert before.least is not None and after.least is not None and before.most is not None and after.most is not None
    assert before.least <= after.least <= after.most <= before.most
    for one in table(*more).counts(np.ones(len(more), bool)):
        assert one.unknown + sum(count for _, count in one.groups) == one.firms


def test_what_was_published_is_of_measures_that_there_are() -> None:
    shown = published()
    assert {one.measure for one in shown.figures} <= set(measures())
    assert (shown.firms, shown.year) == (248, 2020)
    area, city, section = shown.of("area"), shown.of("city"), shown.of("section")
    assert area is not None and city is not None and section is not None
    assert area.share == 59.3 and sum(city.groups.values()) == 58 and section.share == 95.16
    groups = {one.id for measure in measures().values() for one in measure.groups}
    assert all(met in groups for measure in measures().values() for met in measure.met)
