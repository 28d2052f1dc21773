"""Where products stand in a chain."""

from __future__ import annotations

from matcher.chain.placement import Correction, Placement, Placer
from matcher.chain.template import packaged
from matcher.corpus import Corpus, Firm, Product


def test_a_longer_name_stands_where_its_head_stands() -> None:
    """The head of a Chinese compound is its end; what only begins so is something else."""
    placer = Placer(packaged())
    places = {place.node: place for place in placer.places("高精度谐波减速器（机器人用）")}
    assert (places["robot:harmonic-reducer"].rule, places["robot:harmonic-reducer"].name) == ("kind", "谐波减速器")
    assert placer.places("谐波减速器")[0].score == 1.0
    assert not [place for place in placer.places("谐波减速器包装盒") if place.node == "robot:harmonic-reducer"]


def test_a_persons_word_goes_before_the_rules() -> None:
    """A correction takes a product away from a node or puts it there, with its reason."""
    said = [
        Correction("谐波减速器", "robot:harmonic-reducer", False, "样例"),
        Correction("谐波减速器", "robot:joint", True, "按关节供货"),
    ]
    places = Placer(packaged(), said).places("谐波减速器")
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
    placement = Placement.of(corpus, Placer(packaged()))
    assert [corpus.product_names[row] for row in placement.products("robot:servo-motor")] == [
        "交流伺服电机",
        "伺服电机",
    ]
    assert [corpus.ids[row] for row in placement.firms("robot:servo-motor")] == ["a", "b"]
    assert [corpus.ids[row] for row in placement.firms("robot:harmonic-reducer")] == ["b"]
    assert len(placement.pairs) == len({tuple(pair) for pair in placement.pairs.tolist()})
