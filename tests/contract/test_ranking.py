"""rank and rank-eval on files."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.contract.conftest import Run, lines, schema

FIRMS = [
    {"id": "f1", "name": "甲谐波传动有限公司", "industries": ["齿轮"], "products": ["谐波减速器", "柔轮"]},
    {"id": "f2", "name": "", "industries": [], "products": ["轴承 套圈"]},
    {"id": "f3", "name": "丙泵业有限公司", "industries": ["泵"], "products": ["柱塞泵"], "region": "330211"},
]
NEEDS = [
    {"id": "n1", "title": "谐波减速器", "products": ["谐波减速机"]},
    {"id": "n2", "title": "高压泵", "text": "额定压力不低于35兆帕的柱塞泵"},
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, rows in (("E.jsonl", FIRMS), ("G.jsonl", NEEDS)):
        (tmp_path / name).write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", "utf-8")
    return tmp_path


def test_a_run_and_its_explanations(bulian: Run, files: Path) -> None:
    bulian("rank", "--enterprises", "E.jsonl", "--gaps", "G.jsonl", "--out", "run", "--top", 0, "--explain", "x.jsonl")
    run, check = (files / "run").read_text("utf-8").splitlines(), schema("run-line")
    assert all(check.is_valid(line) for line in run), run
    ranked: dict[str, list[str]] = defaultdict(list)
    for line in run:
        need, _, firm, *_ = line.split(" ")
        ranked[need].append(firm)
    assert {need: sorted(firms) for need, firms in ranked.items()} == {
        "n1": ["f1", "f2", "f3"],
        "n2": ["f1", "f2", "f3"],
    }
    assert ranked["n1"][0] == "f1" and ranked["n2"][0] == "f3"
    for line in lines(files / "x.jsonl"):
        assert sum(feature["contribution"] for feature in line["features"]) == pytest.approx(line["score"], abs=1e-3)


def test_the_same_run_twice(bulian: Run, files: Path) -> None:
    for name in ("one", "two"):
        bulian("rank", "--enterprises", "E.jsonl", "--gaps", "G.jsonl", "--out", name)
    assert (files / "one").read_bytes() == (files / "two").read_bytes()


def test_bad_needs_are_refused_and_the_rest_is_ranked(bulian: Run, files: Path) -> None:
    wrong = [{"id": "n3"}, {"title": "无号"}, {"id": "n4", "title": "泵", "conditions": {"all": [{"field": "region"}]}}]
    with (files / "G.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in wrong)
    bulian("rank", "--enterprises", "E.jsonl", "--gaps", "G.jsonl", "--out", "run", "--report", "r.jsonl", status=1)
    report = lines(files / "r.jsonl")
    assert len(report) == 3 and {line["code"] for line in report} == {"MA001"}
    assert all(schema("report-line").is_valid(line) for line in report)
    assert {line.split()[0] for line in (files / "run").read_text("utf-8").splitlines()} == {"n1", "n2"}


def test_files_that_cannot_be_read(bulian: Run, files: Path) -> None:
    (files / "bad.jsonl").write_text("{\n", "utf-8")
    for option in (("bad.jsonl", "G.jsonl"), ("E.jsonl", "bad.jsonl")):
        bulian("rank", "--enterprises", option[0], "--gaps", option[1], "--out", "run", "--report", "r", status=1)
        assert [line["place"] for line in lines(files / "r")] == ["line 1"]
    bulian("rank", "--enterprises", "E.jsonl", "--gaps", "G.jsonl", "--out", "run", "--scorecard", "v99", status=1)
    bulian("rank", "--enterprises", "E.jsonl", "--gaps", "G.jsonl", "--out", "run", "--top", -1, status=2)


def test_rank_eval(bulian: Run, files: Path) -> None:
    bulian("rank", "--enterprises", "E.jsonl", "--gaps", "G.jsonl", "--out", "run")
    (files / "qrels").write_text("n1 0 f1 1\nn2 0 f3 1\n", "utf-8")
    said = bulian("rank-eval", "--run", "run", "--qrels", "qrels").stdout.decode()
    assert "plain" in said and re.search(r"nDCG@10 +1\.0000  \[1\.0000, 1\.0000\]", said)
    full = ("--enterprises", "E.jsonl", "--gaps", "G.jsonl", "--json")
    measured = json.loads(bulian("rank-eval", "--run", "run", "--qrels", "qrels", *full).stdout)
    assert measured["plain"] is False and measured["measures"]["MRR"]["mean"] == 1.0
    (files / "worse").write_text("n1 Q0 f2 1 2 x\nn1 Q0 f1 2 1 x\nn2 Q0 f3 1 1 x\n", "utf-8")
    for more in ((), ("--judged",)):
        (files / "qrels").write_text("n1 0 f1 3\nn1 0 f2 0\nn2 0 f3 2\n", "utf-8")
        options = ("--run", "run", "--qrels", "qrels", "--against", "worse", *more)
        gained = json.loads(bulian("rank-eval", *options, "--json").stdout)["gained"]
        name = "judged nDCG@10" if more else "nDCG@10"
        assert gained[name]["mean"] == pytest.approx((1 - 1 / math.log2(3)) / 2, abs=1e-4)
        assert re.search(rf"{re.escape(name)} +\+0\.18\d+  \[", bulian("rank-eval", *options).stdout.decode())
    bulian("rank-eval", "--run", "qrels", "--qrels", "E.jsonl", status=1)
