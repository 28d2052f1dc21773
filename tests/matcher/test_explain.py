"""Why a firm stands where it does: what is said of gaps and lifts is what a ranking says once it is so."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import candidates, index
from matcher.corpus import Corpus, firm_from_json
from matcher.explain import why
from matcher.query import Query, parse_query
from matcher.rank import Ranker
from matcher.reverse import TOP
from matcher.scorecard import DIGITS
from tests.matcher.conftest import CharacterEmbedder

DAY = date(2026, 11, 25)
WORDS = ["谐波减速器", "精密减速器", "减速机壳体", "谐波齿轮", "电机", "轴承", "柔轮", "刚轮", "铸件"]
WISHES = [
    {"field": "certificate", "op": "contains", "value": "IATF16949", "hard": False},
    {"field": "tier", "op": ">=", "value": "specialised", "hard": False},
    {"field": "staff", "op": ">", "value": 50},
]


def firms(seed: int, count: int = 25) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    found = []
    for number in range(count):
        firm: dict[str, Any] = {"id": f"f{number:02}", "name": f"公司{number}"}
        firm["products"] = [{"name": name, "fact": f"p{number}"} for name in chance.sample(WORDS, chance.randint(1, 3))]
        firm["industries"] = chance.sample(["齿轮", "电机", "铸造"], 1)
        if chance.random() < 0.6:
            firm["staff"] = chance.choice([20, 80, 300])
        if chance.random() < 0.5:
            firm["certificate"] = chance.choice(["ISO9001", "IATF16949"])
        found.append(firm)
    return found


def ranker(lines: list[dict[str, Any]], characters: CharacterEmbedder) -> Ranker:
    return Ranker(Corpus.build(map(firm_from_json, lines), as_of=DAY), characters)


NEED = parse_query({"id": "n", "title": "谐波减速器", "conditions": WISHES})


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 999), at=st.integers(0, 24))
def test_every_firm_has_its_reason(seed: int, at: int) -> None:
    found = ranker(firms(seed), CharacterEmbedder())
    ranking, told = found.rank(NEED, 0), why(found, NEED, f"f{at:02}")
    assert told.entry is not None and told.compared == 25 and told.listed == len(ranking.entries)
    scores = [entry.score for entry in ranking.entries]
    assert told.tied == scores.count(told.entry.score) - (told.rank > 0)
    if told.state == "listed":
        assert ranking.entries[told.rank - 1].firm.id == told.firm and told.place == told.rank and not told.failed
    else:
        assert told.state == "kept_out" and told.failed and told.rank == 0
        assert told.place in range(
            1 + sum(s > told.entry.score for s in scores), 2 + sum(s >= told.entry.score for s in scores)
        )
    if told.mark is not None:
        apart = told.mark.score - told.entry.score
        points = zip(told.entry.contributions, told.mark.contributions, strict=True)
        ahead = sum(max(0.0, mine.points - theirs.points) for mine, theirs in points)
        assert sum(gap.points for gap in told.gaps) - ahead == pytest.approx(apart, abs=1e-6)
        assert told.mark.rank == (1 if told.place <= TOP else min(TOP, told.listed))
    for lift in told.lifts:
        assert lift.best.rank < told.place
        for step in lift.steps:
            lifted = round(told.entry.score + step.points, DIGITS)
            better = sum(
                score > lifted
                for entry, score in zip(ranking.entries, scores, strict=True)
                if entry.firm.id != told.firm
            )
            assert step.rank >= better + 1
        if len(lift.steps) == 2:
            assert lift.steps[0].rank <= TOP < told.place and lift.steps[0].value <= lift.steps[1].value


@pytest.mark.parametrize("seed", range(4))
def test_a_wish_that_is_met_brings_what_was_said(seed: int, characters: CharacterEmbedder) -> None:
    lines = firms(seed)
    before = ranker(lines, characters)
    said = 0
    for line in lines:
        for lift in why(before, NEED, line["id"]).lifts:
            if lift.wish is None or lift.wish.field != "certificate" or (line.get("staff", 80) <= 50):
                continue
            more = line | {"certificate": ["IATF16949", *([line["certificate"]] if "certificate" in line else [])]}
            after = ranker([more if one is line else one for one in lines], characters)
            entry = after.rank(NEED, 0).place_of(line["id"])
            assert entry is not None and entry.rank == lift.best.rank
            said += 1
    assert said


def test_who_is_not_on_the_list_is_told_why(characters: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ranker(firms(1), characters)
    assert why(found, NEED, "nobody").state == "unknown"
    asks = Query(NEED.id, NEED.title, conditions=NEED.conditions, without=frozenset({"f03"}))
    assert why(found, asks, "f03").state == "asks"
    monkeypatch.setattr(index, "ALL_FIRMS", 3)
    monkeypatch.setattr(candidates, "NEAREST", 1)
    found = ranker(firms(1), characters)
    far = [line["id"] for line in firms(1) if why(found, NEED, line["id"]).state == "not_compared"]
    assert far
    told = why(found, NEED, far[0])
    assert told.near is not None and told.near.cosine < 1 and told.entry is None and told.compared < 25


def test_ties_are_said(characters: CharacterEmbedder) -> None:
    lines = [{"id": f"f{n}", "name": f"公司{n}", "products": ["谐波减速器"], "staff": 80} for n in range(3)]
    told = why(ranker(lines, characters), NEED, "f1")
    assert told.tied == 2 and told.rank == 2 and told.entry is not None and told.entry.tied
