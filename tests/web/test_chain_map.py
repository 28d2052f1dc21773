"""The picture of a chain: every node once, no box over another, equal for equal chains, and circles do not stop it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from matcher.chain.template import Chain, packaged
from web.charts import years
from web.pages.chains.map import ABOVE, HIGH, WIDE, chain_map


@pytest.mark.parametrize("chain", packaged(), ids=lambda chain: chain.id)
def test_every_node_has_a_box_of_its_own(chain: Chain) -> None:
    drawn = chain_map(chain)
    assert sorted(box.node for box in drawn.boxes) == sorted(node.id for node in chain.nodes)
    for one, other in combinations(drawn.boxes, 2):
        assert abs(one.x - other.x) >= WIDE or abs(one.y - other.y) >= HIGH + ABOVE
    assert all(0 <= box.x <= drawn.width - WIDE and 0 <= box.y <= drawn.height - HIGH for box in drawn.boxes)
    assert {(line.start, line.end) for line in drawn.lines} == {
        (node.id, end) for node in chain.nodes for end in node.feeds
    }
    assert chain_map(chain) == drawn


def test_a_circle_is_drawn_all_the_same() -> None:
    chain = packaged()[0]
    first, second, *others = chain.nodes
    circle = (replace(first, feeds=(second.id,)), replace(second, feeds=(first.id,), stage=first.stage), *others)
    assert len(chain_map(replace(chain, nodes=circle)).boxes) == len(chain.nodes)


def test_years_are_drawn_without_styles_of_their_own() -> None:
    picture = years({"专利": {2019: 3, 2021: 1}, "合同": {2020: 2}}, "zh")
    assert picture.startswith("<svg") and "style=" not in picture and "2021" in picture
    assert years({"专利": {2019: 3, 2021: 1}, "合同": {2020: 2}}, "zh") == picture
