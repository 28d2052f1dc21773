"""Pages of inquiries: both sides, by account or link; a draft changed; fields of a record; the letter to a county."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests.kg.worlds import World as SmallWorld
from tests.kg.worlds import document, firm, product
from tests.site_fixture import load_world
from tests.site_fixture import settings as site_settings
from tests.web.asking import ASKED, FIRMS
from tests.web.people import CHEAP, People, far_client, people, quiet_home, sends, sign_in
from web.app import create_app
from web.db.firms import Declaration
from web.db.inquiries import Inquiry, InquiryParty
from web.db.models import Need, now
from web.home import Home
from web.jobs.graph import settle
from web.work.inquiries import inquiry as work
from web.work.inquiries import quote as quotes
from web.work.inquiries.form import Asked


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[Home]:
    with quiet_home(tmp_path_factory.mktemp("inquiry-pages"), parts) as opened:
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
        asked = Asked(
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


def test_files_of_both_sides_are_sealed_with_the_quotes(app: FastAPI, home: Home, world: People) -> None:
    database = home.database()
    buyer, other = world.organisation("buyer", "桐岭采购"), world.organisation("buyer", "苇泽采购")
    editor, approver, stranger = (
        sign_in(app, world.login(org, role))
        for org, role in ((buyer, "buyer_editor"), (buyer, "buyer_approver"), (other, "buyer_approver"))
    )
    until = f"{(now() + timedelta(days=3)):%Y-%m-%dT%H:%M}"
    with database.session() as session:
        asked = Asked(**{**vars(ASKED), "firms": FIRMS[:2], "deadline": until})
        row = work.write(session, world.actor(buyer, "buyer_editor"), asked, now())
        mine, another = (party.id for party in sorted(work.parties(session, row), key=lambda one: one.firm_id))
    page = f"/inquiries/{row.id}"
    drawing = ("图纸.pdf", b"%PDF-1.4 drawing")
    for _ in range(2):  # sent twice it is there once
        assert editor.post(f"{page}/files", files={"file": drawing}).status_code == 303
    assert editor.post(f"{page}/files", files={"file": ("二.pdf", b"%PDF-1.4 two")}).status_code == 303
    for bad in (("脚本.pdf", b"<script>"), ("a.exe", b"MZ"), ("空.pdf", b"")):
        refused = editor.post(f"{page}/files", files={"file": bad})
        assert refused.status_code == 422 and "WE090" in refused.text
    found = re.findall(rf'href="({page}/files/\w+)" lang="zh-CN">([^<]+)<', editor.get(page).text)
    assert [name for _, name in found] == ["图纸.pdf", "二.pdf"]
    gone = found[1][0].rpartition("/")[2]
    assert editor.post(f"{page}/files", data={"do": f"remove:{gone}"}).status_code == 303
    drawn = found[0][0].rpartition("/")[2]
    assert editor.get(found[0][0]).content == drawing[1] and stranger.get(found[0][0]).status_code == 404
    assert editor.post(f"{page}/state", data={"to": "sent"}).status_code == 303
    assert editor.post(f"{page}/files", files={"file": ("三.pdf", b"%PDF-1.4 3")}).status_code == 409
    codes = [
        re.findall(r"/answer/([0-9A-Z-]{23})<", editor.post(f"{page}/parties/{one}/letter").text)[0]
        for one in (mine, another)
    ]
    link, elsewhere = (f"/answer/{code}" for code in codes)
    firm = far_client(create_app(home))  # no address has failed here yet
    assert firm.get(f"{link}/files/{drawn}").status_code == 404  # not before it said that it looks
    for address in (link, elsewhere):
        firm.post(address, data={"do": "read"})
    assert (
        firm.get(f"{link}/files/{drawn}").content == drawing[1] and firm.get(f"{link}/files/{gone}").status_code == 404
    )
    offer = {"file": ("报价单.pdf", b"%PDF-1.4 4321.00")}
    kept = firm.post(link, data={"do": "answer", "price": "一千"}, files=offer)
    sent = sends(kept.text, link)
    assert kept.status_code == 422 and len(sent["kept"]) == 1 and "报价单.pdf" in kept.text  # not to be chosen again
    assert firm.post(link, data=sent | {"do": ["answer"], "price": [""]}, files={"file": ("", b"")}).status_code == 303
    own = sent["kept"][0]
    assert "报价单.pdf" in firm.get(link).text and firm.get(f"{link}/files/{own}").content == offer["file"][1]
    assert firm.get(f"{elsewhere}/files/{own}").status_code == 404
    assert firm.post(elsewhere, data={"do": "answer", "kept": own}).status_code == 404
    for client in (editor, approver):
        assert client.get(f"{page}/files/{own}").status_code == 409 and "报价单" not in client.get(page).text
    with database.session() as session:
        session.get_one(Inquiry, row.id).deadline = now() - timedelta(hours=1)
    assert approver.post(f"{page}/open").status_code == 303
    assert "报价单.pdf" in editor.get(f"{page}/compare").text and editor.get(f"{page}/files/{own}").content
    assert (
        editor.get(f"{page}/compare.xlsx").content[:2] == b"PK"
        and stranger.get(f"{page}/files/{own}").status_code == 404
    )


def test_a_draft_and_fields_of_a_record_in_the_browser(app: FastAPI, home: Home, world: People) -> None:
    database, present = home.database(), now()
    buyer, other = world.organisation("buyer", "霁川采购"), world.organisation("buyer", "朔原采购")
    editor = sign_in(app, world.login(buyer, "buyer_editor"))
    stranger = sign_in(app, world.login(other, "buyer_editor"))
    writer, approver = world.actor(buyer, "buyer_editor"), world.actor(buyer, "buyer_approver")
    asked = Asked(
        **{**vars(ASKED), "firms": FIRMS[:2], "deadline": f"{(present + timedelta(days=3)):%Y-%m-%dT%H:%M}"}
        | {"record": ("staff",)}
    )
    with database.session() as session:
        row = work.write(session, writer, asked, present)
        party = next(one.id for one in work.parties(session, row) if one.firm_id == "f1")
    page = f"/inquiries/{row.id}"
    form = {"title": "改过的标题", "deadline": asked.deadline, "kinds": ["lead_time"], "record": ["staff"]}
    form |= {"firms": "f1\nf2", "currency": "CNY", "version": "1", "unit": "台", "text": "要五十台"}
    shown = editor.get(f"{page}/edit").text
    assert "型号见图纸" in shown and 'name="version" value="1"' in shown and "f1\nf2" in shown
    assert editor.post(f"{page}/edit", data=form | {"title": ""}).status_code == 422
    assert editor.post(f"{page}/edit", data=form).status_code == 303
    stale = editor.post(f"{page}/edit", data=form | {"title": "再改", "kinds": ["price"]})
    merging = sends(stale.text, f"{page}/edit")
    assert stale.status_code == 409 and (merging["merge"], merging["version"]) == (["title", "unit", "kinds"], ["2"])
    chosen = merging | {"merge.pick.title": ["mine"], "merge.mine.title": ["合并的"]}
    chosen |= {"merge.pick.unit": ["mine"], "merge.pick.kinds": ["theirs"]}
    assert editor.post(f"{page}/edit", data=chosen).status_code == 303
    after = sends(editor.get(f"{page}/edit").text, f"{page}/edit")
    assert (after["title"], after["kinds"], after["text"]) == (["合并的"], ["lead_time"], ["要五十台"])
    for client, status in ((editor, 200), (stranger, 404)):
        cover = client.get(f"{page}/parties/{party}/cover")
        assert cover.status_code == status and client.get(f"{page}/edit").status_code == status
        assert ("霁川采购" in cover.text and "所在地不详" in cover.text) == (status == 200)
    with database.session() as session:
        work.send(session, writer, row.id, now())
        row = session.get_one(Inquiry, row.id)
        quotes.answer(session, row, session.get_one(InquiryParty, party), {"record_staff": "120 人"}, "link", now())
    record = f"{page}/parties/{party}/record"
    assert editor.get(record).status_code == 409  # sealed
    with database.session() as session:
        session.get_one(Inquiry, row.id).deadline = now() - timedelta(hours=1)
        session.flush()
        quotes.open_quotes(session, approver, row.id, now())
    assert record in editor.get(f"{page}/compare").text and "120 人" in editor.get(record).text
    assert "现在查不到公开资料" in editor.get(record).text
    assert stranger.get(record).status_code == stranger.post(record, data={"field": "staff"}).status_code == 404
    assert editor.post(record, data={"field": "staff", "after": "0"}).status_code == 303
    assert "已收下" in editor.get(record).text and "120 人" in editor.get("/inquiries/notes").text
    assert "120 人" not in stranger.get("/inquiries/notes").text
    for address in (record, "/inquiries/notes", f"{page}/parties/{party}/cover"):
        assert editor.get(f"{address}?lang=en").status_code == 200
    assert "120 人" in editor.get("/inquiries/notes?lang=zh").text
    assert editor.get("/inbox").text.count("已答复询价") == 1


@pytest.mark.graph
def test_the_form_takes_firms_by_their_ids(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path
) -> None:
    made, source = SmallWorld(), document("catalogue", "2026-05-01")
    made.say(source, firm("启朔精工有限公司"), "PRODUCES", product("谐波减速器"))
    with Home(site_settings(neo4j_server, parts, tmp_path / "home").model_copy(update=CHEAP)) as home:
        load_world(home, made)
        settle(home)
        ids = [row["id"] for row in home.graph().read_statement("MATCH (n:Enterprise) RETURN n.id AS id")]
        world, app = people(home.database(), home.settings), create_app(home)
        buyer = world.organisation("buyer", "云桁采购")
        editor = sign_in(app, world.login(buyer, "buyer_editor"))
        form = {"title": "减速器", "deadline": f"{now() + timedelta(days=3):%Y-%m-%dT%H:%M}", "kinds": "lead_time"}
        form |= {"firms": ids[0], "currency": "CNY", "key": "k1"}
        one = editor.post("/inquiries/new", data=form)
        assert one.status_code == 303, one.text[-400:]
        assert editor.post("/inquiries/new", data=form).headers["location"] == one.headers["location"]
        assert "启朔精工有限公司" in editor.get(one.headers["location"]).text
        kept = editor.post("/inquiries/new", data=form | {"firms": "no-such", "key": "k2"})
        assert kept.status_code == 422 and "no-such" in kept.text and 'value="减速器"' in kept.text

        with home.database().session() as session:
            session.add(
                Need(id="减-1", title="谐波减速器", products=["谐波减速器"], organisation_id=buyer, state="active")
            )
        keeping = {"firm": ids[0], "state": "kept", "version": "0"}
        assert editor.post("/needs/减-1/keep", data=keeping).status_code == 303
        shown = editor.get("/drafts/减-1").text
        to_form = f"title=%E8%B0%90%E6%B3%A2%E5%87%8F%E9%80%9F%E5%99%A8&amp;firm={ids[0]}"
        assert to_form in shown and to_form in editor.get(re.findall(r"/lists/[0-9a-f]+", shown)[0]).text

        assert "启朔精工有限公司" in editor.get(f"/inquiries/new?firm={ids[0]}").text
        asking = form | {"record": ["contact", "staff"], "key": "k3"}
        page = editor.post("/inquiries/new", data=asking).headers["location"]
        owner = sign_in(app, world.login(world.organisation("firm", "启朔", enterprise=ids[0]), "firm_owner"))
        with home.database().session() as session:
            session.add(
                Declaration(
                    firm_id=ids[0], kind="contact", values={"person": "某经办"}, state="declared", day="2026-05-02"
                )
            )
        editor.post(f"{page}/state", data={"to": "sent"})
        party = re.findall(r"/parties/([0-9a-f]+)/cover", editor.get(page).text)[0]
        own = f"/inquiries/received/{party}"
        assert "收到的询价，还没有答复" in owner.get("/desk").text
        assert own in owner.get("/inbox").text
        assert owner.post(own, data={"do": "read"}).status_code == 303
        filled = owner.get(own).text
        assert "某经办</textarea>" in filled and "2026-05-02" in filled  # what it once said, with its date
