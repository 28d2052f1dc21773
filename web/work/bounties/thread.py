"""The thread of a bounty as its own rows tell it: stages with their days, how many applied, award, agreements, work.

Everybody sees what is public of it, and when; its sides see more. What a reader may not see is not among what is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.bounties import Agreement, Application, Bounty, Milestone
from web.db.models import Event, Need
from web.jobs.bounties import ACCEPTED, AWARD_SHOWN, SHOWN_AS, shown_as
from web.jobs.needs import SHOWN
from web.work.bounties import agreement as agreements
from web.work.bounties.application import CLOSED
from web.work.bounties.bounty import sides
from web.work.bounties.milestone import MILESTONE
from web.work.bounties.states import BOUNTY
from web.work.step import States

UNSENT = ("draft", "team_confirming", "withdrawn")
"""States of an application that was not sent, or is taken back."""
CHOSEN = ("selected", "running", "accepted", "failed", "outrun")
FROM_FILE = "read from "
"""How the event of a line of a file begins."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A state that a bounty came to, its day, and what says so: a file, else the log with the digest of what was seen
    then.
    """

    state: str
    day: str
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class WorkStep:
    """A milestone of an agreement; days on which it was accepted and paid."""

    row: Milestone
    accepted: str | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement: with whom, since when; `work` is for its sides alone (`inside`)."""

    id: str
    solver: str
    day: str
    digest: str
    inside: bool
    work: list[WorkStep] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Applied:
    """How many applications were sent and chosen. `eligible` is for host and poster; None: nobody else sees it."""

    sent: int
    chosen: int
    eligible: int | None


@dataclass(frozen=True, slots=True)
class Thread:
    """What a reader may see of the way of a bounty. None, or nothing in a list: not there for this reader, or not yet.

    `need` is the need that it was made of, `accepted` the day of acceptance.
    """

    need: Need | None
    stages: list[Stage]
    applied: Applied | None
    awarded: str | None
    team: list[str]
    agreed: list[Agreed]
    accepted: str | None


def thread(session: Session, actor: Actor, row: Bounty) -> Thread:
    """The thread of a bounty that the actor may see, as it may see it."""
    inside, public = sides(actor, row), shown_as(row)
    leads = bool(inside & {"poster", "host"})
    awarded = bool(row.awarded) and (leads or public in AWARD_SHOWN)
    return Thread(
        need=_need(session, actor, row),
        stages=_stages(session, row, bool(inside)),
        applied=_applied(session, row, inside),
        awarded=row.awarded if awarded else None,
        team=[one["name"] for one in row.team] if awarded else [],
        agreed=list(_agreed(session, actor, row)),
        accepted=row.accepted if leads or public in ACCEPTED else None,
    )


def _need(session: Session, actor: Actor, row: Bounty) -> Need | None:
    found = session.get(Need, row.need_id) if row.need_id else None
    if found is None or actor.owns(found.organisation_id):
        return found
    # the one says who posts the other: where either has no name, nobody else sees that they are of one poster
    named = not (row.anonymous or found.anonymous)
    return found if named and found.visibility == "public" and found.state in SHOWN else None


def _stages(session: Session, row: Bounty, inside: bool) -> list[Stage]:
    """Each state that it came to; to who is no side of it the public ones, each once in a row."""
    wanted = select(Event).where(Event.subject == BOUNTY.subject, Event.subject_id == row.id)
    found: list[Stage] = []
    for event in session.scalars(wanted.order_by(Event.number)):
        if event.from_state == event.to_state:
            continue
        last = found[-1].state if found else None
        state: str | None = event.to_state
        if not inside:  # an objection is seen as the notice that it is raised against
            state = last if state == "objection" else SHOWN_AS.get(event.to_state)
        if state is None or (not inside and state == last):
            continue
        file = event.reason.removeprefix(FROM_FILE) if event.reason.startswith(FROM_FILE) else ""
        found.append(Stage(state, day_of(event.at), file, event.digest))
    return found


def _applied(session: Session, row: Bounty, inside: frozenset[str]) -> Applied | None:
    """Counts; before the deadline the host alone has them. Of a bounty that a file says, and that went its way
    elsewhere, nobody counted: that is not none.
    """
    if "host" not in inside and not (row.state in CLOSED or row.awarded):
        return None
    wanted = select(Application.state, func.count()).where(Application.bounty_id == row.id).group_by(Application.state)
    counts = {one[0]: one[1] for one in session.execute(wanted)}
    if not counts and not row.rule_set:
        return None
    eligible = sum(n for state, n in counts.items() if state not in (*UNSENT, "submitted", "ineligible"))
    return Applied(
        sent=sum(n for state, n in counts.items() if state not in UNSENT),
        chosen=sum(counts.get(state, 0) for state in CHOSEN),
        eligible=eligible if inside & {"host", "poster"} else None,
    )


def _agreed(session: Session, actor: Actor, row: Bounty) -> Sequence[Agreed]:
    """Agreements that hold: to their sides with the work, to others those of the award as it stands."""
    team = {one["name"] for one in row.team}
    shown = AWARD_SHOWN.get(shown_as(row) or "") == "final"
    found = []
    for agreement, application in agreements.of_bounty(session, row):
        day = _came_to(session, agreements.AGREEMENT, agreement.id, "agreed")
        inside = agreements.side_of(session, actor, row, application) is not None
        if day is None or not (inside or (shown and application.firm_name in team)):
            continue
        work = _work(session, agreement) if inside else []
        found.append(Agreed(agreement.id, application.firm_name, day, agreement.digest, inside, work))
    return found


def _work(session: Session, row: Agreement) -> list[WorkStep]:
    return [
        WorkStep(one, _came_to(session, MILESTONE, one.id, "accepted")) for one in agreements.milestones(session, row)
    ]


def _came_to(session: Session, states: States, row_id: str, state: str) -> str | None:
    """The first day on which a row came to a state."""
    wanted = select(func.min(Event.at)).where(
        Event.subject == states.subject, Event.subject_id == row_id, Event.to_state == state, Event.from_state != state
    )
    at = session.scalar(wanted)
    return day_of(at) if at is not None else None
