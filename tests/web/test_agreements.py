"""From the talks of a bounty to its last payment: award, agreement, changes by consent, milestones, the race."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.bounties import AFTER, RACE, actor, bounty, organisation
from web.accounts.actor import Actor
from web.db.accounts import Membership, User
from web.db.bounties import Application, Bounty, TeamMember
from web.db.store import Database
from web.db.watches import Notice
from web.errors import UnusableError, WebError
from web.forms import File
from web.work.bounties import agreement as agreements
from web.work.bounties import milestone as milestones
from web.work.bounties.award import award
from web.work.bounties.states import enter_stage

FORM = {
    "content": ["做出钢丝"],
    "delivery": ["2027-05-31"],
    "total": ["1000000"],
    "ip": ["exclusive"],
    "audit": ["yes"],
    "share": ["600000", "400000"],
    "m_title": ["小试", "验收"],
    "m_due": ["2026-12-31", "2027-05-31"],
    "m_amount": ["300000", "700000"],
}
MET = {"value.1": "1.9", "unit.1": "GPa", "method.1": "GB/T 228.1"}
PAPER = File("检测报告.pdf", b"%PDF-1.4 1900")


class World:
    """A bounty in talks with three applications, each of a firm with one member."""

    def __init__(self, session: Session) -> None:
        self.session = session
        poster, host = organisation(session, "buyer", "云桁"), organisation(session, "organiser", "科技局")
        self.poster, self.host = actor(poster, "buyer_approver"), actor(host, "organiser")
        self.bounty: Bounty = bounty(session, poster, host, "negotiating", rules=RACE, solvers_most=3)
        self.owners: list[Actor] = []
        self.applications: list[Application] = []
        for name in "甲乙丙":
            firm = organisation(session, "firm", name)
            row = Application(
                organisation_id=firm.id, bounty_id=self.bounty.id, firm_name=name, state="talks", price=100000000,
                submitted=AFTER + timedelta(minutes=len(self.applications)),
            )  # fmt: skip
            session.add(row)
            session.flush()
            for member, role in ((name, "lead"), (f"{name}所", "member")):
                session.add(TeamMember(application_id=row.id, firm_name=member, role=role, state="confirmed"))
            session.flush()
            self.owners.append(actor(firm, "firm_owner"))
            self.applications.append(row)

    def contracted(self, number: int) -> list[str]:
        """The ids of the agreements after an award to so many."""
        chosen = [row.id for row in self.applications[:number]]
        award(self.session, self.poster, self.bounty.id, chosen, dict.fromkeys(chosen, "方案最好"), AFTER)
        enter_stage(self.session, self.bounty, "contracted", actor="deadline", at=AFTER + timedelta(days=3))
        return [row.id for row in agreements.begin(self.session, self.bounty, "deadline", AFTER)]

    def running(self, number: int) -> list[str]:
        """The same, agreed and begun."""
        ids = self.contracted(number)
        for ident in ids:
            owner = self.owner_of(ident)
            row = agreements.write(self.session, self.poster, ident, FORM, AFTER)
            agreements.accept(self.session, self.poster, ident, row.digest, AFTER)
            agreements.accept(self.session, owner, ident, row.digest, AFTER)
        for to in ("project", "running"):
            agreements.start(self.session, self.bounty, to, self.host.user, AFTER)
        return ids

    def owner_of(self, ident: str) -> Actor:
        """The owner of the firm that solves by this agreement."""
        application = agreements.one(self.session, self.poster, ident).application
        return self.owners[[row.id for row in self.applications].index(application.id)]

    def plan(self, ident: str) -> list[str]:
        """The ids of its milestones."""
        return [
            one.id for one in agreements.milestones(self.session, agreements.one(self.session, self.poster, ident).row)
        ]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path_factory.mktemp('agreements') / 'work.db'}")
    yield made
    made.close()


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with database.session() as session:
        yield World(session)


def test_an_award_needs_reasons_and_room_and_shows_the_team_alone(world: World) -> None:
    ids = [row.id for row in world.applications]
    with pytest.raises(UnusableError):
        award(world.session, world.poster, world.bounty.id, ids[:1], {}, AFTER)
    world.bounty.solvers_most = 1
    reasons = dict.fromkeys(ids, "好")
    for chosen in ([], ids[:2], ["x"]):
        with pytest.raises(WebError) as caught:
            award(world.session, world.poster, world.bounty.id, chosen, reasons, AFTER)
        assert caught.value.code == "WE174"
    with pytest.raises(WebError) as caught:
        award(world.session, world.owners[0], world.bounty.id, ids[:1], reasons, AFTER)
    assert caught.value.code == "WE032"
    award(world.session, world.poster, world.bounty.id, ids[:1], reasons, AFTER, days=5)
    assert [one["name"] for one in world.bounty.team] == ["甲", "甲所"] and world.bounty.state == "award_notice"
    assert [row.state for row in world.applications] == ["selected", "not_selected", "not_selected"]
    with pytest.raises(WebError) as caught:
        enter_stage(world.session, world.bounty, "contracted", actor="x", at=AFTER + timedelta(days=5))
    assert caught.value.code == "WE153", "the notice is not over on its last day"


def test_an_agreement_holds_by_one_hash_and_its_sums(world: World) -> None:
    [ident] = world.contracted(1)
    too_much = FORM | {"m_amount": ["300000", "700000.01"]}
    for form in (too_much, FORM | {"share": ["1", "2"]}):
        with pytest.raises(WebError) as caught:
            agreements.write(world.session, world.poster, ident, form, AFTER)
        assert caught.value.code == "WE176"
    with pytest.raises(UnusableError) as unusable:
        agreements.write(world.session, world.poster, ident, FORM | {"ip": ["all"], "total": ["-1"]}, AFTER)
    assert set(unusable.value.wrong) == {"ip", "total"}
    first = agreements.write(world.session, world.poster, ident, FORM, AFTER).digest
    agreements.accept(world.session, world.owners[0], ident, first, AFTER)
    row = agreements.write(world.session, world.poster, ident, FORM | {"audit": [""]}, AFTER)
    assert row.solver_accepted is None and row.digest != first
    with pytest.raises(WebError) as caught:
        agreements.accept(world.session, world.owners[0], ident, first, AFTER)
    assert caught.value.code == "WE175"
    with pytest.raises(WebError):
        agreements.start(world.session, world.bounty, "project", "h", AFTER)
    with pytest.raises(WebError) as caught:
        agreements.one(world.session, world.owners[1], ident)
    assert caught.value.code == "WE404", "who lost sees nothing"


def test_a_change_needs_the_other_side(world: World) -> None:
    [ident] = world.running(1)
    typed = {"what": "total", "value": "1200000", "reason": "加一轮试验"}
    change = agreements.propose(world.session, world.owners[0], ident, typed, AFTER)
    with pytest.raises(WebError) as caught:
        agreements.respond(world.session, world.owners[0], change.id, True, AFTER)
    assert caught.value.code == "WE179"
    agreements.respond(world.session, world.poster, change.id, True, AFTER)
    row = agreements.one(world.session, world.poster, ident).row
    assert row.terms["funds"]["total"] == 120000000 and row.terms["funds"]["split"][0]["fen"] == 80000000
    more = agreements.propose(
        world.session, world.poster, ident,
        {"what": "milestone_amount", "number": "2", "value": "900000.01", "reason": "多付"}, AFTER,
    )  # fmt: skip
    with pytest.raises(WebError) as caught:
        agreements.respond(world.session, world.owners[0], more.id, True, AFTER)
    assert caught.value.code == "WE176", "payments stay within the sum that both agreed"


def test_the_first_that_meets_the_targets_wins_and_is_paid(world: World) -> None:
    one, two = world.running(2)
    winner, other = world.owner_of(two), world.owner_of(one)
    trial, last = world.plan(two)
    with pytest.raises(WebError) as caught:
        milestones.report(world.session, other, last, "不是我的", MET, AFTER)
    assert caught.value.code == "WE404"
    for ident in (trial, last):
        milestones.report(world.session, winner, ident, "做完了", MET | {"value.1": "1.8"}, AFTER)
    milestones.accept(world.session, world.poster, trial, "", AFTER)
    with pytest.raises(WebError) as caught:
        milestones.accept(world.session, world.poster, last, "", AFTER, judged=[1, 2])
    assert caught.value.code == "WE178", "a figure is measured, not judged"
    milestones.refuse(world.session, world.poster, last, "强度不够", AFTER)
    row = milestones.report(world.session, winner, last, "又做了一炉", MET, AFTER, {2: PAPER})
    assert [found["verdict"] for found in row.measured] == ["met", "unknown"]
    milestones.accept(world.session, world.poster, last, "", AFTER, judged=[2])
    assert world.bounty.state == "acceptance" and [row.state for row in world.applications[:2]] == [
        "outrun",
        "accepted",
    ]
    assert [found["name"] for found in world.bounty.team] == ["乙", "乙所"]
    with pytest.raises(WebError) as caught:
        milestones.settle_bounty(world.session, world.host, world.bounty.id, "", AFTER)
    assert caught.value.code == "WE177"
    for ident in (trial, last):
        milestones.pay(world.session, world.poster, ident, AFTER)
    assert milestones.settle_bounty(world.session, world.host, world.bounty.id, "验收通过", AFTER).state == "settled"


def test_a_test_report_is_of_a_known_kind_and_for_the_sides_alone(world: World) -> None:
    [ident] = world.running(1)
    owner, [trial, _] = world.owners[0], world.plan(ident)
    for bad, why in (
        (File("报告.exe", b"MZ"), "kind"),
        (File("报告.pdf", b"MZ"), "kind"),
        (File("报告.pdf", b""), "missing"),
    ):
        with pytest.raises(UnusableError) as unusable:
            milestones.report(world.session, owner, trial, "做完了", MET, AFTER, {1: bad})
        assert unusable.value.wrong == {"file.1": why}
    row = milestones.report(world.session, owner, trial, "做完了", MET, AFTER, {1: PAPER, 2: PAPER})
    [kept] = milestones.files(world.session, row)
    assert [one["file"] for one in row.measured] == [kept.id, kept.id] and kept.name == PAPER.name
    milestones.refuse(world.session, world.poster, trial, "再测", AFTER)
    row = milestones.report(world.session, owner, trial, "再报", MET, AFTER, {1: File("二.pdf", b"%PDF-1.4 1901")})
    assert [one["file"] == kept.id for one in row.measured] == [False, True], "one that is not sent anew stays"
    for actor_ in (owner, world.poster, world.host):
        assert milestones.opened(world.session, actor_, ident, trial, kept.id) == (PAPER.name, PAPER.content)
    for actor_, place in ((world.owners[1], trial), (owner, world.plan(ident)[1])):
        with pytest.raises(WebError) as caught:
            milestones.opened(world.session, actor_, ident, place, kept.id)
        assert caught.value.code == "WE404"


def test_each_side_is_told_of_what_the_others_did(world: World) -> None:
    """In the inbox; who took the step is not told of it, and who lost is told that alone."""
    user = User(login=world.bounty.id, name="某人")
    world.session.add(user)
    world.session.flush()
    for one, role in ((world.poster, "buyer_approver"), (world.host, "organiser"), (world.owners[0], "firm_owner"),
                      (world.owners[2], "firm_owner")):  # fmt: skip
        world.session.add(Membership(organisation_id=one.organisation, user_id=user.id, role=role))
    [ident] = world.running(1)
    [trial, last] = world.plan(ident)
    change = agreements.propose(
        world.session, world.owners[0], ident, {"what": "content", "value": "更细", "reason": "说清"}, AFTER
    )
    agreements.respond(world.session, world.poster, change.id, True, AFTER)
    for milestone in (trial, last):
        milestones.report(world.session, world.owners[0], milestone, "做完了", MET, AFTER)
        milestones.refuse(world.session, world.poster, milestone, "再测", AFTER)
        milestones.report(world.session, world.owners[0], milestone, "做完了", MET, AFTER + timedelta(days=1))
        milestones.accept(world.session, world.poster, milestone, "", AFTER, judged=[2])
        milestones.pay(world.session, world.poster, milestone, AFTER)
    milestones.settle_bounty(world.session, world.host, world.bounty.id, "", AFTER)
    told: dict[str, list[str]] = {}
    for notice in world.session.scalars(select(Notice).where(Notice.user_id == user.id).order_by(Notice.created)):
        told.setdefault(str(notice.organisation_id), []).append(notice.told["step"])
    poster, host, winner, loser = (
        set(told[str(one.organisation)]) for one in (world.poster, world.host, world.owners[0], world.owners[2])
    )
    assert loser == {"not_selected"} and host == {"selected", "agreed", "won", "paid"}
    assert winner == {
        "selected", "draft", "written", "signed", "project", "running", "change_agreed", "milestone_refused",
        "milestone_accepted", "won", "paid", "settled",
    }  # fmt: skip
    assert poster == {"draft", "agreed", "project", "running", "change", "reported", "settled"}


def test_a_dispute_goes_back_to_where_it_began_or_ends_the_work(world: World) -> None:
    [ident] = world.running(1)
    milestones.dispute(world.session, world.owners[0], ident, "没有给样件", AFTER)
    assert world.bounty.state == "disputed"
    with pytest.raises(UnusableError):
        milestones.resolve(world.session, world.host, world.bounty.id, "back", " ", AFTER)
    assert milestones.resolve(world.session, world.host, world.bounty.id, "back", "已给", AFTER).state == "running"
    milestones.resolve(world.session, world.host, world.bounty.id, "terminated", "双方同意", AFTER)
    assert world.applications[0].state == "failed"
    assert agreements.one(world.session, world.poster, ident).row.state == "ended"
