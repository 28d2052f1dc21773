"""How long the names of a large corpus take to be placed: `pytest -m bench -s tests/bench/test_placement.py`."""

from __future__ import annotations

import random
import time

import pytest

from matcher.chain.placement import Placement, Placer
from matcher.chain.template import packaged
from matcher.corpus import Corpus, Firm, Product

pytestmark = pytest.mark.bench

FIRMS, EACH = 100_000, 10
PLACED = 0.2
"""Share of names that end in a name of a template; of the products of ChainKnowledgeGraph's firms it is 0.15."""

_BEFORE = ("高精度", "低温", "华新", "耐腐蚀", "便携式", "大功率", "出口", "特种", "小型", "")
_SIGNS = "华东方正新海天科宏达瑞丰盛泰恒信安康明光大成立创远博中力兴隆"  # four of them are a brand, one for each name
_OTHER = (
    "物业管理",
    "商品房",
    "白酒",
    "服装",
    "煤炭",
    "技术服务",
    "广告",
    "钢材贸易",
    "木地板",
    "水泥",
    "道路运输",
    "软件开发",
)


def test_a_million_names() -> None:
    placer = Placer(packaged())
    said = sorted({product for node in placer.nodes.values() for product in node.products})
    drawn = random.Random(0)

    def name(number: int) -> str:
        end = drawn.choice(said) if drawn.random() < PLACED else drawn.choice(_OTHER)
        brand = "".join(_SIGNS[number // len(_SIGNS) ** at % len(_SIGNS)] for at in range(4))
        return f"{brand}{drawn.choice(_BEFORE)}{end}"

    firms = [
        Firm(f"f{at:06d}", "", tuple(Product(name(at * EACH + slot)) for slot in range(EACH))) for at in range(FIRMS)
    ]
    corpus = Corpus.build(firms)
    begun = time.perf_counter()
    placement = Placement.of(corpus, placer)
    spent = time.perf_counter() - begun
    begun = time.perf_counter()
    pairs = len(placement.pairs)
    print(f"{len(corpus.product_names):,} names placed in {spent:.1f} s: {len(placement.node):,} places, ", end="")
    print(f"{pairs:,} pairs of firm and node in {time.perf_counter() - begun:.1f} s more")
