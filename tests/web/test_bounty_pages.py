"""A bounty in the browser from its draft to the last payment: each step by who takes it, nothing before its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select
from starlette.testclient import TestClient

from kg.parts import Parts
from tests.web.people import People, far_client, people, quiet_home, sign_in
from web.app import create_app
from web.beijing import day_of
from web.db.bounties import Agreement, Application, Bounty, Milestone, Objection, TeamMember
from web.db.models import Need, now
from web.home import Home
from web.work.bounties.form import read, typed_of
from web.work.bounties.states import BOUNTY
from web.work.bounties.steps import end_due
from web.work.typed import fen_of

SECRET = "只给组织单位看的话"
FORM: dict[str, Any] = {
    "title": "高强度钢丝", "text": "要求抗拉强度不低于1850MPa。", "amount": "100", "ip": "exclusive", "cleared": "yes",
    "t_name": ["抗拉强度", "批次稳定性"], "t_operator": [">=", ""], "t_value": ["1850", ""], "t_value_max": ["", ""],
    "t_unit": ["MPa", ""], "t_method": ["GB/T 228.1", "用户试验"], "contact": SECRET,
    "confidentiality": "commercial", "own_effort": "试过三年",
}  # fmt: skip


class World:
    """Poster, host (its own county office) and a firm, each with a client; and a stranger."""

    def __init__(self, app: FastAPI, home: Home, world: People) -> None:
        self.home, self.nobody = home, far_client(app)
        buyer, self.host_id = world.organisation("buyer", "云桁采购"), world.organisation("authority", "甬川市科技局")
        firm = world.organisation("firm", "甬川钢丝有限公司", enterprise="f-wire")
        self.poster = sign_in(app, world.user("buyer_approver", buyer))
        self.host = sign_in(app, world.user("organiser", self.host_id))
        self.county = sign_in(app, world.user("county", self.host_id))
        self.firm = sign_in(app, world.user("firm_owner", firm))
        self.firm_id, self.poster_id = firm, buyer

    def step(self, client: TestClient, bounty: str, to: str, **fields: str) -> int:
        return client.post(f"/bounties/{bounty}/step", data={"to": to, **fields}).status_code

    def state(self, bounty: str) -> str:
        with self.home.database().session() as session:
            return session.get_one(Bounty, bounty).state

    def late(self, bounty: str, days: int = 40) -> None:
        """Let so many days go by for what waits for a day."""
        end_due(self.home.database(), now() + timedelta(days=days))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[World]:
    with quiet_home(tmp_path_factory.mktemp("bounties"), parts, "testserver") as home:
        yield World(create_app(home), home, people(home.database(), home.settings))


def drafted(world: World, key: str) -> str:
    deadline = day_of(now() + timedelta(days=30))
    made = world.poster.post("/bounties/new", data=FORM | {"deadline": deadline, "key": key}, follow_redirects=False)
    assert made.status_code == 303, made.text
    again = world.poster.post("/bounties/new", data=FORM | {"deadline": deadline, "key": key}, follow_redirects=False)
    assert again.headers["location"] == made.headers["location"]
    return made.headers["location"].rpartition("/")[2]


def opened(world: World, key: str) -> str:
    """A bounty that takes applications."""
    bounty = drafted(world, key)
    wanted = {"rules": "plain", "host": world.host_id, "county": world.host_id}
    assert world.step(world.poster, bounty, "submitted", **wanted) == 303
    for client, to in ((world.host, "county_review"), (world.county, "expert_review"), (world.host, "notice")):
        assert world.step(client, bounty, to, days="1") == 303, to
    assert world.step(world.host, bounty, "open") == 409, "the notice is not over"
    with world.home.database().session() as session:
        session.get_one(Bounty, bounty).notice_until = day_of(now() - timedelta(days=1))
    assert world.step(world.host, bounty, "open") == 303
    return bounty


def test_a_form_comes_back_as_it_was_typed_and_a_row_as_its_form() -> None:
    with pytest.raises(Exception, match="WE155") as caught:
        read({"amount": ["zehn"], "t_name": ["a"], "t_value": ["x"], "t_operator": [">="]})
    assert caught.value.wrong == {"title": "missing", "amount": "sum", "targets": "1"}  # type: ignore[attr-defined]
    sent = {name: value if isinstance(value, list) else [value] for name, value in FORM.items()}
    columns = read(sent)
    columns["products"], cleared = [], columns.pop("cleared")
    assert cleared and columns["amount"] == 100_000_000 and columns["targets"][0]["value"] == 1850
    row = Bounty(**columns, cleared=datetime(2026, 5, 4, tzinfo=UTC))
    again = read(typed_of(row))
    again.pop("cleared"), again.pop("products"), columns.pop("products")
    assert again == columns


@pytest.mark.parametrize("text", ["zehn", "-1", "0.001", "1e999999", "1e99999999", "nan", "sNaN", "inf", ""])
def test_what_is_no_sum_is_none(text: str) -> None:
    assert fen_of(text) is None and fen_of("1,234.5") == 123450


def test_targets_are_read_from_the_text(world: World) -> None:
    page = world.poster.post("/bounties/new", data={"title": "x", "text": FORM["text"], "do": "read"}).text
    tree = LexborHTMLParser(page)
    assert next(node.attributes.get("value") for node in tree.css("input[name=t_value]")) == "1850"


def test_nobody_sees_a_draft_and_nothing_is_handed_in_without_its_declaration(world: World) -> None:
    bounty = drafted(world, "hidden")
    for client in (world.nobody, world.host, world.firm):
        assert client.get(f"/bounties/{bounty}").status_code == 404
        assert client.get(f"/bounties/{bounty}/thread").status_code == 404
    assert world.poster.get(f"/bounties/{bounty}/thread").status_code == 200
    with world.home.database().session() as session:
        session.get_one(Bounty, bounty).cleared = None
    answer = world.poster.post(f"/bounties/{bounty}/step", data={"to": "submitted", "rules": "plain"})
    assert answer.status_code == 422 and "WE155" in answer.text and world.state(bounty) == "draft"
    assert world.step(world.firm, bounty, "submitted") in (403, 404)


def test_a_bounty_of_a_need_keeps_the_link_and_the_needs_gap(world: World) -> None:
    with world.home.database().session() as session:
        own = Need(
            title="高强度钢丝寻源", text="抗拉强度不低于1850MPa。", products=["钢丝"], state="draft", gap="few:x:y:1"
        )
        other = Need(title="别人的需求", state="draft", organisation_id=world.firm_id)
        own.organisation_id = world.poster_id
        session.add_all([own, other])
        session.flush()
        ids = (own.id, other.id)
    form = LexborHTMLParser(world.poster.get(f"/bounties/new?need={ids[0]}").text)
    assert form.css_first("input[name=title]").attributes["value"] == "高强度钢丝寻源"
    assert form.css_first("textarea[name=products]").text() == "钢丝"
    assert world.poster.get(f"/bounties/new?need={ids[1]}").status_code == 404
    made = world.poster.post("/bounties/new", data={"title": "高强度钢丝", "need": ids[0], "key": "of-need"})
    assert made.status_code == 303
    with world.home.database().session() as session:
        row = session.get_one(Bounty, made.headers["location"].rpartition("/")[2])
        assert (row.need_id, row.gap, row.state) == (ids[0], "few:x:y:1", "draft")
    assert f"/drafts/{ids[0]}" in world.poster.get(made.headers["location"]).text
    stolen = world.poster.post("/bounties/new", data={"title": "x", "need": ids[1], "key": "stolen"})
    assert stolen.status_code == 404


def test_guarded_attachments_wait_for_the_words_before_them(world: World) -> None:
    bounty, page = drafted(world, "guarded"), "/bounties/"
    for name, guarded in (("图纸.pdf", "yes"), ("简介.pdf", "")):
        sent = world.poster.post(
            f"{page}{bounty}/files", files={"file": (name, name.encode(), "application/pdf")}, data={"guarded": guarded}
        )
        assert sent.status_code == 303, sent.text
    with world.home.database().session() as session:
        row = session.get_one(Bounty, bounty)
        row.secrecy, row.state, row.visibility, row.published = "不外传。", "open", "public", now()
        row.deadline = day_of(now() + timedelta(days=30))
    files = {node.text(): node.attributes["href"] for node in LexborHTMLParser(
        world.poster.get(page + bounty).text).css("#files li a")}  # fmt: skip
    shown = LexborHTMLParser(world.firm.get(page + bounty).text)
    assert [node.text() for node in shown.css("#files li a")] == ["简介.pdf"] and "图纸.pdf" in shown.body.text()
    assert world.firm.get(files["简介.pdf"]).status_code == 200, files
    assert world.firm.get(files["图纸.pdf"]).status_code in (401, 303)
    words = shown.css_first("input[name=words]").attributes["value"]
    assert world.step(world.firm, bounty, "consent", words=words) == 303
    assert world.firm.get(files["图纸.pdf"]).content == "图纸.pdf".encode()
    assert world.nobody.get(files["图纸.pdf"]).status_code in (401, 303), "for its organisation alone"
    with world.home.database().session() as session:
        session.get_one(Bounty, bounty).secrecy = "不外传，也不复制。"
    assert world.firm.get(files["图纸.pdf"]).status_code in (401, 303), "other words are accepted anew"
    assert world.step(world.firm, bounty, "consent", words=words) == 409


def test_words_that_hint_at_secrets_or_name_a_hidden_poster_are_looked_at_first(world: World) -> None:
    bounty = drafted(world, "marked")
    said = {"text": "云桁采购的内部资料显示瓶颈在加载机构。", "anonymous": True}
    with world.home.database().session() as session:
        for name, value in said.items():
            setattr(session.get_one(Bounty, bounty), name, value)
    page = world.poster.get(f"/bounties/{bounty}").text
    marked = [node.text() for node in LexborHTMLParser(page).css("#marks mark")]
    assert marked == ["内部资料", "云桁采购"], "a hint with its sentence, and the poster's own names"
    wanted = {"rules": "plain", "host": world.host_id, "county": world.host_id}
    refused = world.poster.post(f"/bounties/{bounty}/step", data={"to": "submitted", **wanted})
    assert refused.status_code == 422 and "请先看标出的词" in refused.text and world.state(bounty) == "draft"
    assert world.step(world.poster, bounty, "submitted", looked="yes", **wanted) == 303
    assert 'id="marks"' in world.host.get(f"/bounties/{bounty}").text, "the host sees them before the notice"
    with world.home.database().session() as session:
        row = session.get_one(Bounty, bounty)
        row.text = "抗拉强度不够。"
    assert 'id="marks"' not in world.host.get(f"/bounties/{bounty}").text
    with world.home.database().session() as session:
        row = session.get_one(Bounty, bounty)
        row.state, row.visibility, row.published, row.pseudonym = "open", "public", now(), "匿名采购方 ABC"
    for address in (f"/bounties/{bounty}", f"/bounties/{bounty}/thread", f"/api/v1/bounties/{bounty}"):
        for client in (world.nobody, world.firm):
            shown = client.get(address).text
            assert "匿名采购方 ABC" in shown and "云桁" not in shown, "who posts it stands nowhere"


def test_from_the_draft_to_the_last_payment_with_an_objection(world: World) -> None:
    bounty = opened(world, "whole")
    assert world.step(world.poster, bounty, "withdrawn", reason="x") == 403, "an open one is never withdrawn"
    assert world.step(world.firm, bounty, "ask", text="供货状态？", key="q") == 303
    public = world.nobody.get(f"/bounties/{bounty}").text
    assert "供货状态" not in public and SECRET not in public and "1850" in public
    with world.home.database().session() as session:
        row = session.get_one(Bounty, bounty)
        application = Application(
            organisation_id=world.firm_id, bounty_id=bounty, firm_name="甬川钢丝有限公司", state="talks",
            submitted=now(), price=80_000_000, plan="冷拔",
        )  # fmt: skip
        session.add(application)
        session.flush()
        session.add(
            TeamMember(application_id=application.id, firm_name="甬川钢丝有限公司", role="lead", state="confirmed")
        )
        applied = application.id
        assert row.state in BOUNTY.ways
    thread = f"/bounties/{bounty}/thread"
    assert all("提交 1 件" not in client.get(thread).text for client in (world.nobody, world.firm, world.poster))
    assert "提交 1 件" in world.host.get(thread).text, "before the deadline the host alone counts"
    world.late(bounty)
    assert world.state(bounty) == "closed"
    for to in ("reviewing", "negotiating"):
        assert world.step(world.host, bounty, to) == 303
    chosen = {"chosen": applied, f"reason.{applied}": "方案最好", "days": "2", "do": "award"}
    assert world.poster.post(f"/bounties/{bounty}/award", data=chosen).status_code == 303
    typed = {"text": SECRET, "author": "某人", "contact": "123", "key": "k"}
    assert world.nobody.post(f"/bounties/{bounty}/objections", data=typed).status_code == 303
    assert world.state(bounty) == "objection" and SECRET not in world.nobody.get(f"/bounties/{bounty}/objections").text
    world.late(bounty)
    assert world.state(bounty) == "objection", "what is objected to waits for its answer"
    with world.home.database().session() as session:
        objection = session.scalars(select(Objection.id).where(Objection.bounty_id == bounty)).one()
    answer = {"verdict": "rejected", "answer": "程序合规。"}
    assert world.host.post(f"/bounties/{bounty}/objections/{objection}", data=answer).status_code == 303
    assert "程序合规" in world.nobody.get(f"/bounties/{bounty}/objections").text
    world.late(bounty)
    assert world.state(bounty) == "contracted"
    _worked(world, bounty)
    assert world.state(bounty) == "settled"
    _threaded(world, thread)
    assert SECRET not in world.nobody.get(f"/bounties/{bounty}").text


def _threaded(world: World, thread: str) -> None:
    """Everybody sees stages, counts, award, agreement, acceptance; reviews, steps back and work are for the sides."""
    for client in (world.nobody, world.poster, world.firm):
        page = client.get(thread).text
        assert all(words in page for words in ("提交 1 件", "甬川钢丝有限公司", "通过验收", "已结题", "揭榜公示")), page
        inside = client is not world.nobody
        assert ("/agreements/" in page) == inside == ("付款日" in page)
        assert ("县区初审" in page, "异议处理" in page, "符合条件" in page) == (client is world.poster,) * 3
        assert SECRET not in page


def _worked(world: World, bounty: str) -> None:
    """From the contract to the settlement, each step by its side's page."""
    with world.home.database().session() as session:
        agreement = session.scalars(select(Agreement).where(Agreement.bounty_id == bounty)).one()
        milestone = session.scalars(select(Milestone.id).where(Milestone.agreement_id == agreement.id)).one()
        here, digest = f"/agreements/{agreement.id}", agreement.digest
    assert world.nobody.get(here).headers["location"].startswith("/login")
    terms = {
        "do": "write", "content": "做出钢丝", "delivery": "2027-05-31", "total": "800000", "ip": "exclusive",
        "m_title": "验收", "m_due": "2027-05-31", "m_amount": "800000",
    }  # fmt: skip
    assert world.poster.post(here, data=terms | {"total": "1"}).status_code == 409
    assert world.poster.post(here, data=terms).status_code == 303
    for client in (world.poster, world.firm):
        assert client.post(here, data={"do": "accept", "digest": digest}).status_code == 409, "other words by now"
        with world.home.database().session() as session:
            new = session.scalars(select(Agreement).where(Agreement.bounty_id == bounty)).one().digest
        assert client.post(here, data={"do": "accept", "digest": new}).status_code == 303
    with world.home.database().session() as session:
        milestone = session.scalars(select(Milestone.id).where(Milestone.agreement_id == here[12:])).one()
    for to in ("project", "running"):
        assert world.host.post(f"/bounties/{bounty}/work", data={"to": to}).status_code == 303
    step = f"{here}/milestones/{milestone}"
    report = {"do": "report", "words": "完成", "value.1": "1800", "unit.1": "MPa"}
    bad = world.firm.post(step, data=report, files={"file.1": ("报告.exe", b"MZ")})
    assert bad.status_code == 422 and "wrong-file.1" in bad.text and "完成</textarea>" in bad.text
    assert world.firm.post(step, data=report, files={"file.1": ("报告.pdf", b"%PDF-1.4 x")}).status_code == 303
    paper = next(
        str(node.attributes["href"])
        for node in LexborHTMLParser(world.poster.get(here).text).css("#plan a")
        if "/files/" in str(node.attributes["href"])
    )
    assert world.poster.get(paper).content == b"%PDF-1.4 x" and world.nobody.get(paper).status_code == 303
    short = world.poster.post(step, data={"do": "accept", "judged": "2"})
    assert short.status_code == 409 and "WE178" in short.text
    assert world.poster.post(step, data={"do": "refuse", "words": "强度不够"}).status_code == 303
    assert world.firm.post(step, data=report | {"value.1": "1900"}).status_code == 303
    assert world.poster.post(step, data={"do": "accept", "judged": "2"}).status_code == 303
    assert 'id="product"' not in world.poster.get(here).text and 'id="product"' in world.firm.get(here).text
    offer = {"product": FORM["title"]}
    assert world.poster.post(f"{here}/product", data=offer).status_code == 403
    assert world.firm.post(f"{here}/product", data={"product": "别的"}).status_code == 404
    led = world.firm.post(f"{here}/product", data=offer).headers["location"]
    assert led == world.firm.post(f"{here}/product", data=offer).headers["location"] and "draft=" in led
    assert "榜单通过验收，可以补充新产品：" in world.firm.get("/inbox").text
    assert world.host.post(f"/bounties/{bounty}/work", data={"to": "settled"}).status_code == 409, "nothing is paid"
    assert world.poster.post(step, data={"do": "pay"}).status_code == 303
    assert world.host.post(f"/bounties/{bounty}/work", data={"to": "settled"}).status_code == 303
