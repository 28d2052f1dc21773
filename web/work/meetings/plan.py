"""Who meets whom: a day of meetings as the solver's problem, its run kept with seed and bounds, and run again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.meeting import problem as solver
from matcher.meeting.assign import SEED, Plan, Unmet, plan
from web.accounts.actor import Actor
from web.db.meetings import Meeting, MeetingDay
from web.db.store import Database
from web.errors import WebError
from web.work.lists.frozen import digest_of
from web.work.meetings.meeting import (
    DAY,
    MEETING,
    ORGANISE,
    STANDS,
    Stale,
    fresh,
    meetings,
    one,
    parties,
    step,
)
from web.work.meetings.wish import BUYER, FIRM, NEVER, wishes
from web.work.step import note

EFFORT = 0.8
"""Effort of each of at most five steps, in the solver's own seconds: four seconds together."""
FIGURES = ("firms", "points", "firms_bound", "points_bound", "waits", "waits_bound", "seed", "seconds")


def problem_of(session: Session, row: MeetingDay, points: solver.Points) -> solver.Problem:
    """The day with its wishes; confirmed meetings are fixed, and whom one side never meets is excluded."""
    called = {party.firm_id: party for party in parties(session, row)}
    by_buyer, by_firm = wishes(session, row, BUYER), wishes(session, row, FIRM)
    pairs = sorted(by_buyer.keys() | by_firm.keys())
    never = [pair for pair in pairs if NEVER in (by_buyer.get(pair), by_firm.get(pair))]
    return solver.Problem(
        needs=tuple(
            solver.Need(one["id"], one["title"], one["officer"] or one["id"], frozenset(one["absent"]))
            for one in row.needs
        ),
        firms=tuple(
            solver.Firm(ident, one.firm_name, one.most, frozenset(one.absent)) for ident, one in sorted(called.items())
        ),
        slots=tuple(solver.Slot(**one) for one in row.slots),
        wishes=tuple(solver.Wish(*pair, by_buyer.get(pair), by_firm.get(pair)) for pair in pairs if pair not in never),
        conflicts=(
            *(solver.Conflict(**one) for one in row.conflicts),
            *(solver.Conflict(solver.EXCLUDED, firm, None, need) for need, firm in never),
        ),
        confirmed=tuple(
            solver.Meeting(one.need, one.firm_id, one.slot, one.table_number, True)
            for one in meetings(session, row, ("confirmed",))
        ),
        points=points,
    )


def assign(
    database: Database,
    actor: Actor,
    day_id: str,
    seen_version: int,
    at: datetime,
    points: solver.Points,
    seed: int | None = None,
) -> int:
    """Run the solver and keep what came of it; returns how many meetings there are. A later run keeps the confirmed
    ones and, unless another is given, the seed. The search runs outside of a transaction: what changed meanwhile, a
    wish or a confirmation too, makes it Stale WE103.

    Raises as `web.work.meetings.meeting.one`, WebError WE101, WE104 where nobody wishes anything.
    """
    with database.session() as session:
        row = one(session, actor, day_id, ORGANISE)
        fresh(row, seen_version)
        DAY.check(row, "assigned")
        problem = problem_of(session, row, points)
        chosen = seed if seed is not None else row.seed if row.seed is not None else SEED
    if not problem.wishes:
        raise WebError("nobody wishes to meet anybody", code="WE104", hint="write wishes first", place=day_id)
    done = plan(problem, chosen, EFFORT)
    with step(database, day_id) as session:
        row = one(session, actor, day_id, ORGANISE)
        fresh(row, seen_version)
        if problem_of(session, row, points) != problem:
            raise Stale(row.id)
        _keep(session, row, problem, done, actor.user, at)
    return len(done.meetings)


def _keep(session: Session, row: MeetingDay, problem: solver.Problem, done: Plan, who: str, at: datetime) -> None:
    """The meetings of a run in place of those before, what changed by it, and what is needed to judge it."""
    rows = {(one.need, one.firm_id): one for one in session.scalars(select(Meeting).where(Meeting.day_id == row.id))}
    now = {(one.need, one.firm): one for one in done.meetings}
    changes: list[dict[str, Any]] = []
    for pair in sorted(rows.keys() | now.keys()):
        had, has = rows.get(pair), now.get(pair)
        stood = had if had is not None and had.state in STANDS else None
        before, after = (stood.slot, stood.table_number) if stood else None, (has.slot, has.table) if has else None
        if before == after:
            continue
        changes.append({"need": pair[0], "firm": pair[1], "before": before, "after": after})
        if had is None and has is not None:
            made = Meeting(
                organisation_id=row.organisation_id,
                day_id=row.id,
                need=has.need,
                firm_id=has.firm,
                slot=has.slot,
                table_number=has.table,
            )
            session.add(made)
            session.flush()
            note(session, made, MEETING.subject, None, "planned", who, at)
        elif had is not None and has is None:
            MEETING.move(session, had, "dropped", who, at, f"run {row.run + 1}")
        elif had is not None and has is not None:
            had.slot, had.table_number = has.slot, has.table
            reason = f"{before} → {after}, run {row.run + 1}"
            if had.state == "dropped":
                MEETING.move(session, had, "planned", who, at, reason)
            else:
                note(session, had, MEETING.subject, had.state, had.state, who, at, reason)
    said = [[one.need, one.firm, one.slot, one.table] for one in done.meetings]
    figures = {name: getattr(done, name) for name in FIGURES}
    row.changes = changes if row.run else []
    row.run += 1
    row.seed = done.seed
    row.result = figures | {
        "unmet": [asdict(one) for one in done.unmet],
        "proved": done.proved,
        "wished": len(problem.wished),
        "meetings": len(done.meetings),
        "ortools": version("ortools"),
        "weights": asdict(problem.points),
        "made": at.isoformat(timespec="seconds"),
        "digest": digest_of({"seed": done.seed, "meetings": said}),
    }
    reason = f"run {row.run}, seed {done.seed}, {'proved' if done.proved else 'not proved'}"
    DAY.move(session, row, "assigned", who, at, reason, row.result["digest"])


def planned(session: Session, row: MeetingDay) -> tuple[solver.Problem, Plan]:
    """The last run as the programme's workbook takes it, with the meetings as they stand now.

    Raises WebError WE104 where there was none.
    """
    if not row.run:
        raise WebError("nothing was planned yet", code="WE104", hint="plan first", place=row.id)
    kept = row.result
    problem = problem_of(session, row, solver.Points(**kept["weights"]))
    return problem, Plan(
        meetings=tuple(
            solver.Meeting(one.need, one.firm_id, one.slot, one.table_number, one.state != "planned")
            for one in meetings(session, row)
        ),
        unmet=tuple(Unmet(**one) for one in kept["unmet"]),
        **{name: kept[name] for name in FIGURES},
    )
