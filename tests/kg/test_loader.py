"""The loader on a real Neo4j: whatever order changes come in, the graph is the one that a rebuild makes."""

from __future__ import annotations

import dataclasses
import random
from itertools import count

import pytest

from kg.documents import DocumentStore
from kg.journal import Journal
from kg.loader import Loader
from kg.ontology import Ontology
from kg.projection import read
from kg.projection.retraction import slot
from kg.rebuild import digest, rebuild
from kg.records import Mention, record_id
from tests.kg.worlds import World, document, firm, product

pytestmark = pytest.mark.graph

ONTOLOGY = Ontology.load()


class House:
    """Store, journal, decisions and graph, as the program holds them."""

    def __init__(self, graph, folder) -> None:
        graph.wipe()
        self.graph = graph
        self.loader = Loader(graph, ONTOLOGY)
        self.store = DocumentStore(folder / "documents")
        self.journal = Journal(folder / "journal")
        self.decisions = []

    def write(self, world: World) -> list:
        for doc in world.documents.values():
            meta = {name: getattr(doc, name) for name in ("name", "published", "source", "demo")}
            kept = self.store.add(doc.name.encode(), text=doc.name, **meta)
            assert kept.id == doc.id
            self.journal.write(doc.id, "rules", [fact for fact in world.facts if fact.document == doc.id])
        self.decisions = list(world.decisions)
        return list(world.documents)

    def update(self, changed) -> None:
        self.loader.update(self.store, self.journal, changed, self.decisions)

    def check(self):
        """The graph is what a rebuild makes; returns its digest."""
        found = digest(self.graph)
        rebuild(self.graph, ONTOLOGY, self.store, self.journal, self.decisions)
        assert found == digest(self.graph)
        return found

    def names(self) -> list[str]:
        return sorted(row["name"] for row in self.graph.read_statement("MATCH (e:Enterprise) RETURN e.name AS name"))


@pytest.fixture
def house(graph, tmp_path) -> House:
    return House(graph, tmp_path)


def test_loading_twice_changes_nothing(house):
    changed = house.write(anything(random.Random(1)))
    house.update(changed)
    first = digest(house.graph)
    house.update(changed)
    assert digest(house.graph) == first
    assert house.check() == first


def test_a_new_extraction_retracts_what_it_no_longer_says(house):
    world = World()
    doc, other = document("a", "2020-01-01"), document("b", "2021-01-01")
    world.say(doc, firm("甲公司"), "PRODUCES", product("轴承"))
    wrong = world.say(doc, firm("乙公司"), "PRODUCES", product("齿 轮"))
    world.say(doc, firm("甲公司"), "WON_CONTRACT", Mention("Contract", "城北变电站设备采购"), buyer="电网公司")
    world.say(other, firm("甲公司"), "PRODUCES", product("轴承"))
    house.update(house.write(world))
    assert house.names() == ["乙公司", "甲公司", "电网公司"]
    world.facts = [fact for fact in world.facts if fact is not wrong and fact.relation == "PRODUCES"]
    house.write(world)
    house.update([doc.id])
    assert house.names() == ["甲公司"]
    assert house.check().types["PRODUCES"] == 1


def test_namesakes_in_two_counties_stay_two_and_a_rename_is_one(house):
    world = World()
    for name, code in (("a", "330211"), ("b", "330206")):
        doc = document(name, "2020-01-01")
        world.say(doc, firm("甲公司"), "LOCATED_IN", Mention("Region", code, code))
        world.say(doc, firm("甲公司"), "PRODUCES", product("轴承"))
    house.update(house.write(world))
    assert house.names() == ["甲公司", "甲公司"]
    for name, who in (("c", firm("旧名公司", "1" * 18)), ("d", firm("新名公司", "1" * 18))):
        world.say(document(name, "2021-01-01" if name == "c" else "2022-01-01"), who, "PRODUCES", product("齿轮"))
    house.write(world)
    house.update([document("c").id])
    house.update([document("d").id])
    assert house.names() == ["新名公司", "甲公司", "甲公司"]
    house.check()


