"""Who else takes part in an application: brokers who bring a solver, individuals, and everybody of a team is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.bounties import AFTER, AT, actor, organisation, to
from tests.web.test_applications import UNKNOWN, WHOLE, Stage, refused
from web.accounts.actor import Actor
from web.accounts.people import give_role
from web.db.accounts import Membership, Organisation, User
from web.db.bounties import Agreement, Application, Bounty
from web.db.watches import Notice
from web.errors import WebError
from web.jobs.bounties import public_terms
from web.work.bounties import agreement as agreements
from web.work.bounties import application as work
from web.work.bounties import application_broker as brokers
from web.work.bounties import application_decision as decisions
from web.work.bounties import application_team as teams
from web.work.bounties import application_withdrawal as withdrawals
from web.work.bounties import objection as objections
from web.work.bounties import question as questions
from web.work.bounties import steps
from web.work.bounties.award import award
from web.work.bounties.bounty import count_mine, mine
from web.work.bounties.states import enter_stage
from web.work.bounties.waiting import waiting

PERSON = "张三丰"


def person(session: Session, name: str = PERSON) -> Actor:
    """An individual with its one account."""
    place = organisation(session, "individual", name)
    made = inside(session, place.id, "individual")
    return actor(place, "individual", user=made)


def inside(session: Session, organisation_id: str | None, role: str) -> str:
    """Somebody with a role there; returns the account's id."""
    user = User(login=f"{role}-{organisation_id}", name="某人")
    session.add(user)
    session.flush()
    session.add(Membership(organisation_id=organisation_id, user_id=user.id, role=role))
    session.flush()
    return user.id


def told(session: Session, user: str) -> list[tuple[str, str, str]]:
    """What somebody was told: of what, which step, and where it leads."""
    rows = session.scalars(select(Notice).where(Notice.user_id == user).order_by(Notice.created, Notice.id))
    return [(row.told["what"], row.told["step"], row.address) for row in rows]


def won(stage: Stage, row: Application) -> str:
    """The id of the agreement after this application was chosen."""
    session = stage.session
    to(session, stage.bounty, "closed")
    decisions.decide(session, stage.leads, row.id, "eligible", "查过", AFTER)
    to(session, stage.bounty, "reviewing")
    decisions.decide(session, stage.leads, row.id, "reviewed", "没有请专家", AFTER)
    to(session, stage.bounty, "negotiating")
    award(session, stage.posts, stage.bounty.id, [row.id], {row.id: "方案好"}, AFTER)
    stage.bounty.notice_until = "2026-06-01"
    enter_stage(session, stage.bounty, "contracted", actor="deadline", at=AFTER)
    [agreement] = agreements.begin(session, stage.bounty, "deadline", AFTER)
    return agreement.id


def test_a_broker_sees_how_far_it_is_and_its_share_and_nothing_of_what_it_says(session: Session) -> None:
    stage = Stage(session, participation=["organisation", "broker"], broker_share=10.0)
    house = organisation(session, "intermediary", "某技术转移中心")
    broker, rival = actor(house, "organiser"), actor(organisation(session, "intermediary", "另一家"), "organiser")
    user = inside(session, house.id, "organiser")
    code, row = brokers.offer(session, broker, stage.bounty.id, "5", AT), stage.begun()
    [open_one] = brokers.offers(session, broker)
    assert (open_one.bounty_id, open_one.share, open_one.used) == (stage.bounty.id, 5.0, None)
    assert brokers.brought(session, broker) == []
    brokers.take_broker(session, stage.owner, row.id, code, AT)
    work.submit(session, stage.owner, row.id, UNKNOWN, AT)
    [seen] = brokers.brought(session, broker)
    assert (seen.solver, seen.state, seen.share, seen.agreed) == ("启朔精工有限公司", "submitted", 5.0, None)
    assert not {"plan", "price", "coverage"} & set(seen.__slots__), "nothing of what it says"
    assert stage.sees(broker, row) == "" and brokers.brought(session, rival) == []
    assert (brokers.count_brought(session, broker), brokers.count_brought(session, rival)) == (1, 0)
    refused("WE032", brokers.brought, session, stage.stranger)
    agreement = won(stage, row)
    terms = session.get_one(Agreement, agreement).terms
    assert terms["broker"] == {"id": house.id, "name": "某技术转移中心", "share": 5.0}
    [seen] = brokers.brought(session, broker)
    assert (seen.state, seen.agreement, seen.agreed) == ("selected", "draft", 5.0)
    steps_told = told(session, user)
    assert [one[1] for one in steps_told] == ["submitted", "eligible", "reviewed", "selected"]
    assert {one[2] for one in steps_told} == {"/applications/brought"}, "the application is not for it"


