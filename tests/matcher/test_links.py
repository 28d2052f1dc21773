"""Links of supply: evidence adds up, each step has its path, a hidden pair is sought again."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from matcher.award import Award
from matcher.corpus import Corpus, Firm, Product
from matcher.embed import Embedder
from matcher.errors import BadRunError
from matcher.evaluate.links import evaluate, shortest
from matcher.links import POINTS, Links

AWARDS = [
    Award("电能表采购", "甬川电力公司", "a", "2015-03-01", fact="1"),
    Award("电能表采购第二批", "北山电力公司", "b", "2016-05-01", fact="2"),
    Award("水库大坝工程", "北山水利局", "c", "2016-08-09", fact="3"),
    Award("桥梁检修", "南屏公路局", "a", "2016-08-09", fact="4"),
    Award("桥梁检修", "南屏公路局", "b", "2016-08-09", fact="5"),
]
FIRMS = [Firm("a", "甲有限公司"), Firm("b", "乙有限公司", (Product("电能表"),)), Firm("c", "丙有限公司")]


def links(embedder: Embedder) -> Links:
    return Links(Corpus.build(FIRMS, as_of=date(2017, 1, 1)), AWARDS, embedder)


def test_steps_add_up_and_have_their_path(characters: Embedder) -> None:
    (link,) = [one for one in links(characters).of_firm("b") if one.buyer == "甬川电力公司"]
    assert link.level == "inferred" and link.score == pytest.approx(sum(step.points for step in link.steps))
    steps = {step.kind: step for step in link.steps}
    assert steps["like"].path == ("乙有限公司", "电能表采购第二批", "电能表采购", "甬川电力公司")
    assert steps["like"].facts == ("2", "1")
    assert steps["kin"].path[1:3] == ("电能表采购第二批", "北山电力公司")
    assert steps["shared"].path == ("乙有限公司", "南屏公路局", "甲有限公司", "甬川电力公司")
    assert steps["shared"].facts == ("5", "4", "1")
    assert steps["makes"].path[1:3] == ("电能表", "电能表采购")
    assert all(step.path[0] == "乙有限公司" and step.path[-1] == "甬川电力公司" for step in link.steps)


def test_known_supplies_are_not_predicted(characters: Embedder) -> None:
    known = links(characters)
    assert "南屏公路局" not in {one.buyer for one in known.of_firm("a")}
    assert known.of_firm("nobody") == []
    evidence = known.evidence("甬川电力公司")
    assert set(evidence) == set(POINTS) and all(
        values.min() >= 0 and values.max() <= 1.0001 for values in evidence.values()
    )


def test_the_shortest_path(characters: Embedder) -> None:
    assert shortest(links(characters), "甬川电力公司").tolist() == [-1.0, -3.0, -np.inf]


def test_hidden_pairs_are_sought_among_all_firms(characters: Embedder) -> None:
    found = evaluate(AWARDS, FIRMS, characters, samples=10)
    assert (found.pairs, found.hidden, found.firms) == (5, 1, 3)
    assert {"popularity", "shortest path", "additive evidence"} < set(found.figures)
    with pytest.raises(BadRunError, match="MA005"):
        evaluate(AWARDS[:2], FIRMS, characters)
