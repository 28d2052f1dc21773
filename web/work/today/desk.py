"""What waits for a person today: drafts and approvals of the organisation, deadlines, and what the operator decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.firms import Claim, Correction, Declaration
from web.db.inquiries import Inquiry, InquiryParty
from web.db.models import IdentityCase, Need, now
from web.jobs.needs import PUBLISHED
from web.work.bounties.waiting import waiting as of_bounties
from web.work.today.watch_changes import DUE

SHOWN = 10
"""Lines of a part that are shown; the page of the part has the rest."""


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits. Needs are at most `SHOWN` of each; `counts` has how many there are, by part."""

    approvals: Sequence[Need] = ()
    drafts: Sequence[Need] = ()
    deadlines: Sequence[Need] = ()
    counts: dict[str, int] = field(default_factory=dict)


def todo(session: Session, actor: Actor, day: str) -> Todo:
    """What the actor's roles may do something about, on a day; empty for who has none of them."""
    counts: dict[str, int] = {}
    parts: dict[str, Sequence[Need]] = {}
    if actor.may("need.write"):
        own = [Need.kind == "need", Need.organisation_id == actor.organisation]
        if actor.organisation is None:
            own.append(cast(Need.writers, Text) != "[]")  # needs of files are nobody's to finish
        last = (dt.date.fromisoformat(day) + dt.timedelta(DUE)).isoformat()
        asked = {
            "drafts": (Need.state == "draft",),
            "deadlines": (Need.state.in_(PUBLISHED), Need.deadline >= day, Need.deadline <= last),
        }
        if actor.may("need.publish"):
            asked["approvals"] = (Need.state == "in_approval",)
        for part, conditions in asked.items():
            wanted = (
                select(Need)
                .where(*own, *conditions)
                .order_by(Need.deadline.nulls_first(), Need.created.desc(), Need.id)
            )
            found = session.scalars(wanted).all()
            if part == "approvals" and actor.organisation is not None:
                found = [need for need in found if actor.user not in need.writers]
            parts[part], counts[part] = found[:SHOWN], len(found)
    if actor.may("firm.draft"):
        mine = (Declaration.organisation_id == actor.organisation, Declaration.state == "draft")
        counts["declarations"] = session.scalar(select(func.count()).select_from(Declaration).where(*mine)) or 0
    counts |= _inquiries(session, actor)
    counts |= {f"bounty_{kind}": len(ids) for kind, ids in of_bounties(session, actor, day).items()}
    for right, part, table, states in (
        ("claim.decide", "claims", Claim, ("asked", "proof_given")),
        ("correction.decide", "corrections", Correction, ("sent",)),
        ("identity.decide", "pairs", IdentityCase, ("open",)),
    ):
        if actor.may(right):
            waiting = select(func.count()).select_from(table).where(table.state.in_(states))
            counts[part] = session.scalar(waiting) or 0
    return Todo(counts={part: count for part, count in counts.items() if count}, **parts)


def _inquiries(session: Session, actor: Actor) -> dict[str, int]:
    """Inquiries that the actor's firm has not answered, own ones whose quotes another's hand may open now, and those
    with opened answers on which nobody has decided."""
    counts: dict[str, int] = {}
    if actor.enterprise is not None and actor.may("inquiry.answer"):
        asked = (
            select(func.count())
            .select_from(InquiryParty)
            .join(Inquiry, Inquiry.id == InquiryParty.inquiry_id)
            .where(InquiryParty.firm_id == actor.enterprise, InquiryParty.state.in_(("unread", "read")))
        )
        counts["received"] = session.scalar(asked.where(Inquiry.state == "sent")) or 0
    if actor.organisation is not None and actor.may("quote.open"):
        over = (Inquiry.organisation_id == actor.organisation, Inquiry.state == "sent", Inquiry.deadline <= now())
        sealed = select(func.count()).select_from(Inquiry).where(*over, Inquiry.made_by != actor.user)
        counts["sealed"] = session.scalar(sealed) or 0
    if actor.organisation is not None and actor.may("inquiry.write"):
        undecided = (
            select(func.count(Inquiry.id.distinct()))
            .join(InquiryParty, InquiryParty.inquiry_id == Inquiry.id)
            .where(Inquiry.organisation_id == actor.organisation, Inquiry.state == "compared")
            .where(InquiryParty.state == "answered", InquiryParty.decision == "")
        )
        counts["undecided"] = session.scalar(undecided) or 0
    return counts
