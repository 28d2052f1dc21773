"""Who may lead an application, and what the rules look at of it: organisations, and individuals where a bounty takes
them.

An individual (个人) is an organisation of its own kind with one natural person in it. It is kept here alone: no firm of
the graph, in no team that the graph is told of.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.accounts.people import INDIVIDUAL
from web.db.accounts import Membership, Organisation
from web.db.bounties import Bounty
from web.work.bounties.application_rules import Party

LEADS = ("firm", "institute", "buyer", INDIVIDUAL)
"""Kinds of organisations that may lead an application; an individual where the bounty names individuals."""


def is_individual(session: Session, organisation_id: str | None) -> bool:
    """Whether an organisation is one natural person."""
    place = session.get(Organisation, organisation_id) if organisation_id else None
    return place is not None and place.kind == INDIVIDUAL


def person(session: Session, bounty: Bounty, organisation_id: str | None) -> dict[str, Any]:
    """Whether an organisation is an individual, and whether that person has a role in the poster's organisation too."""
    if not is_individual(session, organisation_id):
        return {}
    present = Membership.ended.is_(None)
    people = select(Membership.user_id).where(Membership.organisation_id == organisation_id, present)
    own = select(Membership.id).where(
        Membership.organisation_id == bounty.organisation_id, Membership.user_id.in_(people), present
    )
    return {"individual": True, "of_poster": session.scalar(own.limit(1)) is not None}


def own_party(session: Session, actor: Actor, bounty: Bounty) -> Party:
    """The actor's organisation as the lead of an application to a bounty."""
    said = person(session, bounty, actor.organisation)
    return Party(actor.organisation_name, actor.enterprise, actor.organisation, lead=True, **said)


def may_lead(actor: Actor, bounty: Bounty) -> bool:
    """Whether the actor's organisation is of a kind that may apply: individuals where the bounty names them."""
    if actor.organisation is None or actor.kind not in LEADS:
        return False
    return actor.kind != INDIVIDUAL or INDIVIDUAL in bounty.participation
