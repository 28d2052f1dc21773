"""The corpus follows the graph: only what a change touched is read, and the result is that of a whole reading."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg.store import Graph
from tests.kg.test_loader import House, anything
from web.jobs.corpus import changed_corpus, read_corpus

pytestmark = pytest.mark.graph


STRUCTURE = {"INPUT_OF", "LISTED", "AT"}
"""What lists state of products: where that is stated anew, all is read."""


def test_what_changed_makes_what_is_there(graph: Graph, tmp_path: Path) -> None:
    house = House(graph, tmp_path)
    dice = random.Random(3)
    world, followed = anything(dice), 0
    house.update(house.write(world))
    assert not graph.trail(), "a whole load may have changed anything"
    lists = {fact.document for fact in world.facts if fact.relation in STRUCTURE}
    world.facts = [fact for fact in world.facts if fact.relation not in STRUCTURE]
    house.write(world)
    house.update(sorted(lists))
    assert not graph.trail(), "structure stated anew touches any firm"
    before = read_corpus(graph, graph.stamp())
    for _ in range(2):
        fresh = anything(dice, facts=12)
        world.facts = [fact for fact in world.facts if dice.random() < 0.8]
        world.facts += [fact for fact in fresh.facts if fact.relation not in STRUCTURE]
        world.documents.update({key: value for key, value in fresh.documents.items() if key not in world.documents})
        world.decisions = [item for item in world.decisions if dice.random() < 0.8]
        changed = house.write(world)
        dice.shuffle(changed)
        for first in range(0, len(changed), 3):
            house.update(changed[first : first + 3])
            stamp, steps = graph.stamp(), graph.trail()
            present = read_corpus(graph, stamp)
            if steps:
                assert steps[-1].after == stamp.stamp
                assert list(changed_corpus(graph, stamp, before, steps[-1].firms).firms) == list(present.firms)
                assert changed_corpus(graph, stamp, before, steps[-1].firms).stamp == present.stamp
                followed += 1
            before = present
    assert followed > 3