def test_a_decision_is_done_and_undone(house):
    world = World()
    for name in ("a", "b"):
        world.say(document(name, "2020-01-01"), firm(f"{name}公司"), "PRODUCES", product("轴承"))
    house.update(house.write(world))
    before = digest(house.graph)
    decision = world.decide("same", (document("a"), firm("a公司")), (document("b"), firm("b公司")))
    house.write(world)
    house.update([])
    assert house.names() == ["a公司"] or house.names() == ["b公司"]
    assert house.check() != before
    world.decisions = [dataclasses.replace(decision, undone_at="2026-02-01")]
    house.write(world)
    house.update([])
    assert house.names() == ["a公司", "b公司"]
    house.check()
    world.decisions = []
    house.write(world)
    house.update([])
    assert digest(house.graph) == before


def test_an_older_document_moves_the_id_and_posts_follow(house):
    world = World()
    world.say(document("new", "2022-01-01"), firm("甲公司"), "PRODUCES", product("轴承"))
    house.update(house.write(world))
    put = "UNWIND $rows AS row MATCH (e:Enterprise) MERGE (n:Need {id: 'n1'}) MERGE (e)-[:POSTED]->(n)"
    house.graph.write_rows(put, [{}])
    world.say(document("old", "2012-01-01"), firm("甲公司"), "PRODUCES", product("轴承"))
    house.write(world)
    house.update([document("old").id])
    ids = "MATCH (e:Enterprise)-[:POSTED]->(:Need) RETURN e.id AS id"
    assert house.graph.read_statement(ids) == [{"id": record_id(document("old"), firm("甲公司"))}]


def test_a_list_is_replaced_by_its_editions(house):
    world = World()
    first, second = document("1", "2020-01-01", source="chain"), document("2", "2021-01-01", source="chain")
    for doc in (first, second):
        world.say(doc, product("柔轮"), "INPUT_OF", product("减速器"))
        world.say(doc, product("孤品"), "LISTED")
        world.say(
            doc, Mention("Chain", "机器人", "robot"), "HAS_NODE", Mention("ChainNode", "柔轮", "robot:1"), stage="up"
        )
    world.say(first, product("旧"), "INPUT_OF", product("减速器"))
    house.update(house.write(world))
    assert house.check().types["INPUT_OF"] == 2
    world.facts = [fact for fact in world.facts if fact.document != first.id]
    house.write(World(documents={first.id: first}, facts=[]))
    house.update([first.id])
    assert house.check().types["INPUT_OF"] == 1


def test_an_interrupted_load_is_finished_by_the_next(house, monkeypatch):
    world = anything(random.Random(5), facts=40)
    house.update(house.write(world))
    later = anything(random.Random(6), facts=40)
    changed = house.write(later)
    write_rows = type(house.graph).write_rows

    def failing_at(number):
        calls = count(1)

        def failing(self, *args, **kwargs):
            if next(calls) == number:
                raise KeyboardInterrupt
            return write_rows(self, *args, **kwargs)

        return failing

    for number in (3, 8, 14, 21, 30, 40):
        with monkeypatch.context() as patch:
            patch.setattr(type(house.graph), "write_rows", failing_at(number))
            with pytest.raises(KeyboardInterrupt):
                house.update(changed)
    house.update([])
    house.check()


