"""Firms that could be one, found with each load: joined by the program, asked in the queue, never against a person."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from kg.records import Fact, Mention, record_id
from tests.kg.worlds import World, document, firm, product
from tests.web.test_decisions import check, firms, load
from web.errors import WebError
from web.home import Home
from web.jobs.decisions import Asked, decide
from web.jobs.review import Filter, answer, beside, history, put_off, refresh, waiting

pytestmark = pytest.mark.graph

ONE, TWO, THREE = document("one", "2020-01-01"), document("two", "2024-01-01"), document("three", "2025-01-01")
OLD, NEW = firm("甬川启朔精工有限责任公司"), firm("甬川启朔精工有限公司")
HERE, THERE = firm("岭禾机械有限公司", local="here"), firm("岭禾机械有限公司", local="there")
NINGBO, SHENZHEN = Mention("Region", "宁波市", "330200"), Mention("Region", "深圳市", "440300")


def only(made: World, *docs) -> World:
    """The part of a world that some documents say."""
    keys = {doc.id for doc in docs}
    return World({doc.id: doc for doc in docs}, [fact for fact in made.facts if fact.document in keys])


def world() -> World:
    made = World()
    facts: list[Fact] = [
        made.say(ONE, OLD, "PRODUCES", product("柔轮")),
        made.say(ONE, HERE, "LOCATED_IN", NINGBO),
        made.say(TWO, NEW, "PRODUCES", product("柔轮")),
        made.say(TWO, THERE, "LOCATED_IN", SHENZHEN),
        made.say(THREE, firm("甬川昱阳传感器有限公司"), "PRODUCES", product("编码器")),
        made.say(THREE, firm("甬川昱阳传感器厂"), "PRODUCES", product("编码器")),
    ]
    assert len(facts) == len(made.facts)
    return made


A, B = record_id(ONE, OLD), record_id(TWO, NEW)


def test_sure_pairs_are_joined_by_the_program_and_a_rebuild_is_equal(home: Home) -> None:
    made = world()
    load(home, only(made, ONE))
    assert home.decisions() == []
    load(home, only(made, TWO))
    (said,) = home.decisions()
    assert (said.by_role, said.verdict, set(said.records)) == ("program", "same", {A, B})
    assert said.score and said.reason
    assert firms(home)["甬川启朔精工有限公司"] == sorted([A, B])
    check(home)
    load(home, made)
    assert len(home.decisions()) == 1, "what is joined is not joined again"
    assert [case.names for case in waiting(home, Filter("merged"))[0]] == [
        tuple(name for _, name in sorted([(A, OLD.name), (B, NEW.name)]))
    ]


def test_the_queue_is_the_same_at_once_bit_by_bit_and_by_refresh(home: Home) -> None:
    made = world()
    load(home, made)
    at_once = {(case.records, case.doubt) for case in waiting(home)[0]}
    assert {doubt for _, doubt in at_once} == {"place", "score"}
    refresh(home)
    assert {(case.records, case.doubt) for case in waiting(home)[0]} == at_once
    with home.database().session() as session:
        session.execute(text("DELETE FROM identity_case"))
    for doc in (ONE, TWO, THREE):
        load(home, only(made, doc))
    assert {(case.records, case.doubt) for case in waiting(home)[0]} == at_once


def test_a_person_is_never_contradicted(home: Home) -> None:
    load(home, world())
    (word,) = history(home)
    decide(home, Asked("undo", act=word.act))
    refresh(home)
    assert sum(item.undone_at is None for item in home.decisions()) == 0, "the program does not insist"
    (case,) = [case for case in waiting(home)[0] if case.doubt == "undone"]
    answer(home, case.id, "different", reason="两家地址不同")
    refresh(home)
    assert case.id not in {case.id for case in waiting(home)[0]}
    assert [kept.id for kept in waiting(home, Filter("kept"))[0]] == [case.id]
    assert {word.kind for word in history(home, [A])} == {"same", "different"}
    check(home)


def test_not_sure_goes_to_the_end_and_the_filter_holds(home: Home) -> None:
    load(home, world())
    first, second = waiting(home)[0]
    put_off(home, first.id)
    assert [case.id for case in waiting(home)[0]] == [second.id, first.id]
    assert beside(home, waiting(home)[0][0], Filter()) == first.id
    assert beside(home, waiting(home)[0][1], Filter(), back=True) == second.id
    assert [case.doubt for case in waiting(home, Filter(place="330000"))[0]] == ["place"]
    assert [case.names[0][:4] for case in waiting(home, Filter(name="昱阳"))[0]] == ["甬川昱阳"]
    answer(home, second.id, "same")
    with pytest.raises(WebError) as refused:
        put_off(home, second.id)
    assert refused.value.code == "WE013"
    put_off(home, first.id)
    assert [case.id for case in waiting(home)[0]] == [first.id]


def test_words_wait_for_records_that_have_gone(home: Home) -> None:
    made = world()
    load(home, made)
    assert history(home, lost=True) == []
    load(home, World({TWO.id: TWO}, [fact for fact in made.facts if fact.source == THERE]))
    (word,) = history(home, lost=True)
    assert word.lost == (B,) and word.by_role == "program"
    load(home, made)
    assert history(home, lost=True) == [] and firms(home)["甬川启朔精工有限公司"] == sorted([A, B])
