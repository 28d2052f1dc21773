"""Policies and offers: read row by row from files, matched by the engine of criteria, for whom they are for."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from matcher.assess.condition import ConditionError, condition
from matcher.assess.inputs import Given, Values
from matcher.assess.offer import Offer, fit
from matcher.assess.offer_file import HEADS, read_offers
from matcher.assess.scope import Scope, Traits
from matcher.conditions import Truth
from matcher.errors import BadOfferError

LAST = 2025
DAY = dt.date(2026, 5, 4)
DEMO = Path(__file__).parents[2] / "seeds" / "offers" / "demo.yml"


def traits(region: str | None = "990101", industry: str | None = "3489", **figures: float) -> Traits:
    given = []
    for name, value in figures.items():
        base, _, year = name.rpartition("_")
        given.append(Given(base, value, int(year)) if year.isdigit() else Given(name, value))
    return Traits(Values(given, LAST), region, industry)


def offer(**more: Any) -> Offer:
    entry = {
        "id": "o", "kind": "loan", "zh": "示例", "provider": "示例银行", "since": "2026-01-01",
        "source": {"name": "示例", "date": "2025-12-01"},
    }  # fmt: skip
    return Offer.model_validate(entry | more)


@pytest.mark.parametrize(
    ("scope", "of", "wanted"),
    [
        ({}, traits(None, None), Truth.TRUE),
        ({"regions": ["990100"]}, traits("990101"), Truth.TRUE),
        ({"regions": ["990100"]}, traits("990200"), Truth.FALSE),
        ({"regions": ["990101"]}, traits("990100"), Truth.UNKNOWN),  # its county is not known
        ({"regions": ["990100"]}, traits(None), Truth.UNKNOWN),
        ({"industries": ["C34"]}, traits(industry="GB/T 4754:3489"), Truth.TRUE),
        ({"industries": ["C34"]}, traits(industry="C35"), Truth.FALSE),
        ({"industries": ["C34"]}, traits(industry=None), Truth.UNKNOWN),
        ({"sizes": ["small", "medium"]}, traits(staff_2025=100, revenue_2025=5e7), Truth.TRUE),
        ({"sizes": ["small"]}, traits(staff_2025=2000, revenue_2025=5e8), Truth.FALSE),
        ({"sizes": ["small"]}, traits(staff_2025=100), Truth.UNKNOWN),
        ({"growth_at_least": 10}, traits(revenue_2025=1.1e8, revenue_2024=1e8), Truth.TRUE),
        ({"growth_below": 10}, traits(revenue_2025=1.1e8, revenue_2024=1e8), Truth.FALSE),
        ({"growth_at_least": 10}, traits(revenue_2025=1.1e8), Truth.UNKNOWN),
        ({"regions": ["990200"], "growth_at_least": 10}, traits("990101"), Truth.FALSE),
    ],
)
def test_whom_a_scope_has(scope: dict[str, Any], of: Traits, wanted: Truth) -> None:
    assert Scope.model_validate(scope).reach(of).truth is wanted


def test_an_offer_passes_misses_or_is_unknown_with_what_is_missing() -> None:
    asked = [condition("revenue >= 2000万", 1), condition("tier_specialised | high_tech", 2)]
    one = offer(scope={"regions": ["990100"]}, conditions=[each.model_dump() for each in asked], until="2026-06-30")
    full = fit(one, traits(revenue_2025=2e7, high_tech=1), DAY)
    assert (full.truth, full.state, full.count(Truth.TRUE)) == (Truth.TRUE, "open", 2)
    part = fit(one, traits(revenue_2025=2e7), DAY)
    assert part.truth is Truth.UNKNOWN and set(part.judged[1].found.missing) == {"tier_specialised", "high_tech"}
    assert fit(one, traits(revenue_2025=1.9e7), DAY).truth is Truth.FALSE
    assert fit(one, traits(None, revenue_2025=2e7, high_tech=1), DAY).reach.missing == ("region",)
    days = ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01")
    assert [one.state(dt.date.fromisoformat(day)) for day in days] == ["ahead", "open", "open", "over"]


def test_a_line_is_a_condition_with_its_words() -> None:
    said = condition("rd_ratio >= 3 each 2 | rd_expense ≥ 1200万 sum 2", 1)
    assert said.zh == "近2年每年研发费用占营业收入比重 ≥ 3%或近2年合计研发费用 ≥ 1,200 万元"
    assert condition("!high_tech", 1).en.startswith("not: ")
    for wrong in ("revenue", "high_tech >= 1", "profit >= 3", "revenue >= many", "segment_years >= 3 each 2", ""):
        with pytest.raises(ConditionError):
            condition(wrong, 1)


def test_a_sheet_is_read_row_by_row_and_each_fault_has_its_place(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "kind": "贷款", "regions": "990100；990200", "sizes": "小型;中型",
         "conditions": "revenue >= 2000万；clean_record"},
        {"id": "b", "kind": "彩票"},
        {"id": "c", "since": "2026-13-01"},
        {"id": "d", "conditions": "no_such_thing"},
        {"id": "e", "regions": "123"},
        {"id": "f", "until": "2025-01-01"},
        {"id": "a"},
        {"id": "g", "provider": ""},
        {"id": "h", "demo": "是", "growth_at_least": "5"},
    ]  # fmt: skip
    usual = {
        "kind": "补贴", "zh": "示例", "provider": "示例局", "since": "2026-01-01", "source": "示例通知",
        "source_date": "2025-12-01",
    }  # fmt: skip
    path = tmp_path / "offers.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["政策清单"])
        sheet.writerow([heads[0] for heads in HEADS.values()])
        sheet.writerows([(usual | row).get(name, "") for name in HEADS] for row in rows)
    refused: list[BadOfferError] = []
    found = read_offers(path, refused.append)
    assert [one.id for one in found] == ["a", "h"] and found[1].demo and found[1].scope.growth_at_least == 5
    assert found[0].scope == Scope(regions=("990100", "990200"), sizes=("small", "medium"))
    assert [each.test.model_dump()["input"] for each in found[0].conditions] == ["revenue", "clean_record"]
    assert [(error.file, error.place, error.code) for error in refused] == [
        ("offers.csv", f"1:{row}", "MA042") for row in (4, 5, 6, 7, 8, 9, 10)
    ]
    for said, error in zip(
        ("kind", "since", "no_such_thing", "123", "ends", "twice", "provider"), refused, strict=True
    ):
        assert said in error.reason, error.reason
    for name, text in (
        ("x.csv", "a,b\n1,2\n"),
        ("x.yml", "offers: 3"),
        ("x.yml", "[" * 50),
        ("x.txt", ""),
        ("x.xlsx", "x"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(BadOfferError):
            read_offers(tmp_path / name, refused.append)


def test_the_shipped_offers_are_invented_and_say_so() -> None:
    found = read_offers(DEMO, lambda error: pytest.fail(str(error)))
    assert len(found) == 6 and all(one.demo and "虚构" in one.zh + one.provider for one in found)
    assert all(code.startswith("99") for one in found for code in one.scope.regions)
