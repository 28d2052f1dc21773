"""The stages of a bounty (揭榜挂帅), from a draft to the last payment, and the only way from one to another.

Which of the stages a bounty goes through, how long its notices last and how many solvers it may have is said by the
rule set that it keeps (`web.work.bounties.rules`). As what the public sees each state: `web.jobs.bounties.SHOWN_AS`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.beijing import day_of
from web.db.bounties import Bounty, Objection
from web.errors import WebError
from web.jobs.needs import enter
from web.work.bounties.rules import RuleSet, rules_of
from web.work.step import States

BOUNTY = States(
    "bounty",
    "a bounty that is",
    "WE151",
    {
        "draft": frozenset({"submitted", "withdrawn"}),
        "submitted": frozenset({"returned", "county_review", "expert_review", "notice", "withdrawn"}),
        "returned": frozenset({"submitted", "withdrawn"}),
        "county_review": frozenset({"returned", "expert_review", "notice", "withdrawn"}),
        "expert_review": frozenset({"returned", "notice", "withdrawn"}),
        "notice": frozenset({"objection", "open", "withdrawn"}),
        "objection": frozenset({"notice", "award_notice", "returned", "negotiating", "withdrawn", "terminated"}),
        "open": frozenset({"closed"}),
        "closed": frozenset({"reviewing", "no_taker"}),
        "reviewing": frozenset({"negotiating", "no_taker"}),
        "negotiating": frozenset({"award_notice", "no_taker"}),
        "award_notice": frozenset({"objection", "contracted", "terminated"}),
        "contracted": frozenset({"project", "terminated", "disputed"}),
        "project": frozenset({"running", "terminated", "disputed"}),
        "running": frozenset({"acceptance", "failed", "terminated", "disputed"}),
        "disputed": frozenset({"contracted", "project", "running", "acceptance", "failed", "terminated"}),
        "acceptance": frozenset({"running", "settled", "failed", "disputed"}),
        "settled": frozenset(),
        "no_taker": frozenset(),
        "withdrawn": frozenset(),
        "terminated": frozenset(),
        "failed": frozenset(),
    },
)
"""From each state those that it may lead to; an open bounty is never withdrawn. Sides as the notices of cities have
them or need them: returned, no_taker, withdrawn, terminated, failed, disputed.
"""

ENDED = frozenset(state for state, ways in BOUNTY.ways.items() if not ways)
NOTICES = ("notice", "award_notice")
BACK = {"notice": "returned", "award_notice": "negotiating"}
"""Where an objection that is upheld brings a bounty back to, by the notice that it was raised against."""
OBJECTED = (*NOTICES, "objection")
"""States in which an objection may wait for its answer."""
BEFORE_NOTICE = ("submitted", "county_review", "expert_review")
"""Stages before the first notice, in their order."""


def next_stage(row: Bounty) -> str:
    """Where a bounty goes from a stage before its notice: the next one that its rules have.

    Raises ValueError for a state that is none of these.
    """
    stages = rules_of(row.rules).stages
    later = BEFORE_NOTICE[BEFORE_NOTICE.index(row.state) + 1 :]
    return next((stage for stage in later if getattr(stages, stage)), "notice")


def enter_stage(
    session: Session, row: Bounty, to: str, *, actor: str, at: datetime, reason: str = "", days: int | None = None
) -> None:
    """Bring a bounty to another state; the event and, where it can be seen, the outbox row are of this transaction.

    Raises as `take`.
    """
    take(row, to, at, waits=row.state in OBJECTED and _waits(session, row), days=days)
    enter(session, row, to, actor=actor, reason=reason, at=at)


def take(row: Bounty, to: str, at: datetime, *, waits: bool = False, days: int | None = None) -> None:
    """Hold a step against table and rules, and keep on the bounty what comes of it; its state stays as it is.

    `waits` says that an objection waits for its answer. `days` is how long a notice lasts, at least what the rules say;
    one that goes on after an objection keeps its last day, or has a day more where that is over.

    Raises WebError WE151 (no such way), WE152 (a stage of its rules left out), WE153 (the notice is not over, or an
    objection to it waits for its answer), WE154 (a notice shorter than its rules allow).
    """
    BOUNTY.check(row, to)
    rules = rules_of(row.rules)
    if row.state in BEFORE_NOTICE and to in (*BEFORE_NOTICE, "notice") and to != next_stage(row):
        raise WebError(
            f"before {to} comes {next_stage(row)}", code="WE152", hint=f"see the rules {rules.id}", place=row.id
        )
    objected = row.state == "objection"
    if objected and to in (*NOTICES, *BACK.values()) and to not in (noticed(row), BACK[noticed(row)]):
        raise BOUNTY.refused(row, row.state, to)
    on = objected and to in NOTICES
    if on or (row.state, to) in (("notice", "open"), ("award_notice", "contracted")):
        if waits:
            raise WebError("an objection waits for its answer", code="WE153", hint="answer it first", place=row.id)
        if not on and (row.notice_until is None or day_of(at) <= row.notice_until):
            raise WebError(
                f"the notice lasts until {row.notice_until}", code="WE153", hint="go on the day after", place=row.id
            )
    if on:
        row.notice_until = max(row.notice_until or "", day_of(at + timedelta(days=1)))
    elif to in NOTICES:
        row.notice_until = day_of(at + timedelta(days=_days(rules, to, days)))
    elif objected:  # what was objected to is undone
        row.notice_until = None
        if to == BACK["award_notice"]:
            row.team, row.awarded = [], None
    if to == "notice":
        row.visibility, row.published = "public", row.published or at
    if to == "award_notice":
        row.awarded = row.awarded or day_of(at)
    if to == "acceptance":
        row.accepted = row.accepted or day_of(at)
    elif to == "running":
        row.accepted = None


def noticed(row: Bounty) -> str:
    """The notice that a bounty in objection stands in: the second one once there was an award."""
    return NOTICES[row.awarded is not None]


def _days(rules: RuleSet, to: str, days: int | None) -> int:
    least = rules.notice_days if to == "notice" else rules.award_notice_days
    if days is not None and days < least:
        raise WebError(f"a notice of {days} days", code="WE154", hint=f"{least} days or more", place=rules.id)
    return days or least


def _waits(session: Session, row: Bounty) -> bool:
    waiting = select(func.count()).where(Objection.bounty_id == row.id, Objection.state == "open")
    return bool(session.scalar(waiting))
