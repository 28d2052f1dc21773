"""Hand-made cases: a need, firms, and an order that anybody can judge; every packaged scorecard is held to them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from matcher.corpus import Corpus, Firm, firm_from_json
from matcher.embed import Embedder
from matcher.files import with_trade
from matcher.query import Query, parse_query
from matcher.rank import Ranker
from matcher.scorecard import Scorecard

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yml").read_text("utf-8"))
CARDS = sorted(Path(str(file)).stem for file in files("matcher.scorecards").iterdir() if file.name.endswith(".json"))
RIGHT = 0.85
"""Least share of the cases by sense that a scorecard gets right."""


def firm(ident: str, said: list[str] | Mapping[str, Any]) -> Firm:
    if isinstance(said, Mapping):
        return with_trade(firm_from_json({"id": ident, **said}))
    products = [{"name": one.lstrip("~"), "level": "inferred" if one.startswith("~") else "disclosed"} for one in said]
    return firm_from_json({"id": ident, "products": products})


def query(said: str | Mapping[str, Any]) -> Query:
    return Query("n", said) if isinstance(said, str) else parse_query({"id": "n", **said})


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "case", CASES, ids=[f"{number}-{query(case['need']).title}" for number, case in enumerate(CASES)]
)
def test_case(case: dict[str, Any], card: str, embedder: Embedder) -> None:
    corpus = Corpus.build(firm(ident, said) for ident, said in case["firms"].items())
    pairs = list(Ranker(corpus, embedder, Scorecard.load(card)).rank(query(case["need"])).pairs())
    places = {ident: place for place, (ident, _) in enumerate(pairs)}
    scores = dict(pairs)
    steps = [step if isinstance(step, list) else [step] for step in case["order"]]
    assert not set(case.get("out", ())) & set(places)
    held = all(
        places[one] < places[other] and scores[one] > scores[other]
        for before, after in pairwise(steps)
        for one in before
        for other in after
    ) and all(one in places for step in steps for one in step)
    assert held is (card not in case.get("fails", ())), (case["why"], pairs)


@pytest.mark.parametrize("card", CARDS)
def test_how_many_hold(card: str) -> None:
    """`test_case` has made sure that `fails` is true."""
    failed = [case for case in CASES if card in case.get("fails", ())]
    by_sense = [case for case in CASES if case["by"] == "sense"]
    assert not [case for case in failed if case["by"] == "rule"]
    assert 1 - len(failed) / len(by_sense) >= RIGHT
    assert len(CASES) >= 80 and sum("known_by" in case for case in CASES) >= 30
