"""Criteria of tiers: three-valued, by the dates of their rules, never a point that is not known."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.assess.criteria import Criteria, Table, checks_in, criteria
from matcher.assess.engine import assess
from matcher.assess.inputs import Given, Values, inputs
from matcher.assess.size import bounds_of, is_sme
from matcher.conditions import Truth

LAST = 2025


def firm(**figures: float) -> Values:
    """A firm of these values; `revenue_2024` is of that year, those of a year without one of the last."""
    found = []
    for name, value in figures.items():
        base, _, year = name.rpartition("_")
        if year.isdigit() and len(year) == 4:
            found.append(Given(base, value, int(year)))
        else:
            found.append(Given(name, value, LAST if inputs()[name].kind == "yearly" else None))
    return Values(found, LAST)


def verdicts(rules: str, values: Values, *, recheck: bool = False) -> dict[str, Truth]:
    found = assess(criteria()[rules], values, recheck=recheck)
    return {one.indicator.id: one.found.truth for one in found.judged}


def test_the_rules_hold_on_their_days() -> None:
    sets = criteria()
    before, after = dt.date(2026, 3, 31), dt.date(2026, 4, 1)
    assert sets["little-giant-2022"].holds(before) and not sets["little-giant-2022"].holds(after)
    assert sets["little-giant-2026"].holds(after) and not sets["little-giant-2026"].holds(before)
    assert sets["champion-2023"].since == dt.date(2023, 9, 1)
    assert all(one.source for one in sets.values())


def test_nothing_known_is_unknown_everywhere() -> None:
    for one in criteria().values():
        found = assess(one, Values([], LAST))
        assert {judged.found.truth for judged in found.judged} == {Truth.UNKNOWN}, one.id
        assert all(points.low == 0 for points in found.scores.values())
        assert found.missing


def test_a_figure_of_each_bound() -> None:
    at = verdicts("little-giant-2026", firm(revenue=5e7, main_business_ratio=90, debt_ratio=75, market_rank=3))
    assert [at[name] for name in ("revenue", "main_ratio", "debt", "share")] == [Truth.TRUE] * 4
    under = verdicts("little-giant-2026", firm(revenue=4.99e7, main_business_ratio=89.9, debt_ratio=75.1))
    assert [under[name] for name in ("revenue", "main_ratio", "debt")] == [Truth.FALSE] * 3


def test_two_years_are_asked_each_and_together() -> None:
    short = firm(revenue=1e8, revenue_2024=1e8, rd_expense=5e6, rd_expense_2024=7e6)
    assert verdicts("little-giant-2026", short)["research"] is Truth.TRUE
    weak = firm(revenue=3e8, revenue_2024=1e8, rd_expense=5e6, rd_expense_2024=7e6)  # 1.7 % in the last year
    assert verdicts("little-giant-2026", weak)["research"] is Truth.FALSE
    half = firm(revenue=1e8, rd_expense=5e6)
    assert verdicts("little-giant-2026", half)["research"] is Truth.UNKNOWN


def test_growth_is_compound_and_left_out_at_the_recheck() -> None:
    grown = firm(revenue=1.11e8, revenue_2024=0.9e8, revenue_2023=1e8)  # 5.36 % a year over two years
    assert verdicts("little-giant-2026", grown)["growth"] is Truth.TRUE
    assert "growth" not in verdicts("little-giant-2026", grown, recheck=True)


def test_the_three_ways_of_research_by_revenue() -> None:
    rest = {"institute": 1, "patents_class1": 2, "ip_used": 1}
    for revenue, ratio, wanted in (
        (1e8, 3, Truth.TRUE), (1e8, 2.9, Truth.UNKNOWN), (6e7, 6, Truth.TRUE), (6e7, 5.9, Truth.UNKNOWN),
    ):  # fmt: skip
        values = firm(revenue=revenue, rd_ratio=ratio, rd_ratio_2024=ratio, **rest)
        assert verdicts("little-giant-2022", values)["new"] is wanted, (revenue, ratio)  # direct ways stay unknown
    none = {"award_top3": 0, "maker_china_50": 0}
    assert (
        verdicts("little-giant-2022", firm(revenue=1e8, rd_ratio=2.9, rd_ratio_2024=2.9, **rest, **none))["new"]
        is Truth.FALSE
    )


def test_points_lie_between_what_is_sure_and_what_could_be() -> None:
    known = firm(main_business_ratio=85, profit_ratio=9, debt_ratio=40, rd_expense=6e6, segment_years=7)
    found = assess(criteria()["specialised-2022"], known)
    assert found.scores["focus"].low == 5 + 3 and found.scores["refined"].low == 8 + 5
    assert found.scores["innovation"].low == 10
    assert found.scores["distinct"].low == 0 and found.scores["distinct"].high == 15
    assert found.scores["total"].low == 31 and found.scores["total"].high <= 100


def test_what_is_counted_may_be_more() -> None:
    few = Values([Given("patents_class1", 3, least=True), Given("ip_used", 1)], LAST)
    assert verdicts("little-giant-2026", few)["ip"] is Truth.UNKNOWN
    enough = Values([Given("patents_class1", 4, least=True), Given("ip_used", 1)], LAST)
    assert verdicts("little-giant-2026", enough)["ip"] is Truth.TRUE


def test_what_does_not_settle_is_shown_and_leaves_it_unknown() -> None:
    hint = Given("key_field", 1, said="other_scheme", settles=False)
    found = assess(criteria()["little-giant-2026"], Values([hint, Given("key_link", 1)], LAST))
    field = next(one.found for one in found.judged if one.indicator.id == "field")
    assert field.truth is Truth.UNKNOWN and hint in field.used and "key_field" in field.missing
    row = next(
        one for one in assess(criteria()["specialised-2022"], Values([hint], LAST)).scored if one.item.id == "field"
    )
    assert (row.points.low, row.points.high) == (0, 5) and hint in row.found.used
    both = assess(criteria()["little-giant-2026"], Values([Given("key_field", 1), hint, Given("key_link", 1)], LAST))
    assert next(one.found.truth for one in both.judged if one.indicator.id == "field") is Truth.TRUE


def test_a_ratio_follows_from_its_parts_and_a_stated_one_counts_first() -> None:
    values = firm(revenue=2e8, rd_expense=8e6)
    ratio = values.of("rd_ratio")
    assert ratio is not None and ratio.value == pytest.approx(4) and ratio.said == "reckoned" and len(ratio.parts) == 2
    stated = firm(revenue=2e8, rd_expense=8e6, rd_ratio=5).of("rd_ratio")
    assert stated is not None and stated.value == 5
    assert firm(rd_ratio=5).of("rd_expense") is None  # neither follows from the other alone


@pytest.mark.parametrize(
    ("industry", "staff", "revenue", "wanted"),
    [
        ("C3489", 999, 9e9, Truth.TRUE), ("C3489", 1000, 4e8, Truth.FALSE), ("C3489", 1000, 3.99e8, Truth.TRUE),
        ("C3489", 1200, None, Truth.UNKNOWN), ("I65", 300, 1e8, Truth.FALSE), (None, None, 3e8, Truth.TRUE),
        ("F51", 200, 4e8, Truth.FALSE), ("L72", 300, None, Truth.FALSE),
    ],
)  # fmt: skip
def test_sme_by_industry(industry: str | None, staff: float | None, revenue: float | None, wanted: Truth) -> None:
    assert is_sme(industry, staff, revenue) is wanted


def test_both_lower_bounds_else_the_class_below() -> None:
    assert bounds_of("GB/T 4754:3489") == bounds_of("3489") == bounds_of("C34") == bounds_of(None)
    assert bounds_of("6513").id == "software" and bounds_of("7299").id == bounds_of("9999").id == "other"
    industry = bounds_of("C34")
    assert industry.sizes(300, 2e7) == {"medium"} and industry.sizes(300, 1.9e7) == {"small"}
    assert industry.sizes(19, 5e8) == {"micro"} and industry.sizes(None, 1e6) == {"micro"}


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(inputs())), st.floats(-1e9, 1e9), max_size=12), st.data())
def test_knowing_more_never_turns_what_was_known(figures: dict[str, float], data: st.DataObject) -> None:
    """Kleene's logic is monotone: a further value settles what was unknown and leaves what was settled."""

    def known(names: list[str]) -> Values:
        return Values(
            [
                Given(name, figures[name], year)
                for name in names
                for year in ((LAST, LAST - 1, LAST - 2) if inputs()[name].kind == "yearly" else (None,))
            ],
            LAST,
        )

    names = sorted(name for name in figures if not inputs()[name].derive)
    fewer = names[: data.draw(st.integers(0, len(names)))]
    for one in criteria().values():
        before, after = assess(one, known(fewer)), assess(one, known(names))
        for old, new in zip(before.judged, after.judged, strict=True):
            assert old.found.truth in (Truth.UNKNOWN, new.found.truth), (one.id, old.indicator.id)
        for group, points in before.scores.items():
            assert points.low <= after.scores[group].low <= after.scores[group].high <= points.high


def test_each_input_is_asked_for_by_some_rule_and_has_its_paper() -> None:
    indicators = [indicator for one in criteria().values() for indicator in one.asked]
    asked = {check.input for indicator in indicators for check in checks_in(indicator.test)}
    for one in criteria().values():
        asked |= _of_table(one.table)
    derived = [names for one in inputs().values() for names in one.derive.values()]
    parts = {name for names in derived for name in ([names] if isinstance(names, str) else names)}
    assert set(inputs()) == asked | parts
    assert all(one.paper and one.paper_en for one in inputs().values())


def _of_table(table: Table | None) -> set[str]:
    items = table.items if table else ()
    nodes = [node for item in items for node in (*item.each, *(band.test for band in item.bands))]
    return {check.input for node in nodes for check in checks_in(node)} | {item.per for item in items if item.per}


def test_a_set_that_contradicts_itself_is_refused() -> None:
    shipped = criteria()["specialised-2022"].model_dump(mode="json")
    shipped["indicators"][0]["test"] = {"score": "nowhere", "at_least": 3}
    with pytest.raises(ValueError, match="no score nowhere"):
        Criteria.model_validate(shipped)
