"""Days of meetings: rules hold, greedy is never better, small days are best by trying all, what is confirmed stays."""

from __future__ import annotations

import itertools
import random

import pytest

from matcher.errors import BadMeetingError
from matcher.meeting.assign import Plan, plan
from matcher.meeting.day import waits
from matcher.meeting.problem import (
    APART,
    EXCLUDED,
    ONE,
    Conflict,
    Diary,
    Firm,
    Meeting,
    Need,
    Points,
    Problem,
    Slot,
    Wish,
    greedy,
)


def made(seed: int, needs: int = 5, firms: int = 9, slots: int = 4, share: float = 0.5) -> Problem:
    """A drawn day with absences, limits and conflicts of all kinds; two needs have one officer."""
    rng = random.Random(seed)
    times = [Slot(f"s{n}", f"{9 + n:02}:00", "", rng.randint(1, 4)) for n in range(slots)]

    def away() -> frozenset[str]:
        return frozenset(rng.sample([one.id for one in times], rng.choice((0, 0, 1))))

    asks = [Need(f"n{n}", f"需求{n}", f"o{n % max(1, needs - 1)}", away()) for n in range(needs)]
    makers = [Firm(f"f{n}", f"第{n}公司", rng.choice((1, 2, None)), away()) for n in range(firms)]
    wishes = [
        Wish(ask.id, maker.id, rng.choice((None, 1, 2, 3)), rng.choice((None, 1, 2)), rng.random())
        for ask in asks
        for maker in makers
        if rng.random() < share
    ]
    names = [one.id for one in makers]
    conflicts = [Conflict(kind, *rng.sample(names, 2)) for kind in (ONE, APART)]
    return Problem(asks, makers, times, wishes, [*conflicts, Conflict(EXCLUDED, rng.choice(names), need="n0")])


def holds(problem: Problem, done: Plan) -> None:
    """Each meeting keeps all rules beside those before it, and no two are at one table."""
    diary = Diary(problem)
    for one in done.meetings:
        assert diary.against(one.need, one.firm, one.slot) == ""
        diary.put(one)
    tables = {one.id: one.tables for one in problem.slots}
    assert len({(one.slot, one.table) for one in done.meetings}) == len(done.meetings)
    assert all(1 <= one.table <= tables[one.slot] for one in done.meetings)
    wished = {(one.need, one.firm) for one in problem.wishes}
    met = {(one.need, one.firm) for one in done.meetings}
    assert wished == met | {(one.need, one.firm) for one in done.unmet}
    assert (done.firms, done.points) == problem.value(done.meetings)
    assert done.waits == waits(problem, done.meetings) >= done.waits_bound


@pytest.mark.parametrize("seed", range(12))
def test_rules_hold_and_greedy_is_never_better(seed: int) -> None:
    problem = made(seed)
    done = plan(problem, seconds=0.3)
    holds(problem, done)
    assert problem.value(greedy(problem)) <= (done.firms, done.points) <= (done.firms_bound, done.points_bound)
    assert done.proved
    assert all(one.reason for one in done.unmet)


def test_greedy_is_beaten_somewhere() -> None:
    assert any(
        problem.value(greedy(problem)) < problem.value(plan(problem).meetings) for problem in map(made, range(4))
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_small_day_is_best_of_all(seed: int) -> None:
    problem = made(seed, needs=2, firms=3, slots=2, share=0.9)
    pairs = list(problem.worth)
    best = (0, 0)
    for choice in itertools.product((None, "s0", "s1"), repeat=len(pairs)):
        diary, met = Diary(problem), list[Meeting]()
        for (need, firm), slot in zip(pairs, choice, strict=True):
            if slot is None or diary.against(need, firm, slot):
                continue
            met.append(Meeting(need, firm, slot))
            diary.put(met[-1])
        best = max(best, problem.value(met))
    done = plan(problem)
    assert (done.firms, done.points) == best


def test_the_same_seed_gives_the_same_programme() -> None:
    assert plan(made(3), seed=7) == plan(made(3), seed=7)


def test_confirmed_meetings_stay_at_their_tables() -> None:
    before = made(5)
    first = plan(before)
    kept = [Meeting(one.need, one.firm, one.slot, one.table, True) for one in first.meetings[::2]]
    # later a firm drops out, another comes and an absence is said: what is confirmed stays all the same
    wishes = [*before.wishes[1:], Wish("n1", "new", 1, 1)]
    firms = [*before.firms, Firm("new", "新公司")]
    again = Problem(before.needs, firms, before.slots, wishes, before.conflicts, kept)
    done = plan(again)
    assert set(kept) <= set(done.meetings)
    assert {(one.need, one.firm) for one in done.meetings if one.confirmed} == {(one.need, one.firm) for one in kept}


def test_confirmed_meetings_stay_against_what_is_said_later() -> None:
    slots = [Slot("s", "", "", 3), Slot("t", "", "", 3)]
    firms = [Firm("a", "甲", 0), Firm("b", "乙", None, frozenset({"s"})), Firm("c", "丙"), Firm("d", "丁")]
    needs = [Need(one, one, one) for one in "mn"]
    wishes = [Wish(need, firm, 1) for need in "mn" for firm in "abcd"]
    said = [Conflict(EXCLUDED, "a"), Conflict(APART, "a", "b"), Conflict(ONE, "b", "c"), Conflict(ONE, "b", "d")]
    kept = [Meeting("m", "a", "s", 2, True), Meeting("n", "b", "s", 1, True), Meeting("n", "c", "t", 3, True)]
    done = plan(Problem(needs, firms, slots, wishes, said, kept))
    assert [one for one in done.meetings if one.confirmed] == [kept[1], kept[0], kept[2]]
    assert [(one.need, one.firm) for one in done.meetings if not one.confirmed] == [("m", "d")]


def test_why_a_wish_is_not_met() -> None:
    firms = [
        Firm("a", "甲"),
        Firm("b", "乙"),
        Firm("c", "丙", 0),
        Firm("d", "丁", None, frozenset({"s"})),
        Firm("e", "戊"),
    ]
    wishes = [Wish("n", one.id, place) for place, one in enumerate(firms, 1)]
    problem = Problem([Need("n", "泵", "o")], firms, [Slot("s", "", "", 5)], wishes, [Conflict(EXCLUDED, "e")])
    done = plan(problem)
    assert [one.firm for one in done.meetings] == ["a"]
    assert {one.firm: one.reason for one in done.unmet} == {
        "b": "the officer is busy",
        "c": "the firm has as many meetings as it may have",
        "d": "no slot in which both are there",
        "e": "excluded",
    }


def test_points_of_an_operator(tmp_path) -> None:  # type: ignore[no-untyped-def]
    own = tmp_path / "points.yml"
    own.write_text("{version: x, buyer: 10, firm: 0, score: 0, place: 0.5}", "utf8")
    assert Points.load(own).buyer == 10
    own.write_text("{version: x, buyer: 1000, firm: 0, score: 0, place: 0.5}", "utf8")
    with pytest.raises(BadMeetingError, match="range"):
        Points.load(own)