def test_an_individual_applies_where_the_bounty_names_individuals(session: Session) -> None:
    closed = Stage(session, participation=["organisation"])
    one = person(session)
    refused("WE162", work.begin, session, one, closed.bounty.id, WHOLE, UNKNOWN, AT)
    silent = Stage(session)
    refused("WE162", work.begin, session, one, silent.bounty.id, WHOLE, UNKNOWN, AT)
    stage = Stage(session, participation=["individual", "organisation"])
    row = work.begin(session, one, stage.bounty.id, WHOLE, UNKNOWN, AT)
    found = {check.rule: check for check in work.eligibility(session, row, stage.bounty, UNKNOWN, AT)}
    assert (found["participation"].verdict, found["participation"].why) == ("pass", "individual")
    assert (found["not_group"].verdict, found["not_group"].why) == ("unknown", "no_graph")
    work.submit(session, one, row.id, UNKNOWN, AT)
    assert (row.form, row.firm_id, stage.sees(one, row)) == ("individual", None, "lead")
    agreement = won(stage, row)
    assert session.get_one(Agreement, agreement).terms["solver"] == "individual"
    seen = agreements.as_side(session, one, agreement, "solver")
    agreements.accept(session, one, agreement, seen.row.digest, AFTER)
    assert seen.row.solver_accepted is not None
    assert stage.bounty.team == [{"name": PERSON, "role": "lead", "task": "", "kind": "individual"}]
    assert public_terms(stage.bounty)["team"] == [], "no natural person goes to the graph"
    assert public_terms(Bounty(title="x", state="settled", team=[{"name": "甲", "role": "lead"}]))["team"] != []


def test_no_person_of_the_poster_applies_as_an_individual_and_one_is_one_person(session: Session) -> None:
    stage = Stage(session, participation=["individual"])
    one = person(session)
    session.add(Membership(organisation_id=stage.poster.id, user_id=one.user, role="buyer_editor"))
    session.flush()
    refused("WE165", work.begin, session, one, stage.bounty.id, WHOLE, UNKNOWN, AT)
    other = User(login="second", name="李四")
    session.add(other)
    session.flush()
    refused("WE074", give_role, session, other, "individual", one.organisation, "operator")
    place = session.get_one(Organisation, one.organisation)
    give_role(session, session.get_one(User, one.user), "individual", place.id, "operator")  # the same person again


def test_a_person_is_not_found_by_name_for_a_team(session: Session) -> None:
    """People of one name are many: who asks one by name shows nobody the draft."""
    stage, one = Stage(session), person(session)
    row = stage.begun()
    member = teams.ask(session, stage.editor, row.id, PERSON, None, "", AT)
    assert member.organisation_id is None and stage.sees(one, row) == ""


