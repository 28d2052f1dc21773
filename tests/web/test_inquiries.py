"""Inquiries: steps of both sides, one-time links, and that nothing of a sealed quote is seen before it is opened."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests.kg.worlds import World as SmallWorld
from tests.kg.worlds import document, firm, product
from tests.site_fixture import settings as site_settings
from tests.web.people import CHEAP, People, far_client, people, sign_in
from web.accounts.actor import AT_THE_MACHINE, Actor
from web.app import create_app
from web.db.accounts import Ticket
from web.db.inquiries import Inquiry, InquiryParty, Quote
from web.db.models import Document, Event, Need, now
from web.db.store import Database
from web.errors import WebError
from web.home import Home
from web.jobs.graph import settle
from web.settings import Settings
from web.work import inquiry as work
from web.work import quote as quotes
from web.work.quote_compare import side_by_side, yuan

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
DEADLINE = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)
AFTER = DEADLINE + timedelta(hours=1)
EDITOR = Actor("u1", "甲", "org-1", "buyer", roles=frozenset({"buyer_editor"}), organisation_name="云桁采购")
APPROVER = Actor("u2", "乙", "org-1", "buyer", roles=frozenset({"buyer_approver"}))
WRITER = Actor("u1", "甲", "org-1", "buyer", roles=frozenset({"buyer_approver"}))
OTHER = Actor("u3", "丙", "org-2", "buyer", roles=frozenset({"buyer_approver"}))
FIRMS = [("f1", "启朔精工有限公司"), ("f2", "栎庭液压有限公司"), ("f3", "珩川传动有限公司")]
ASKED = work.Asked(
    "谐波减速器 20 台",
    "型号见图纸",
    "2026-05-11T17:00",
    kinds=("price", "quantity", "lead_time"),
    unit="台",
    questions="能否先供样品？\n",
    firms=FIRMS,
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('inquiries') / 'bulian.db'}")
    yield opened
    opened.close()


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
        with pytest.raises(work.UnusableError) as wrong:
            quotes.decide(session, EDITOR, inquiry_id, one, "", "other", "", version, AFTER)
        assert wrong.value.wrong == {"decision": "missing", "note": "missing"}
        quotes.decide(session, EDITOR, inquiry_id, one, "chosen", "price", "", version, AFTER)
    with pytest.raises(WebError, match="somebody else"), database.session() as session:
        quotes.decide(session, APPROVER, inquiry_id, one, "not_chosen", "terms", "", version, AFTER)
    with database.session() as session:
        assert quotes.close(session, EDITOR, inquiry_id, AFTER).state == "closed"


def test_what_cannot_be_used_is_named_by_field(database: Database) -> None:
    with database.session() as session:
        with pytest.raises(work.UnusableError) as wrong:
            work.write(session, EDITOR, work.Asked(" ", deadline="2026-05-01T10:00", kinds=("price",)), AT)
        assert wrong.value.wrong == {"title": "missing", "deadline": "past", "firms": "missing", "unit": "missing"}
        asked = work.Asked("一", deadline="2026-05-11T17:00", unit="台", firms=FIRMS, key="k")
        made = work.write(session, EDITOR, asked, AT)
        assert work.write(session, EDITOR, asked, AT) is made  # sent twice
        session.add(Need(id="theirs", title="别人的", organisation_id="org-2"))
        session.flush()
        with pytest.raises(WebError) as missing:
            work.write(session, EDITOR, work.Asked("一", need="theirs"), AT)
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
        with pytest.raises(work.UnusableError), database.session() as session:
            party = session.get_one(InquiryParty, one)
            quotes.answer(session, session.get_one(Inquiry, party.inquiry_id), party, typed, "link", AT)


def test_an_own_need_is_inquiring_once_its_inquiry_is_out(database: Database) -> None:
    with database.session() as session:
        session.add(Need(id="ours", title="谐波减速器", organisation_id="org-1", state="active"))
        session.flush()
        row = work.write(
            session, EDITOR, work.Asked("一", need="ours", deadline="2026-05-11T17:00", unit="台", firms=FIRMS), AT
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


# --- pages, over a data folder whose graph does not answer ---------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[Home]:
    values = {"home": tmp_path_factory.mktemp("inquiry-pages"), "parts": parts.folder, "hosts": "127.0.0.1", **CHEAP}
    with Home(Settings(**values, graph_url="bolt://127.0.0.1:1", graph_password=SecretStr(""))) as opened:
        yield opened


@pytest.fixture(scope="module")
def app(home: Home) -> FastAPI:
    return create_app(home)


@pytest.fixture(scope="module")
def world(home: Home) -> People:
    return people(home.database(), home.settings)


def test_the_pages_of_both_sides(app: FastAPI, home: Home, world: People) -> None:
    database, present = home.database(), now()
    buyer, other = world.organisation("buyer", "云桁采购"), world.organisation("buyer", "沐岑采购")
    firm = world.organisation("firm", "启朔精工有限公司", enterprise="f1")
    strange = world.organisation("firm", "珩川传动有限公司", enterprise="f9")
    editor, approver = (
        sign_in(app, world.login(buyer, "buyer_editor")),
        sign_in(app, world.login(buyer, "buyer_approver")),
    )
    with database.session() as session:
        asked = work.Asked(
            **{**vars(ASKED), "firms": FIRMS[:2], "deadline": f"{(present + timedelta(days=3)):%Y-%m-%dT%H:%M}"}
        )
        row = work.write(session, world.actor(buyer, "buyer_editor"), asked, present)
        parties = {party.firm_id: party.id for party in work.parties(session, row)}
    page = f"/inquiries/{row.id}"
    form = editor.get("/inquiries/new?firm=f1&firm=f2").text
    assert "f1\nf2" in form and 'name="key"' in form
    assert editor.post(f"{page}/parties/{parties['f1']}/letter").status_code == 409  # not out yet
    assert editor.post(f"{page}/state", data={"to": "sent"}).status_code == 303
    assert "WE091" in editor.post(f"{page}/state", data={"to": "sent"}).text

    letter = editor.post(f"{page}/parties/{parties['f1']}/letter")
    assert letter.headers["cache-control"] == "no-store" and "云桁采购" in letter.text
    code = re.findall(r"/answer/([0-9A-Z-]{23})<", letter.text)[0]
    assert "<svg" in editor.get(f"{page}/letters/{parties['f1']}.svg?code={code}").text
    assert editor.get(f"{page}/letters/{parties['f2']}.svg?code={code}").status_code == 404

    anybody = far_client(app)
    looked = anybody.get(f"/answer/{code}")
    assert "查看" in looked.text and "型号见图纸" not in looked.text
    anybody.head(f"/answer/{code}")
    assert "未读" in editor.get(page).text  # a preview of the link is no reading
    assert anybody.post("/answer", data={"code": code}).headers["location"] == f"/answer/{code}"
    assert anybody.post(f"/answer/{code}", data={"do": "read"}).status_code == 303
    assert "型号见图纸" in anybody.get(f"/answer/{code}").text and "已读" in editor.get(page).text
    kept = anybody.post(f"/answer/{code}", data={"do": "answer", "price": "一千", "q1": "可以先供"})
    assert kept.status_code == 422 and "可以先供" in kept.text and 'value="一千"' in kept.text
    assert (
        anybody.post(f"/answer/{code}", data={"do": "answer", "price": "7654.32", "tax": "included"}).status_code == 303
    )
    assert "7654.32" in anybody.get(f"/answer/{code}").text  # its own
    for client in (editor, approver):
        assert "7654" not in client.get(page).text and client.get(f"{page}/compare").status_code == 409
        assert client.get(f"{page}/compare.xlsx").status_code == 409
    assert "WE094" in approver.post(f"{page}/open").text

    owner = sign_in(app, world.login(firm, "firm_owner"))
    assert ASKED.title in owner.get("/inquiries/received").text
    own = f"/inquiries/received/{parties['f1']}"
    assert "7654.32" in owner.get(own).text
    assert owner.post(own, data={"do": "answer", "price": "7000", "lead_time": "20"}).status_code == 303

    with database.session() as session:  # a week later
        session.get_one(Inquiry, row.id).deadline = now() - timedelta(hours=1)
    work.close_due(database, now())
    assert "逾期" in editor.get(page).text
    assert "WE095" not in approver.get(page).text and "一起开启报价" in approver.get(page).text
    assert approver.post(f"{page}/open").headers["location"] == f"{page}/compare"
    table = editor.get(f"{page}/compare").text
    assert "7000.00" in table and "未答" in table and "7654" not in table
    refused = editor.post(f"{page}/parties/{parties['f1']}/decision", data={"decision": "chosen", "note": "样品好"})
    assert refused.status_code == 422 and "样品好" in refused.text
    decided = {"decision": "chosen", "reason": "price"}
    with database.session() as session:
        decided["version"] = str(session.get_one(InquiryParty, parties["f1"]).version)
    assert editor.post(f"{page}/parties/{parties['f1']}/decision", data=decided).status_code == 303
    with zipfile.ZipFile(io.BytesIO(editor.get(f"{page}/compare.xlsx").content)) as book:
        assert "7000.00 CNY / 1 台" in book.read("xl/sharedStrings.xml").decode()
    assert editor.post(f"{page}/state", data={"to": "closed"}).status_code == 303
    for address in ("/inquiries", page, f"{page}/compare", "/inquiries/new"):
        assert editor.get(f"{address}?lang=en").status_code == 200
    editor.get("/inquiries?lang=zh")

    stranger, elsewhere = (
        sign_in(app, world.login(other, "buyer_approver")),
        sign_in(app, world.login(strange, "firm_owner")),
    )
    party = parties["f1"]
    for method, client, address in (
        ("GET", stranger, page),
        ("POST", stranger, f"{page}/state"),
        ("POST", stranger, f"{page}/open"),
        ("GET", stranger, f"{page}/compare"),
        ("GET", stranger, f"{page}/compare.xlsx"),
        ("POST", stranger, f"{page}/parties/{party}/letter"),
        ("POST", stranger, f"{page}/parties/{party}/decision"),
        ("GET", stranger, f"{page}/letters/{party}.svg?code={code}"),
        ("GET", elsewhere, own),
        ("POST", elsewhere, own),
        ("GET", anybody, "/answer/AAAAA-AAAAA-AAAAA-AAAAA"),
    ):
        form_sent = {"decision": "chosen", "reason": "price", "do": "read"} if method == "POST" else None
        assert client.request(method, address, data=form_sent).status_code == 404, address
    statuses = [anybody.get("/answer/WRONG").status_code for _ in range(40)]
    assert statuses[0] == 404 and statuses[-1] == 429


@pytest.mark.graph
def test_the_form_takes_firms_by_their_ids(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path
) -> None:
    made, source = SmallWorld(), document("catalogue", "2026-05-01")
    made.say(source, firm("启朔精工有限公司"), "PRODUCES", product("谐波减速器"))
    with Home(site_settings(neo4j_server, parts, tmp_path / "home").model_copy(update=CHEAP)) as home:
        for doc in made.documents.values():
            home.documents.add(doc.name.encode(), text=doc.name, name=doc.name, published=doc.published)
            home.journal.write(doc.id, "rules", made.facts)
            with home.database().session() as session:
                session.add(Document(sha256=doc.id, name=doc.name, kind="filing", state="read"))
        settle(home)
        ids = [row["id"] for row in home.graph().read_statement("MATCH (n:Enterprise) RETURN n.id AS id")]
        world, app = people(home.database(), home.settings), create_app(home)
        editor = sign_in(app, world.login(world.organisation("buyer", "云桁采购"), "buyer_editor"))
        form = {"title": "减速器", "deadline": f"{now() + timedelta(days=3):%Y-%m-%dT%H:%M}", "kinds": "lead_time"}
        form |= {"firms": ids[0], "currency": "CNY", "key": "k1"}
        one = editor.post("/inquiries/new", data=form)
        assert one.status_code == 303, one.text[-400:]
        assert editor.post("/inquiries/new", data=form).headers["location"] == one.headers["location"]
        assert "启朔精工有限公司" in editor.get(one.headers["location"]).text
        kept = editor.post("/inquiries/new", data=form | {"firms": "no-such", "key": "k2"})
        assert kept.status_code == 422 and "no-such" in kept.text and 'value="减速器"' in kept.text
