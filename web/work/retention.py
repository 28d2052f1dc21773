"""What is not kept for ever: traces of sessions and links, notices that were read, files that were taken away.

What is part of a decision stays: events, quotes, scores, agreements, lists, documents and facts. How a firm is taken
out says `web.jobs.retraction`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select

from web.db.accounts import SignIn, Ticket
from web.db.inquiries import InquiryFile
from web.db.models import Base
from web.db.store import Database
from web.db.watches import Notice
from web.db.webhooks import Webhook, WebhookDelivery


def forget_old(database: Database, at: datetime, days: int) -> dict[str, int]:
    """Delete what has been over for more than so many days (0: nothing ever). Returns how many rows of each table went.

    Sessions by when they were last used, invitations by when they ran out, notices by when they were read, files of a
    draft by when they were taken from it, deliveries by when their webhook was ended. Events of all of these stay.
    """
    if not days:
        return {}
    before = at - timedelta(days=days)
    ended = select(Webhook.id).where(Webhook.ended < before)
    over: dict[type[Base], ColumnElement[bool]] = {
        SignIn: SignIn.seen < before,
        Ticket: and_(Ticket.purpose == "invitation", Ticket.expires < before),
        Notice: Notice.read < before,
        InquiryFile: InquiryFile.ended < before,
        WebhookDelivery: WebhookDelivery.webhook_id.in_(ended),
    }
    gone: dict[str, int] = {}
    with database.session() as session:
        for table, condition in over.items():
            count = session.connection().execute(delete(table).where(condition)).rowcount
            if count:
                gone[table.__tablename__] = count
    return gone
