from pathlib import Path

import pytest

from kg.extension import OntologyError
from kg.ontology import EDGE_PROPERTIES, REFERENCE_PROPERTIES, Ontology, is_date, markdown
from kg.ontology_page import examples
from kg.queries import queries
from kg.records import DocumentId, Fact, Mention
from kg.templates import constraint_statements

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load()


def produces(**changes) -> Fact:
    line = {
        "doc": "a.txt",
        "document": DocumentId("d"),
        "relation": "PRODUCES",
        "source": Mention("Enterprise", "甲公司"),
        "target": Mention("Product", "减速器"),
        "properties": {"share": 12.5},
        **changes,
    }
    return Fact(**line)


def test_page_is_made_from_the_ontology(ontology):
    assert (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8") == markdown(ontology)


def test_page_has_all_that_is_declared(ontology):
    page = markdown(ontology)
    properties = page.partition("## Properties\n")[2].splitlines()
    for owner in (*ontology.labels.values(), *ontology.relations.values()):
        assert f"`{owner.name}`" in page
        for item in owner.properties.values():
            row = next(line for line in properties if line.startswith(f"| `{item.name}` | {item.labels['zh']}"))
            assert item.type in row and (item.unit or "") in row and item.labels["en"] in row
    for entries in ontology.values.values():
        assert all(f"| `{name}` | {entry['zh']} | {entry['en']} |" in page for name, entry in entries.items())
    for statement in (*constraint_statements(ontology), *(item.text for item in queries("schema"))):
        assert statement.split(" IF NOT EXISTS")[0].split()[-1] in page
    for name in (*EDGE_PROPERTIES, *REFERENCE_PROPERTIES, "state", "period", "event", "open"):
        assert f"| `{name}` |" in page


@pytest.mark.graph
def test_every_example_of_the_page_runs(graph, ontology):
    found = examples(ontology)
    assert list(found) == [*ontology.labels, *ontology.relations]
    page = markdown(ontology)
    for text in found.values():
        assert f"{text};" in page
        assert graph.read_statement(text) == []


def test_a_right_fact_has_no_problem(ontology):
    assert ontology.check_fact(produces()) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"relation": "MAKES"}, "unknown relation"),
        ({"relation": "IDENTIFIES"}, "unknown relation"),
        ({"source": Mention("Product", "减速器")}, "cannot start from Product"),
        ({"target": Mention("Region", "宁波市", "330200")}, "cannot end in Region"),
        ({"target": None}, "needs a target"),
        ({"source": Mention("Enterprise", " ")}, "the source has no name"),
        ({"properties": {"price": 3}}, "no property price"),
        ({"properties": {"share": "12.5"}}, "not a number"),
        ({"properties": {"share": True}}, "not a number"),
        ({"level": "certain"}, "unknown level"),
        ({"valid_from": "2019-02-30"}, "not a date"),
        ({"start": 5, "end": 2}, "are no place"),
    ],
)
def test_a_wrong_fact_says_what_is_wrong(ontology, changes, problem):
    assert any(problem in text for text in ontology.check_fact(produces(**changes)))


def test_required_and_enumerated_properties(ontology):
    fact = produces(relation="HAS_HONOUR", target=Mention("Honour", "小巨人"), properties={"tier": "giant"})
    assert ontology.check_fact(fact) == ["HAS_HONOUR needs the property status", "tier has no value giant"]


def test_names_in_two_languages(ontology):
    assert ontology.label("PRODUCES", "zh") == "生产"
    assert ontology.label("tier.little_giant", "en") == "little giant"
    assert ontology.label("HAS_HONOUR.status", "zh") == "认定状态"
    assert ontology.label("PRODUCES.share", "zh") == "占比"
    assert ontology.label("nothing.known", "zh") == "nothing.known"


def test_every_relation_has_a_way_into_the_graph(ontology):
    for relation in ontology.relations.values():
        if relation.layer in ("fact", "reference"):
            targets = {name for name in relation.targets if name != "Enterprise"}
            assert targets <= set(ontology.relations["OBJECT"].targets) or relation.layer == "reference"
            assert "key" in relation.edge_properties


def test_an_extra_file_extends(tmp_path):
    extra = tmp_path / "more.yml"
    extra.write_text(
        "labels: {Laboratory: {zh: 实验室, en: laboratory}}\n"
        "relations: {RUNS: {source: Enterprise, target: Laboratory, temporal: open, zh: 办, en: runs}}\n",
        encoding="utf-8",
    )
    assert Ontology.load(extra).relations["RUNS"].target == "Laboratory"


RUNS = "relations: {%s: {source: Enterprise, target: Brand, temporal: open, zh: 办, en: runs%s}}"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("labels: [", None),
        ("- a", None),
        ("levels: {sure: {zh: 确, en: sure}}", "levels"),
        ("relations: {RUNS: {source: Ship, target: Brand, temporal: open, zh: 运, en: r}}", "relations.RUNS"),
        ("relations: {RUNS: {source: Enterprise, target: Ship, temporal: open, zh: 运, en: r}}", "relations.RUNS"),
        ("relations: {RUNS: {source: Enterprise, target: Need, temporal: open, zh: 运, en: r}}", "relations.RUNS"),
        ("relations: {RUNS: {source: Enterprise, target: Brand, zh: 运, en: r}}", "relations.RUNS"),
        (RUNS % ("PRODUCES", ""), "relations.PRODUCES"),
        (RUNS % ("produces", ""), "relations.produces"),
        (RUNS % ('"X]->() DETACH DELETE (n)//"', ""), "relations.X]->() DETACH DELETE (n)//"),
        (RUNS % ("RUNS", ", edge: false"), "relations.RUNS"),
        (RUNS % ("RUNS", ", layer: evidence"), "relations.RUNS"),
        (RUNS % ("RUNS", ", properties: [{'a = 1 //': {zh: 甲, en: a}}]"), "relations.RUNS"),
        (RUNS % ("RUNS", ", properties: [{fact: {zh: 甲, en: a}}]"), "relations.RUNS"),
        (RUNS % ("RUNS", ", properties: [unheard]"), None),
        (RUNS % ("RUNS", ", properties: [{grade: {zh: 级, en: grade, values: grades}}]"), None),
        ("relations: {RUNS: {source: Enterprise, target: Brand, temporal: open, zh: 办}}", None),
        ("labels: {Enterprise: {zh: 企业, en: firm}}", "labels.Enterprise"),
        ("labels: {brand: {zh: 品牌, en: brand}}", "labels.brand"),
        ("labels: {Lab: {key: id, zh: 室, en: lab}}", "labels.Lab"),
        ("labels: {Lab: {zh: 室, en: lab, properties: [key, name, phone]}}", "labels.Lab"),
        ("labels: {Lab: 室}", "labels.Lab"),
        ("properties: {share: {zh: 份额, en: share}}", "properties.share"),
        ("properties: {level: {zh: 级, en: level}}", "properties.level"),
        ("values: {tier: {mine: {zh: 我, en: mine}}}", "values.tier"),
    ],
)
def test_a_wrong_file_is_named(tmp_path, text, place):
    extra = tmp_path / "more.yml"
    extra.write_text(text, encoding="utf-8")
    with pytest.raises(OntologyError) as caught:
        Ontology.load(extra)
    assert (caught.value.code, caught.value.file, caught.value.place) == ("KG101", "more.yml", place)


def test_dates_may_be_months_or_years():
    assert [is_date(text) for text in ("2020", "2020-02", "2020-02-29", "2020-13", "20-1-1", "2019-02-29")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
