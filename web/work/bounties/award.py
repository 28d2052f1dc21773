"""The award of a bounty: who is chosen after the talks (对接), why, and the notice of it.

One solver, or as many side by side (赛马制) as the bounty and its rules allow, three at most. Never the poster or one
of its group: an application that is barred is not eligible, and is looked at once more here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.accounts.people import INDIVIDUAL
from web.db.bounties import Application, Bounty
from web.errors import UnusableError, WebError
from web.work.bounties.application import APPLICATION, AWARDS, members
from web.work.bounties.application_decision import most_solvers
from web.work.bounties.application_party import is_individual
from web.work.bounties.application_rules import ABSOLUTE
from web.work.bounties.application_told import tell_host, tell_team
from web.work.bounties.bounty import own
from web.work.bounties.states import enter_stage

CHOICES = ("reviewed", "talks", "selected")
"""States of applications among which the poster chooses."""
LONGEST = 2000


def choices(session: Session, bounty: Bounty) -> list[Application]:
    """The applications among which is chosen, first sent first."""
    wanted = select(Application).where(Application.bounty_id == bounty.id, Application.state.in_(CHOICES))
    return list(session.scalars(wanted.order_by(Application.submitted.nulls_first(), Application.id)))


def award(
    session: Session,
    actor: Actor,
    bounty_id: str,
    chosen: Sequence[str],
    reasons: Mapping[str, str],
    at: datetime,
    days: int | None = None,
) -> Bounty:
    """Choose applications by their ids; the others are not selected. The notice of the award begins, of so many `days`.

    `reasons` says of each application why it was chosen or not: of a chosen one it must.

    Raises WebError WE401, WE032, WE404, WE151 (no talks), WE174 (none or too many chosen, or the poster's group), WE154
    (too few days), UnusableError WE170 (a reason is missing).
    """
    bounty, ids = own(session, actor, bounty_id, AWARDS), set(chosen)
    found = choices(session, bounty)
    selected = [row for row in found if row.id in ids]
    most = most_solvers(bounty)
    if not 0 < len(selected) <= most or len(selected) != len(ids):
        raise WebError(f"choose 1 to {most}", code="WE174", hint="of those in talks", place=bounty.id)
    barred = [row.firm_name for row in selected if _barred(row, bounty)]
    if barred:
        raise WebError(f"never the poster or its group: {barred[0]}", code="WE174", hint="choose others")
    wrong = {f"reason.{row.id}": "missing" for row in selected if not reasons.get(row.id, "").strip()}
    wrong |= {f"reason.{row.id}": "long" for row in found if len(reasons.get(row.id, "")) > LONGEST}
    if wrong:
        raise UnusableError(wrong, "WE170")
    for row in found:
        reason = reasons.get(row.id, "").strip()
        if row.state == "reviewed":
            APPLICATION.move(session, row, "talks" if row in selected else "not_selected", actor.user, at, reason)
        if row in selected and row.state == "talks":
            APPLICATION.move(session, row, "selected", actor.user, at, reason, row.digest)
        elif row not in selected and row.state != "not_selected":
            APPLICATION.move(session, row, "not_selected", actor.user, at, reason)
        tell_team(session, row, bounty, row.state, at)
        if row in selected:
            tell_host(session, row, bounty, row.state, at)
    bounty.team = team_of(session, selected)
    enter_stage(session, bounty, "award_notice", actor=actor.user, at=at, days=days)
    return bounty


def _barred(row: Application, bounty: Bounty) -> bool:
    return row.organisation_id == bounty.organisation_id or any(
        check["rule"] in ABSOLUTE and check["verdict"] == "fail" for check in row.checks
    )


def team_of(session: Session, applications: Sequence[Application]) -> list[dict[str, str]]:
    """The solvers as a bounty shows them: members that confirmed, each team's lead first. An individual says so by its
    `kind`: it is never brought to the graph.
    """
    return [
        {"name": member.firm_name, "role": member.role, "task": member.task}
        | ({"kind": INDIVIDUAL} if is_individual(session, member.organisation_id) else {})
        for application in applications
        for member in members(session, application)
        if member.state == "confirmed"
    ]


def no_taker(session: Session, actor: Actor, bounty_id: str, reason: str, at: datetime) -> Bounty:
    """End the talks with nobody (流榜). Raises as `award`."""
    bounty = own(session, actor, bounty_id, AWARDS)
    if not reason.strip():
        raise UnusableError({"reason": "missing"}, "WE170")
    enter_stage(session, bounty, "no_taker", actor=actor.user, at=at, reason=reason.strip()[:LONGEST])
    for row in choices(session, bounty):
        APPLICATION.move(session, row, "not_selected", actor.user, at, reason.strip()[:LONGEST])
        tell_team(session, row, bounty, row.state, at)
    return bounty
