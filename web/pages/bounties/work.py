"""What a bounty's page says of notices, award, agreements and milestones, to each reader what it may see."""

from __future__ import annotations

from dataclasses import dataclass

from web.beijing import day_of
from web.db.bounties import Agreement, AgreementChange, Application, Bounty, BountyFile, Milestone, Objection
from web.db.models import now
from web.deps import Visit
from web.jobs.bounties import shown_as
from web.work.bounties import agreement as agreements
from web.work.bounties import milestone as milestones
from web.work.bounties.agreement import Seen
from web.work.bounties.agreement_product import Product
from web.work.bounties.agreement_product import products as offered
from web.work.bounties.application import AWARDS, members
from web.work.bounties.application_decision import most_solvers
from web.work.bounties.award import choices
from web.work.bounties.bounty import own, sides
from web.work.bounties.objection import notice_of, objections
from web.work.bounties.rules import rules_of
from web.work.bounties.states import NOTICES

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
    """An agreement with its plan and its changes; `binds` says whether the reader may accept for its side.

    `files` are the test reports by milestone, `products` what the reader's firm may declare by now.
    """

    seen: Seen
    plan: list[Milestone]
    changes: list[AgreementChange]
    binds: bool
    accepted: bool
    rows: int
    files: dict[str, list[BountyFile]]
    products: list[Product]


def work_section(visit: Visit, bounty: Bounty) -> WorkSection:
    """The part of a bounty's page."""
    actor = visit.actor
    side = sides(actor, bounty)
    hosts = "host" in side
    notice = notice_of(bounty) if shown_as(bounty) in NOTICES else None
    until = bounty.notice_until
    with visit.home.database().session() as session:
        found = objections(session, bounty)
        mine = [
            (row, application)
            for row, application in (agreements.of_bounty(session, bounty) if actor.known else ())
            if agreements.side_of(session, actor, bounty, application) is not None
        ]
    return WorkSection(
        bounty=bounty,
        notice=notice,
        until=until,
        may_object=notice is not None and until is not None and day_of(now()) <= until,
        answered=[_answered(row) for row in found if row.state != "open"],
        open=[row for row in found if row.state == "open"] if hosts else [],
        hosts=hosts,
        may_award="poster" in side and bounty.state == "negotiating" and actor.may(AWARDS),
        steps=STEPS.get(bounty.state, ()) if hosts else (),
        agreements=mine,
    )


def _answered(row: Objection) -> Answered:
    return Answered(row.notice, row.state, row.answer, day_of(row.answered) if row.answered else "")


def award_page(visit: Visit, bounty_id: str) -> AwardPage:
    """The poster's choice among the applications. Raises WebError WE401, WE032, WE404."""
    with visit.home.database().session() as session:
        bounty = own(session, visit.actor, bounty_id, AWARDS)
        found = [
            Choice(row, [member.firm_name for member in members(session, row) if member.state == "confirmed"])
            for row in choices(session, bounty)
        ]
    return AwardPage(bounty, found, most_solvers(bounty), rules_of(bounty.rules).award_notice_days)


def agreement_page(visit: Visit, agreement_id: str) -> AgreementPage:
    """An agreement as one of its readers sees it. Raises WebError WE401, WE404."""
    with visit.home.database().session() as session:
        seen = agreements.one(session, visit.actor, agreement_id)
        plan = agreements.milestones(session, seen.row)
        changes = agreements.changes(session, seen.row)
        products = offered(session, visit.actor, seen)
        files = {milestone.id: milestones.files(session, milestone) for milestone in plan}
    accepted = {"poster": seen.row.poster_accepted, "solver": seen.row.solver_accepted}.get(seen.side)
    return AgreementPage(
        seen=seen,
        plan=plan,
        changes=changes,
        binds=agreements.binds(visit.actor, seen.side),
        accepted=accepted is not None,
        rows=max(3, len(plan) + 1),
        files=files,
        products=products,
    )
