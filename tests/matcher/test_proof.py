"""The worth of a test report: what is reckoned is what comparing says once the report is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from matcher.corpus import firm_from_json
from matcher.proof import BEYOND, Demand, Report, reports, top_firms
from matcher.query import parse_query
from matcher.reverse import TOP, Board, Boards
from matcher.target import Figure, Shown, compare

from .test_paper import ranker_of

NAMES = ["强度", "抗拉强度", "厚度"]
FIGURE = st.builds(
    lambda name, operator, value, unit, product: Figure(name, operator, value, unit=unit, product=product),
    st.sampled_from(NAMES),
    st.sampled_from(["<", "<=", "=", ">=", ">", "approx"]),
    st.sampled_from([0.0, 90.0, 100.0, 105.0, 300.0]),
    st.sampled_from(["MPa", "mm", ""]),
    st.sampled_from(["", "柱塞泵", "电机"]),
)
WORDS = ["柱塞泵", "电机", "冷柜电机"]


def boards_of(words: list[str], conditions: list[Any]) -> tuple[list[Board], Any, list[Demand]]:
    firms = [firm_from_json({"id": f"f{n:02}", "products": [word], "staff": n}) for n, word in enumerate(words)]
    ranker = ranker_of(firms)
    queries = [parse_query({"id": word, "title": word, "conditions": conditions}) for word in WORDS]
    return Boards(ranker).of(queries), ranker.corpus, [Demand(word, (), (word,)) for word in WORDS]


def with_report(report: Report, demand: Demand, shown: Sequence[Figure]) -> list[Shown]:
    """What comes of a need's targets once a firm that shows these figures has the report, on what is sought."""
    product = demand.sought[0] if demand.sought else ""
    figure = report.shows
    added = Figure(figure.name, figure.operator, figure.value, unit=figure.unit, product=product)
    return compare(demand.targets, [*shown, added], demand.sought)


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    st.lists(st.sampled_from(WORDS), min_size=11, max_size=14),
    st.lists(st.lists(FIGURE, max_size=3, unique=True), min_size=3, max_size=3),
    st.dictionaries(st.sampled_from([f"f{n:02}" for n in range(11)]), st.lists(FIGURE, max_size=3), max_size=6),
)
def test_with_the_report_the_targets_are_met(words: Any, asked: Any, shown: dict[str, list[Figure]]) -> None:
    boards, corpus, empty = boards_of(words, [{"field": "staff", "op": ">", "value": 1}])
    demands = [Demand(one.need, tuple(targets), one.sought) for one, targets in zip(empty, asked, strict=True)]
    listed = {
        one.need: [corpus.firms[int(board.rows[at])].id for at in board.top]
        for one, board in zip(empty, boards, strict=True)
    }
    found = reports(boards, corpus, demands, shown)
    assert [one.needs for one in found] == sorted((one.needs for one in found), reverse=True)
    for report in found:
        by_force = []
        for demand in demands:
            for rank, ident in enumerate(listed[demand.need], 1):
                if ident not in shown:
                    continue
                now = compare(demand.targets, shown[ident], demand.sought)
                then = with_report(report, demand, shown[ident])
                for before, after in zip(now, then, strict=True):
                    if before.verdict in ("near", "unknown") and after.verdict == "met":
                        by_force.append((demand.need, ident, rank, before.target, before.verdict))
        assert sorted(by_force, key=str) == sorted(
            ((o.need, o.firm, o.rank, o.target, o.verdict) for o in report.settled), key=str
        )
        assert report.settled and all(one.counts for one in report.settled) and report.needs and report.firms


def test_one_report_for_all_needs_that_ask_and_the_nearest_bound() -> None:
    boards, corpus, _ = boards_of(["柱塞泵"] * 11 + ["电机"], [])
    pressure = [
        Figure("额定压力", operator, value, unit=unit)
        for operator, value, unit in ((">=", 35, "MPa"), (">", 0.04, "GPa"))
    ]
    demands = [
        Demand("柱塞泵", (pressure[0], Figure("寿命", ">=", 5000, unit="h")), ("柱塞泵",)),
        Demand("冷柜电机", (pressure[1],), ("冷柜电机",)),
        Demand("电机", (Figure("压力", "<=", 1, unit="MPa"),), ("电机",)),
    ]
    shown = [Figure("压力", "=", 34, unit="MPa", product="柱塞泵", fact="p")]
    first, *rest = reports(boards, corpus, demands, {"f00": shown}, "f00")
    assert (first.shows.name, first.shows.value, first.shows.unit) == ("压力", 40 * (1 + BEYOND), "MPa")
    assert [(one.need, one.verdict, one.left) for one in first.settled] == [
        ("冷柜电机", "unknown", 0),
        ("柱塞泵", "near", 1),
    ]
    assert (first.needs, first.firms, first.last) == (2, 1, 1)
    assert [(one.shows.name, one.needs) for one in rest] == [("压力", 1), ("寿命", 1)]
    assert reports(boards, corpus, demands, {"f10": shown}, "nobody") == []
    # the eleventh of a list is no firm that a buyer asks, and is said of itself alone
    (own,) = [one for one in reports(boards, corpus, demands[:1], {"f10": []}, "f10") if one.shows.name == "寿命"]
    assert own.needs == 0 and own.settled[0].rank == TOP + 1
    assert reports(boards, corpus, demands[:1], {"f10": []}) == []
    assert top_firms(boards[:1], corpus, [0, 10, 11]) == ["f00"]


def test_a_known_miss_is_not_asked_for_a_report() -> None:
    boards, corpus, _ = boards_of(["柱塞泵"], [])
    demands = [Demand("柱塞泵", (Figure("压力", ">=", 35, unit="MPa"),), ("柱塞泵",))]
    assert reports(boards, corpus, demands, {"f00": [Figure("压力", "=", 3, unit="MPa")]}) == []
