"""What a date brings about, never what a reader looks at: done by the running process every few minutes."""

from __future__ import annotations

from datetime import datetime

import structlog

from web.home import Home
from web.jobs.clock import Clock
from web.jobs.digest import Digest, digest
from web.jobs.needs import expire
from web.jobs.notify import send
from web.jobs.outbox import catch_up
from web.jobs.policy_told import policies_told
from web.jobs.saved_queries import run_due
from web.jobs.warnings import Looked, look_due
from web.jobs.webhooks import tell
from web.work.bounties import steps as bounty_steps
from web.work.inquiries.inquiry import close_due
from web.work.inquiries.told import tell_due
from web.work.pool.due import pool_due
from web.work.retention import forget_old

PAUSE = 300.0
"""Seconds between two rounds."""

_log = structlog.get_logger()


def due_clock(home: Home, *, pause: float = PAUSE) -> Clock:
    """Late answers are said to be late, deadlines of inquiries are told, needs and bounties whose
    deadline is over end, validities and rechecks of the pool fall due, what was left in the outbox goes to the graph,
    rules of early warnings and watches are looked at, policies that change are told, cards sent, and traces deleted
    that are too old.
    """
    steps = (
        late_answers,
        deadlines,
        needs_over,
        bounties_over,
        pool_days,
        catch_up,
        rules_look,
        daily_look,
        saved_queries,
        policies_look,
        send,
        tell,
        old_traces,
    )
    return Clock(home, "due", pause, *steps)


def late_answers(home: Home, at: datetime) -> list[str]:
    """The firms that are late from now on, by their parties' ids."""
    return close_due(home.database(), at)


def deadlines(home: Home, at: datetime) -> int:
    """How many deadlines of inquiries were told."""
    return tell_due(home.database(), at)


def needs_over(home: Home, at: datetime) -> list[str]:
    """The needs that ended, by their ids."""
    ended = expire(home, at)
    if ended:
        _log.info("deadlines are over", needs=len(ended))
    return ended


def bounties_over(home: Home, at: datetime) -> list[str]:
    """The bounties that a deadline or the end of a notice moved, by their ids; their people are told what is due."""
    bounty_steps.tell_due(home.database(), at)
    moved = bounty_steps.end_due(home.database(), at)
    if moved:
        _log.info("stages are over", bounties=len(moved))
    return moved


def pool_days(home: Home, at: datetime) -> list[str]:
    """The entries of cultivation pools that the day moved, by their ids; what comes near is told."""
    return pool_due(home.database(), at)


def rules_look(home: Home, at: datetime) -> Looked | None:
    """What the rules of early warnings find, where the day or what they look at is another than before."""
    return look_due(home, at)


def saved_queries(home: Home, at: datetime) -> int:
    """How many saved queries were run, since their day has come; their people are told."""
    return run_due(home, at)


def policies_look(home: Home, at: datetime) -> int:
    """How many notices of policies are new, where the day, the graph or a policy is another than before."""
    return policies_told(home, at)


def daily_look(home: Home, at: datetime) -> Digest:
    """What is watched and was not looked at on that day yet."""
    return digest(home, at, due=True)


def old_traces(home: Home, at: datetime) -> dict[str, int]:
    """How many rows were deleted of each table, as their time is over."""
    gone = forget_old(home.database(), at, home.settings.keep_days)
    if gone:
        _log.info("old traces are deleted", **gone)
    return gone
