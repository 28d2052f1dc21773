"""The check on a real Neo4j: a whole small world is found whole, and each kind of damage is called by its name."""

from __future__ import annotations

import dataclasses

import pytest

from kg.check import KINDS, check
from kg.documents import DocumentStore
from kg.journal import Journal
from kg.loader import Loader
from kg.ontology import Ontology
from kg.rebuild import rebuild
from kg.records import Mention
from tests.kg.worlds import World, document, firm, product

pytestmark = pytest.mark.graph

ONTOLOGY = Ontology.load()
SENTENCE = "甲公司生产谐波减速器，乙公司向其采购。"
ROWS = "表1:2\n企业: 甲公司\n产品: 柔轮\n\n表1:3\n企业: 丙公司\n产品: 轴承\n\n"


class Small:
    """Two documents, a filing and a list, with facts of every kind that the check tells apart."""

    def __init__(self, graph, folder) -> None:
        self.graph = graph
        self.store = DocumentStore(folder / "documents")
        self.journal = Journal(folder / "journal")
        self.filing = document("filing", "2020-01-01")
        self.list = document("list", "2021-01-01", source="makers")
        self.world = World()
        quote = {"quote": "甲公司生产谐波减速器", "start": 0, "end": 10}
        say = self.world.say
        say(self.filing, firm("甲公司"), "PRODUCES", product("谐波减速器"), share=12.5, **quote)
        say(
            self.filing,
            firm("甲公司"),
            "SUPPLIES",
            firm("乙公司"),
            product="谐波减速器",
            quote="乙公司",
            start=11,
            end=14,
        )
        contract = Mention("Contract", "城北变电站设备采购项目")
        say(self.filing, firm("甲公司"), "WON_CONTRACT", contract, buyer="乙公司", role="lead", **quote)
        cell = {"quote": "产品: 柔轮", "start": 8, "end": 14, "page": "表1:2"}
        say(self.list, firm("甲公司"), "PRODUCES", product("柔轮"), **cell)
        say(self.list, product("柔轮"), "INPUT_OF", product("谐波减速器"), page="表1:2")
        say(self.list, product("轴承"), "INPUT_OF", product("谐波减速器"), page="表1:3")
        self.world.decide("different", (self.filing, firm("甲公司")), (self.filing, firm("乙公司")))
        self.write()
        rebuild(graph, ONTOLOGY, self.store, self.journal, self.world.decisions)

    def write(self) -> None:
        for doc, text, pages in ((self.filing, SENTENCE, [0]), (self.list, ROWS, [0, ROWS.index("表1:3")])):
            meta = {name: getattr(doc, name) for name in ("name", "published", "source")}
            self.store.add(doc.name.encode(), text=text, pages=pages, **meta)
            self.journal.write(doc.id, "rules", [fact for fact in self.world.facts if fact.document == doc.id])

    def again(self, *facts) -> None:
        """The journal says this instead, and the graph follows."""
        self.world.facts = list(facts)
        self.write()
        rebuild(self.graph, ONTOLOGY, self.store, self.journal, self.world.decisions)

    def run(self, statement: str) -> None:
        self.graph.write_rows(f"UNWIND $rows AS row {statement}", [{}])

    def check(self):
        return check(self.graph, ONTOLOGY, self.store, self.journal, self.world.decisions, {"need-1"})

    def kinds(self) -> set[str]:
        return {finding.kind for finding in self.check().all()}


@pytest.fixture
def small(graph, tmp_path) -> Small:
    return Small(graph, tmp_path)


def test_a_whole_graph_is_found_whole_and_every_edge_opens(small):
    found = small.check()
    assert found.all() == []
    assert found.opened == {"sentence": 3, "row": 3, "rule": 2}
    assert found.looked["edges"] == 8
    assert found.looked["documents"] == 2
    assert found.looked["facts"] == 6


