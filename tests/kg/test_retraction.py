"""What was taken out makes no edge and no property, stays in the evidence, and comes back when it is taken back."""

from __future__ import annotations

import dataclasses
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.projection import read
from kg.projection.retraction import Retracted, slot
from kg.records import Mention
from tests.kg.test_projection import ONTOLOGY, edges, firm_named, frozen, of, worlds
from tests.kg.worlds import World, document, firm, product

OLD, NEW = document("old", "2019-01-01"), document("new", "2021-01-01")


def told() -> World:
    world = World()
    world.say(OLD, firm("甲公司"), "PRODUCES", product("轴承"))
    world.say(OLD, firm("甲公司"), "PROFILE", None, founded="2001", short_name="甲")
    contract = Mention("Contract", "城北变电站设备采购")
    world.say(OLD, firm("乙公司"), "WON_CONTRACT", contract, buyer="甲公司", amount_max=5.0)
    world.say(OLD, firm("丙公司"), "SUPPLIES", firm("甲公司"), product="轴承")
    return world


def slot_of(world: World, relation: str) -> str:
    statements = read(world.documents, world.facts, ONTOLOGY).statements.values()
    return next(slot(item, ONTOLOGY) for item in statements if item.relation == relation)


def test_a_firm_that_was_taken_out_shows_its_name_alone():
    world = told()
    world.decide("retract", (OLD, firm("甲公司")), (OLD, firm("甲公司")), at="2026-03-01T08:00:00+00:00")
    found = of(world)
    row = firm_named(found, "甲公司")
    assert row["retracted"] == "2026-03-01"
    assert not {"founded", "aliases", "credit_code"} & row.keys()
    assert edges(found, "PRODUCES") == edges(found, "SUPPLIES") == edges(found, "LET_BY") == []
    assert len(edges(found, "WON_CONTRACT")) == 1, "the supplier keeps what was said of it"
    states = Counter(fact["relation"] + " " + fact["state"] for fact in found.nodes["Fact"])
    assert states == {
        "PRODUCES retracted": 1,
        "PROFILE retracted": 1,
        "WON_CONTRACT active": 1,
        "SUPPLIES retracted": 1,
    }


def test_a_later_document_does_not_bring_it_back_and_undoing_does():
    world = told()
    word = world.decide("retract", (OLD, firm("甲公司")), (OLD, firm("甲公司")))
    world.say(NEW, firm("甲公司"), "PRODUCES", product("齿轮"))
    assert edges(of(world), "PRODUCES") == []
    world.decisions = [dataclasses.replace(word, undone_at="2026-05-01")]
    assert len(edges(of(world), "PRODUCES")) == 2
    assert "retracted" not in firm_named(of(world), "甲公司")


def test_one_statement_of_one_document_is_taken_out_wherever_it_stands():
    world = told()
    world.say(OLD, firm("甲公司"), "PRODUCES", product("齿轮"))
    end = (OLD, firm("甲公司"))
    world.decide("retract", end, end, statement=slot_of(world, "PRODUCES"))
    # A better extractor quotes another place.
    world.facts = [dataclasses.replace(fact, start=fact.start + 7, end=fact.end + 9) for fact in world.facts]
    [edge] = edges(of(world), "PRODUCES")
    assert edge["end"] == "齿轮"
    world.say(NEW, firm("甲公司"), "PRODUCES", product("轴承"))
    assert len(edges(of(world), "PRODUCES")) == 2, "another document may still say it"


def test_words_on_records_that_are_gone_take_out_nothing():
    world = told()
    world.decide("retract", (NEW, firm("无名公司")), (NEW, firm("无名公司")))
    assert not any("retracted" in row for row in of(world).nodes["Enterprise"])
    assert Retracted.of([], {}).left([], {}, ONTOLOGY) == []


@st.composite
def retracting(draw) -> World:
    world = draw(worlds())
    for fact in draw(st.lists(st.sampled_from(world.facts), max_size=3)) if world.facts else []:
        end = (world.documents[fact.document], fact.source)
        statement = draw(st.none() | st.just(slot_of(world, fact.relation)))
        world.decide("retract", end, end, undone_at=draw(st.none() | st.just("2026-02-01")), statement=statement)
    return world


@settings(max_examples=80, deadline=None)
@given(retracting(), st.randoms())
def test_order_never_matters_and_no_edge_rests_on_what_was_taken_out(world, random):
    found = of(world)
    mixed = dataclasses.replace(
        world,
        facts=random.sample(world.facts, len(world.facts)),
        decisions=random.sample(world.decisions, len(world.decisions)),
    )
    assert frozen(of(mixed)) == frozen(found)
    out = {fact["id"] for fact in found.nodes["Fact"] if fact["state"] == "retracted"}
    gone = {row["id"] for row in found.nodes["Enterprise"] if "retracted" in row}
    for kind, rows in found.links.items():
        if ONTOLOGY.relations[kind.type].layer in ("fact", "derived"):
            assert not out & {row["fact"] for row in rows}
            assert not gone & {row["start"] for row in rows} | gone & {row["end"] for row in rows}
    held = [item for item in world.decisions if item.verdict != "retract"]
    undone = [
        dataclasses.replace(item, undone_at="2026-03-01") for item in world.decisions if item.verdict == "retract"
    ]
    plain, again = (of(dataclasses.replace(world, decisions=words)) for words in (held, held + undone))
    assert plain.nodes["Fact"] == again.nodes["Fact"]
    assert plain.nodes["Enterprise"] == again.nodes["Enterprise"]
