"""Who is told of an inquiry in the inbox: its writer of replies, a firm of what it is asked, both of deadlines.

A notice says that there is a reply, never what is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.accounts import Membership, Organisation
from web.db.inquiries import Inquiry, InquiryParty
from web.db.store import Database
from web.work.today.digest import tell, tell_all
from web.work.today.watch_changes import DUE, Change

ANSWERS = "inquiry.answer"
REPLIES = frozenset({"answered", "declined", "late"})
"""States of a firm that its buyer is told of."""


def tell_buyer(session: Session, row: Inquiry, party: InquiryParty, what: str, at: datetime) -> None:
    """Tell who wrote the inquiry that a firm answered, declined, is late, or answered late (`late_answer`)."""
    told = {"name": row.title, "firm": party.firm_name, "what": what}
    about = f"{party.id}:{what}@{at.isoformat()}"
    change = Change("reply", about, told, address=f"/inquiries/{row.id}")
    tell(session, row.made_by, row.organisation_id, change, day_of(at))


def tell_firm(session: Session, row: Inquiry, party: InquiryParty, at: datetime) -> None:
    """Tell the people who may answer for the firm that it is asked."""
    told = {"name": row.title, "buyer": row.buyer, "what": "received", "until": day_of(row.deadline)}
    change = Change("reply", f"{party.id}:received", told, address=f"/inquiries/received/{party.id}")
    tell_all(session, people_of(session, party.firm_id), change, day_of(at))


def tell_due(database: Database, at: datetime) -> int:
    """Tell deadlines of sent inquiries within the next days (`DUE`), once: to the writer, and to firms that have not
    answered. Returns how many notices are new.

    Each inquiry is a transaction of its own. One that another process tells at the same moment is left to it.
    """
    near = (Inquiry.state == "sent", Inquiry.deadline > at, Inquiry.deadline <= at + timedelta(days=DUE))
    with database.session() as session:
        ids = session.scalars(select(Inquiry.id).where(*near).order_by(Inquiry.id)).all()
    new = 0
    for inquiry_id in ids:
        with suppress(IntegrityError), database.session() as session:
            new += _tell_due(session, session.get_one(Inquiry, inquiry_id), day_of(at))
    return new


def _tell_due(session: Session, row: Inquiry, day: str) -> int:
    told, about = {"name": row.title, "until": day_of(row.deadline)}, row.deadline.isoformat()
    own = Change("deadline", f"{row.id}:{about}", told, address=f"/inquiries/{row.id}")
    new = int(tell(session, row.made_by, row.organisation_id, own, day))
    waiting = (InquiryParty.inquiry_id == row.id, InquiryParty.state.in_(("unread", "read")))
    for party in session.scalars(select(InquiryParty).where(*waiting).order_by(InquiryParty.id)).all():
        asked = Change("deadline", f"{party.id}:{about}", told, address=f"/inquiries/received/{party.id}")
        new += tell_all(session, people_of(session, party.firm_id), asked, day)
    return new


def people_of(session: Session, firm_id: str, right: str = ANSWERS) -> Sequence[tuple[str, str | None]]:
    """Who holds a right for a firm: people of the organisations that have proved to be it."""
    wanted = (
        select(Membership.user_id, Membership.organisation_id, Membership.role)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Organisation.enterprise_id == firm_id, Organisation.state == "open", Membership.ended.is_(None))
        .order_by(Membership.user_id)
    )
    found = session.execute(wanted)
    return list(
        dict.fromkeys(
            (user, organisation) for user, organisation, role in found if Actor(roles=frozenset({role})).may(right)
        )
    )
