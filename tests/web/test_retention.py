"""What is deleted after its time, and what never is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.web.people import CHEAP, PASSWORD, people
from web.accounts.attempts import Attempts
from web.accounts.sessions import actor_of, sign_in
from web.db.accounts import SignIn, Ticket
from web.db.inquiries import Inquiry, InquiryFile
from web.db.models import Base, Event
from web.db.store import Database
from web.db.watches import Notice
from web.db.webhooks import Webhook, WebhookDelivery
from web.settings import Settings
from web.work.retention import forget_old

AT = datetime.now(UTC)
OLD, NEW = AT - timedelta(days=31), AT - timedelta(days=29)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path / 'work.db'}")) as opened:
        yield opened


def kept(database: Database) -> dict[str, int]:
    with database.session() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_traces_go_after_their_days_and_the_record_stays(database: Database, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, **CHEAP)
    world = people(database, settings)
    buyer = world.organisation("buyer", "云桁采购")
    user = world.ids[buyer, "buyer_editor"]
    token = sign_in(database, settings, Attempts(99, 5), world.login(buyer, "buyer_editor"), PASSWORD)
    with database.session() as session:
        inquiry = Inquiry(title="询价", deadline=OLD, state="closed")
        hooks = [
            Webhook(made_by=user, address="https://a.example", secret="s", ended=when) for when in (OLD, NEW, None)
        ]
        session.add_all([inquiry, *hooks])
        session.flush()
        for at, when in enumerate((OLD, NEW)):
            session.add(SignIn(token=f"t{at}", user_id=user, began=OLD, seen=when, ended=when))
            session.add(Ticket(token=f"k{at}", purpose="invitation", expires=when))
            session.add(Ticket(token=f"i{at}", purpose="inquiry", expires=when))
            session.add(Notice(user_id=user, kind="reply", day="2027-01-01", key=f"n{at}", read=when))
            file = {"name": "a.pdf", "sha256": "0" * 64, "size": 1, "data": b"x"}
            session.add(InquiryFile(inquiry_id=inquiry.id, ended=when, **file))
        session.add(Notice(user_id=user, kind="reply", day="2026-01-01", key="unread"))
        session.add_all([WebhookDelivery(webhook_id=hook.id, key=hook.id, kind="need.published") for hook in hooks])
        session.add(Event(at=OLD - timedelta(days=4000), actor=user, subject="account", subject_id=user, to_state="x"))
    before = kept(database)
    assert forget_old(database, AT, 0) == {} and kept(database) == before, "0: nothing ever"
    gone = forget_old(database, AT, 30)
    assert gone == dict.fromkeys(("sign_in", "ticket", "notice", "inquiry_file", "webhook_delivery"), 1)
    assert kept(database) == {name: count - gone.get(name, 0) for name, count in before.items()}
    assert forget_old(database, AT, 30) == {}
    assert actor_of(database, settings, token) is not None, "who is signed in stays so"
