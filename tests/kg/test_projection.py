import dataclasses
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.documents import DocumentError
from kg.ontology import Ontology
from kg.projection import LinkKind, Projection, project, words
from kg.records import Mention, record_id
from tests.kg.worlds import World, document, firm, product

ONTOLOGY = Ontology.load()


def of(world: World) -> Projection:
    return project(world.documents, world.facts, world.decisions, ONTOLOGY)


def nodes(projection: Projection, label: str) -> dict:
    key = ONTOLOGY.labels[label].key
    return {row[key]: row for row in projection.nodes.get(label, [])}


def edges(projection: Projection, relation: str) -> list[dict]:
    return [row for kind, rows in projection.links.items() if kind.type == relation for row in rows]


def firm_named(projection: Projection, name: str) -> dict:
    [row] = [row for row in projection.nodes["Enterprise"] if row["name"] == name]
    return row


def frozen(projection: Projection) -> tuple:
    def rows(items):
        return Counter(tuple(sorted((k, str(v)) for k, v in row.items())) for row in items)

    return (
        {label: rows(items) for label, items in projection.nodes.items() if items},
        {kind: rows(items) for kind, items in projection.links.items() if items},
    )


def test_a_statement_opens_at_its_sentence():
    world = World()
    doc = document("a.txt", "2020-05-01")
    world.say(
        doc, firm("甲公司"), "PRODUCES", product("谐波 减速器"), share=12.5, quote="生产谐波减速器", start=3, end=10
    )
    found = of(world)
    [edge] = edges(found, "PRODUCES")
    fact = nodes(found, "Fact")[edge["fact"]]
    assert fact["quote"] == "生产谐波减速器"
    assert fact["state"] == "active"
    assert edge["share"] == 12.5
    assert (edge["as_of"], edge["facts"], edge["level"]) == ("2020-05-01", 1, "disclosed")
    assert nodes(found, "Product")[edge["end"]]["grams"].startswith("谐 波 减 速 器 谐波 减速")
    record = record_id(doc, firm("甲公司"))
    assert edges(found, "SUBJECT") == [{"start": edge["fact"], "end": record}]
    assert edges(found, "IDENTIFIES") == [{"start": record, "end": edge["start"]}]


def test_words_for_search():
    assert words.pinyin("諧波减速器") == "xie bo jian su qi .xb .bj .js .sq"
    assert words.pinyin("重庆银行").split(" ¦ ")[0] == "chong qing yin hang .cq .qy .yh"
    assert "zhang xing zhong" in words.pinyin("长兴重工")
    assert words.grams("USB 線") == "u s b 线 us sb"
    assert words.grams("甲乙", "乙") == "甲 乙 ¦ 乙 甲乙"
    assert [words.day("2020-02", last=True), words.day("2020"), words.day("soon")] == ["2020-02-29", "2020-01-01", None]
    names = ("甲公司宁波分公司", "甲大学", "乙研究院", "丙市交通局", "丁有限公司")
    assert [words.kind(name) for name in names] == ["branch", "university", "institute", "agency", "company"]


def test_the_best_fact_is_of_the_highest_level_then_of_the_newest_document():
    world = World()
    old, new = document("old", "2019-01-01"), document("new", "2021-01-01")
    world.say(old, firm("甲公司"), "PRODUCES", product("轴承"), share=1.0)
    world.say(new, firm("甲公司"), "PRODUCES", product("轴承"), share=2.0)
    world.say(document("guess", "2022-01-01"), firm("甲公司"), "PRODUCES", product("轴承"), share=3.0, level="inferred")
    [edge] = edges(of(world), "PRODUCES")
    assert (edge["share"], edge["facts"], edge["as_of"]) == (2.0, 3, "2022-01-01")


def test_two_announcements_of_one_contract_meet_and_amounts_are_not_added():
    world = World()
    for name, amount in (("中标", 100.0), ("签约", 120.0)):
        world.say(
            document(name, f"2020-0{len(world.facts) + 1}-01"),
            firm("甲公司"),
            "WON_CONTRACT",
            Mention("Contract", "城北变电站设备采购项目"),
            buyer="电网公司",
            amount_min=amount,
            amount_max=amount,
            role="lead",
            consortium=["甲公司", "乙公司"],
        )
    world.say(
        document("中标"),
        firm("乙公司"),
        "WON_CONTRACT",
        Mention("Contract", "城北变电站设备采购项目"),
        buyer="电网公司",
        role="member",
    )
    found = of(world)
    [contract] = nodes(found, "Contract").values()
    assert contract["amount_max"] == 120.0
    assert sorted((edge["role"], edge.get("amount_max")) for edge in edges(found, "WON_CONTRACT")) == [
        ("lead", 120.0),
        ("member", None),
    ]
    [let] = edges(found, "LET_BY")
    assert let["end"] == firm_named(found, "电网公司")["id"]
    supplies = edges(found, "SUPPLIES")
    assert len(supplies) == 2
    assert all(edge["derived"] and edge["contract"] == contract["id"] for edge in supplies)
    assert {edge["level"] for edge in supplies} == {"strongly_inferred"}


