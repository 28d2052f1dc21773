"""A firm's own pages over the graph: declared, read from a file, corrected, claimed by a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select
from starlette.testclient import TestClient

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.records import Mention
from kg.store import Graph
from kg.validity import NOW
from tests.kg.worlds import World, document, product
from tests.kg.worlds import firm as maker
from tests.site_fixture import load_world, settings
from tests.web.people import CHEAP, People, far_client, people, sends, sign_in
from web.accounts.people import place_organisation
from web.app import create_app
from web.beijing import today
from web.db.accounts import Organisation
from web.db.firms import Declaration
from web.db.models import new_id
from web.home import Home
from web.jobs.graph import settle
from web.jobs.match import query_of_text
from web.work.firms import declaration as work
from web.work.firms.declaration_sheet import withdraw
from web.work.firms.known import first_known, known_of

OWN, OTHER = "启朔精工有限公司", "栎庭液压有限公司"
CATALOGUE = f"""{OWN}产品目录
{OWN}主要生产谐波减速器、交叉滚子轴承。
{OTHER}主要生产柱塞泵。
{OWN}通过了ISO 9001质量管理体系认证（证书编号：A12345678，有效期至2028年3月1日）。
"""


@pytest.fixture(scope="module")
def home(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    """Two firms; one discloses a product, of the other little is known."""
    folder = tmp_path_factory.mktemp("my_firm")
    graph.wipe()
    made = World()
    source = document("catalogue", "2026-05-01")
    made.say(source, maker(OTHER), "PRODUCES", product("行星滚柱丝杠"), quote="行星滚柱丝杠")
    made.say(source, maker(OWN), "PRODUCES", product("关节轴承"), quote="关节轴承", start=20, end=24)
    made.say(
        source, maker(OWN), "HOLDS_CERTIFICATE", Mention("Certificate", "ISO 14001"), number="A1", start=30, end=33
    )
    opened = Home(settings(neo4j_server, parts, folder / "home").model_copy(update=CHEAP))
    title = {"tier": "specialised", "status": "recognised", "dated": f"{today().year - 1}-06"}
    made.say(source, maker(OTHER), "HAS_HONOUR", Mention("Honour", "专精特新中小企业"), start=50, end=58, **title)
    figure = {"metric": "staff", "value": 90, "unit": "persons", "period": "2024"}
    made.say(source, maker(OWN), "REPORTS_METRIC", Mention("Metric", "staff"), start=40, end=42, **figure)
    with opened:
        load_world(opened, made)
        settle(opened)
        yield opened


@pytest.fixture(scope="module")
def known(home: Home) -> dict[str, str]:
    return {one.name: one.id for one in home.corpus().firms}


@pytest.fixture(scope="module")
def staff(home: Home, known: dict[str, str]) -> People:
    made = people(home.database(), home.settings)
    made.user("operator", None)
    made.organisation("firm", OWN, enterprise=known[OWN])
    made.organisation("firm", OTHER, enterprise=known[OTHER])
    made.organisation("buyer", "云桁采购")
    return made


@pytest.fixture(scope="module")
def owner(home: Home, staff: People) -> TestClient:
    return sign_in(create_app(home), staff.login(place(staff, OWN), "firm_owner"))


def place(staff: People, name: str) -> str:
    with staff.database.session() as session:
        return session.scalars(select(Organisation.id).where(Organisation.name == name)).one()


def edges(home: Home, firm_id: str, relation: str) -> dict[str, dict[str, Any]]:
    rows = home.graph().read("firm_relation", id=firm_id, relation=relation, skip=0, limit=9, **NOW.params())
    return {row["name"]: row["edge"] for row in rows}


@pytest.mark.graph
def test_a_declared_product_is_marked_ranked_below_and_leaves(
    home: Home, staff: People, owner: TestClient, known: dict[str, str]
) -> None:
    form = {"kind": "product", "name": "行星滚柱丝杠", "model": "QS-20", "do": "save", "key": new_id()}
    assert owner.post("/my/declare", data=form).status_code == 303
    assert owner.post("/my/declare", data=form).status_code == 303
    assert owner.post("/my/declare", data={"kind": "product", "name": "关节轴承", "do": "save"}).status_code == 303
    contact = {"kind": "contact", "person": "某甲", "phone": "139 0000 0000", "do": "send"}
    assert owner.post("/my/declare", data=contact).status_code == 303
    figure = {"kind": "figure", "metric": "staff", "value": "900", "period": "2025", "public": "1", "do": "save"}
    assert owner.post("/my/declare", data=figure).status_code == 303
    assert set(edges(home, known[OWN], "PRODUCES")) == {"关节轴承"}  # drafts are nobody else's
    with home.database().session() as session:
        draft = session.get_one(Declaration, form["key"])
    opened = sends(owner.get(f"/my/declare?draft={draft.id}").text, "/my/declare")
    assert owner.post("/my/declare", data=opened | {"model": ["QS-25"], "do": ["save"]}).status_code == 303
    merging = owner.post("/my/declare", data=opened | {"new": ["首台套"], "do": ["save"]})
    chosen = sends(merging.text, "/my/declare")  # each side changed one field: nothing is left to be chosen
    assert merging.status_code == 409 and chosen["merge"] == ["model", "new"]
    assert owner.post("/my/declare", data=chosen).status_code == 303
    after = sends(owner.get(f"/my/declare?draft={draft.id}").text, "/my/declare")
    assert (after["model"], after["new"]) == (["QS-25"], ["首台套"])
    assert owner.post("/my/declare", data=after | {"model": ["QS-20"], "do": ["save"]}).status_code == 303
    assert owner.post("/my/declarations", data={"do": "send-all"}).status_code == 303
    # marked where it stands, its evidence opens at its row
    made = edges(home, known[OWN], "PRODUCES")
    new, old = made["行星滚柱丝杠"], made["关节轴承"]
    assert (new["level"], new["source"], new["facts"]) == ("declared", "declaration", 1)
    shown = owner.get(f"/evidence/{new['fact']}").text
    assert "QS-20" in shown and "未经他人证实" in shown
    # what a document discloses leads the edge: a declaration overwrites nothing
    assert (old["level"], old["facts"]) == ("disclosed", 2)
    assert len(home.corpus().firms) == 2
    own = next(one for one in home.corpus().firms if one.id == known[OWN])
    assert [item.value for item in (*own.items("staff"), *own.items("as_of"))] == [90, "2026-05-01"]
    public = far_client(create_app(home)).get(f"/firms/{known[OWN]}").text
    assert "企业自述" in public and "0000 0000" not in public
    # the ranking knows it, marks it, and puts the disclosed one first
    ranked = list(home.ranker().rank(query_of_text("行星滚柱丝杠")).entries)
    assert [one.firm.name for one in ranked[:2]] == [OTHER, OWN] and ranked[0].score > ranked[1].score
    assert "企业自述" in owner.get("/match?text=行星滚柱丝杠").text
    # a need that welcomes first use has it in a list of its own, which leaves the need's list as it is
    buyer = sign_in(create_app(home), staff.login(place(staff, "云桁采购"), "buyer_editor"))
    asked = {"title": "行星滚柱丝杠", "products": "行星滚柱丝杠", "do": "keep"}
    apart = []
    for more in ({}, {"first_use": "1"}):
        draft_page = buyer.post("/drafts/new", data=asked | more | {"key": new_id()}).headers["location"]
        drafted = LexborHTMLParser(buyer.get(draft_page).text)
        apart.append(" ".join(node.text() for node in drafted.css("#first-use")))
        names = [node.text() for node in drafted.css(".ranked > li h3")]
        assert [OTHER in names[0], OWN in names[1]] == [True, True], names
    assert not apart[0] and OWN in apart[1] and "首台套" in apart[1] and OTHER not in apart[1], apart
    # later forms are filled from it; what is private only where it is asked for
    found = known_of(home, known[OWN])
    assert [(one.level, bool(one.date)) for one in found if one.value == "行星滚柱丝杠"] == [("declared", True)]
    assert first_known(found, "contact") is None
    kept = first_known(known_of(home, known[OWN], private=True), "contact")
    assert kept is not None and kept.private and "139" in kept.value
    # taken back, nothing of it is left
    actor = staff.actor(place(staff, OWN), "firm_owner")
    rows = [row.id for row in work.declarations(home.database(), actor) if row.kind == "product"]
    withdraw(home, actor, rows[1:])
    undo = owner.post("/my/declarations", data={"do": f"withdraw:{rows[0]}"}).headers["location"]
    made = edges(home, known[OWN], "PRODUCES")
    assert set(made) == {"关节轴承"} and made["关节轴承"]["facts"] == 1
    assert "放回草稿" in owner.get(undo.partition("#")[0]).text
    for status in (303, 409):
        assert owner.post("/my/declarations", data={"do": f"back:{rows[0]}"}).status_code == status
    assert work.declaration(home.database(), actor, rows[0]).state == "draft"


@pytest.mark.graph
def test_a_dropped_file_is_confirmed_and_opens_at_its_place(
    home: Home, owner: TestClient, known: dict[str, str]
) -> None:
    sent = owner.post("/my/drop", data={"key": new_id()}, files={"file": ("目录.txt", CATALOGUE.encode())})
    place = sent.headers["location"]
    page = owner.get(place).text
    assert re.findall(r'name="take" value="(\d+)"', page) == ["0", "1", "2", "3"]
    assert page.count("文件说的是别家") == 1 and "证书编号：A12345678" in page
    assert set(edges(home, known[OWN], "PRODUCES")) == {"关节轴承"}  # nothing yet
    assert owner.post(place, data={"take": ["1", "2"], "do": "send"}).status_code == 303
    made = edges(home, known[OWN], "PRODUCES")
    assert set(made) == {"关节轴承", "交叉滚子轴承"} and made["交叉滚子轴承"]["level"] == "declared"
    shown = owner.get(f"/evidence/{made['交叉滚子轴承']['fact']}").text
    assert '<mark id="sentence">启朔精工有限公司主要生产谐波减速器、交叉滚子轴承</mark>' in shown
    held = edges(home, known[OWN], "HOLDS_CERTIFICATE")["ISO 9001质量管理体系认证"]
    assert (held["level"], held["number"], str(held["valid_to"])) == ("declared", "A12345678", "2028-03-01")
    # a picture without text recognition is kept and says so in one line; nothing is no file
    photo = owner.post("/my/drop", data={}, files={"file": ("证书.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)})
    assert "没能读出" in owner.get(photo.headers["location"]).text
    assert owner.post("/my/drop", data={}, files={"file": ("空.txt", b"")}).status_code == 422
    # a sheet that names nobody is the firm's own
    sheet = owner.post("/my/drop", data={}, files={"file": ("样本.txt", "本公司主要生产双螺杆泵。\n".encode())})
    assert "双螺杆泵" in owner.get(sheet.headers["location"]).text


@pytest.mark.graph
def test_a_correction_takes_a_statement_out_and_says_what_is_right(
    home: Home, staff: People, owner: TestClient, known: dict[str, str]
) -> None:
    app = create_app(home)
    operator = sign_in(app, staff.login(None, "operator"))
    stranger = sign_in(app, staff.login(place(staff, OTHER), "firm_owner"))
    buyer = sign_in(app, staff.login(place(staff, "云桁采购"), "buyer_editor"))
    fact = edges(home, known[OWN], "HOLDS_CERTIFICATE")["ISO 14001"]["fact"]
    assert "/my/correct?fact=" in owner.get(f"/evidence/{fact}").text
    assert "/my/correct?fact=" not in stranger.get(f"/evidence/{fact}").text
    assert stranger.get(f"/my/correct?fact={fact}").status_code == 404
    assert buyer.get("/my").status_code == 403
    form = {
        "fact": fact,
        "reason": "misread",
        "words": "",
        "right.name": "ISO 45001",
        "right.granted": "上个月",
        "do": "send",
    }
    again = owner.post("/my/correct", data=form)
    assert again.status_code == 422 and "上个月" in again.text and "WE114" in again.text
    form |= {"words": "证书是 ISO 45001", "right.granted": "2026-03-01", "key": new_id()}
    proof = {"proof": ("证书.jpg", b"\xff\xd8\xff")}
    assert owner.post("/my/correct", data=form, files=proof).status_code == 303
    file = re.search(r"/my/files/[0-9a-f]+", owner.get("/my").text)
    assert file is not None
    assert [one.get(file[0]).status_code for one in (owner, operator, stranger, buyer)] == [200, 200, 404, 403]
    button = re.search(r"/claims/corrections/([0-9a-f]+)", operator.get("/claims").text)
    assert button is not None
    assert operator.post(button[0], data={"do": "accepted", "reason": " "}).status_code == 422
    assert operator.post(button[0], data={"do": "accepted", "reason": "与证书照片一致"}).status_code == 303
    held = edges(home, known[OWN], "HOLDS_CERTIFICATE")
    assert "ISO 14001" not in held and held["ISO 45001"]["level"] == "declared"
    page = owner.get("/my").text
    assert "与证书照片一致" in page and "已采纳" in page
    assert operator.post(button[0], data={"do": "refused", "reason": "不"}).status_code == 409
    # what others see, and that a buyer looked; our words are English where it is asked for
    cookie = "; ".join(f"{name}={value}" for name, value in owner.cookies.items())
    assert buyer.get(f"/firms/{known[OWN]}").status_code == 200
    seen = owner.get("/my/seen").text
    assert "采购方" in seen and "少于 3" in seen and "云桁采购" not in seen
    for address in ("/my", "/my/declare?kind=figure", "/my/seen", f"/firms/{known[OWN]}", f"/firms/{known[OWN]}/claim"):
        shown = LexborHTMLParser(owner.get(address, headers={"Cookie": f"lang=en; {cookie}"}).text)
        for node in shown.css("[lang='zh-CN'], title, input, .lang, .says, .only-print"):
            node.decompose()
        assert shown.body is not None
        left = [line for line in shown.body.text(deep=True).split("\n") if re.search(r"[\u4e00-\u9fff]", line)]
        assert not left, (address, left[:5])


@pytest.mark.graph
def test_a_claim_goes_from_the_public_page_to_the_letter(home: Home, staff: People, known: dict[str, str]) -> None:
    app = create_app(home)
    anybody, operator = far_client(app), sign_in(app, staff.login(None, "operator"))
    address = f"/firms/{known[OTHER]}/claim"
    assert address in anybody.get(f"/firms/{known[OTHER]}").text
    wrong = anybody.post(address, data={"person": "", "contact": "139", "way": "letter"})
    assert wrong.status_code == 422 and 'value="139"' in wrong.text and "WE110" in wrong.text
    done = anybody.post(address, data={"person": "某乙", "contact": "139", "way": "letter", "key": new_id()})
    to = done.headers["location"]
    assert to.startswith("/claim/code?claim=") and "信里的代码" in anybody.get(to).text
    claim = to.rpartition("=")[2]
    letter = operator.post(f"/claims/{claim}", data={"do": "letter"})
    code = re.search(r"<code>(\w{5}-\w{5})</code>", letter.text)
    assert code is not None and letter.headers["cache-control"] == "no-store"
    assert "svg" in operator.get(f"/claims/{claim}/code.svg").headers["content-type"]
    assert anybody.get("/claims").status_code in (303, 401)
    assert anybody.post("/claim/code", data={"claim": claim, "code": "22222"}).status_code == 422
    # the firm has an organisation already: its claim waits for the operator, who lets the person join
    assert anybody.post("/claim/code", data={"claim": claim, "code": code[1]}).headers["location"] == to
    assert "待核实" in operator.get("/claims").text
    verified = operator.post(f"/claims/{claim}", data={"do": "verified", "reason": "来电核对"})
    link = re.search(r"/invitation/[\w-]+", verified.text)
    assert link is not None and anybody.get(link[0]).status_code == 200


@pytest.fixture(scope="module")
def county(home: Home, staff: People) -> TestClient:
    return sign_in(create_app(home), staff.login(staff.organisation("authority", "某区经信局"), "county"))


@pytest.mark.graph
def test_a_bureau_keeps_firms_in_its_pool_by_name_with_their_history(county: TestClient, known: dict[str, str]) -> None:
    assert "库里还没有企业" in county.get("/pool").text
    form = sends(county.get(f"/pool/new?firm={known[OWN]}").text, "/pool/new")
    assert form["firms"] == [known[OWN]]
    form |= {"firms": [f"{known[OWN]}\n{OTHER}\n并不存在的有限公司"], "state": ["in_pool"], "until": ["2001-01-01"]}
    refused = county.post("/pool/new", data=form)
    assert refused.status_code == 422 and "早于今天" in refused.text and OTHER in refused.text
    part = county.post("/pool/new", data=form | {"until": ["2099-01-01"]})
    assert part.status_code == 200 and "WE196" in part.text
    assert sends(part.text, "/pool/new")["firms"] == ["并不存在的有限公司"], "what could not be stays in the form"
    listed = LexborHTMLParser(county.get("/pool").text)
    rows = {node.text(): node.attributes["href"] or "" for node in listed.css("td a[href^='/pool/']")}
    assert set(rows) == {OWN, OTHER}
    assert {node.attributes["href"] for node in listed.css("td a[href$='/criteria']")} == {
        f"/firms/{known[name]}/criteria" for name in (OWN, OTHER)
    }
    entry = rows[OTHER]
    opened = sends(county.get(entry).text, entry)
    assert county.post(entry, data=opened | {"to": ["removed"]}).status_code == 422
    assert county.post(entry, data=opened | {"to": ["removed"], "reason": ["迁出本区"]}).status_code == 303
    late = county.post(entry, data=opened | {"to": ["applied"], "reason": ["还在看旧页"]})
    assert late.status_code == 409 and "别人刚改过它" in late.text and "还在看旧页" in late.text
    assert "迁出本区" in county.get(entry).text
    ticked = [node.attributes["value"] or "" for node in listed.css("input[name=entry]")]
    several = county.post("/pool", data={"entry": ticked, "to": "applied", "reason": "第五批"})
    assert "办了 1 家" in several.text and "WE192" in several.text
    none = county.post("/pool", data={"to": "applied", "reason": "第五批"})
    assert none.status_code == 422 and "请先勾选企业" in none.text and "第五批" in none.text
    assert county.get("/pool?state=applied").text.count("看条件") == 1
    assert "没有符合的企业" in county.get("/pool?name=别家").text
    assert county.get("/pool.xlsx").content[:2] == b"PK"
    assert "所在地不详" in county.get("/pool/counts?lang=zh").text
    assert county.get("/pool?lang=en").status_code == 200


@pytest.mark.graph
def test_the_bureau_draws_and_answers_and_the_firm_sees_its_own(
    county: TestClient, owner: TestClient, known: dict[str, str]
) -> None:
    assert "这段时间没有到期的" in county.get("/pool/calendar?months=1&lang=zh").text
    entry = {
        node.text(): node.attributes["href"] or "" for node in LexborHTMLParser(county.get("/pool").text).css("td a")
    }
    opened = sends(county.get(entry[OTHER]).text, entry[OTHER])
    assert county.post(entry[OTHER], data=opened | {"to": ["candidate"]}).status_code == 303
    title = LexborHTMLParser(county.get("/pool/calendar?months=36&kind=title").text).css("tbody tr")
    assert [OTHER in one.text() and "按三年推算" in one.text() for one in title] == [True]
    assert title[0].css_first("a[href^='/evidence/']") is not None
    assert county.get("/pool/calendar.xlsx?months=36").content[:2] == b"PK"
    form = sends(county.get("/pool/draws").text, "/pool/draws")
    none = county.post("/pool/draws", data=form | {"size": ["99"], "title": ["抽查"]})
    assert none.status_code == 422 and "太多" in none.text and 'value="抽查"' in none.text
    drawn = county.post("/pool/draws", data=form | {"size": ["1"], "title": ["抽查"], "seed": ["7"]})
    assert drawn.status_code == 303
    shown = county.get(drawn.headers["location"]).text
    assert "结果一样" in shown and OWN in shown
    assert county.get(f"{drawn.headers['location']}/list.xlsx").content[:2] == b"PK"
    mine = owner.get("/my/pool").text
    assert "某区经信局" in mine and "已申报" in mine
    form = sends(mine, "/my/pool")
    refused = owner.post("/my/pool", data=form | {"title": ["缺订单"], "text": [""]})
    assert refused.status_code == 422 and 'value="缺订单"' in refused.text
    raised = owner.post("/my/pool", data=form | {"title": ["缺订单"], "text": ["停了一条线"]}).headers["location"]
    opened = sends(county.get(raised).text, raised)
    wrong = county.post(raised, data=opened | {"do": ["assign"], "department": ["区商务局"], "text": ["请办"]})
    assert wrong.status_code == 422 and "请办" in wrong.text
    given = opened | {"do": ["assign"], "department": ["区商务局"], "deadline": ["2098-01-01"], "text": ["请办"]}
    assert county.post(raised, data=given).status_code == 303
    late = county.post(raised, data=given | {"do": ["close"]})
    assert late.status_code == 409 and "WE192" in late.text and "请办" in late.text
    assert "区商务局" in county.get("/pool/difficulties?state=assigned").text
    answer = sends(county.get(raised).text, raised) | {"do": ["answer"], "text": ["下月有对接会"]}
    assert county.post(raised, data=answer).status_code == 303
    assert "下月有对接会" in owner.get(raised).text and "缺订单" in owner.get("/my/pool").text
    assert "缺订单" in owner.get("/inbox").text
    assert owner.get("/pool").status_code == 403


@pytest.mark.graph
def test_what_was_found_is_written_down_for_a_draw_and_mended_and_a_city_reads_it(
    county: TestClient, owner: TestClient, home: Home, staff: People
) -> None:
    draw = next(
        node.attributes["href"] or ""
        for node in LexborHTMLParser(county.get("/pool/draws").text).css("td a[href^='/pool/draws/']")
    )
    ticked = [
        node.attributes["value"] or "" for node in LexborHTMLParser(county.get(draw).text).css("input[name=entry]")
    ]
    form = sends(county.get(draw).text, draw)
    assert len(ticked) == 1 and "entry" not in form
    said = form | {"inspector": ["检查组"], "result": ["to_mend"], "finding": ["台账不全"]}
    wrong = county.post(draw, data=said | {"entry": ticked})
    assert wrong.status_code == 422 and "台账不全" in wrong.text and "请填写" in wrong.text
    assert "请先勾选企业" in county.post(draw, data=said | {"deadline": ["2099-01-01"]}).text
    done = county.post(draw, data=said | {"entry": ticked, "deadline": ["2099-01-01"]})
    assert "办了 1 家" in done.text and "台账不全" in done.text and "2099-01-01 前整改" in done.text
    shown = LexborHTMLParser(county.get(f"/pool/{ticked[0]}").text)
    address = next(
        node.attributes["href"] or ""
        for node in shown.css("#inspections td a")
        if "/inspections/" in str(node.attributes)
    )
    assert "台账不全" in shown.text() and "2099-01-01 前整改" in county.get("/pool").text
    assert "台账不全" in owner.get("/my/pool").text and "记下了对贵企业的检查" in owner.get("/inbox?lang=zh").text
    opened = sends(county.get(address).text, address)
    early = county.post(address, data=opened | {"mended": ["2001-01-01"]})
    assert early.status_code == 422 and "早于检查日期" in early.text
    mended = opened | {"mended": [today().isoformat()], "note": ["已补齐"]}
    assert county.post(address, data=mended).status_code == 303
    late = county.post(address, data=mended)
    assert late.status_code == 409 and "别人刚改过它" in late.text
    own = sends(county.get(f"/pool/{ticked[0]}").text, f"/pool/{ticked[0]}/inspections")
    assert county.post(f"/pool/{ticked[0]}/inspections", data=own | {"inspector": ["某人"]}).status_code == 303
    assert county.post(f"/pool/{ticked[0]}/inspections", data=own | {"inspector": [""]}).status_code == 422
    history = LexborHTMLParser(county.get(f"/pool/{ticked[0]}").text).css("section")[-1].text()
    assert history.count(f"{today()} 检查") == 3 and "已补齐" in history, "every row of every inspection"
    for file in ("/pool.xlsx", f"{draw}/list.xlsx"):
        assert county.get(file).content[:2] == b"PK"

    city = staff.organisation("authority", "某市经信局")
    assert "没有看得到的区县培育库" in sign_in(create_app(home), staff.login(city, "county")).get("/pool/counties").text
    for name, place in (("某市经信局", "330200"), ("某区经信局", "330203")):
        place_organisation(home.database(), name, place)
    above = sign_in(create_app(home), staff.login(city, "county"))
    assert "看 1 个区县单位的培育库" in above.get("/pool?lang=zh").text
    counted = LexborHTMLParser(above.get("/pool/counties?lang=zh").text)
    to = counted.css("td a[href^='/pool/counties/']")[0].attributes["href"] or ""
    assert "某区经信局" in counted.text()
    listed = LexborHTMLParser(above.get(to).text)
    assert OWN in listed.text() and not listed.css("input[name=entry], fieldset, a[href='/pool/new']")
    read = LexborHTMLParser(above.get(f"/pool/{ticked[0]}").text)
    assert "只能看" in read.text() and not read.css("form[action^='/pool/'][method=post]")
    assert above.get(address).status_code == above.get("/pool/counties.xlsx").status_code == 200
    for refused in (f"/pool/{ticked[0]}", f"/pool/{ticked[0]}/inspections", address):
        assert above.post(refused, data=own | {"inspector": ["某人"]}).status_code == 404
    assert above.post("/pool", data={"entry": [f"{ticked[0]}:1"], "to": "applied"}).status_code == 404
    assert county.get(to).status_code == 404 and county.get("/pool/counties").status_code == 200
    clerk = sign_in(create_app(home), staff.login(city, "analyst"))
    assert clerk.get("/pool/counties").status_code == 200 and OWN not in clerk.get("/pool/counties").text
    assert clerk.get(to).status_code == 403