def test_everybody_of_a_team_is_told_of_each_step(session: Session) -> None:
    stage = Stage(session, "open", participation=["organisation", "team"])
    mate = inside(session, stage.institute.id, "firm_owner")
    host = inside(session, stage.host.id, "organiser")
    poster = inside(session, stage.poster.id, "buyer_approver")
    row = stage.begun()
    member = teams.ask(session, stage.editor, row.id, "沐岑研究院", None, "", AT)
    work.share(session, stage.owner, row.id, AT)
    steps.extend(session, stage.leads, stage.bounty.id, "2026-06-10", AT)
    teams.answer(session, stage.member, row.id, True, AT)
    work.submit(session, stage.owner, row.id, UNKNOWN, AT)
    withdrawals.withdraw(session, stage.owner, row.id, "", AT)
    assert [one[1] for one in told(session, mate)] == ["asked", "extended", "submitted", "withdrawn"]
    assert [one[1] for one in told(session, host)] == ["submitted", "withdrawn"]
    work.reopen(session, stage.owner, row.id, AT)
    teams.take_out(session, stage.editor, row.id, member.id, AT)
    assert told(session, mate)[-1] == ("application", "taken_out", "/applications")
    teams.ask(session, stage.editor, row.id, "沐岑研究院", None, "", AT)
    work.share(session, stage.owner, row.id, AFTER)
    teams.answer(session, stage.member, row.id, True, AFTER)
    work.submit(session, stage.owner, row.id, UNKNOWN, AFTER)
    agreement = won(stage, row)
    terms = agreements.one(session, stage.posts, agreement).row
    agreements.accept(session, stage.posts, agreement, terms.digest, AFTER)
    later = told(session, mate)[5:]
    assert [one[1] for one in later] == ["asked", "submitted", "eligible", "reviewed", "selected", "draft", "signed"]
    assert later[-1][2] == f"/agreements/{agreement}" and "signed" not in [one[1] for one in told(session, poster)]


def test_poster_host_and_asker_are_told_of_a_bountys_own_steps(session: Session) -> None:
    stage = Stage(session, "open")
    host = inside(session, stage.host.id, "organiser")
    poster = inside(session, stage.poster.id, "buyer_approver")
    asker = inside(session, stage.firm.id, "firm_owner")
    asked = questions.ask(session, stage.owner, stage.bounty.id, "供货状态？", "q", AT)
    questions.answer(session, stage.posts, stage.bounty.id, asked.id, "冷拉", AT)
    to(session, stage.bounty, "notice")
    stage.bounty.notice_until = "2026-05-10"
    said = {"text": "不公平", "author": "某人", "contact": "电话"}
    objection = objections.object_to(session, stage.bounty.id, said, "k", "", AT)
    objections.answer(session, stage.leads, stage.bounty.id, objection.id, "rejected", "查过", AT)
    stage.bounty.notice_until = "2026-05-01"
    steps.move(session, stage.leads, stage.bounty.id, "open", "", None, AT)
    assert [one[1] for one in told(session, poster)] == ["asked", "rejected", "open"]
    assert [one[1] for one in told(session, host)] == ["objected"]
    assert told(session, asker) == [("bounty", "answered", f"/bounties/{stage.bounty.id}#questions")]
    with pytest.raises(WebError):
        steps.move(session, stage.posts, stage.bounty.id, "withdrawn", "x", None, AT)


def test_a_firm_is_invited_once_while_the_bounty_is_open(session: Session) -> None:
    stage = Stage(session)
    user = inside(session, stage.other.id, "firm_owner")
    assert decisions.invite(session, stage.leads, stage.bounty.id, "f3", AT) == 1
    assert decisions.invite(session, stage.posts, stage.bounty.id, "f3", AT) == 0, "told once"
    assert decisions.invite(session, stage.posts, stage.bounty.id, "f-without-people", AT) == 0
    assert stage.bounty.invited == ["f3", "f-without-people"]
    assert told(session, user) == [("application", "invited", f"/bounties/{stage.bounty.id}")]
    refused("WE404", decisions.invite, session, stage.stranger, stage.bounty.id, "f3", AT)
    to(session, stage.bounty, "closed")
    refused("WE162", decisions.invite, session, stage.leads, stage.bounty.id, "f1", AT)


