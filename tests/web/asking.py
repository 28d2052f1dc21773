"""An inquiry of a buyer to three firms, for tests: who asks, what is asked, sent and answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from web.accounts.actor import Actor
from web.db.inquiries import Inquiry, InquiryParty
from web.db.store import Database
from web.work.inquiries import inquiry as work
from web.work.inquiries import quote as quotes
from web.work.inquiries.form import Asked

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
DEADLINE = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)
AFTER = DEADLINE + timedelta(hours=1)
EDITOR = Actor("u1", "甲", "org-1", "buyer", roles=frozenset({"buyer_editor"}), organisation_name="云桁采购")
APPROVER = Actor("u2", "乙", "org-1", "buyer", roles=frozenset({"buyer_approver"}))
WRITER = Actor("u1", "甲", "org-1", "buyer", roles=frozenset({"buyer_approver"}))
OTHER = Actor("u3", "丙", "org-2", "buyer", roles=frozenset({"buyer_approver"}))
FIRMS = [("f1", "启朔精工有限公司"), ("f2", "栎庭液压有限公司"), ("f3", "珩川传动有限公司")]
ASKED = Asked(
    "谐波减速器 20 台",
    "型号见图纸",
    "2026-05-11T17:00",
    kinds=("price", "quantity", "lead_time"),
    unit="台",
    questions="能否先供样品？\n",
    firms=FIRMS,
)


def sent(database: Database, actor: Actor = EDITOR) -> tuple[str, list[str]]:
    """A sent inquiry: its id and those of its firms, in the order of FIRMS."""
    with database.session() as session:
        row = work.write(session, actor, ASKED, AT)
        work.send(session, actor, row.id, AT)
        by_firm = {party.firm_id: party.id for party in work.parties(session, row)}
    return row.id, [by_firm[firm] for firm, _ in FIRMS]


def answer(database: Database, party_id: str, at: datetime, price: str = "1234.50", **more: str) -> None:
    with database.session() as session:
        party = session.get_one(InquiryParty, party_id)
        row = session.get_one(Inquiry, party.inquiry_id)
        quotes.answer(session, row, party, {"price": price, **more}, "link", at)


def states(database: Database, inquiry_id: str) -> list[str]:
    with database.session() as session:
        row = session.get_one(Inquiry, inquiry_id)
        return [party.state for party in sorted(work.parties(session, row), key=lambda one: one.firm_id)]
