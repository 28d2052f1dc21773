"""Objections to the notices of a bounty: until when, once each; with the last answer the bounty goes on or back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.web.bounties import AT, actor, bounty, organisation
from web.accounts.actor import Actor
from web.db.bounties import Application, Bounty
from web.db.store import Database
from web.errors import UnusableError, WebError
from web.work.bounties.objection import answer, object_to, objections
from web.work.bounties.states import enter_stage

SAID = {"text": "需求方自己就能做", "author": "张某", "contact": "0574-1"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path_factory.mktemp('objections') / 'work.db'}")
    yield made
    made.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as opened:
        yield opened


@pytest.fixture
def made(session: Session) -> tuple[Bounty, Actor]:
    host = organisation(session, "organiser", "科技局")
    row = bounty(session, organisation(session, "buyer", "云桁"), host, "notice", notice_until="2026-05-06")
    return row, actor(host, "organiser")


def test_one_objection_stops_the_notice_and_the_same_form_is_one(session: Session, made: tuple[Bounty, Actor]) -> None:
    row, host = made
    with pytest.raises(UnusableError) as unusable:
        object_to(session, row.id, SAID | {"contact": " "}, "k", "", AT)
    assert unusable.value.wrong == {"contact": "missing"}
    one = object_to(session, row.id, SAID, "k", "", AT)
    assert object_to(session, row.id, SAID, "k", "", AT).id == one.id and row.state == "objection"
    two = object_to(session, row.id, SAID, "other", "", AT)
    answer(session, host, row.id, one.id, "rejected", "不成立", AT)
    assert row.state == "objection", "another one waits"
    with pytest.raises(WebError) as caught:
        answer(session, host, row.id, one.id, "upheld", "成立", AT)
    assert caught.value.code == "WE172"
    answer(session, host, row.id, two.id, "rejected", "也不成立", AT)
    assert row.state == "notice" and row.notice_until == "2026-05-06"
    with pytest.raises(WebError) as caught:
        object_to(session, row.id, SAID, "late", "", AT + timedelta(days=3))
    assert caught.value.code == "WE171"
    enter_stage(session, row, "open", actor="deadline", at=AT + timedelta(days=3))


def test_what_is_upheld_goes_back_and_its_host_alone_answers(session: Session, made: tuple[Bounty, Actor]) -> None:
    row, host = made
    one = object_to(session, row.id, SAID, "k", "", AT)
    other = actor(organisation(session, "organiser", "别处"), "organiser")
    with pytest.raises(WebError) as caught:
        answer(session, other, row.id, one.id, "upheld", "成立", AT)
    assert caught.value.code == "WE404"
    answer(session, host, row.id, one.id, "upheld", "成立", AT)
    assert row.state == "returned" and row.notice_until is None


def test_an_award_undone_by_an_objection_has_nobody_chosen(session: Session, made: tuple[Bounty, Actor]) -> None:
    row, host = made
    team = [{"name": "甲", "role": "lead"}]
    for name, value in {"state": "award_notice", "team": team, "awarded": "2026-05-04"}.items():
        setattr(row, name, value)  # so that mypy does not hold them to what they were
    applications = [
        Application(bounty_id=row.id, organisation_id=state, firm_name=state, state=state)
        for state in ("selected", "not_selected")
    ]
    session.add_all(applications)
    session.flush()
    one = object_to(session, row.id, SAID, "k", "", AT)
    assert one.notice == "award_notice"
    answer(session, host, row.id, one.id, "upheld", "揭榜方是发榜方的子公司", AT)
    assert not row.team and row.awarded is None
    assert str(row.state) == "negotiating"
    assert [said.answer for said in objections(session, row)] == ["揭榜方是发榜方的子公司"]
    assert {application.state for application in applications} == {"talks"}