def test_a_title_that_says_nothing_meets_nothing():
    world = World()
    for name in ("一", "二"):
        world.say(document(name), firm("甲公司"), "WON_CONTRACT", Mention("Contract", "采购合同"), buyer="电网公司")
    assert len(nodes(of(world), "Contract")) == 2


def test_a_profile_fills_its_firm_and_persons_stay_in_the_evidence():
    world = World()
    doc = document("a", "2020-01-01", demo=True)
    world.say(
        doc, firm("甲股份有限公司"), "PROFILE", founded="2001-08", short_name="甲股份", legal_representative="某人"
    )
    world.say(doc, firm("本公司"), "ALIAS_OF", firm("甲股份有限公司"))
    world.say(doc, firm("本公司"), "PRODUCES", product("轴承"))
    found = of(world)
    [row] = found.nodes["Enterprise"]
    assert (row["founded"], row["aliases"], row["demo"]) == ("2001-08-01", ["本公司", "甲股份"], True)
    assert "某人" not in str(row)
    assert len(found.nodes["Record"]) == 1
    assert any("某人" in str(fact.get("values")) for fact in found.nodes["Fact"])
    assert set(found.nodes) <= set(ONTOLOGY.labels)


def test_names_in_a_document_mean_the_firm_that_it_gives_them_to():
    world = World()
    doc, other = document("a", "2020-01-01"), document("b", "2020-01-01")
    world.say(doc, firm("甲新股份有限公司"), "PROFILE", former_names=["乙旧有限公司"], short_name="甲新股份")
    world.say(doc, firm("甲新股份"), "PRODUCES", product("轴承"))
    world.say(doc, firm("乙旧有限公司"), "PRODUCES", product("减速器"))
    world.say(other, firm("乙旧有限公司"), "PRODUCES", product("阀门"))
    found = of(world)
    one, apart = firm_named(found, "甲新股份有限公司"), firm_named(found, "乙旧有限公司")
    made = {(edge["start"], edge["end"]) for edge in edges(found, "PRODUCES")}
    assert made == {(one["id"], "轴承"), (one["id"], "减速器"), (apart["id"], "阀门")}


def test_a_former_name_does_not_join_two_codes():
    world, codes = World(), ("91000000MADEM0038R", "91000000MADEM0417B")
    doc = document("a")
    world.say(doc, firm("甲新股份有限公司", codes[0]), "PROFILE", former_names=["乙旧有限公司"])
    world.say(doc, firm("乙旧有限公司", codes[1]), "PRODUCES", product("减速器"))
    assert len(of(world).nodes["Enterprise"]) == 2


def test_a_notice_is_no_recognition():
    world = World()
    for number, status in enumerate(("notice", "recheck_notice", "recognised", "revoked")):
        world.say(
            document(status, f"202{number}-01-01"),
            firm("甲公司"),
            "HAS_HONOUR",
            Mention("Honour", "小巨人"),
            tier="little_giant",
            batch=f"第{number}批",
            status=status,
        )
    found = {edge["status"]: edge for edge in edges(of(world), "HAS_HONOUR")}
    assert [found[s].get("recognition") for s in ("notice", "recheck_notice", "recognised", "revoked")] == [
        None,
        "strongly_inferred",
        "disclosed",
        None,
    ]
    assert found["revoked"]["valid_to"] == "2023-01-01"
    assert found["recognised"]["valid_to"] is None


def test_a_move_closes_the_old_place_but_not_the_city_around():
    world = World()
    places = [("2019-01-01", "330206"), ("2020-01-01", "330200"), ("2022-01-01", "330211")]
    for day, code in places:
        world.say(document(day, day), firm("甲公司", "C" * 18), "LOCATED_IN", Mention("Region", code, code))
    found = of(world)
    assert {edge["end"]: edge["valid_to"] for edge in edges(found, "LOCATED_IN")} == {
        "330206": "2022-01-01",
        "330200": None,
        "330211": None,
    }
    states = {fact["object_name"]: fact["state"] for fact in found.nodes["Fact"]}
    assert states == {"330206": "superseded", "330200": "active", "330211": "active"}


def test_a_restated_figure_supersedes():
    world = World()
    for day, value, period in (
        ("2020-04-01", 10.0, "2019"),
        ("2021-04-01", 11.0, "2019"),
        ("2021-04-01", 12.0, "2020"),
    ):
        world.say(
            document(day, day),
            firm("甲公司"),
            "REPORTS_METRIC",
            Mention("Metric", "营业收入"),
            metric="revenue",
            value=value,
            period=period,
        )
    found = of(world)
    assert {edge["period"]: edge["value"] for edge in edges(found, "REPORTS_METRIC")} == {"2019": 11.0, "2020": 12.0}
    assert Counter(fact["state"] for fact in found.nodes["Fact"]) == {"active": 2, "superseded": 1}
    assert nodes(found, "Metric")["revenue"]["unit"] == "CNY"


