"""Every question of the cookbook has an answer in the demo."""

from __future__ import annotations

import pytest

from kg.console.cookbook import Example, examples
from web.home import Home

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("cookbook")]  # one demo for all of them


@pytest.mark.parametrize("example", examples(), ids=lambda item: item.name)
def test_each_question_is_answered_by_the_demo(demo_home: Home, example: Example) -> None:
    assert demo_home.graph().read_statement(example.cypher, **example.parameters)
