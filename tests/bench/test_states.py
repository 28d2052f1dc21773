"""States of all nodes of all chains for one city in a large corpus, and what if a firm or a city is gone:
`pytest -m bench -s tests/bench/test_states.py`.

`BULIAN_BENCH_FIRMS` firms (100,000), ten products each, a fifth of them at nodes; one firm in five here, one in twenty
with a tier, three in ten with a patent, one supply for every second firm.
"""

from __future__ import annotations

import json
import os
import random
import time

import pytest

from matcher.chain.network import Network
from matcher.chain.placement import Placement, Placer
from matcher.chain.state import Observer, StateRules
from matcher.chain.supply import Supplies, Supply
from matcher.chain.template import packaged
from matcher.chain.whatif import Scenario, what_if
from matcher.corpus import Corpus, Firm, Item, Product
from matcher.rank import Ranker
from tests.matcher.conftest import CharacterEmbedder

pytestmark = pytest.mark.bench

EACH, PLACED, SEED = 10, 0.2, 20261126
_REGIONS = ("330200", "330100", "320500", "310000", "440300")


def test_states_of_one_city() -> None:
    firms = int(os.environ.get("BULIAN_BENCH_FIRMS", "100000"))
    drawn = random.Random(SEED)
    placer = Placer(packaged())
    said = sorted({product for node in placer.nodes.values() for product in node.products})

    def firm(number: int) -> Firm:
        names = [
            f"{number:06d}型{drawn.choice(said)}" if drawn.random() < PLACED else f"{number:06d}号服务{slot}"
            for slot in range(EACH)
        ]
        fields = {"region": (Item(_REGIONS[number % 5]),)}
        fields |= {"tier": (Item("specialised"),)} if number % 20 == 0 else {}
        fields |= {"patents": (Item("一种装置"),)} if number % 10 < 3 else {}
        return Firm(f"f{number:07d}", "", tuple(map(Product, names)), fields=fields)

    corpus = Corpus.build(map(firm, range(firms)))
    supplies = [
        Supply(f"f{at:07d}", "", f"f{drawn.randrange(firms):07d}", "", f"{drawn.choice(said)}采购项目")
        for at in range(0, firms, 2)
    ]
    begun = time.perf_counter()
    placement = Placement.of(corpus, placer)
    placed = time.perf_counter() - begun
    network = Network(Ranker(corpus, CharacterEmbedder()), placer, placement, Supplies(corpus, supplies))
    begun = time.perf_counter()
    seen = Observer(network, "330200", StateRules.load())
    states = [state for chain in placer.chains for state in seen.states(chain)]
    spent = time.perf_counter() - begun
    begun = time.perf_counter()
    again = [state for chain in placer.chains for state in seen.states(chain)]
    again_s = time.perf_counter() - begun
    network.placement.pairs  # noqa: B018 (kept with the placement from here on)
    hit = {}
    for name, scenario in (("firm", Scenario(firms=("f0000000",))), ("city", Scenario(region="310000"))):
        begun = time.perf_counter()
        impact = what_if(network, scenario)
        hit[f"what_if_{name}_s"] = round(time.perf_counter() - begun, 3)
        hit[f"what_if_{name}_nodes"] = impact.node_count
    print(
        json.dumps(
            {
                "firms": firms,
                "names": len(corpus.product_names),
                "places": len(placement.node),
                "supplies": len(supplies),
                "nodes": len(states),
                "placement_s": round(placed, 2),
                "states_s": round(spent, 2),
                "again_s": round(again_s, 2),
                **hit,
            }
        )
    )
    assert again == states
