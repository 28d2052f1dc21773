"""Inquiries: steps of both sides, one-time links, and that nothing of a sealed quote is seen before it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.web.asking import AFTER, APPROVER, ASKED, AT, DEADLINE, EDITOR, FIRMS, OTHER, WRITER, answer, sent, states
from web.accounts.actor import AT_THE_MACHINE, Actor
from web.db.accounts import Membership, Organisation, Ticket, User
from web.db.inquiries import Inquiry, InquiryParty, Quote
from web.db.models import Event, Need
from web.db.store import Database
from web.db.watches import Notice
from web.errors import UnusableError, WebError
from web.work.inquiries import inquiry as work
from web.work.inquiries import quote as quotes
from web.work.inquiries.form import Asked
from web.work.inquiries.quote_compare import side_by_side, yuan
from web.work.inquiries.record import answered, notes_of, take
from web.work.inquiries.told import tell_due


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('inquiries') / 'bulian.db'}")
    yield opened
    opened.close()


def test_an_inquiry_from_the_draft_to_its_end(database: Database) -> None:
    inquiry_id, (one, two, three) = sent(database)
    with database.session() as session:
        row = session.get_one(Inquiry, inquiry_id)
        assert row.deadline == DEADLINE and [asked["code"] for asked in row.asked][-1] == "q1"
        party = session.get_one(InquiryParty, one)
        work.read(session, row, party, "link", AT)
        work.read(session, row, party, "link", AT)
        quotes.decline(session, row, session.get_one(InquiryParty, two), "产能已满", "link", AT)
    answer(database, one, AT, "1300", lead_time="30")
    answer(database, one, AT, "1234.5", per="2", lead_time="20", tax="included")
    assert states(database, inquiry_id) == ["answered", "declined", "unread"]
    assert work.close_due(database, DEADLINE - timedelta(minutes=1)) == []
    assert work.close_due(database, DEADLINE) == [three] and work.close_due(database, AFTER) == []
    answer(database, three, AFTER, "1", tax="included")  # too late: kept, and apart
    answer(database, one, AFTER, "2")
    assert states(database, inquiry_id) == ["answered", "declined", "late"]
    with database.session() as session:
        quotes.open_quotes(session, APPROVER, inquiry_id, AFTER)
    with database.session() as session:
        row, found = quotes.opened(session, EDITOR, inquiry_id)
        by_firm = {one.party.firm_id: one for one in found}
        assert by_firm["f1"].quote is not None and by_firm["f1"].quote.answers["price"]["fen"] == 123450
        assert by_firm["f1"].late is not None and by_firm["f3"].quote is None and by_firm["f3"].late is not None
        event = session.scalars(select(Event).where(Event.subject_id == inquiry_id, Event.to_state == "compared")).one()
        assert event.actor == "u2" and event.reason.startswith("4 quotes; ")
        for quote in session.scalars(select(Quote).where(Quote.party_id.in_([one, two, three]))):
            assert quote.digest in event.reason
            assert quote.digest == quotes.digest_of(quote.party_id, quote.at, quote.answers, quote.salt)
    with pytest.raises(WebError, match="have no decision"), database.session() as session:
        quotes.close(session, EDITOR, inquiry_id, AFTER)
    with database.session() as session:
        version = session.get_one(InquiryParty, one).version
        with pytest.raises(UnusableError) as wrong:
            quotes.decide(session, EDITOR, inquiry_id, one, "", "other", "", version, AFTER)
        assert wrong.value.wrong == {"decision": "missing", "note": "missing"}
        quotes.decide(session, EDITOR, inquiry_id, one, "chosen", "price", "", version, AFTER)
    with pytest.raises(WebError, match="somebody else"), database.session() as session:
        quotes.decide(session, APPROVER, inquiry_id, one, "not_chosen", "terms", "", version, AFTER)
    with database.session() as session:
        assert quotes.close(session, EDITOR, inquiry_id, AFTER).state == "closed"


def test_what_cannot_be_used_is_named_by_field(database: Database) -> None:
    with database.session() as session:
        with pytest.raises(UnusableError) as wrong:
            work.write(session, EDITOR, Asked(" ", deadline="2026-05-01T10:00", kinds=("price",)), AT)
        assert wrong.value.wrong == {"title": "missing", "deadline": "past", "firms": "missing", "unit": "missing"}
        asked = Asked("一", deadline="2026-05-11T17:00", unit="台", firms=FIRMS, key="k")
        made = work.write(session, EDITOR, asked, AT)
        assert work.write(session, EDITOR, asked, AT) is made  # sent twice
        session.add(Need(id="theirs", title="别人的", organisation_id="org-2"))
        session.flush()
        with pytest.raises(WebError) as missing:
            work.write(session, EDITOR, Asked("一", need="theirs"), AT)
        assert missing.value.code == "WE404"
    _, (one, *_) = sent(database)
    for typed in (
        {"price": "1.234"},
        {"price": "0"},
        {"price": "-1"},
        {"price": "1", "per": "0"},
        {"lead_time": "x"},
        {},
    ):
        with pytest.raises(UnusableError), database.session() as session:
            party = session.get_one(InquiryParty, one)
            quotes.answer(session, session.get_one(Inquiry, party.inquiry_id), party, typed, "link", AT)


def test_an_own_need_is_inquiring_once_its_inquiry_is_out(database: Database) -> None:
    with database.session() as session:
        session.add(Need(id="ours", title="谐波减速器", organisation_id="org-1", state="active"))
        session.flush()
        row = work.write(
            session, EDITOR, Asked("一", need="ours", deadline="2026-05-11T17:00", unit="台", firms=FIRMS), AT
        )
        work.send(session, EDITOR, row.id, AT)
        assert session.get_one(Need, "ours").state == "inquiring"


def test_a_link_opens_one_firm_until_it_ends(database: Database) -> None:
    inquiry_id, (one, two, _) = sent(database)
    with database.session() as session:
        _, code = work.link(session, EDITOR, inquiry_id, one, AT)
        assert work.by_link(session, f" {code.lower()} ", AT)[1].id == one
        assert code.replace("-", "") not in {ticket.token for ticket in session.scalars(select(Ticket))}
        _, again = work.link(session, EDITOR, inquiry_id, one, AT)
        for bad, at in ((code, AT), (again, DEADLINE + work.GRACE), ("", AT), (two, AT)):
            with pytest.raises(WebError) as refused:
                work.by_link(session, bad, at)
            assert refused.value.code == "WE092"
        work.withdraw(session, EDITOR, inquiry_id, AT, "不买了")
        with pytest.raises(WebError):
            work.by_link(session, again, AT)
    with pytest.raises(WebError, match="no answers"):
        answer(database, two, AT)


def test_who_may_open(database: Database) -> None:
    inquiry_id, (one, *_) = sent(database)
    answer(database, one, AT)
    for actor, at, code in (
        (APPROVER, DEADLINE - timedelta(seconds=1), "WE094"),
        (WRITER, AFTER, "WE095"),
        (EDITOR, AFTER, "WE032"),
        (OTHER, AFTER, "WE404"),
        (AT_THE_MACHINE, AFTER, "WE032"),
        (Actor(), AFTER, "WE401"),
    ):
        with pytest.raises(WebError) as refused, database.session() as session:
            quotes.open_quotes(session, actor, inquiry_id, at)
        assert refused.value.code == code
    with pytest.raises(WebError) as sealed, database.session() as session:
        quotes.opened(session, APPROVER, inquiry_id)
    assert sealed.value.code == "WE094"


@pytest.mark.parametrize("change", ["UPDATE quote SET answers = '{}'", "DELETE FROM quote"])
def test_the_database_refuses_to_change_a_quote(database: Database, change: str) -> None:
    _, (one, *_) = sent(database)
    answer(database, one, AT)
    with pytest.raises(IntegrityError), database.session() as session:
        session.execute(text(change))


STEP = st.sampled_from(["read", "answer", "decline", "due", "open", "writer", "withdraw", "look", "operator", "close"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(STEP, st.integers(0, 2), st.integers(0, 10 * 24)), max_size=12))
def test_nothing_of_a_sealed_quote_is_seen_before_it_is_opened(
    database: Database, steps: list[tuple[str, int, int]]
) -> None:
    inquiry_id, ids = sent(database)
    was_opened = False
    secret = "7654321"  # in fen and in yuan, in no id or time of these tests
    for step, which, hours in sorted(steps, key=lambda one: one[2]):
        at = AT + timedelta(hours=hours)
        try:
            if step == "due":
                work.close_due(database, at)
            elif step == "answer":
                answer(database, ids[which], at, "76543.21", q1="暗语7654321")
            else:
                with database.session() as session:
                    party = session.get_one(InquiryParty, ids[which])
                    row = session.get_one(Inquiry, inquiry_id)
                    if step == "read":
                        work.read(session, row, party, "link", at)
                    elif step == "decline":
                        quotes.decline(session, row, party, "忙", "link", at)
                    elif step == "withdraw":
                        work.withdraw(session, EDITOR, inquiry_id, at)
                    elif step == "close":
                        quotes.close(session, EDITOR, inquiry_id, at)
                    elif step == "look":
                        quotes.opened(session, APPROVER, inquiry_id)
                        assert was_opened
                    else:
                        actor = {"open": APPROVER, "writer": WRITER, "operator": AT_THE_MACHINE}[step]
                        quotes.open_quotes(session, actor, inquiry_id, at)
                        assert step == "open" and at >= DEADLINE
                        was_opened = True
        except WebError:
            pass
        if not was_opened:
            assert secret not in all_but_quotes(database, inquiry_id, ids)
            with pytest.raises(WebError), database.session() as session:
                quotes.opened(session, APPROVER, inquiry_id)


def all_but_quotes(database: Database, inquiry_id: str, ids: list[str]) -> str:
    """All that is kept of an inquiry outside the sealed table, its log included."""
    with database.session() as session:
        found: list[object] = [session.get_one(Inquiry, inquiry_id)]
        found += [session.get_one(InquiryParty, one) for one in ids]
        found += session.scalars(select(Event).where(Event.subject_id.in_([inquiry_id, *ids])))
        found += session.scalars(select(Ticket).where(Ticket.subject_id.in_(ids)))
        found += work.of_organisation(session, EDITOR)
        return repr(found)


def test_prices_are_compared_where_units_agree(database: Database) -> None:
    inquiry_id, (one, two, three) = sent(database)
    answer(database, one, AT, "300", per="1000", tax="included", lead_time="9")
    answer(database, two, AT, "0.25", tax="included", lead_time="12")
    with database.session() as session:
        quotes.open_quotes(session, APPROVER, inquiry_id, AFTER)
        row, found = quotes.opened(session, EDITOR, inquiry_id)
        found.sort(key=lambda one: one.party.firm_id)
        price, quantity, days, _ = side_by_side(row, found)
    assert [(cell.each, cell.lowest) for cell in price.cells] == [("0.30", False), ("0.25", True), ("", False)]
    assert all(cell.value is None for cell in quantity.cells) and [cell.lowest for cell in days.cells] == [1, 0, 0]
    inquiry_id, (one, two, three) = sent(database)
    answer(database, one, AT, "300", tax="included")
    answer(database, two, AT, "290", tax="excluded")
    answer(database, three, AFTER, "1")
    with database.session() as session:
        quotes.open_quotes(session, APPROVER, inquiry_id, AFTER)
        row, found = quotes.opened(session, EDITOR, inquiry_id)
        price = side_by_side(row, found)[0]
    assert price.uneven and not any(cell.lowest for cell in price.cells)
    assert [yuan(Fraction(fen)) for fen in (1, 100, 123456)] == ["0.01", "1.00", "1234.56"]
    assert yuan(Fraction(1, 3)) == "0.003333"


def test_a_draft_is_changed_once_for_each_look_at_it(database: Database) -> None:
    with database.session() as session:
        row = work.write(session, EDITOR, ASKED, AT)
        seen = row.version
    with database.session() as session:
        work.edit(session, EDITOR, row.id, replace(ASKED, firms=FIRMS[1:]), seen, AT)
    with database.session() as session:
        assert [party.firm_id for party in work.parties(session, row)] == ["f2", "f3"]
    with pytest.raises(work.Stale), database.session() as session:
        work.edit(session, APPROVER, row.id, replace(ASKED, title="另一个"), seen, AT)
    with database.session() as session:
        work.send(session, EDITOR, row.id, AT)
    with pytest.raises(WebError) as gone, database.session() as session:
        work.edit(session, EDITOR, row.id, ASKED, seen + 2, AT)
    assert gone.value.code == "WE091"


def test_a_form_sent_twice_at_one_moment_makes_one(database: Database) -> None:
    def once(_: int) -> str:
        with database.session() as session:
            return work.write(session, EDITOR, replace(ASKED, key="moment"), AT).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(once, range(8)))) == 1


def test_both_sides_are_told_once_and_never_what_was_answered(database: Database) -> None:
    with database.session() as session:
        session.add(Organisation(id="of-f1", name="启朔", kind="firm", enterprise_id="f1"))
        session.add(User(id="owner", login="owner", name="主"))
        session.flush()
        session.add(Membership(organisation_id="of-f1", user_id="owner", role="firm_owner"))
    inquiry_id, (one, two, three) = sent(database)
    answer(database, one, AT, "7654321")
    answer(database, one, AT, "7654322")
    with database.session() as session:
        quotes.decline(session, session.get_one(Inquiry, inquiry_id), session.get_one(InquiryParty, two), "忙", "x", AT)
    assert tell_due(database, AT - timedelta(days=1)) == 0
    assert tell_due(database, DEADLINE - timedelta(days=1)) > 0
    assert tell_due(database, DEADLINE - timedelta(hours=1)) == 0
    work.close_due(database, DEADLINE)
    answer(database, three, AFTER, "7654323")
    with database.session() as session:
        told = session.scalars(select(Notice).order_by(Notice.created)).all()
        own = [one for one in told if one.address == f"/inquiries/{inquiry_id}" and one.user_id == "u1"]
        said = [one.told["what"] for one in own if one.kind == "reply"]
        assert said == ["answered", "declined", "late", "late_answer"]
        assert [one.kind for one in own].count("deadline") == 1
        asked = [one for one in told if one.address == f"/inquiries/received/{one_of(session, inquiry_id)}"]
        assert {(one.user_id, one.organisation_id, one.told["what"]) for one in asked} == {
            ("owner", "of-f1", "received")
        }
        assert not any("765432" in str(notice.told) for notice in told)


def one_of(session: Session, inquiry_id: str) -> str:
    """The party of the first firm."""
    return next(
        party.id for party in work.parties(session, session.get_one(Inquiry, inquiry_id)) if party.firm_id == "f1"
    )


def test_fields_of_a_record_are_taken_one_by_one(database: Database) -> None:
    asked = replace(ASKED, record=("staff", "contact"))

    def opened(staff: str) -> tuple[str, str]:
        with database.session() as session:
            row = work.write(session, EDITOR, asked, AT)
            work.send(session, EDITOR, row.id, AT)
            party = next(one.id for one in work.parties(session, row) if one.firm_id == "f1")
        answer(database, party, AT, record_staff=staff, record_contact="某人 0000")
        with pytest.raises(WebError) as sealed, database.session() as session:
            answered(session, EDITOR, row.id, party)
        assert sealed.value.code == "WE094"
        with database.session() as session:
            quotes.open_quotes(session, APPROVER, row.id, AFTER)
        return row.id, party

    inquiry_id, party = opened("120 人")
    with database.session() as session:
        note = take(session, EDITOR, inquiry_id, party, "staff", 0, False, AFTER)
        assert take(session, EDITOR, inquiry_id, party, "staff", 0, False, AFTER).id == note.id
        assert [(one.field, one.taken) for one in answered(session, EDITOR, inquiry_id, party)[2]] == [
            ("staff", True),
            ("contact", False),
        ]
    inquiry_id, party = opened("150 人")
    for after, overwrite, code in ((0, True, "WE121"), (1, False, "WE122")):
        with pytest.raises(WebError) as refused, database.session() as session:
            take(session, EDITOR, inquiry_id, party, "staff", after, overwrite, AFTER)
        assert refused.value.code == code
    with database.session() as session:
        take(session, EDITOR, inquiry_id, party, "staff", 1, True, AFTER)
        assert [(one.value, one.number) for one in notes_of(session, EDITOR, "f1")] == [("150 人", 2)]
        assert notes_of(session, OTHER) == []
    with pytest.raises(WebError) as strange, database.session() as session:
        take(session, OTHER, inquiry_id, party, "contact", 0, False, AFTER)
    assert strange.value.code == "WE404"