def test_a_question_is_its_askers_until_it_is_answered_and_then_everybodys(session: Session) -> None:
    stage = Stage(session)
    asked = questions.ask(session, stage.owner, stage.bounty.id, "供货状态？", "q", AT)
    assert questions.ask(session, stage.owner, stage.bounty.id, "供货状态？", "q", AT) is asked, "sent twice"

    def seen(who: Actor) -> list[str]:
        return [one.id for one in questions.questions(session, who, stage.bounty)]

    assert seen(stage.owner) == seen(stage.posts) == [asked.id]
    assert seen(stage.stranger) == seen(stage.leads) == seen(Actor()) == []
    refused("WE159", questions.ask, session, stage.owner, stage.bounty.id, "太晚", "r", AFTER)
    refused("WE404", questions.answer, session, actor(stage.other, "buyer_editor"), stage.bounty.id, asked.id, "x", AT)
    questions.answer(session, stage.posts, stage.bounty.id, asked.id, "冷拉", AT)
    assert seen(stage.stranger) == seen(Actor()) == [asked.id]
    refused("WE159", questions.answer, session, stage.posts, stage.bounty.id, asked.id, "再答", AT)


def test_what_waits_is_for_whose_turn_it_is_and_a_member_finds_its_application(session: Session) -> None:
    stage = Stage(session, "submitted", participation=["organisation", "team"])
    county = actor(stage.host, "county")
    key, day = stage.bounty.id, "2026-05-04"

    def waits(who: Actor) -> dict[str, list[str]]:
        session.flush()
        return waiting(session, who, day)

    assert waits(stage.leads) == {"stages": [key]} and waits(stage.posts) == {} == waits(county)
    stage.bounty.county_id = stage.host.id
    to(session, stage.bounty, "county_review")
    assert waits(county) == {"stages": [key]} and waits(stage.leads) == {}
    for state, until, expected in (("returned", None, {"returned": [key]}), ("notice", "2026-05-04", {})):
        to(session, stage.bounty, state)
        stage.bounty.notice_until = until
        assert waits(stage.posts) == expected and waits(stage.leads) == {}
    stage.bounty.notice_until = "2026-05-03"
    assert waits(stage.leads) == {"stages": [key]}, "its notice is over"
    to(session, stage.bounty, "open")
    row = stage.begun()
    teams.ask(session, stage.editor, row.id, "沐岑研究院", None, "", AT)
    assert waits(stage.member) == {} and work.joined(session, stage.member, key) is row
    work.share(session, stage.owner, row.id, AT)
    assert waits(stage.member) == {"join": [row.id]} and waits(stage.stranger) == {}
    teams.answer(session, stage.member, row.id, True, AT)
    work.submit(session, stage.owner, row.id, UNKNOWN, AT)
    assert waits(stage.member) == {} and work.joined(session, stage.owner, key) is None
    agreement = won(stage, row)
    assert waits(stage.posts) == {"agreements": [key]} and waits(stage.owner) == {"to_sign": [row.id]}
    assert waits(stage.member) == {}, "a member signs nothing"
    digest = agreements.one(session, stage.posts, agreement).row.digest
    agreements.accept(session, stage.posts, agreement, digest, AFTER)
    assert waits(stage.posts) == {}
    agreements.accept(session, stage.owner, agreement, digest, AFTER)
    change = {"what": "content", "value": "更细", "reason": "说清"}
    agreements.propose(session, stage.owner, agreement, change, AFTER)
    assert waits(stage.posts) == {"changes": [key]} and waits(stage.owner) == {}
    assert [one.id for one in mine(session, stage.leads, most=1)] == [key] and count_mine(session, stage.posts) == 1
    assert count_mine(session, stage.stranger) == 0 and mine(session, stage.leads, skip=1) == []