def test_a_rename_by_credit_code_keeps_the_old_name():
    world = World()
    world.say(document("a", "2015-01-01"), firm("旧名公司", "1" * 18), "PRODUCES", product("轴承"))
    world.say(document("b", "2020-01-01"), firm("新名公司", "1" * 18), "PRODUCES", product("齿轮"))
    [row] = of(world).nodes["Enterprise"]
    assert (row["name"], row["former_names"], row["credit_code"]) == ("新名公司", ["旧名公司"], "1" * 18)


def test_a_list_says_its_structure_once_a_source_without_facts():
    world = World()
    first, again = document("a", "2020-01-01", source="chain"), document("b", "2021-01-01", source="chain")
    for doc in (first, again):
        world.say(doc, product("柔轮"), "INPUT_OF", product("减速器"), page="1:2")
        world.say(doc, product("孤品"), "LISTED")
    found = of(world)
    [edge] = edges(found, "INPUT_OF")
    assert (edge["source"], edge["facts"]) == ("chain", 2)
    assert not found.nodes.get("Fact")
    assert len(found.links[LinkKind("IN", "Product", "Document")]) == 6
    assert "孤品" in nodes(found, "Product")


def test_a_fact_without_its_document_is_an_error():
    world = World()
    world.say(document("a"), firm("甲公司"), "PRODUCES", product("轴承"))
    with pytest.raises(DocumentError, match="KG201"):
        project({}, world.facts, [], ONTOLOGY)


FIRMS = [
    firm("甲公司"),
    firm("甲 公司"),
    firm("甲公司", "1" * 18),
    firm("乙公司", "1" * 18),
    firm("丙公司"),
    firm("本公司"),
]
DOCUMENTS = [
    document("a", "2019-01-01"),
    document("b", "2020-06-01"),
    document("c"),
    document("d", "2020-06-01", source="list"),
    document("e", "2021", source="list"),
]


@st.composite
def worlds(draw) -> World:
    world = World()
    for _ in range(draw(st.integers(0, 14))):
        doc, who, other = (draw(st.sampled_from(items)) for items in (DOCUMENTS, FIRMS, FIRMS))
        relation, target, properties = draw(
            st.sampled_from(
                [
                    ("PRODUCES", product("USB 线"), {"share": 1.0}),
                    ("PRODUCES", product("usb线"), {}),
                    ("SUPPLIES", other, {"product": "轴承"}),
                    ("ALIAS_OF", other, {}),
                    ("PROFILE", None, {"founded": "2001"}),
                    ("PROFILE", None, {"founded": "2002", "short_name": "甲"}),
                    ("LOCATED_IN", Mention("Region", "x", "330211"), {}),
                    ("LOCATED_IN", Mention("Region", "y", "330206"), {}),
                    (
                        "WON_CONTRACT",
                        Mention("Contract", "城北变电站设备采购"),
                        {"buyer": other.name, "amount_max": 5.0},
                    ),
                    ("REPORTS_METRIC", Mention("Metric", "收入"), {"metric": "revenue", "value": 1, "period": "2019"}),
                    ("REPORTS_METRIC", Mention("Metric", "收入"), {"metric": "revenue", "value": 2, "period": "2019"}),
                ]
            )
        )
        level = draw(st.sampled_from(["disclosed", "inferred"]))
        world.say(doc, who, relation, target, start=draw(st.integers(0, 2)), end=9, level=level, **properties)
    for _ in range(draw(st.integers(0, 3))):
        ends = [(draw(st.sampled_from(DOCUMENTS)), draw(st.sampled_from(FIRMS))) for _ in range(2)]
        verdict = draw(st.sampled_from(["same", "different"]))
        undone = draw(st.none() | st.just("2026-02-01"))
        world.decide(verdict, *ends, at=draw(st.sampled_from(["2026-01-01", "2026-01-02"])), undone_at=undone)
    return world


@settings(max_examples=150, deadline=None)
@given(worlds(), st.randoms())
def test_order_never_matters(world, random):
    mixed = dataclasses.replace(
        world,
        documents=dict(random.sample(list(world.documents.items()), len(world.documents))),
        facts=random.sample(world.facts, len(world.facts)),
        decisions=random.sample(world.decisions, len(world.decisions)),
    )
    assert frozen(of(mixed)) == frozen(of(world))
    assert frozen(of(dataclasses.replace(world, facts=world.facts * 2))) == frozen(of(world))


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_every_link_has_its_ends_and_every_key_is_once(world):
    found = of(world)
    keys = {label: nodes(found, label) for label in found.nodes}
    for label, rows in found.nodes.items():
        assert len(rows) == len(keys[label])
        for row in rows:
            assert set(row) <= set(ONTOLOGY.labels[label].properties)
    for kind, rows in found.links.items():
        relation = ONTOLOGY.relations[kind.type]
        assert kind.start in relation.sources
        assert kind.end in relation.targets
        for row in rows:
            assert row["start"] in keys[kind.start]
            assert row["end"] in keys[kind.end]
            assert set(row) - {"start", "end"} <= set(relation.edge_properties)
            if relation.layer in ("fact", "derived"):
                assert row["fact"] in keys["Fact"]
        if relation.layer in ("fact", "derived"):
            assert len({row["key"] for row in rows}) == len(rows)
