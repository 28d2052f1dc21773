from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from matcher.corpus import Corpus, Firm, Product
from matcher.errors import BadRunError, BadScorecardError
from matcher.evaluate.ranking import Figure, difference, evaluate
from matcher.query import Query
from matcher.rank import Ranker
from matcher.scorecard import Scorecard
from matcher.train import FOLDS, LEARNT, Judged, lessons, masked, train_files

from .conftest import CharacterEmbedder

TRADES = {"电机": "电机制造", "轴承": "轴承制造", "密封": "橡胶制品", "阀门": "阀门制造"}
PARTS = ("转子", "外壳", "套件", "环", "座", "垫", "端盖", "支架")


def made(count: int = 80) -> list[Firm]:
    """Firms that list things of one trade each; the things of a trade are told by their head."""
    rng = random.Random(5)
    firms = []
    for number in range(count):
        trade = rng.choice(list(TRADES))
        names = rng.sample([trade + part for part in PARTS], 4)
        firms.append(Firm(f"f{number:03}", f"甲{number}", tuple(map(Product, names)), (TRADES[trade],)))
    return firms


def written(folder: Path, firms: list[Firm]) -> Path:
    path = folder / "E.jsonl"
    path.write_text("".join(json.dumps(firm.to_json(), ensure_ascii=False) + "\n" for firm in firms), "utf-8")
    return path


def test_each_product_is_masked_once_and_from_every_list() -> None:
    firms = made()
    seen: list[str] = []
    for kept, needs in masked(firms):
        hidden = {need.query.title for need in needs}
        seen += hidden
        assert not any(product.name in hidden for firm in kept for product in firm.products)
        for need in needs:
            assert set(need.grades) == {f.id for f in firms if need.query.title in {p.name for p in f.products}}
    assert len(seen) == len(set(seen)) == len({p.name for f in firms for p in f.products})


def test_it_learns_what_shows_a_maker_and_stays_a_scorecard(tmp_path: Path, characters: CharacterEmbedder) -> None:
    firms, out = made(), tmp_path / "own.json"
    rounds: list[int] = []
    done = train_files(written(tmp_path, firms), out, characters, advance=rounds.append)
    assert (done.needs, done.masked, done.figures, sum(rounds)) == (0, 32, {}, FOLDS)
    card = Scorecard.load(str(out))
    assert card.name == "own" and "32 masked products of 80 firms" in card.made
    for line in card.lines:
        assert all(low <= high for (_, low), (_, high) in pairwise(line.curve))
    learnt = {line.feature: line.points for line in card.lines if line.feature in LEARNT}
    assert learnt["industry_peers"] > 0, "the trade tells who makes it"
    kept = {line.feature: line.points for line in Scorecard.load("v0").lines if line.feature not in LEARNT}
    assert kept.pop("description"), "no need has a text here: its line would never count"
    assert {line.feature: line.points for line in card.lines if line.feature not in LEARNT} == kept
    again = tmp_path / "again.json"
    train_files(tmp_path / "E.jsonl", again, characters, name="own")
    assert json.loads(again.read_text("utf-8")) == json.loads(out.read_text("utf-8"))
    ranking = Ranker(Corpus.build(firms), characters, card).rank(Query("n", "", ("电机罩",)))
    for entry in ranking.entries[:20]:
        assert sum(one.points for one in entry.contributions) == pytest.approx(entry.score)


def test_a_citys_own_judgements_move_it(tmp_path: Path, characters: CharacterEmbedder) -> None:
    """Where the buyers of a city took the makers of bearings for motor frames, they come before other firms."""
    firms = made()
    enterprises = written(tmp_path, firms)
    makers = [firm.id for firm in firms if firm.industries == ("轴承制造",)]
    lines = [{"id": f"n{n}", "title": f"机座{n}", "products": [f"机座{n}"]} for n in range(6)]
    gaps, qrels = tmp_path / "gaps.jsonl", tmp_path / "qrels.txt"
    gaps.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    judged = [f"n{n} 0 {firm} 3\n" for n in range(6) for firm in makers[:5]] + ["n0 0 f000 0\n"]
    qrels.write_text("".join(judged), "utf-8")
    run = tmp_path / "cv.run"
    done = train_files(enterprises, tmp_path / "city.json", characters, gaps, qrels, own=False, run=run)
    assert done.needs == 6 and set(done.figures) >= {"nDCG@10", "Recall@50"}
    found = evaluate(run, qrels, enterprises, gaps)
    assert found.figures == done.figures, "the run is the cross validation"
    nothing = difference(found, found)
    assert nothing["nDCG@10"] == Figure(0.0, 0.0, 0.0)
    written_text = [line | {"text": "要求耐磨"} for line in lines]
    gaps.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in written_text), "utf-8")
    train_files(enterprises, tmp_path / "texts.json", characters, gaps, qrels, own=False)
    named = [{line.feature for line in Scorecard.load(str(tmp_path / f"{n}.json")).lines} for n in ("city", "texts")]
    assert named[1] - named[0] == {"description"}


def test_a_folder_that_is_not_there_is_said_before_learning(tmp_path: Path) -> None:
    for out, run in ((tmp_path / "gone" / "v.json", None), (tmp_path / "v.json", tmp_path / "gone" / "run")):
        with pytest.raises(BadRunError, match="no folder that can be written to"):
            train_files(tmp_path / "never read", out, CharacterEmbedder(), run=run)


def test_judged_wrong_firms_are_learnt_from_and_unknown_ones_are_not(characters: CharacterEmbedder) -> None:
    firms = made(30)
    needs = [Judged(Query("n", "", ("机座",)), {"f001": 2, "f002": 0, "gone": 3}), Judged(Query("m", "", ("x",)), {})]
    found = lessons(firms, needs, characters, Scorecard.load("v0"))
    assert len(found) == 1
    assert found[0].right.tolist() == [1] and found[0].judged_wrong.tolist() == [2]
    assert found[0].worth.tolist() == [3.0] and found[0].values.shape == (30, len(LEARNT))
    assert np.isnan(found[0].values[:, LEARNT.index("likely_lists")]).all(), "too little is listed for towers"


def test_nothing_to_learn_from_is_said(tmp_path: Path, characters: CharacterEmbedder) -> None:
    path = written(tmp_path, [Firm("a", "甲", (Product("泵"),))])
    with pytest.raises(BadRunError, match="nothing to learn from"):
        train_files(path, tmp_path / "out.json", characters)
    (tmp_path / "bare.json").write_text(json.dumps({"name": "bare", "made": "here", "lines": []}), "utf-8")
    with pytest.raises(BadScorecardError, match="nothing can be learnt"):
        train_files(path, tmp_path / "out.json", characters, base=str(tmp_path / "bare.json"))
