"""A bounty of a gap from its talks to acceptance, by its sides, for tests over a graph."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from tests.web.bounties import actor, organisation
from web.accounts.actor import Actor
from web.db.bounties import Application, Bounty, TeamMember
from web.db.models import now
from web.home import Home
from web.work.bounties import agreement as agreements
from web.work.bounties import milestone as milestones
from web.work.bounties.award import award
from web.work.bounties.states import enter_stage

OTHER = "没有选上的一家"


class Sides(NamedTuple):
    """Poster, host and solver of a bounty, and the agreement between them."""

    poster: Actor
    host: Actor
    solver: Actor
    agreement: str


def awarded(home: Home, bounty_id: str, firm_id: str, firm_name: str, at: datetime | None = None) -> Sides:
    """Bring an open bounty to work under way with this firm, which another one lost against."""
    at = at or now()
    with home.database().session() as session:
        buyer, office = organisation(session, "buyer", "云桁采购"), organisation(session, "organiser", "甬川科技局")
        firm = organisation(session, "firm", firm_name, firm_id)
        row = session.get_one(Bounty, bounty_id)
        row.organisation_id, row.host_id, row.buyer = buyer.id, office.id, buyer.name
        for state in ("closed", "reviewing", "negotiating"):
            enter_stage(session, row, state, actor="test", at=at)
        poster, host, solver = (
            actor(buyer, "buyer_approver"), actor(office, "organiser"), actor(firm, "firm_owner")
        )  # fmt: skip
        chosen = Application(
            organisation_id=firm.id, bounty_id=row.id, firm_id=firm_id, firm_name=firm_name, state="talks", price=100,
            submitted=at,
        )  # fmt: skip
        other = Application(
            organisation_id=organisation(session, "firm", OTHER).id, bounty_id=row.id, firm_name=OTHER, state="talks",
            submitted=at,
        )  # fmt: skip
        session.add_all([chosen, other])
        session.flush()
        session.add(
            TeamMember(
                application_id=chosen.id, firm_id=firm_id, firm_name=firm_name, role="lead", state="confirmed",
                organisation_id=firm.id,
            )
        )  # fmt: skip
        award(session, poster, row.id, [chosen.id], {chosen.id: "方案最好"}, at)
        [agreement] = agreements.contract(session, row, "deadline", at + timedelta(days=9))
        for side in (poster, solver):
            agreements.accept(session, side, agreement.id, agreement.digest, at)
        for state in ("project", "running"):
            agreements.start(session, row, state, host.user, at)
        return Sides(poster, host, solver, agreement.id)


def accepted(home: Home, sides: Sides, at: datetime | None = None) -> None:
    """The solver reports its only milestone, the poster accepts it."""
    at = at or now()
    with home.database().session() as session:
        seen = agreements.one(session, sides.poster, sides.agreement)
        [plan] = agreements.milestones(session, seen.row)
        milestones.report(session, sides.solver, plan.id, "做完了", {}, at)
        judged = range(1, len(seen.row.terms["targets"]) + 1)
        milestones.accept(session, sides.poster, plan.id, "", at, list(judged))
