"""Needs at work: drafts, approval by another person, exactly what becomes public, and how they end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import settings as few
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import func, select
from starlette.testclient import TestClient

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests.kg.worlds import World, document, firm, product
from tests.site_fixture import HERE, LOCAL, load_world, settings
from tests.web.people import CHEAP, People, far_client, people, sends, sign_in
from web.accounts.actor import AT_THE_MACHINE, Actor
from web.app import create_app
from web.db.accounts import Organisation
from web.db.models import Event, Need, Outbox
from web.db.store import Database
from web.errors import WebError
from web.home import Home
from web.jobs import gaps
from web.jobs.due import due_clock
from web.jobs.graph import settle
from web.jobs.needs import TRANSITIONS, digest_of, expire_in, move, seen
from web.pages.needs.draft_form import as_json, controls
from web.pages.needs.own import How, own_conditions
from web.work.needs.names import city_of, coarsened, firms_in, named_in, pseudonym
from web.work.needs.needs import (
    Stale,
    Written,
    close,
    create,
    edit,
    invited_to,
    one,
    own,
    publish,
    send_back,
    submit,
    withdraw,
)

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
BUYER = "甬川云桁机器人集团有限公司"


def person(user: str, organisation: str | None = "o1", *roles: str, enterprise: str | None = None) -> Actor:
    return Actor(
        user=user,
        organisation=organisation,
        kind="buyer",
        roles=frozenset(roles or ("buyer_approver",)),
        organisation_name=BUYER if organisation else "",
        enterprise=enterprise,
    )


ANN, BEN = person("ann"), person("ben")
EDITOR, STRANGER = person("eve", "o1", "buyer_editor"), person("sam", "o2")
NEED = Written(title="谐波减速器", products=("谐波减速器",), reach="public", deadline="2026-07-01")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'work.db'}")
    yield opened
    opened.close()


def approved(
    database: Database, written: Written = NEED, *, names: tuple[str, ...] = (), confirmed: bool = False
) -> str:
    """A need that Ann wrote and Ben published."""
    with database.session() as session:
        need, _ = create(session, ANN, written, NOW)
        submit(session, ANN, need.id)
        publish(session, BEN, need.id, digest_of(need, NOW), NOW, names=names, confirmed=confirmed)
        return need.id


def waiting(database: Database) -> list[str]:
    with database.session() as session:
        return list(session.scalars(select(Outbox.subject_id)))


def test_a_draft_is_its_organisations_alone_and_is_published_by_another_person(database: Database) -> None:
    with database.session() as session:
        need, new = create(session, EDITOR, NEED, NOW, key="form-1")
        assert new and create(session, EDITOR, NEED, NOW, key="form-1") == (need, False)
        assert (need.buyer, need.visibility, need.state) == (BUYER, "private", "draft")
        for stranger, code in ((STRANGER, "WE404"), (person("kim", None, "analyst"), "WE032"), (Actor(), "WE401")):
            with pytest.raises(WebError) as caught:
                one(session, stranger, need.id)
            assert caught.value.code == code
        assert own(session, STRANGER) == ([], 0) and own(session, ANN)[1] == 1
        submit(session, ANN, need.id)
        digest = digest_of(need, NOW)
        for actor, code in ((EDITOR, "WE032"), (ANN, "WE131")):
            with pytest.raises(WebError) as caught:
                publish(session, actor, need.id, digest, NOW, names=(), confirmed=True)
            assert caught.value.code == code
    assert not waiting(database)
    with database.session() as session:
        publish(session, BEN, need.id, digest, NOW, names=(), confirmed=False)
    assert waiting(database) == [need.id]
    with database.session() as session:
        events = session.scalars(select(Event).where(Event.subject_id == need.id).order_by(Event.number)).all()
        assert [(event.actor, event.to_state) for event in events] == [
            ("eve", "draft"),
            ("ann", "in_approval"),
            ("ben", "active"),
        ]
        assert events[-1].digest == digest and {event.organisation_id for event in events} == {"o1"}


def test_the_preview_is_what_is_seen_and_another_one_is_not_published(database: Database) -> None:
    with database.session() as session:
        need, _ = create(session, ANN, replace(NEED, text="传动精度≤30角秒"), NOW)
        submit(session, ANN, need.id)
        before, digest = seen(need, NOW), digest_of(need, NOW)
        send_back(session, BEN, need.id, "标题太笼统")
        edit(session, ANN, need.id, replace(NEED, title="谐波减速器，速比101"), need.version, NOW)
        submit(session, ANN, need.id)
        with pytest.raises(WebError) as caught:
            publish(session, BEN, need.id, digest, NOW, names=(), confirmed=True)
        assert caught.value.code == "WE135" and before != seen(need, NOW)
        digest, shown = digest_of(need, NOW), seen(need, NOW)
        publish(session, BEN, need.id, digest, NOW, names=(), confirmed=True)
        assert seen(need) == shown and digest_of(need) == digest
    for actor, reason, code in ((BEN, "", "WE134"), (EDITOR, "不需要了", "WE032")):
        with pytest.raises(WebError) as caught, database.session() as session:
            withdraw(session, actor, need.id, reason)
        assert caught.value.code == code


def test_a_stale_form_is_shown_what_stands_now(database: Database) -> None:
    with database.session() as session:
        need, _ = create(session, ANN, NEED, NOW)
    with database.session() as session:
        edit(session, EDITOR, need.id, replace(NEED, title="减速器"), 1, NOW)
    with pytest.raises(Stale) as caught, database.session() as session:
        edit(session, ANN, need.id, replace(NEED, title="谐波减速机"), 1, NOW)
    assert (caught.value.code, caught.value.need.title, caught.value.need.version) == ("WE133", "减速器", 2)
    with database.session() as session:
        assert set(one(session, ANN, need.id).writers) == {"ann", "eve"}
    for wrong, field in ((replace(NEED, deadline="2026-05-31"), "deadline"), (Written(), "title")):
        with pytest.raises(WebError) as bad, database.session() as session:
            edit(session, ANN, need.id, wrong, 2, NOW)
        assert (bad.value.code, bad.value.place) == ("WE130", field)


def test_an_anonymous_need_names_nobody_and_is_coarse(database: Database) -> None:
    place = {"field": "region", "op": "within", "value": "330203", "reason": "离云桁的海曙工厂近"}
    barred = {"any": [{"field": "firm", "op": "not_in", "value": ["启朔精工"]}, place]}
    written = replace(NEED, anonymous=True, text="云桁机器人三期用", conditions={"all": [place, barred]})
    with database.session() as session:
        session.add(Organisation(id="o1", name=BUYER, kind="buyer", region="330203"))
    with pytest.raises(WebError) as caught:
        approved(database, written, names=(BUYER,))
    assert caught.value.code == "WE136"
    need_id = approved(database, written, names=(BUYER,), confirmed=True)
    with database.session() as session:
        need = one(session, ANN, need_id)
        public = seen(need)
        assert need.buyer == BUYER and public["row"]["buyer"] == ""
        assert public["row"]["poster"] == need.pseudonym == pseudonym(need_id, "330203")
        assert need.pseudonym.startswith("宁波市") and "o1" not in repr(public)
        assert "330203" not in repr(public) and "海曙" not in repr(public) and "330200" in repr(public)
    assert pseudonym("other", "330203") != need.pseudonym and "云桁" in named_in(["云桁机器人三期用"], [BUYER])
    assert firms_in(coarsened(written.conditions)) == ["启朔精工"]
    assert [city_of(code) for code in ("110105", "330000", "330200", "", "429004")] == [
        "110000", "330000", "330200", "", "429004",
    ]  # fmt: skip


@pytest.mark.parametrize("reach", ["private", "invited"])
def test_what_is_not_public_never_waits_for_the_graph(database: Database, reach: str) -> None:
    need_id = approved(database, replace(NEED, reach=reach, invited=("f1",)))
    with database.session() as session:
        for to in ("shortlisted", "inquiring"):
            move(session, session.get_one(Need, need_id), to, actor="ann")
        assert [need.id for need in invited_to(session, ["f1"])] == ([need_id] if reach == "invited" else [])
        assert not invited_to(session, ["f2"]) and not invited_to(session, [])
        with pytest.raises(WebError) as caught:
            close(session, BEN, need_id, "lost")
        assert caught.value.code == "WE132"
        assert close(session, BEN, need_id, "awarded").outcome == "awarded"
    assert not waiting(database)


def test_a_deadline_ends_a_need_by_the_clock_that_is_given(database: Database) -> None:
    late, soon = approved(database), approved(database, replace(NEED, title="柔轮", products=(), deadline=None))
    with database.session() as session:
        assert expire_in(session, datetime(2026, 7, 1, 15, 59, tzinfo=UTC)) == []
        assert expire_in(session, datetime(2026, 7, 1, 16, 0, tzinfo=UTC)) == [late]
        assert session.get_one(Need, soon).state == "active"
        assert seen(session.get_one(Need, late))["row"]["state"] is None
    with pytest.raises(WebError) as caught, database.session() as session:
        need, _ = create(session, ANN, NEED, NOW)
        submit(session, ANN, need.id)
        publish(session, BEN, need.id, digest_of(need, at := NOW + timedelta(40)), at, names=(), confirmed=True)
    assert caught.value.code == "WE137"


def test_the_operator_at_the_machine_may_do_both_and_it_is_said(database: Database) -> None:
    with database.session() as session:
        need, _ = create(session, AT_THE_MACHINE, replace(NEED, buyer="启朔精工"), NOW)
        submit(session, AT_THE_MACHINE, need.id)
        publish(session, AT_THE_MACHINE, need.id, digest_of(need, NOW), NOW, names=(), confirmed=False)
        last = session.scalars(select(Event).order_by(Event.number.desc()).limit(1)).one()
        assert last.to_state == "active" and "one person" in last.reason and need.buyer == "启朔精工"


class Ways(RuleBasedStateMachine):
    """Whoever does whatever, in whatever order: nothing is public that its writers alone have passed."""

    def __init__(self) -> None:
        super().__init__()
        self.database = Database("sqlite://")
        with self.database.session() as session:
            self.need = create(session, ANN, NEED, NOW)[0].id
        self.approvals: list[tuple[str, frozenset[str]]] = []

    def teardown(self) -> None:
        self.database.close()

    def _try(self, act: str, actor: Actor, to: str = "") -> None:
        try:
            with self.database.session() as session:
                need = session.get_one(Need, self.need)
                writers = frozenset(need.writers)
                if act == "edit":
                    edit(session, actor, need.id, replace(NEED, text=actor.user), need.version, NOW)
                elif act == "submit":
                    submit(session, actor, need.id)
                elif act == "return":
                    send_back(session, actor, need.id, "再改")
                elif act == "publish":
                    publish(session, actor, need.id, digest_of(need, NOW), NOW, names=(), confirmed=True)
                    self.approvals.append((actor.user, writers))
                elif act == "withdraw":
                    withdraw(session, actor, need.id, "不要了")
                elif to != "active" or need.state != "in_approval":
                    move(session, need, to, actor=actor.user, outcome="cancelled")
        except WebError:
            pass

    @rule(act=st.sampled_from(["edit", "submit", "return", "publish"]), actor=st.sampled_from([ANN, BEN, EDITOR]))
    def do(self, act: str, actor: Actor) -> None:
        self._try(act, actor)

    @rule(actor=st.sampled_from([ANN, BEN, STRANGER]))
    def take_back(self, actor: Actor) -> None:
        self._try("withdraw", actor)

    @precondition(lambda self: self.approvals)
    @rule(to=st.sampled_from(sorted(TRANSITIONS)))
    def go_on(self, to: str) -> None:
        self._try("move", ANN, to)

    @invariant()
    def another_person_approved(self) -> None:
        with self.database.session() as session:
            need = session.get_one(Need, self.need)
            sent = session.scalar(select(func.count()).select_from(Outbox)) or 0
            public = need.visibility == "public"
        assert all(user not in writers for user, writers in self.approvals)
        assert (public or sent) == (bool(self.approvals) and (public and bool(sent)))
        assert public or need.state in ("draft", "in_approval", "withdrawn")


TestWays = Ways.TestCase
TestWays.settings = few(max_examples=10, stateful_step_count=12, deadline=None)


ASKED = {
    "place": st.sampled_from(["330200", "990100"]),
    "tier": st.sampled_from(["little_giant", "specialised little_giant"]),
    "certificate": st.just("质量管理"),
    "size": st.just("medium"),
    "age": st.sampled_from(["3", "2.5"]),
    "revenue": st.sampled_from(["1200", "0.5"]),
    "domestic": st.just("1"),
    "capacity": st.just("10000件/年"),
    "delivery": st.just("30"),
    "exclude": st.just("甲厂\n乙厂"),
}


@few(max_examples=60, deadline=None)
@given(
    own=st.fixed_dictionaries({}, optional=ASKED),
    how=st.dictionaries(st.sampled_from(sorted(ASKED)), st.sampled_from(["hard", "wish", "any"])),
    strict=st.booleans(),
)
def test_conditions_come_back_to_the_form_as_they_were(own: dict[str, str], how: dict[str, How], strict: bool) -> None:
    kept = as_json(own_conditions(own, how, strict, "交货近"))
    shown, states, why, unknown_fails, rest = controls(kept)
    assert shown == own and not rest
    again = as_json(own_conditions(shown, states, unknown_fails, why))
    assert sorted(map(repr, again.get("all", []))) == sorted(map(repr, kept.get("all", [])))


def test_conditions_without_a_control_stay(database: Database) -> None:
    strange = {"all": [{"field": "staff", "op": ">=", "value": 20, "hard": True, "unknown": "keep"}], "any": []}
    own, _, _, _, rest = controls(strange)
    assert not own and as_json(rest) == strange


MAKERS = {"启朔精工有限公司": "谐波减速器", "栎庭液压有限公司": "柱塞泵", "珩川传动有限公司": "精密谐波减速器"}


@pytest.fixture(scope="module")
def home(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    made = World()
    source = document("catalogue", "2026-05-01")
    for name, thing in MAKERS.items():
        made.say(source, firm(name), "PRODUCES", product(thing))
    folder = tmp_path_factory.mktemp("drafts")
    with Home(settings(neo4j_server, parts, folder).model_copy(update=CHEAP)) as opened:
        load_world(opened, made)
        settle(opened)
        yield opened


@pytest.fixture(scope="module")
def world(home: Home) -> People:
    return people(home.database(), home.settings)


@pytest.fixture
def here(home: Home) -> TestClient:
    """Who sits at the machine."""
    return TestClient(create_app(home), base_url=LOCAL, client=HERE, follow_redirects=False)


FORM = {"title": "谐波减速器", "products": "谐波减速器", "reach": "public", "do": "keep"}


def hidden(page: str, name: str) -> str:
    node = LexborHTMLParser(page).css_first(f"input[name={name}]")
    assert node is not None
    return node.attributes["value"] or ""


def words(page: str, where: str) -> str:
    return " ".join(node.text(deep=True) for node in LexborHTMLParser(page).css(where))


@pytest.mark.graph
def test_a_need_from_the_form_to_everybody(home: Home, world: People) -> None:
    app = create_app(home)
    org = world.organisation("buyer", BUYER)
    writer, approver = (sign_in(app, world.login(org, role)) for role in ("buyer_editor", "buyer_approver"))
    key = hidden(writer.get("/drafts/new").text, "key")
    asked = {"certificate": "质量管理", "s": "certificate:hard", "strict": "1"}
    looked = writer.post("/drafts/new", data=FORM | asked | {"key": key, "products": "谐波减速机", "do": "look"})
    assert looked.status_code == 200 and "去掉" in words(looked.text, ".asked")
    assert "take:谐波减速机→谐波减速器" in looked.text and writer.get("/drafts").text.count("/drafts/") < 9
    bad = writer.post("/drafts/new", data=FORM | {"key": key, "deadline": "2020-01-01", "age": "many"})
    assert bad.status_code == 422 and "WE130" in bad.text and 'value="many"' in bad.text
    sent = [writer.post("/drafts/new", data=FORM | {"key": key}).headers["location"] for _ in range(2)]
    assert sent[0] == sent[1]
    page = writer.get(sent[0])
    assert page.status_code == 200 and "启朔精工" in words(page.text, ".ranked") and "/team" not in page.text
    why = LexborHTMLParser(page.text).css_first(".ranked a[href^='/why']")
    assert why is not None and writer.get(told := why.attributes["href"] or "").status_code == 200
    assert sent[0] in writer.get(told).text and far_client(app).get(told).status_code == 404
    assert approver.get(sent[0]).status_code == 200 and writer.get(f"{sent[0]}/publish").status_code == 200
    form = sends(writer.get(f"{sent[0]}/edit").text, f"{sent[0]}/edit")
    theirs = form | {"title": ["谐波减速器两台"], "deadline": ["2027-05-01"]}
    assert writer.post(f"{sent[0]}/edit", data=theirs).status_code == 303
    mine = form | {"title": ["我的标题"], "anonymous": ["1"], "text": ["重量不大于3千克"]}
    merging = writer.post(f"{sent[0]}/edit", data=mine)
    assert merging.status_code == 409 and "WE133" in merging.text
    chosen = sends(merging.text, f"{sent[0]}/edit")
    assert chosen["merge"] == ["title", "text", "deadline", "anonymous"] and "merge.pick.title" not in chosen
    sides = {name: chosen[f"merge.pick.{name}"] for name in ("text", "deadline", "anonymous")}
    assert sides == {"text": ["mine"], "deadline": ["theirs"], "anonymous": ["mine"]}
    left_open = writer.post(f"{sent[0]}/edit", data=chosen)  # both changed the title: nothing is saved without a word
    assert left_open.status_code == 409 and sends(left_open.text, f"{sent[0]}/edit")["merge.mine.title"] == ["我的标题"]
    saved = writer.post(f"{sent[0]}/edit", data=chosen | {"merge.pick.title": ["theirs"]})
    after = sends(writer.get(f"{sent[0]}/edit").text, f"{sent[0]}/edit")
    assert saved.status_code == 303 and (after["title"], after["deadline"]) == (["谐波减速器两台"], ["2027-05-01"])
    assert (after["text"], after["anonymous"]) == (["重量不大于3千克"], ["1"])
    plain = after | {"anonymous": [], "do": ["keep"]}
    assert writer.post(f"{sent[0]}/edit", data=plain).status_code == 303
    assert writer.post(sent[0], data={"do": "submit"}).status_code == 303
    need_id = sent[0].rpartition("/")[2]
    late = writer.post(f"{sent[0]}/edit", data=FORM | {"version": "3", "title": "晚到的标题"})
    assert late.status_code == 409 and "晚到的标题" in late.text and "WE013" in late.text
    assert writer.post(f"{sent[0]}/publish", data={"do": "publish", "digest": "x"}).status_code == 403
    preview = approver.get(f"{sent[0]}/publish")
    assert "谐波减速器两台" in words(preview.text, "#public")
    digest = hidden(preview.text, "digest")
    assert approver.post(f"{sent[0]}/publish", data={"do": "publish", "digest": "x"}).status_code == 409
    assert approver.get(f"/needs/{need_id}").status_code == 404
    assert approver.post(f"{sent[0]}/publish", data={"do": "return"}).status_code == 422
    done = approver.post(f"{sent[0]}/publish", data={"do": "publish", "digest": digest})
    assert done.headers["location"] == f"{sent[0]}?done=published"
    everybody = TestClient(app, base_url=LOCAL, client=("192.0.2.9", 1)).get(f"/needs/{need_id}")
    assert everybody.status_code == 200 and "谐波减速器两台" in everybody.text
    assert approver.post(sent[0], data={"do": "close", "outcome": "x"}).status_code == 422
    assert approver.post(sent[0], data={"do": "close", "outcome": "no_supplier"}).status_code == 303
    assert home.graph().read("need_cards", ids=[need_id])[0]["state"] == "closed"
    like = sends(writer.get(f"/drafts/new?like={need_id}").text, "/drafts/new")
    assert (like["title"], like["text"], like["before"]) == (["谐波减速器两台"], ["重量不大于3千克"], [""])


TENDER = (
    "谐波减速器采购。技术指标：传动精度不大于30角秒，寿命不少于8000小时。交货地点：浙江省宁波市海曙区。"
    "投标截止时间为2030年3月1日。2019年5月1日成立。"
)


def tender_docx() -> bytes:
    """The same as DOCX, what is sought in a table."""
    made = Document()
    sought, *rest = TENDER.split("。")
    made.add_paragraph(f"{sought}。")
    made.add_table(1, 1).cell(0, 0).text = f"{rest[0]}。"
    for line in filter(None, rest[1:]):
        made.add_paragraph(f"{line}。")
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.graph
def test_a_tender_is_confirmed_before_it_is_kept(here: TestClient, home: Home) -> None:
    with home.database().session() as session:
        before = session.scalar(select(func.count()).select_from(Need))
    web_page = f"<html><body><p>{TENDER}</p></body></html>".encode()
    for name, content in (("招标.html", web_page), ("招标.docx", tender_docx())):
        read = here.post("/drafts/read", files={"file": (name, content)}, data={"do": "read"})
        assert read.status_code == 200 and "投标截止时间" in words(read.text, "#deadlines .quote")
        page = LexborHTMLParser(read.text)
        on = {
            name: [node.attributes["value"] or "" for node in page.css(f"input[name={name}][checked]")]
            for name in ("product", "target", "deadline", "place")
        }
        assert on["product"] == ["谐波减速器"] and len(on["target"]) == 2 and on["deadline"] == ["2030-03-01"]
        assert on["place"] == [""] and "330203" in read.text
    fill = here.post(
        "/drafts/read",
        data={
            "do": "fill",
            "title": "谐波减速器采购",
            "product": on["product"],
            "target": on["target"][:1],
            "deadline": "2030-03-01",
        },
    )
    assert (
        fill.status_code == 200
        and "传动精度" in words(fill.text, "textarea")
        and "8000" not in words(fill.text, "textarea")
    )
    filled = sends(fill.text, "/drafts/new")
    assert filled["title"] == ["谐波减速器采购"] and filled["deadline"] == ["2030-03-01"]
    made = here.post("/drafts/new", data=filled | {"do": ["keep"]})
    assert made.status_code == 303 and "谐波减速器采购" in here.get(made.headers["location"]).text
    for bad, code in (
        (("a.pdf", b"%PDF-1.4 broken", "application/pdf"), "NL0"),
        (("a.txt", b"", "text/plain"), "NL002"),
    ):
        answer = here.post("/drafts/read", files={"file": bad}, data={"do": "read", "text": "已经写了的话"})
        assert answer.status_code == 422 and code in answer.text and "已经写了的话" in answer.text
    assert here.post("/drafts/read", data={"do": "read", "text": " "}).status_code == 422
    with home.database().session() as session:
        assert session.scalar(select(func.count()).select_from(Need)) == (before or 0) + 1


def sheet(rows: list[tuple[str, str]]) -> bytes:
    lines = ["物料名称,规格,用量,单位,现供应商", *(f"{name},{size},2,件,某供应商" for name, size in rows)]
    return "\n".join(lines).encode("utf-8-sig")


@pytest.mark.graph
def test_a_bill_of_materials_becomes_drafts_once(here: TestClient, home: Home) -> None:
    rows = [("谐波减速器", "速比101"), ("谐波减速机", "速比80"), ("量子纠缠门把手", ""), ("", "没有名称")]
    rows += [(f"密封圈{n}", "φ8") for n in range(57)]
    files = {"file": ("清单.csv", sheet(rows), "text/csv")}
    first, again = (here.post("/drafts/bom", files=files).headers["location"] for _ in range(2))
    assert first == again
    page = here.get(first)
    assert page.status_code == 200 and "没有名称" not in words(page.text, "#lines")
    assert "清单" in page.text and LexborHTMLParser(page.text).css_first("#refused") is not None
    lines = LexborHTMLParser(page.text).css("#lines tbody tr")
    assert len(lines) == 60
    by_name = {re.split(r"\s+", node.text(deep=True, separator=" ").strip())[0]: node for node in lines}
    like = by_name["谐波减速机"].css("input[type=radio]")
    assert next(node.attributes["value"] for node in like) == "谐波减速器" and len(like) <= 4
    ticked = [node.attributes["value"] or "" for node in LexborHTMLParser(page.text).css("input[name=line][checked]")]
    name, value = like[0].attributes["name"] or "", like[0].attributes["value"] or ""
    line = name.removeprefix("as-")
    took = here.post(first, data={"do": "chosen", "line": [*ticked, line], name: value})
    assert took.headers["location"].endswith("?new=2&already=0")
    shown = here.get(took.headers["location"]).text
    assert "启朔精工" in words(shown, "#made") and len(LexborHTMLParser(shown).css("#lines tbody tr")) == 58
    everything = here.post(first, data={"do": "all"}).headers["location"]
    assert everything.endswith("?new=58&already=2")
    assert (
        here.post(here.post("/drafts/bom", files=files).headers["location"], data={"do": "all"})
        .headers["location"]
        .endswith("?new=0&already=60")
    )
    with home.database().session() as session:
        made = session.scalars(select(Need).where(Need.source.contains("csv"))).all()
    meant = next(need for need in made if "谐波减速机" in need.products)
    assert len(made) == 60 and meant.products == ["谐波减速器", "谐波减速机"]
    assert not any("某供应商" in f"{need.title}{need.text}" for need in made)
    assert {need.visibility for need in made} == {"private"} and len(here.get("/drafts?page=2").text) > 1000
    for bad in (
        {},
        {"file": ("清单.xlsx", b"not a sheet", "x")},
        {"file": ("a.csv", "甲,乙\n1,2\n".encode(), "text/csv")},
    ):
        answer = here.post("/drafts/bom", files=bad) if bad else here.post("/drafts/bom", data={"x": "1"})
        assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert here.get("/drafts/bom/none").status_code == 404


@pytest.mark.graph
def test_an_anonymous_need_is_nobodys_and_an_invited_one_is_for_its_firms(home: Home, world: People) -> None:
    app = create_app(home)
    firms = {one.name: one.id for one in home.corpus().firms}
    buyer, maker = "启朔精工有限公司", "珩川传动有限公司"
    org = world.organisation("buyer", buyer, enterprise=firms[buyer])
    own_firm, other_firm = (
        world.organisation("firm", name, enterprise=firms[name]) for name in (maker, "栎庭液压有限公司")
    )
    writer, approver = (sign_in(app, world.login(org, role)) for role in ("buyer_editor", "buyer_approver"))

    def publish_it(**more: str) -> tuple[str, str]:
        made = writer.post("/drafts/new", data=FORM | {"key": more["title"]} | more)
        assert made.status_code == 303, words(made.text, ".wrong")
        at = made.headers["location"]
        writer.post(at, data={"do": "submit"})
        preview = approver.get(f"{at}/publish").text
        told = {"do": "publish", "digest": hidden(preview, "digest")}
        if "启朔" in more.get("text", ""):
            assert "启朔" in words(preview, "#names") and approver.post(f"{at}/publish", data=told).status_code == 422
            told["confirmed"] = "1"
        assert approver.post(f"{at}/publish", data=told).status_code == 303
        return at.rpartition("/")[2], preview

    hidden_id, preview = publish_it(
        title="匿名减速器", deadline="2099-01-01", anonymous="1", first_use="1", text="启朔三期"
    )
    assert words(preview, "#like.wrong") and "启朔精工" not in words(preview, "#public dd:nth-of-type(2)")
    everybody = TestClient(app, base_url=LOCAL, client=("192.0.2.9", 1))
    page = everybody.get(f"/needs/{hidden_id}").text
    assert "匿名采购方" in page and "首次应用" in words(page, "#first-use") and "启朔精工" in words(page, ".ranked")
    asked = (
        f"MATCH (n:Need {{id: '{hidden_id}'}}) OPTIONAL MATCH (n)-[]-(m) RETURN properties(n) AS p, properties(m) AS m"
    )
    stored = list(home.graph().read_statement(asked, timeout=10.0))
    assert "启朔" not in repr(stored) and stored[0]["p"]["poster"]
    invited_id, _ = publish_it(title="邀请减速器", reach="invited", invited=maker)
    private_id, _ = publish_it(title="自用减速器", reach="private")
    assert due_clock(home).round(NOW)["needs_over"] == [] and home.graph().read("need_cards", ids=[hidden_id])
    assert due_clock(home).round(datetime(2099, 1, 2, tzinfo=UTC))["needs_over"] == [hidden_id]
    assert (
        not home.graph().read("need_cards", ids=[hidden_id]) and everybody.get(f"/needs/{hidden_id}").status_code == 404
    )
    for need_id in (invited_id, private_id):
        assert everybody.get(f"/needs/{need_id}").status_code == 404
        assert not home.graph().read("need_cards", ids=[need_id])
    owner, rival = (sign_in(app, world.login(one, "firm_owner")) for one in (own_firm, other_firm))
    assert "邀请减速器" in owner.get(f"/firms/{firms[maker]}/needs").text
    assert "邀请减速器" not in rival.get(f"/firms/{firms[maker]}/needs").text
    statuses = [one.get(f"/drafts/{invited_id}/invited").status_code for one in (owner, rival)]
    assert statuses == [200, 404] and owner.get(f"/drafts/{invited_id}").status_code == 403
    assert everybody.get(f"/drafts/{invited_id}/invited", follow_redirects=False).status_code in (303, 401)


@pytest.mark.graph
def test_where_the_operator_has_an_account_a_gap_s_draft_waits_for_another_person(home: Home, world: People) -> None:
    world.user("operator", None)
    with home.database().session() as session:
        need = Need(title="柔轮", products=["柔轮"], gap="few:x", reach="public", writers=["operator"])
        session.add(need)
    assert gaps.publish(home, need.id).state == "in_approval"
    with pytest.raises(WebError) as caught:
        gaps.publish(home, need.id)
    assert caught.value.code == "WE013" and not home.graph().read("need_cards", ids=[need.id])
