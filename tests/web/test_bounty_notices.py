"""No way from a draft to an open or a contracted bounty leaves out a notice, or shortens it. Pure: no store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from web.beijing import day_of
from web.db.bounties import Bounty
from web.errors import WebError
from web.work.bounties.rules import RuleSet, Stages
from web.work.bounties.states import BACK, BEFORE_NOTICE, BOUNTY, ENDED, NOTICES, next_stage, take

BEGAN = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
RULES = st.builds(
    RuleSet,
    id=st.just("drawn"),
    title=st.just("任意规则"),
    stages=st.builds(Stages, county_review=st.booleans(), expert_review=st.booleans()),
    notice_days=st.integers(1, 6),
    award_notice_days=st.integers(1, 6),
)


STRAIGHT = {
    "draft": "submitted",
    "returned": "submitted",
    "notice": "open",
    "open": "closed",
    "closed": "reviewing",
    "reviewing": "negotiating",
    "negotiating": "award_notice",
    "award_notice": "contracted",
    "contracted": "project",
}
"""The step that most would take."""


class Try(NamedTuple):
    """One of the ways by its number (none: straight on), so many days later; with an objection that waits, and the days
    of a notice as they were typed.
    """

    way: int | None = None
    days: int = 0
    waits: bool = False
    typed: int | None = None


class Walk:
    """A bounty that is pushed on by whoever tries, and what a reader of the city's rules would write down of it."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules, self.at = rules, BEGAN
        self.row = Bounty(title="钢丝", state="draft", rules=rules.model_dump(mode="json"))
        self.noticed: dict[str, date] = {}
        self.contracted = False
        self.reached: set[str] = set()

    def go(self, tried: Try) -> None:
        """Take the step, or be refused as a press of the button would be."""
        self.at += timedelta(days=tried.days)
        ways = sorted(BOUNTY.ways[self.row.state] - ENDED) or [self.row.state]
        before = self.row.state
        to = ways[tried.way % len(ways)] if tried.way is not None else self.straight()
        try:
            take(self.row, to, self.at, waits=tried.waits, days=tried.typed)
        except WebError:
            return
        self.row.state = to
        self.held(before, to, tried.waits)

    def straight(self) -> str:
        """The next stage of the city, or what is tried in vain."""
        return next_stage(self.row) if self.row.state in BEFORE_NOTICE else STRAIGHT.get(self.row.state, "open")

    def held(self, before: str, to: str, waits: bool) -> None:
        """What must have been before this step."""
        today = date.fromisoformat(day_of(self.at))
        self.reached.add(to)
        if to in NOTICES and before != "objection":
            assert before in {"notice": (*BEFORE_NOTICE,), "award_notice": ("negotiating",)}[to]
            self.noticed[to] = today
        if before == "objection" and to == BACK["notice"]:
            self.noticed.clear()
        if before == "objection" and to == BACK["award_notice"]:
            self.noticed.pop("award_notice")
        if to == "open":
            assert not waits and (today - self.noticed["notice"]).days > self.rules.notice_days
        if to == "contracted" and not self.contracted:
            assert not waits and (today - self.noticed["award_notice"]).days > self.rules.award_notice_days
            assert "open" in self.reached
            self.contracted = True
        assert self.contracted or to not in ("project", "running", "acceptance", "settled")


SHORT = RuleSet(id="drawn", title="短", stages=Stages(county_review=False, expert_review=False))
TRIES = st.builds(
    Try,
    st.none() | st.integers(0, 5),
    st.integers(0, 4),
    st.sampled_from([False, False, False, True]),
    st.none() | st.integers(0, 9),
)


@given(RULES, st.lists(TRIES, min_size=10, max_size=40))
@settings(max_examples=60, deadline=None)
def test_no_way_leaves_out_a_notice_or_its_days(rules: RuleSet, tries: list[Try]) -> None:
    walk = Walk(rules)
    for tried in tries:
        walk.go(tried)


def test_the_straight_way_is_held_up_by_its_notices_alone() -> None:
    walk = Walk(SHORT)
    for _ in STRAIGHT:
        walk.go(Try())
    assert walk.row.state == "notice"
    walk.go(Try(days=1))
    assert walk.row.state == "notice", "its last day belongs to it"
    for _ in STRAIGHT:
        walk.go(Try(days=2))
    assert walk.contracted
