"""Every question runs on the demo with the columns that it says; nearly all of them have an answer there."""

from __future__ import annotations

import pytest

from kg.console import Console
from kg.console.cookbook import questions
from kg.neo4j.process import Connection
from tests.site_fixture import settings as settings
from web.home import Home

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("cookbook")]  # one demo for all of them

NOTHING_THERE = {
    "customer_concentration",
    "gaps_by_region",
    "gaps_at_nodes",
    "brands",
    "flagged",
    "inputs",
    "substitutes",
}
"""Of which the demo says nothing, or nothing as long as nobody works in it."""


def test_each_question_is_answered_by_the_demo(demo_home: Home, neo4j_server: Connection) -> None:
    """Through the gate; that the copy is where pages ask is tested with the pages."""
    console, answers, wrong = Console(neo4j_server, demo_home.ontology), {}, {}
    for item in questions():
        table = console.run(item.cypher, item.values)
        answers[item.name] = table.total
        columns = [column.name for column in table.columns]
        if columns != [name for name, _ in item.columns]:
            wrong[item.name] = columns
        for place, name in enumerate(columns):
            if name in ("as_of", "fact") and table.rows and all(row[place] in (None, []) for row in table.rows):
                wrong[item.name] = f"no {name} at all"
    assert wrong == {}
    assert {name for name, rows in answers.items() if not rows} <= NOTHING_THERE, answers
