"""Open needs are read once for each state of graph and store; what is made of them is kept by the very same objects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from web.db.models import Need
from web.home import Home
from web.jobs.fit import firm_fits, firm_papers
from web.jobs.open_needs import open_needs

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("pages")]


def test_read_once_until_a_need_is_written_or_brought_to_the_graph(demo_home: Home) -> None:
    graph = demo_home.graph()
    first = open_needs(demo_home, graph)
    assert first and open_needs(demo_home, graph) is first
    (asked,) = (need for need in first if need.query.id == "demo-n2")
    assert asked.targets, "the figures that its text says"
    with demo_home.database().session() as session:
        need = session.get_one(Need, "demo-n2")
        need.text = f"{need.text}噪声不高于60 dB。"
    second = open_needs(demo_home, graph)
    (changed,) = (need for need in second if need.query.id == "demo-n2")
    assert changed.query.text.endswith("dB。") and len(changed.targets) == len(asked.targets) + 1
    assert open_needs(demo_home, graph) is second
    with demo_home.database().session() as session:
        need = session.get_one(Need, "demo-n2")
        need.text = asked.query.text
    assert open_needs(demo_home, graph) == first


def test_what_papers_are_worth_is_kept_with_its_boards(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = demo_home.graph()
    needs = open_needs(demo_home, graph)
    firm = demo_home.ranker().rank(needs[0].query, 1).entries[0].firm.id
    worth = firm_papers(demo_home, graph, firm, needs)
    assert worth.open == len(needs) and worth.asked > 0
    told = firm_fits(demo_home, firm, needs)
    monkeypatch.setattr("web.jobs.fit.prices", lambda *_: pytest.fail("reckoned again"))
    assert firm_papers(demo_home, graph, firm, needs) is worth and firm_fits(demo_home, firm, needs) == told
    monkeypatch.undo()
    unasked = [replace(need, targets=()) for need in needs]
    assert firm_papers(demo_home, graph, firm, unasked).asked == 0, "the boards are the same, what is asked is not"
    assert firm_papers(demo_home, graph, firm, needs[1:]).open == len(needs) - 1
