"""What a bounty's page says of notices, award, agreements and milestones, to each reader what it may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.bounties import Agreement, AgreementChange, Application, Bounty, Milestone, Objection
from web.jobs.bounties import shown_as
from web.work import agreement as agreements
from web.work.agreement import Seen
from web.work.application import AWARDS, HOSTS, POSTS, members
from web.work.application_decision import most_solvers
from web.work.award import choices
from web.work.bounty_states import NOTICES
from web.work.objection import notice_of, objections

STEPS: dict[str, tuple[str, ...]] = {
    "award_notice": ("contracted",),
    "contracted": ("project", "terminated"),
    "project": ("running", "terminated"),
    "running": ("terminated", "failed"),
    "acceptance": ("settled", "failed"),
    "disputed": ("back", "terminated", "failed"),
}
"""What the host may do in each state once there are solvers."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What everybody sees of an objection: the notice, verdict and answer, never who objected or in which words."""

    notice: str
    verdict: str
    answer: str
    day: str


@dataclass(frozen=True, slots=True)
class WorkSection:
    """The part of a bounty's page about its notices and its work.

    `open` are objections that wait, for the host alone, `agreements` those that the reader may see.
    """

    bounty: Bounty
    notice: str | None
    until: str | None
    may_object: bool
    answered: list[Answered]
    open: list[Objection]
    hosts: bool
    may_award: bool
    steps: tuple[str, ...]
    agreements: list[tuple[Agreement, Application]]


@dataclass(frozen=True, slots=True)
class Choice:
    """An application among which the poster chooses, with its team."""

    row: Application
    team: list[str]


@dataclass(frozen=True, slots=True)
class AwardPage:
    """The poster's choice."""

    bounty: Bounty
    choices: list[Choice]
    most: int
    days: int


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """An agreement with its plan and its changes; `binds` says whether the reader may accept for its side."""

    seen: Seen
    plan: list[Milestone]
    changes: list[AgreementChange]
    binds: bool
    accepted: bool
    rows: int


def work_section(session: Session, actor: Actor, bounty: Bounty, at: datetime) -> WorkSection:
    """The part of a bounty's page."""
    own = actor.organisation
    hosts = own is not None and bounty.host_id == own and actor.may(HOSTS)
    posts = own is not None and bounty.organisation_id == own and actor.may(POSTS)
    public = shown_as(bounty)
    notice = notice_of(bounty) if public in NOTICES else None
    found = objections(session, bounty)
    return WorkSection(
        bounty=bounty,
        notice=notice,
        until=bounty.notice_until,
        may_object=notice is not None and bounty.notice_until is not None and day_of(at) <= bounty.notice_until,
        answered=[_answered(row) for row in found if row.state != "open"],
        open=[row for row in found if row.state == "open"] if hosts else [],
        hosts=hosts,
        may_award=posts and bounty.state == "negotiating" and actor.may(AWARDS),
        steps=STEPS.get(bounty.state, ()) if hosts else (),
        agreements=_seen(session, actor, bounty),
    )


def _answered(row: Objection) -> Answered:
    return Answered(row.notice, row.state, row.answer, day_of(row.answered) if row.answered else "")


def _seen(session: Session, actor: Actor, bounty: Bounty) -> list[tuple[Agreement, Application]]:
    if not actor.known:
        return []
    return [
        (row, application)
        for row, application in agreements.of_bounty(session, bounty)
        if agreements.side_of(session, actor, bounty, application) is not None
    ]


def award_page(session: Session, bounty: Bounty, days: int) -> AwardPage:
    """The poster's choice among the applications; `days` is the least length of the notice."""
    found = [
        Choice(row, [member.firm_name for member in members(session, row) if member.state == "confirmed"])
        for row in choices(session, bounty)
    ]
    return AwardPage(bounty, found, most_solvers(bounty), days)


def agreement_page(session: Session, actor: Actor, agreement_id: str) -> AgreementPage:
    """An agreement as one of its readers sees it. Raises WebError WE401, WE404."""
    seen = agreements.one(session, actor, agreement_id)
    accepted = {"poster": seen.row.poster_accepted, "solver": seen.row.solver_accepted}.get(seen.side)
    plan = agreements.milestones(session, seen.row)
    return AgreementPage(
        seen=seen,
        plan=plan,
        changes=agreements.changes(session, seen.row),
        binds=agreements.binds(actor, seen.side),
        accepted=accepted is not None,
        rows=max(3, len(plan) + 1),
    )
