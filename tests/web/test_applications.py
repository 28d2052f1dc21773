"""Applications to bounties: rules of who may apply, who sees what, teams by account and link, pages of all sides."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.parts import Parts
from tests.web.bounties import AFTER, AT, RACE, actor, bounty, organisation, to
from tests.web.people import far_client, people, quiet_home, sign_in
from web.accounts.actor import Actor
from web.app import create_app
from web.db.accounts import Organisation
from web.db.bounties import Application, Bounty
from web.errors import UnusableError, WebError
from web.work.bounties import application as work
from web.work.bounties import application_broker as brokers
from web.work.bounties import application_decision as decisions
from web.work.bounties import application_team as teams
from web.work.bounties import application_withdrawal as withdrawals
from web.work.bounties.application_rules import Challenge, Known, Listed, Party, Tie, checks
from web.work.bounties.rules import rule_sets

WHOLE = {"plan": "三步走", "months": "12", "price": "1200000.50", "promise.1": "拉拔", "figure.1": "1900 MPa"}
UNKNOWN = Known(graph=False)


def verdicts(rules: str, parties: list[Party], known: Known, broker: bool = False) -> dict[str, tuple[str, str]]:
    challenge = Challenge("org-poster", "云桁集团有限公司", ["organisation", "team"], rule_sets()[rules])
    return {one.rule: (one.verdict, one.why) for one in checks(challenge, parties, known, broker, "2026-05-04")}


def test_each_rule_passes_fails_or_is_unknown_with_its_reason() -> None:
    lead, hospital = Party("启朔精工有限公司", "f1", "o1", lead=True), Party("甬江第一医院", None, "o2")
    tied = Known(frozenset({"p"}), {"f1": Tie("below", "云桁集团有限公司", ("fact1",))}, frozenset({"f1", "p"}))
    free = Known(frozenset({"p"}), {}, frozenset({"f1", "p"}), lists=True)
    found = verdicts("baoding-2023", [lead], tied)
    assert found["not_group"] == ("fail", "below") and found["not_poster"] == ("pass", "others")
    assert verdicts("baoding-2023", [lead], free)["not_group"] == ("pass", "no_tie")
    silent = Known(frozenset({"p"}), {}, frozenset({"p"}))
    assert verdicts("baoding-2023", [lead], silent)["not_group"] == ("unknown", "nothing_said")
    assert verdicts("baoding-2023", [lead, hospital], free)["not_group"] == ("unknown", "not_in_graph")
    assert verdicts("baoding-2023", [lead], UNKNOWN)["not_group"] == ("unknown", "no_graph")
    for own in (
        Party("云桁集团有限公司", lead=True),
        Party("别名", "p", lead=True),
        Party("部门", None, "org-poster", True),
    ):
        found = verdicts("changsha-2023", [own], free)
        assert found["not_poster"][0] == found["poster_not_lead"][0] == "fail"
    assert verdicts("changsha-2023", [hospital], free)["hospital_with_firm"] == ("fail", "hospital_alone")
    assert verdicts("changsha-2023", [lead, hospital], free)["hospital_with_firm"] == ("unknown", "high_tech_unknown")
    assert verdicts("changsha-2023", [lead], free)["hospital_with_firm"] == ("pass", "no_hospital")
    for until, verdict in ((None, "fail"), ("2024-01-01", "fail"), ("2023-05-03", "unknown")):
        known = Known(listed={"f1": (Listed("dishonest", "fact2", until),)}, lists=True)
        assert verdicts("plain", [lead], known)["no_violation"][0] == verdict, until
    assert verdicts("plain", [lead], Known())["no_violation"] == ("unknown", "no_lists")
    assert verdicts("plain", [lead], free, broker=True)["participation"] == ("fail", "no_broker")
    waiting = Party("沐岑研究院", None, "o3", state="asked")
    found = verdicts("plain", [lead, waiting], free)
    assert found["team_confirmed"] == ("fail", "waits") and found["lead_named"] == ("pass", "one_lead")
    gone = Party("沐岑研究院", None, "o3", state="declined")
    assert verdicts("plain", [lead, gone], free)["team_confirmed"][0] == "pass"
    assert verdicts("plain", [waiting], free)["lead_named"] == ("fail", "leads")


class Stage:
    """A bounty with its people, in one transaction."""

    def __init__(self, session: Session, state: str = "open", **more: Any) -> None:
        self.session = session
        self.poster = organisation(session, "buyer", "云桁集团有限公司")
        self.host = organisation(session, "authority", "某市科技局")
        self.firm = organisation(session, "firm", "启朔精工有限公司", "f1")
        self.institute = organisation(session, "institute", "沐岑研究院")
        self.other = organisation(session, "firm", "珩川传动有限公司", "f3")
        self.bounty = bounty(session, self.poster, self.host, state, **more)
        self.owner, self.editor = actor(self.firm, "firm_owner"), actor(self.firm, "firm_editor")
        self.member = actor(self.institute, "firm_owner")
        self.stranger = actor(self.other, "firm_owner")
        self.leads = actor(self.host, "organiser")
        self.posts = actor(self.poster, "buyer_approver")

    def begun(self, who: Actor | None = None) -> Application:
        return work.begin(self.session, who or self.editor, self.bounty.id, WHOLE, UNKNOWN, AT)

    def sent(self, who: Actor | None = None) -> Application:
        row = self.begun(who)
        return work.submit(self.session, who or self.owner, row.id, UNKNOWN, AT)

    def sees(self, who: Actor, row: Application) -> str:
        try:
            return work.one(self.session, who, row.id).side
        except WebError as error:
            assert error.code == "WE404"
            return ""


def refused(code: str, call: Any, *args: Any) -> None:
    with pytest.raises(WebError) as caught:
        call(*args)
    assert caught.value.code == code


def test_never_by_the_poster_its_group_or_after_the_deadline(session: Session) -> None:
    stage = Stage(session)
    poster = actor(stage.poster, "buyer_editor")
    refused("WE165", work.begin, session, poster, stage.bounty.id, WHOLE, UNKNOWN, AT)
    daughter = Known(frozenset({"p"}), {"f1": Tie("below", "云桁集团有限公司", ("fact1",))})
    refused("WE165", work.begin, session, stage.editor, stage.bounty.id, WHOLE, daughter, AT)
    refused("WE162", work.begin, session, stage.editor, stage.bounty.id, WHOLE, UNKNOWN, AFTER)
    refused("WE032", work.begin, session, stage.leads, stage.bounty.id, WHOLE, UNKNOWN, AT)
    row = stage.begun()
    assert stage.begun() is row and row.price == 120_000_050  # one for an organisation; integer fen
    refused("WE032", work.submit, session, stage.editor, row.id, UNKNOWN, AT)  # an editor drafts, an owner sends
    refused("WE165", work.submit, session, stage.owner, row.id, daughter, AT)  # bought by the poster meanwhile
    refused("WE162", work.submit, session, stage.owner, row.id, UNKNOWN, AFTER)
    with pytest.raises(UnusableError) as caught:
        work.edit(session, stage.editor, row.id, {"months": "0", "price": "1.005", "member.1": "x"}, row.version, AT)
    assert set(caught.value.wrong) == {"months", "price", "member.1"}
    refused("WE163", work.edit, session, stage.editor, row.id, WHOLE, row.version + 1, AT)


def test_a_team_confirms_what_it_was_shown_by_account_and_by_link(session: Session) -> None:
    stage = Stage(session)
    row = stage.begun()
    by_account = teams.ask(session, stage.editor, row.id, "沐岑研究院", None, "试验", AT)
    by_link = teams.ask(session, stage.editor, row.id, "无账号检测中心", None, "", AT)
    assert by_account.organisation_id == stage.institute.id
    refused("WE165", teams.ask, session, stage.editor, row.id, stage.poster.name, None, "", AT)
    with pytest.raises(UnusableError):
        teams.ask(session, stage.editor, row.id, "沐岑研究院", None, "", AT)
    refused("WE161", teams.answer, session, stage.member, row.id, True, AT)  # nothing was sent to the team yet
    work.share(session, stage.owner, row.id, AT)
    refused("WE164", work.submit, session, stage.owner, row.id, UNKNOWN, AT)
    _, code = teams.link(session, stage.owner, row.id, by_link.id, AT)
    _, again = teams.link(session, stage.owner, row.id, by_link.id, AT)
    refused("WE166", teams.by_link, session, code, AT)  # the newer one holds
    refused("WE166", teams.by_link, session, again, AFTER)
    assert teams.by_link(session, again.lower(), AT).member is by_link
    teams.answer(session, stage.member, row.id, True, AT)
    teams.answer_by_link(session, again, True, AT)
    refused("WE166", teams.by_link, session, again, AT)  # used once
    work.reopen(session, stage.owner, row.id, AT)
    assert {one.state for one in work.members(session, row) if one.role != "lead"} == {"asked"}
    lead = next(one for one in work.members(session, row) if one.role == "lead")
    shared = {**WHOLE, "member.1": lead.id, "member.2": by_link.id}
    work.edit(session, stage.editor, row.id, shared, row.version, AT)
    teams.take_out(session, stage.editor, row.id, by_link.id, AT)
    work.share(session, stage.owner, row.id, AT)
    teams.answer(session, stage.member, row.id, True, AT)
    with pytest.raises(UnusableError) as caught:  # a target of nobody
        work.submit(session, stage.owner, row.id, UNKNOWN, AT)
    assert set(caught.value.wrong) == {"member.2"}


def test_a_broker_and_a_solver_each_consent_to_the_share(session: Session) -> None:
    stage = Stage(session, participation=["organisation", "team", "broker"], broker_share=10.0)
    house = organisation(session, "intermediary", "某技术转移中心")
    broker = actor(house, "organiser")
    with pytest.raises(UnusableError):
        brokers.offer(session, broker, stage.bounty.id, "10.5", AT)
    refused("WE162", brokers.offer, session, stage.leads, stage.bounty.id, "5", AT)  # a host is no broker
    code, row = brokers.offer(session, broker, stage.bounty.id, "5", AT), stage.begun()
    with pytest.raises(UnusableError):
        brokers.take_broker(session, stage.owner, row.id, "ABCDE-ABCDE-ABCDE-ABCDE", AT)
    brokers.take_broker(session, stage.owner, row.id, code, AT)
    assert (row.broker_id, row.broker_share) == (house.id, 5.0)
    assert stage.sees(broker, row) == ""


def test_host_and_poster_decide_in_their_stages_and_select_at_most_three(session: Session) -> None:
    stage = Stage(session, rules=RACE, solvers_most=3)
    firms = [stage.owner, stage.stranger] + [
        actor(organisation(session, "firm", f"第{n}精工有限公司", f"g{n}"), "firm_owner") for n in range(2)
    ]
    rows = [stage.sent(who) for who in firms]
    refused("WE161", decisions.decide, session, stage.leads, rows[0].id, "eligible", "", AT)  # still open
    to(session, stage.bounty, "closed")
    refused("WE165", decisions.decide, session, stage.leads, rows[0].id, "eligible", "", AT)  # unknown, no reason
    rival = actor(organisation(session, "authority", "邻市科技局"), "organiser")
    refused("WE404", decisions.decide, session, rival, rows[0].id, "eligible", "x", AT)
    refused("WE032", decisions.decide, session, stage.posts, rows[0].id, "eligible", "x", AT)
    for row in rows:
        decisions.decide(session, stage.leads, row.id, "eligible", "查了企业报告", AT)
    refused("WE161", decisions.decide, session, stage.leads, rows[0].id, "selected", "", AT)  # no stage left out
    to(session, stage.bounty, "reviewing")
    refused("WE134", decisions.decide, session, stage.leads, rows[0].id, "reviewed", "", AT)
    for row in rows:
        decisions.decide(session, stage.leads, row.id, "reviewed", "没有请专家", AT)
    to(session, stage.bounty, "negotiating")
    for row in rows:
        decisions.decide(session, stage.posts, row.id, "talks", "", AT)
    for row in rows[:3]:
        decisions.decide(session, stage.posts, row.id, "selected", "", AT)
    refused("WE169", decisions.decide, session, stage.posts, rows[3].id, "selected", "", AT)
    refused("WE134", decisions.decide, session, stage.posts, rows[3].id, "not_selected", "", AT)
    decisions.decide(session, stage.posts, rows[3].id, "not_selected", "报价高", AT)
    assert not withdrawals.withdraw(session, firms[0], rows[0].id, "产能不够", AFTER)  # the host is asked
    refused("WE404", withdrawals.answer_withdrawal, session, rival, rows[0].id, True, "", AT)
    withdrawals.answer_withdrawal(session, stage.leads, rows[0].id, True, "", AFTER)
    assert rows[0].state == "withdrawn"


ACTS = ("begin", "edit", "ask", "share", "answer", "submit", "withdraw", "reopen", "close", "eligible", "reviewed")


@given(st.lists(st.sampled_from(ACTS), max_size=14))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_a_draft_is_its_teams_and_nothing_shows_too_early(session: Session, acts: list[str]) -> None:
    with session.begin_nested() as undone:
        stage = Stage(session)
        row: Application | None = None
        for act in acts:
            with suppress(WebError):
                row = _act(stage, row, act)
            if row is None:
                continue
            session.flush()
            sent = row.submitted is not None
            assert stage.sees(stage.owner, row) == "lead" and stage.sees(stage.stranger, row) == ""
            assert stage.sees(stage.leads, row) == ("host" if sent else "")
            closed = stage.bounty.state != "open"
            assert stage.sees(stage.posts, row) == ("poster" if sent and closed else "")
            team = [one for one in work.members(session, row) if one.role != "lead" and one.state != "declined"]
            assert stage.sees(stage.member, row) == ("member" if team else "")
            assert (row.state not in ("draft", "team_confirming", "withdrawn")) == sent or row.state == "withdrawn"
        undone.rollback()


def _act(stage: Stage, row: Application | None, act: str) -> Application | None:
    session = stage.session
    if act == "begin":
        return stage.begun()
    if act == "close":
        to(session, stage.bounty, {"open": "closed", "closed": "reviewing"}.get(stage.bounty.state, "reviewing"))
        return row
    if row is None:
        return None
    if act == "edit":
        work.edit(session, stage.editor, row.id, WHOLE, row.version, AT)
    elif act == "ask":
        teams.ask(session, stage.editor, row.id, "沐岑研究院", None, "", AT)
    elif act == "share":
        work.share(session, stage.owner, row.id, AT)
    elif act == "answer":
        teams.answer(session, stage.member, row.id, True, AT)
    elif act == "submit":
        work.submit(session, stage.owner, row.id, UNKNOWN, AT)
    elif act == "withdraw":
        withdrawals.withdraw(session, stage.owner, row.id, "", AT)
    elif act == "reopen":
        work.reopen(session, stage.owner, row.id, AT)
    else:
        decisions.decide(session, stage.leads, row.id, act, "查过", AT)
    return row


def test_the_pages_of_all_sides(tmp_path: Path, parts: Parts) -> None:
    with quiet_home(tmp_path, parts) as home:
        world, app = people(home.database(), home.settings), create_app(home)
        buyer, bureau = world.organisation("buyer", "云桁采购"), world.organisation("authority", "某市科技局")
        lead = world.organisation("firm", "启朔精工有限公司", enterprise="f1")
        mate = world.organisation("institute", "沐岑研究院")
        strange = world.organisation("firm", "珩川传动有限公司", enterprise="f9")
        with home.database().session() as session:
            places = {place.id: place for place in session.scalars(select(Organisation))}
            made = bounty(session, places[buyer], places[bureau])
            made.deadline = None
        owner, member = sign_in(app, world.login(lead, "firm_owner")), sign_in(app, world.login(mate, "firm_owner"))
        host, poster = (
            sign_in(app, world.login(bureau, "organiser")),
            sign_in(app, world.login(buyer, "buyer_approver")),
        )
        other, anybody = sign_in(app, world.login(strange, "firm_owner")), far_client(app)
        form = owner.get(f"/bounties/{made.id}/apply")
        assert "抗拉强度 ≥ 1850 MPa" in form.text and "图谱现在不可用" in form.text
        assert poster.post(f"/bounties/{made.id}/apply", data={"plan": "自己来"}).status_code == 409
        back = owner.post(f"/bounties/{made.id}/apply", data={"plan": "拉拔三步", "months": "x"})
        assert back.status_code == 422 and "拉拔三步" in back.text
        page = owner.post(f"/bounties/{made.id}/apply", data={"plan": "拉拔", "months": "12"}).headers["location"]
        shown = owner.get(page).text
        ids = dict(re.findall(r'<option value="(\w+)" lang="zh-CN"[^>]*>([^<]+)<', shown))
        version = re.findall(r'name="version" value="(\d+)"', shown)[0]
        mine = next(iter(ids))
        whole = {"plan": "拉拔三步", "months": "12", "member.1": mine, "member.2": mine}
        assert owner.post(f"{page}/edit", data={**whole, "version": version}).status_code == 303
        stale = owner.post(f"{page}/edit", data={**whole, "plan": "别的写法", "version": version})
        assert stale.status_code == 409 and "WE163" in stale.text and "别的写法" in stale.text
        assert "技术方案" in stale.text and 'name="merge.pick.plan"' in stale.text
        assert owner.post(f"{page}/members", data={"do": "ask", "name": "沐岑研究院"}).status_code == 303
        assert owner.post(f"{page}/members", data={"do": "ask", "name": "无账号中心"}).status_code == 303
        sent = owner.post(f"{page}/files", files={"file": ("方案.pdf", b"%PDF-1.4 x", "application/pdf")})
        assert sent.status_code == 303
        file = re.findall(rf"{page}/files/\w+", owner.get(page).text)[0]
        assert owner.get(file).content == b"%PDF-1.4 x" and other.get(file).status_code == 404
        assert owner.post(f"{page}/state", data={"to": "team_confirming"}).status_code == 303
        assert "沐岑研究院" in member.get(page).text and "拉拔三步" in member.get(page).text
        assert "请本单位参加揭榜团队" in member.get("/inbox").text
        assert member.post(f"{page}/members/answer", data={"do": "confirm"}).status_code == 303
        for client in (host, poster, other):
            assert client.get(page).status_code == 404
        guest = re.findall(rf"{page}/members/\w+/letter", owner.get(page).text)[0]
        code = re.findall(r"/applications/join/([0-9A-Z-]{23})<", owner.post(guest).text)[0]
        assert "拉拔三步" in anybody.get(f"/applications/join/{code}").text
        assert anybody.post(f"/applications/join/{code}", data={"do": "confirm"}).status_code == 200
        assert anybody.get(f"/applications/join/{code}").status_code == 404
        assert owner.post(f"{page}/state", data={"to": "submitted"}).status_code == 303
        assert host.get(page).status_code == 200 and poster.get(page).status_code == 404
        listed = poster.get(f"/bounties/{made.id}/applications").text
        assert "启朔精工" not in listed and "截止以后" in listed
        assert "启朔精工" in host.get(f"/bounties/{made.id}/applications").text
        assert "提交了揭榜申请" in host.get("/inbox").text
        with home.database().session() as session:
            to(session, session.get_one(Bounty, made.id), "closed")
        assert "启朔精工" in poster.get(f"/bounties/{made.id}/applications?lang=en").text
        refusal = host.post(f"{page}/state", data={"to": "eligible"})
        assert refusal.status_code == 409 and "WE165" in refusal.text
        assert host.post(f"{page}/state", data={"to": "eligible", "reason": "已核"}).status_code == 303
        assert other.get(page).status_code == 404 and anybody.get(page).status_code == 303
        assert "启朔精工" in member.get("/applications").text and "启朔精工" not in other.get("/applications").text
