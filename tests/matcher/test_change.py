"""Two versions of a rule set or an offer: what differs, indicator by indicator, and how a firm stands on both."""

from __future__ import annotations

import datetime as dt

import pytest

from matcher.assess.change import WHOLE, conditions, differences, former, moves, terms
from matcher.assess.condition import condition
from matcher.assess.criteria import Indicator, criteria
from matcher.assess.inputs import Given, Values
from matcher.assess.offer import Offer
from matcher.assess.scope import Scope, Traits
from matcher.conditions import Truth

DAY = dt.date(2026, 6, 1)
LAST = 2025


def of(*given: Given) -> Traits:
    return Traits(Values(given, LAST), "330206", "C34")


def test_each_set_took_the_place_of_the_one_before_it() -> None:
    assert {name: one.id for name, one in former(criteria()).items()} == {
        "specialised-2026": "specialised-2022",
        "little-giant-2026": "little-giant-2022",
    }


def test_indicators_of_two_regimes_side_by_side() -> None:
    sets = criteria()
    before, after = sets["little-giant-2022"], sets["little-giant-2026"]
    found = {one.id: one for one in differences(before, after)}
    kinds = {name: one.kind for name, one in found.items()}
    assert kinds["debt"] == kinds["main_ratio"] == kinds["share"] == "changed"
    assert kinds["evaluation"] == kinds["base_tier"] == "added" and kinds["brand"] == kinds["link"] == "dropped"
    assert kinds["clean_record"] == "same" and kinds["segment"] == "reworded", "the same three years in other words"
    assert (found["brand"].after, found["evaluation"].before) == (None, None)
    alone = differences(None, after)
    assert {one.kind for one in alone} == {"added"} and len(alone) == len(after.asked)
    assert {one.kind for one in differences(after, after)} == {"same"}
    scored = sets["specialised-2022"].table
    dropped = [
        one.id for one in differences(sets["specialised-2022"], sets["specialised-2026"]) if one.kind == "dropped"
    ]
    assert scored is not None and {item.id for item in scored.items} <= set(dropped), "the table of points is gone"


@pytest.mark.parametrize(
    ("debt", "stands"),
    [(60, (Truth.TRUE, Truth.TRUE)), (72, (Truth.FALSE, Truth.TRUE)), (76, (Truth.FALSE, Truth.FALSE))],
)
def test_a_firm_moves_where_the_bound_moved_and_nowhere_else(debt: float, stands: tuple[Truth, Truth]) -> None:
    sets = criteria()
    found = moves(sets["little-giant-2022"], sets["little-giant-2026"], of(Given("debt_ratio", debt, LAST)), DAY)
    assert found["debt"] == stands, "70 % before, 75 % after"
    assert found["share"] == (Truth.UNKNOWN, Truth.UNKNOWN), "what is not known moves nowhere"
    assert found["brand"] == (Truth.UNKNOWN, None) and found["evaluation"] == (None, Truth.UNKNOWN)
    assert found[WHOLE] == tuple(Truth.FALSE if one is Truth.FALSE else Truth.UNKNOWN for one in stands)


def offer(*lines: str, **said: object) -> Offer:
    asked: tuple[Indicator, ...] = tuple(condition(line, number) for number, line in enumerate(lines, 1))
    base = {"id": "o", "kind": "subsidy", "zh": "奖补", "provider": "某局", "since": "2026-01-01"}
    source = {"name": "某文", "date": "2025-12-01"}
    return Offer.model_validate(base | {"source": source, "conditions": asked} | said)


def test_an_offer_is_compared_by_terms_and_by_what_its_conditions_test() -> None:
    before = offer("revenue >= 2000万", "clean_record", amount="50万元", scope=Scope(regions=("330200",)))
    after = offer("clean_record", "revenue >= 3000万", amount="80万元", until="2026-12-31")
    changed = {one.name: (one.before, one.after) for one in terms(before, after)}
    assert set(changed) == {"amount", "until", "scope"} and changed["amount"] == ("50万元", "80万元")
    kinds = sorted(one.kind for one in conditions(before, after))
    assert kinds == ["added", "dropped", "same"], "their order says nothing"
    firm = of(Given("revenue", 2.5e7, LAST), Given("clean_record", 1))
    assert moves(before, after, firm, DAY)[WHOLE] == (Truth.TRUE, Truth.FALSE)
    assert moves(None, after, firm, DAY)[WHOLE] == (None, Truth.FALSE)
    assert moves(before, None, firm, DAY)[WHOLE] == (Truth.TRUE, None)
    assert terms(after, after) == []


def test_a_scope_covers_a_place_that_lies_in_it_or_around_it() -> None:
    scope = Scope(regions=("330200",))
    assert [scope.covers(one) for one in ("330206", "330000", "330200", "", "310000")] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert Scope().covers("310000")
