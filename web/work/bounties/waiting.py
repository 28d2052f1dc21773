"""What of bounties waits for a person: a stage to take on, a team to join, an agreement or a change to answer, a
milestone to accept, scores to give.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.bounties import Agreement, AgreementChange, Application, Bounty, Milestone, Review
from web.work.bounties.application import AWARDS, HOSTS, POSTS, SCORES, SENDS
from web.work.bounties.application_team import waits_for

COUNTY = "bounty.county"
OF_HOST = ("submitted", "expert_review", "objection", "closed", "disputed")
"""Stages that wait for the host whatever the day is; a notice waits for it once it is over."""


def waiting(session: Session, actor: Actor, day: str) -> dict[str, list[str]]:
    """What waits on a day, by kind: stages, returned, award, agreements, changes, reported (ids of bounties), join,
    to_sign, to_answer (of applications), scores (of reviews).
    """
    if actor.organisation is None:
        return {}
    found = {kind: list(dict.fromkeys(session.scalars(wanted))) for kind, wanted in _asked(actor, day)}
    return {kind: ids for kind, ids in found.items() if ids}


def _asked(actor: Actor, day: str) -> Iterator[tuple[str, Select[str]]]:
    own = actor.organisation
    stages = [*_of_host(actor, day), *_of_county(actor)]
    if stages:
        yield "stages", select(Bounty.id).where(or_(*stages)).order_by(Bounty.id)
    if actor.may(POSTS):
        yield "returned", select(Bounty.id).where(Bounty.organisation_id == own, Bounty.state == "returned")
    if actor.may(AWARDS):
        posted = Bounty.organisation_id == own
        yield "award", select(Bounty.id).where(posted, Bounty.state == "negotiating")
        yield "agreements", _agreements(posted, Agreement.poster_accepted.is_(None)).with_only_columns(Bounty.id)
        yield "changes", _changes(posted, "solver").with_only_columns(Bounty.id)
        reported = _agreements(posted, Agreement.id.is_not(None), "agreed").join(
            Milestone, Milestone.agreement_id == Agreement.id
        )
        yield "reported", reported.where(Milestone.state == "reported").with_only_columns(Bounty.id)
    if actor.may(SENDS):
        yield "join", waits_for(actor)
        led = Application.organisation_id == own
        yield "to_sign", _agreements(led, Agreement.solver_accepted.is_(None)).with_only_columns(Application.id)
        yield "to_answer", _changes(led, "poster").with_only_columns(Application.id)
    if actor.may(SCORES):
        yield "scores", select(Review.id).where(Review.expert == actor.user, Review.state.in_(("assigned", "accepted")))


def _of_host(actor: Actor, day: str) -> Iterator[ColumnElement[bool]]:
    if actor.may(HOSTS):
        over = and_(Bounty.state == "notice", Bounty.notice_until < day)
        yield and_(Bounty.host_id == actor.organisation, or_(Bounty.state.in_(OF_HOST), over))


def _of_county(actor: Actor) -> Iterator[ColumnElement[bool]]:
    if actor.may(COUNTY):
        yield and_(Bounty.county_id == actor.organisation, Bounty.state == "county_review")


def _agreements(whose: ColumnElement[bool], which: ColumnElement[bool], state: str = "draft") -> Select[Agreement]:
    """Agreements of one side in a state, with their bounty and application."""
    return (
        select(Agreement)
        .join(Bounty, Bounty.id == Agreement.bounty_id)
        .join(Application, Application.id == Agreement.application_id)
        .where(whose, which, Agreement.state == state)
        .order_by(Agreement.id)
    )


def _changes(whose: ColumnElement[bool], by: str) -> Select[Agreement]:
    """Agreements of one side with a change that the other side proposed."""
    proposed = and_(AgreementChange.side == by, AgreementChange.state == "proposed")
    return _agreements(whose, proposed, "agreed").join(AgreementChange, AgreementChange.agreement_id == Agreement.id)
