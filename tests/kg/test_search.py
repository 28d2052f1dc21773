"""Search of Chinese names on the real full-text index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.ontology import Ontology
from kg.projection.words import grams, pinyin
from kg.search import HOWS, Hit, lucene_queries, search
from kg.store import Graph
from kg.templates import node_statement
from kg.values.credit_code import check_sign

pytestmark = pytest.mark.graph
PRODUCTS = [
    "谐波减速器",
    "精密减速器",
    "减速电机",
    "谐波齿轮",
    "AC/DC 电源(模块)",
    "ＡＢＢ机器人",
    "阀",
    "a+b && c",
    "速器减",
]
CODE = "91990101MA0000001" + check_sign("91990101MA0000001")


@pytest.fixture(scope="module")
def names(graph: Graph) -> Iterator[Graph]:
    rows = [{"key": name, "name": name, "grams": grams(name), "pinyin": pinyin(name)} for name in PRODUCTS]
    graph.write_rows(node_statement(Ontology.load().labels["Product"]), rows)
    firm = "甬川谐波传动有限公司"
    firms = [{"id": "e1", "name": firm, "grams": grams(firm), "pinyin": pinyin(firm), "credit_code": CODE}]
    graph.write_rows(node_statement(Ontology.load().labels["Enterprise"]), firms)
    needs = [{"id": "n1", "title": "求购谐波减速器", "grams": grams("求购谐波减速器")}]
    graph.write_rows(node_statement(Ontology.load().labels["Need"]), needs)
    yield graph


def found(hits: list[Hit], how: str | None = None) -> list[str]:
    return [hit.name for hit in hits if how in (None, hit.how)]


def test_a_phrase_comes_before_its_parts(names: Graph) -> None:
    hits = search(names, "谐波减速器", ["Product"])
    assert hits[0].name == "谐波减速器"
    assert hits[0].how == "phrase"
    assert {"精密减速器", "减速电机", "谐波齿轮"} <= set(found(hits, "any"))
    assert [HOWS.index(hit.how) for hit in hits] == sorted(HOWS.index(hit.how) for hit in hits)
    assert len(found(hits)) == len(set(found(hits)))


def test_words_apart_are_found_by_all_bigrams(names: Graph) -> None:
    assert found(search(names, "减速器 谐波", ["Product"]), "all") == ["谐波减速器"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("阀", "阀"),
        ("齿", "谐波齿轮"),
        ("电机", "减速电机"),
        ("ac/dc", "AC/DC 电源(模块)"),
        ("AC/DC电源(", "AC/DC 电源(模块)"),
        ("abb", "ＡＢＢ机器人"),
        ("ABB 机器人", "ＡＢＢ机器人"),
        ("Ａ+B &&", "a+b && c"),
        ("+", "a+b && c"),
    ],
)
def test_one_sign_two_signs_and_signs_of_the_engine(names: Graph, text: str, name: str) -> None:
    assert name in found(search(names, text, ["Product"]), "phrase")


def test_pinyin_whole_begun_and_by_first_letters(names: Graph) -> None:
    for text in ("xiebojiansuqi", "xieboji", "xbjsq"):
        assert "谐波减速器" in found(search(names, text, ["Product"]), "pinyin")


def test_a_credit_code_is_its_firm_however_it_is_written(names: Graph) -> None:
    for text in (CODE, CODE.lower(), f"{CODE[:8]} {CODE[8:]}"):
        assert [(hit.id, hit.how) for hit in search(names, text, ["Enterprise"])][:1] == [("e1", "code")]


def test_kinds_come_in_the_order_asked_for_each_with_its_limit(names: Graph) -> None:
    hits = search(names, "谐波", limit=1)
    assert [(hit.label, hit.id) for hit in hits if hit.label != "Product"] == [("Enterprise", "e1"), ("Need", "n1")]
    assert [hit.label for hit in hits] == ["Enterprise", "Product", "Need"]
    with pytest.raises(ValueError, match="cannot"):
        search(names, "谐波", ["Document"])


@pytest.mark.parametrize("text", ["", "   ", "　"])
def test_nothing_typed_finds_nothing(names: Graph, text: str) -> None:
    assert search(names, text) == []
    assert list(lucene_queries(text)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80) | st.text(alphabet='+-&|!(){}[]^"~*?:\\/<>= aOR谐', max_size=20))
def test_nothing_that_can_be_typed_breaks_the_search(names: Graph, text: str) -> None:
    search(names, text, limit=3)