def test_an_interrupted_first_load_is_finished_by_the_next(house, monkeypatch):
    changed = house.write(anything(random.Random(7), facts=30))
    with monkeypatch.context() as patch:
        patch.setattr(Loader, "_link", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            house.update(changed)
    house.write(anything(random.Random(8), facts=30))
    house.update([])
    house.check()


def anything(dice: random.Random, facts: int = 60) -> World:
    """A world in which names, codes, places, contracts, lists and decisions cross one another."""
    world = World()
    documents = [document(f"d{n}", dice.choice([None, f"20{10 + n}-01-01"])) for n in range(6)]
    documents += [document(f"l{n}", f"2020-0{n + 1}-01", source="list") for n in range(2)]
    firms = [firm(f"{name}公司", code) for name in "甲乙丙丁" for code in (None, None, "1" * 18, "2" * 18)]
    for _ in range(facts):
        doc, who, other = dice.choice(documents), dice.choice(firms), dice.choice(firms)
        one, two = (product(dice.choice(["轴 承", "轴承", "齿轮", "usb线", "USB线", "柔轮"])) for _ in range(2))
        relation, source, target, properties = dice.choice(
            [
                ("PRODUCES", who, one, {"share": float(dice.randint(1, 9))}),
                ("SUPPLIES", who, other, {"product": one.name}),
                ("ALIAS_OF", firm("本公司"), other, {}),
                ("PRODUCES", firm("本公司"), one, {}),
                ("PROFILE", who, None, {"founded": dice.choice(["2001", "2002-03"]), "short_name": "甲"}),
                ("LOCATED_IN", who, Mention("Region", "某区", dice.choice(["330211", "330206"])), {}),
                (
                    "WON_CONTRACT",
                    who,
                    Mention("Contract", dice.choice(["城北变电站设备采购", "采购合同"])),
                    {"buyer": dice.choice([None, other.name, "本公司"]), "amount_max": float(dice.randint(1, 9))},
                ),
                (
                    "REPORTS_METRIC",
                    who,
                    Mention("Metric", "收入"),
                    {"metric": "revenue", "value": dice.randint(1, 3), "period": "2019"},
                ),
                ("OWNS_PATENT", who, Mention("Patent", "一种轴承"), {"filed": "2019-01-01"}),
                ("ABOUT", Mention("Patent", "一种轴承", "ZL201610611945.6"), one, {"score": 0.5}),
                ("IN_FOUNDATION_FIELD", one, Mention("FoundationField", "基础材料"), {"scheme": "catalogue-2021"}),
                ("INPUT_OF", one, two, {}),
                ("LISTED", one, None, {}),
                ("AT", one, Mention("ChainNode", "节点", "n1"), {"stage": dice.choice(["up", "mid"])}),
            ]
        )
        level = dice.choice(["disclosed", "inferred"])
        world.say(doc, source, relation, target, start=dice.randint(0, 3), end=9, level=level, **properties)
    for _ in range(4):
        verdict = dice.choice(["same", "different"])
        world.decide(verdict, *((dice.choice(documents), dice.choice(firms)) for _ in range(2)))
    said = [item for item in read(world.documents, world.facts, ONTOLOGY).statements.values() if item.buyer]
    for statement in (None, *(slot(item, ONTOLOGY) for item in dice.sample(said, min(1, len(said))))):
        end = (dice.choice(documents), dice.choice(firms))
        world.decide("retract", end, end, statement=statement)
    return world


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_changes_gives_the_graph_of_a_rebuild(house, seed):
    dice = random.Random(seed)
    world = anything(dice)
    for number in range(4):
        changed = house.write(world)
        if number == 0:
            house.update(changed)
        else:
            dice.shuffle(changed)
            while changed:
                part, changed = changed[:2], changed[2:]
                house.update(part)
        house.check()
        # The next run says other things of some documents, adds facts and changes its mind about decisions.
        fresh = anything(dice, facts=12)
        world.facts = [fact for fact in world.facts if dice.random() < 0.8] + fresh.facts
        world.documents.update({key: value for key, value in fresh.documents.items() if key not in world.documents})
        world.decisions = [
            dataclasses.replace(item, id=f"y{number}{item.id}") for item in fresh.decisions if dice.random() < 0.5
        ] + [item for item in world.decisions if dice.random() < 0.7]
