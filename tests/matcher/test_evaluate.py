from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType

import pytest

from matcher.errors import BadRunError
from matcher.evaluate.bounty import judged_run
from matcher.evaluate.ranking import evaluate, measures
from matcher.run import rank_files

from .conftest import CharacterEmbedder


def scorer(shared: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"score_{name}", shared / "score" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_measures_by_hand() -> None:
    found = measures(["a", "b", "c", "d"], {"b", "d", "z"})
    assert found["MRR"] == 0.5
    assert found["MAP"] == pytest.approx((1 / 2 + 2 / 4) / 3)
    assert found["Recall@50"] == pytest.approx(2 / 3)
    assert found["nDCG@10"] == pytest.approx((0.63093 + 0.43068) / (1 + 0.63093 + 0.5), abs=1e-4)
    assert set(measures([], {"a"}).values()) == {0.0}


def written(folder: Path) -> tuple[Path, Path, Path, Path]:
    """A run with ties, a longer name that does not count, a need without a run."""
    rng = random.Random(3)
    firms = [{"id": f"f{n}", "name": "", "products": [rng.choice(["冷柜电机", "泵", "轴承"])]} for n in range(80)]
    gaps = [{"id": f"g{n}", "title": t, "products": [t]} for n, t in enumerate(["电机", "泵体", "轴承钢"])]
    for name, rows in (("E.jsonl", firms), ("G.jsonl", gaps)):
        (folder / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    run = [
        f"{gap['id']} Q0 {firm['id']} {place} {rng.randint(0, 20)} bulian\n"
        for gap in gaps[:2]
        for place, firm in enumerate(firms, 1)
    ]
    (folder / "run").write_text("".join(run))
    qrels = [f"{gap['id']} 0 f{n} 1\n" for gap in gaps for n in rng.sample(range(80), 6)]
    (folder / "qrels").write_text("".join(qrels) + "g0 0 f1 0\n")
    return folder / "run", folder / "qrels", folder / "E.jsonl", folder / "G.jsonl"


def test_the_figures_are_those_of_the_scorer(shared: Path, tmp_path: Path) -> None:
    files = written(tmp_path)
    theirs = scorer(shared, "rank").main(*map(str, files))
    ours, plain = evaluate(*files), evaluate(*files[:2])
    assert ours.needs == theirs["gaps"] == 3 and not ours.plain and plain.plain
    for name, key in (("nDCG@10", "ndcg10"), ("Recall@50", "recall50"), ("MRR", "mrr")):
        assert round(ours.figures[name].mean, 4) == theirs[key]
        assert round(plain.figures[name].mean, 4) == theirs["plain_" + key]
        assert ours.figures[name].low <= ours.figures[name].mean <= ours.figures[name].high
    assert evaluate(*files).to_json() == ours.to_json()


def test_judged_figures_are_those_of_the_scorer(shared: Path, tmp_path: Path) -> None:
    run, qrels = tmp_path / "run", tmp_path / "qrels"
    qrels.write_text("a 0 x 3\na 0 y 0\na 0 z 2\na 0 w 1\nb 0 x 2\nb 0 y 1\nc 0 x 1\n", encoding="utf-8")
    run.write_text("".join(f"a Q0 {firm} {at} {9 - at} m\n" for at, firm in enumerate("nyzx", 1)), encoding="utf-8")
    found = scorer(shared, "bounty").main(str(run), str(qrels))
    measured = judged_run(run, qrels)
    figures = measured.figures
    assert measured.needs == found["requirements"] == 2
    assert figures["judged nDCG@10"].mean == pytest.approx(found["judged_ndcg10"], abs=1e-4)
    assert figures["Recall@50"].mean == found["recall50"] == 0.5
    assert figures["judged nDCG@10"].low <= figures["judged nDCG@10"].mean <= figures["judged nDCG@10"].high
    qrels.write_text("a 0 x 1\n", encoding="utf-8")
    with pytest.raises(BadRunError, match="MA005"):
        judged_run(run, qrels)


def test_bad_runs_and_judgements_are_named(tmp_path: Path) -> None:
    run, qrels, enterprises, gaps = written(tmp_path)
    bad = tmp_path / "bad"
    for text in ("g0 Q0 f1\n", "g0 Q0 f1 one 2 x\n"):
        bad.write_text(text)
        with pytest.raises(BadRunError, match=r".") as caught:
            evaluate(bad, qrels)
        assert caught.value.place == "line 1"
    for text in ("", "g0 0 f1 0\n", "g0 0 f1 x\n", "g9 0 f1 1\n"):
        bad.write_text(text)
        with pytest.raises(BadRunError):
            evaluate(run, bad, enterprises, gaps)
    with pytest.raises(BadRunError):
        evaluate(tmp_path / "none", qrels)


def test_rank_files(tmp_path: Path) -> None:
    _, _, enterprises, gaps = written(tmp_path)
    with gaps.open("a", encoding="utf-8") as stream:
        stream.write('{"id": "g0", "title": "twice"}\n{"id": "g7"}\n')
        stream.write('{"id": "g8", "title": "泵", "conditions": [{"field": "colour", "op": "=", "value": "red"}]}\n')
    with enterprises.open("a", encoding="utf-8") as stream:
        stream.write('{"id": "f0"}\n[]\n{"id": "half", "name": "\\ud83d"}\n')
    report = rank_files(enterprises, gaps, tmp_path / "out", CharacterEmbedder(), top=5, explain=tmp_path / "explained")
    assert (report.needs, report.firms, report.scorecard) == (3, 80, "v1")
    assert [(error.code, error.place) for error in report.refused] == [
        ("MA002", "line 81"),
        ("MA002", "line 82"),
        ("MA002", "line 83"),
        ("MA001", "line 4"),
        ("MA001", "line 5"),
        ("MA001", "g8"),
    ]
    lines = [line.split() for line in (tmp_path / "out").read_text().splitlines()]
    assert len(lines) == 15 and all(len(line) == 6 and line[5] == "bulian" for line in lines)
    explained = [json.loads(line) for line in (tmp_path / "explained").read_text("utf-8").splitlines()]
    assert [(one["need"], one["firm"]) for one in explained] == [(line[0], line[2]) for line in lines]
    for one, line in zip(explained, lines, strict=True):
        assert round(sum(feature["contribution"] for feature in one["features"]), 4) == one["score"] == float(line[4])
    with pytest.raises(BadRunError):
        rank_files(enterprises, gaps, tmp_path / "none" / "out", CharacterEmbedder())