DAMAGE = {
    "edge_without_fact": "MATCH (f:Fact {relation: 'SUPPLIES'}) DETACH DELETE f",
    "edge_without_key": "MATCH ()-[r:PRODUCES]->() REMOVE r.key",
    "fact_not_in_graph": "MATCH (f:Fact {relation: 'SUPPLIES'}) DETACH DELETE f",
    "fact_not_in_journal": "MATCH (f:Fact {relation: 'SUPPLIES'}) SET f.id = 'x'",
    "fact_differs": "MATCH (f:Fact {relation: 'SUPPLIES'}) SET f.level = 'inferred'",
    "fact_unopened": "MATCH (f:Fact {relation: 'SUPPLIES'}) SET f.start = 3",
    "edge_unopened": "MATCH (f:Fact {relation: 'PRODUCES', object_name: '柔轮'}) SET f.page = '表1:9'",
    "fact_without_edge": "MATCH ()-[r:PRODUCES]->() DELETE r",
    "edge_ends_otherwise": (
        "MATCH (f:Fact {relation: 'PRODUCES', object_name: '柔轮'})-[o:OBJECT]->() "
        "MATCH (p:Product {name: '轴承'}) DELETE o MERGE (f)-[:OBJECT]->(p)"
    ),
    "edge_not_in_graph": "MATCH (:Product {name: '轴承'})-[r:INPUT_OF]->() DELETE r",
    "edge_not_in_journal": (
        "MATCH (a:Product {name: '轴承'}) MATCH (b:Product {name: '柔轮'}) "
        "CREATE (b)-[r:INPUT_OF {key: 'x', source: 'makers', document: 'gone', page: '表1:3'}]->(a)"
    ),
    "label_unknown": "CREATE (:Person {id: 'x'})",
    "relation_unknown": "MATCH (a:Product) MATCH (b:Product) WHERE a.key < b.key CREATE (a)-[:RESEMBLES]->(b)",
    "property_unknown": "MATCH (p:Product) SET p.colour = 'red'",
    "ends_wrong": "MATCH (p:Product) MATCH (d:Document) CREATE (p)-[:FROM]->(d)",
    "required_missing": "MATCH ()-[r:PRODUCES]->() REMOVE r.level",
    "type_wrong": "MATCH (e:Enterprise) SET e.demo = 'no'",
    "value_unknown": "MATCH (e:Enterprise) SET e.kind = 'club'",
    "record_unidentified": "MATCH (:Record)-[i:IDENTIFIES]->() DELETE i",
    "firm_without_record": "MATCH (:Record)-[i:IDENTIFIES]->() DELETE i",
    "decision_not_in_graph": "MATCH (d:Decision) SET d.verdict = 'same'",
    "decision_unknown": "CREATE (:Decision {id: 'nobody', verdict: 'same'})",
    "document_not_in_graph": "MATCH (d:Document {name: 'list'}) DETACH DELETE d",
    "document_not_in_store": "CREATE (:Document {id: 'gone', name: 'gone'})",
}
"""Kind of disagreement → a statement that brings it about in the graph."""


ALONE = [kind for kind in DAMAGE if kind.startswith(("fact", "edge_ends", "edge_without", "edge_un", "record", "firm"))]
"""Kinds whose damage would hide another's."""


@pytest.mark.parametrize("kinds", [*([kind] for kind in ALONE), [kind for kind in DAMAGE if kind not in ALONE]])
def test_damage_of_the_graph_is_named(small, kinds):
    for kind in kinds:
        small.run(DAMAGE[kind])
    findings = {found.kind: found for found in small.check().all()}
    for kind in kinds:
        assert findings[kind].examples
        assert KINDS[kind] in str(findings[kind])


def test_damage_of_the_store_is_named(small):
    filing, listed = (small.store.original(doc.id) for doc in (small.filing, small.list))
    filing.write_bytes(b"other bytes")
    listed.unlink()
    assert {"bytes_changed", "bytes_missing"} <= small.kinds()
    (filing.parent / "text.txt").write_text("甲公司不生产谐波减速器。", encoding="utf-8")
    assert "fact_unopened" in small.kinds()
    (filing.parent / "meta.json").write_text("{", encoding="utf-8")
    assert "document_damaged" in small.kinds()


def test_damage_of_the_journal_is_named(small):
    [path] = (small.journal.folder / small.filing.id[:2] / small.filing.id).glob("*.jsonl")
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:-1], ""]), encoding="utf-8")
    assert "journal_damaged" in small.kinds()


def test_what_the_ontology_does_not_allow_is_named(small):
    first, *others = small.world.facts
    small.again(dataclasses.replace(first, properties={"share": "half", "colour": "red"}, level="sure"), *others)
    examples = {found.kind: found.examples for found in small.check().all()}["fact_wrong"]
    assert any("no property colour" in text for text in examples)
    assert any("share is not a number" in text for text in examples)
    assert any("unknown level sure" in text for text in examples)


def test_published_edges_open_at_their_event_and_gaps_at_their_rule(small):
    small.run("MATCH (p:Product {name: '柔轮'}) CREATE (n:Need {id: 'need-1', title: '柔轮'})-[:ASKS_FOR]->(p)")
    small.run(
        "CREATE (g:Gap {id: 'g', kind: '补', rule: 'few makers', firms_local: 0, firms_all: 3})"
        "-[:AT_NODE]->(:ChainNode {id: 'n', name: '柔轮'})"
    )
    found = small.check()
    assert found.all() == []
    assert found.opened == {"sentence": 3, "row": 3, "rule": 3, "event": 1}
    small.run("MATCH (n:Need) SET n.id = 'need-2'")
    small.run("MATCH (g:Gap) REMOVE g.firms_all")
    found = small.check()
    assert found.opened["nowhere"] == 2
    assert {finding.kind for finding in found.all()} == {"edge_unopened"}


def test_a_lost_constraint_and_index_are_named(small):
    small.run("RETURN 1")
    for name in ("product_key", "honour_tier"):
        kind = "CONSTRAINT" if name == "product_key" else "INDEX"
        small.graph.write_rows(f"DROP {kind} {name}", [{}])
    try:
        assert {"constraint_missing", "index_missing"} <= small.kinds()
    finally:
        small.graph.schema(ONTOLOGY)
        # the server may give a new index the number of the dropped one, which plans that it keeps still name
        small.graph.read_statement("CALL db.clearQueryCaches()")
    assert small.kinds() == set()


def test_a_graph_that_was_updated_step_by_step_is_found_whole(small):
    small.world.say(small.filing, firm("丁公司"), "PRODUCES", product("轴承"), quote="采购", start=16, end=18)
    small.write()
    Loader(small.graph, ONTOLOGY).update(small.store, small.journal, [small.filing.id], small.world.decisions)
    assert small.check().all() == []
