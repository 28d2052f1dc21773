"""Hand-made cases: a need, firms, and an order that anybody can judge."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from matcher.corpus import Corpus, Firm, Product
from matcher.embed import Embedder
from matcher.query import Query
from matcher.rank import Ranker

CASES = yaml.safe_load((Path(__file__).parent / "cases.yml").read_text("utf-8"))


def firm(ident: str, products: list[str]) -> Firm:
    named = (Product(name.lstrip("~"), "inferred" if name.startswith("~") else "disclosed") for name in products)
    return Firm(ident, products=tuple(named))


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case['need']}" for n, case in enumerate(CASES)])
def test_case(case: dict[str, Any], embedder: Embedder) -> None:
    corpus = Corpus.build(firm(ident, products) for ident, products in case["firms"].items())
    places = {
        ident: place for place, (ident, _) in enumerate(Ranker(corpus, embedder).rank(Query("n", case["need"])).pairs())
    }
    steps = [step if isinstance(step, list) else [step] for step in case["order"]]
    for before, after in pairwise(steps):
        assert max(places[one] for one in before) < min(places[one] for one in after), (case["why"], places)
