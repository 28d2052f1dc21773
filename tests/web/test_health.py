"""`bulian check` on the demo: nothing is wrong, every edge opens; and what is broken is said."""

from __future__ import annotations

import pytest

from web.home import Home
from web.jobs.health import check

pytestmark = pytest.mark.graph


def test_every_edge_of_the_demo_opens(demo_home: Home):
    findings = check(demo_home)
    assert [finding for finding in findings if not finding["ok"]] == []
    [evidence] = [finding["detail"] for finding in findings if finding["what"] == "evidence"]
    assert evidence.endswith(" 0 nowhere")
    assert " 0 at a sentence" not in evidence
    assert " 0 at what was published" not in evidence


def test_a_quick_check_compares_nothing(demo_home: Home):
    assert {finding["what"] for finding in check(demo_home, quick=True)} == {
        "disk",
        "parts",
        "tables",
        "documents",
        "graph",
        "outbox",
    }


def test_what_is_broken_is_named_with_examples(demo_home: Home):
    graph = demo_home.graph()
    graph.write_rows("UNWIND $rows AS row MATCH (p:Product) WITH p LIMIT 1 SET p.colour = 'red'", [{}])
    wrong = [finding for finding in check(demo_home) if not finding["ok"]]
    graph.write_rows("UNWIND $rows AS row MATCH (p:Product) REMOVE p.colour", [{}])
    assert [(finding["what"], finding["count"]) for finding in wrong] == [("property_unknown", 1)]
    assert "colour" in wrong[0]["examples"][0]
