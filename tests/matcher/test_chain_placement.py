"""Where products stand in a chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.chain.firms import by_patents, why
from matcher.chain.goods import goods, plain
from matcher.chain.patents import patent_places
from matcher.chain.placement import Correction, Placement, Placer
from matcher.chain.template import packaged
from matcher.corpus import Corpus, Firm, Item, Product
from matcher.evaluate.chains import Drawn, evaluate, half_of, measured

PLACER = Placer(packaged())


def at(name: str) -> dict[str, tuple[str, str]]:
    """Rule and met name by node."""
    return {place.node: (place.rule, place.name) for place in PLACER.places(name)}


def test_a_longer_name_stands_where_its_head_stands() -> None:
    """The head of a Chinese compound is its end; what only begins so is something else."""
    assert at("高精度谐波减速器（机器人用）")["robot:harmonic-reducer"] == ("kind", "谐波减速器")
    assert PLACER.places("谐波减速器")[0].score == 1.0
    assert "robot:harmonic-reducer" not in at("谐波减速器包装盒")
    assert at("ICT") == {} and "basic-part:bearing" not in at("非轴承")


def test_empty_words_joints_and_what_stands_between() -> None:
    """What firms write around a name of the template, and into it."""
    assert at("数控刀具系列产品")["machine-tool:cutting-tool"] == ("same", "数控刀具")
    assert at("通讯设备")["integrated-circuit:consumer"] == at("通信设备")["integrated-circuit:consumer"]
    assert {node: rule for node, (rule, _) in at("医药原料及中间体").items()} == {
        "biomedicine:intermediate": "kind",
        "biomedicine:api": "part",
    }
    assert at("催化功能材料")["petrochemicals:catalyst"] == ("within", "催化材料")
    assert list(goods(plain("锻造及铸造设备"))) == [("锻造及铸造设备",)]
    assert at("租赁轴承") == {}


def test_a_persons_word_goes_before_the_rules() -> None:
    """A correction takes a product away from a node or puts it there, with its reason."""
    said = [
        Correction("谐波减速器", "robot:harmonic-reducer", False, "样例"),
        Correction("谐波减速器", "robot:joint", True, "按关节供货"),
    ]
    places = Placer(PLACER.chains, said).places("谐波减速器")
    assert [(place.node, place.rule, place.name) for place in places if place.node.startswith("robot:")] == [
        ("robot:joint", "corrected", "按关节供货")
    ]


def test_a_corpus_knows_products_and_firms_of_a_node() -> None:
    """Both directions of the same places."""
    corpus = Corpus.build(
        [
            Firm("a", "甲", (Product("交流伺服电机"), Product("木箱"))),
            Firm("b", "乙", (Product("伺服电机"), Product("谐波减速器"))),
        ]
    )
    placement = Placement.of(corpus, PLACER)
    assert [corpus.product_names[row] for row in placement.products("robot:servo-motor")] == [
        "交流伺服电机",
        "伺服电机",
    ]
    assert [corpus.ids[row] for row in placement.firms("robot:servo-motor")] == ["a", "b"]
    assert [corpus.ids[row] for row in placement.firms("robot:harmonic-reducer")] == ["b"]
    assert len(placement.pairs) == len({tuple(pair) for pair in placement.pairs.tolist()})


def test_a_patent_stands_where_title_and_class_say() -> None:
    """What is done with a good is left off its name; a class alone counts where it names a group."""
    both = patent_places(PLACER, "一种谐波减速器的制造方法", ["F16H 49/00 (2006.01)"])
    assert [(place.node, place.rule, place.score) for place in both] == [
        ("robot:harmonic-reducer", "title and class", 1.0),
        ("basic-part:gearbox", "title", 0.8),
    ]
    assert [place.rule for place in patent_places(PLACER, "一种传动装置", ["F16H49/00"])] == ["class"]
    assert patent_places(PLACER, "一种传动装置", ["F16H4/00", "B64C"]) == ()


def test_why_a_firm_stands_at_a_node() -> None:
    """Its products and the titles of its patents, with the facts they rest on."""
    patents = (Item("一种谐波减速器", "f2"), Item(12))
    firm = Firm("a", "甲", (Product("精密谐波减速器", fact="f1"), Product("木箱")), fields={"patents": patents})
    placement = Placement.of(Corpus.build([firm, Firm("b", "乙", (Product("木箱"),))]), PLACER)
    found = why(placement, 0, "robot:harmonic-reducer")
    assert [(one.kind, one.name, one.fact, one.place.rule) for one in found] == [
        ("product", "精密谐波减速器", "f1", "kind"),
        ("patent", "一种谐波减速器", "f2", "title"),
    ]
    assert why(placement, 1, "robot:harmonic-reducer") == ()
    assert by_patents(placement.corpus, PLACER)["robot:harmonic-reducer"] == {0: 1}


def test_what_is_measured() -> None:
    """Weighted pairs; nodes that pass either way count only in the strict figure."""
    gold = [
        Drawn("a0", "s", 3.0, ("x:1",), ("x:2",)),
        Drawn("b1", "s", 1.0, (), ()),
        Drawn("c0", "t", 2.0, ("x:3",), ()),
    ]
    found = evaluate(gold, {"a0": ["x:1", "x:2"], "b1": ["x:1"], "c0": []})
    assert (found.said, found.right, found.wanted, half_of("b1")) == (2, 1, 2, "hold")
    assert (found.precision.mean, found.recall.mean, found.strict.mean) == (3 / 4, 3 / 5, 3 / 7)


@pytest.mark.shared
@pytest.mark.parametrize("gold", ["chain_places", "chain_places_second", "chain_places_third", "chain_places_fourth"])
def test_products_of_real_firms_are_placed(gold: str, shared: Path) -> None:
    found = measured(shared / "data" / "chainkg" / "chainkg.zip", lambda name: at(name), gold)
    assert all(one.precision.mean >= 0.85 and one.recall.mean >= 0.7 for one in found.values()), found
