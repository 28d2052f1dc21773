"""requirement and classify: good and bad lines, by subprocess."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.contract.conftest import Run, lines, schema

NEEDS = [
    {"id": "a", "title": "一种矿用减速器的研发", "text": "预期目标：①传动效率≥96%；②噪音不超过70分贝。预算200万元。"},
    {"id": "b", "title": "耐火材料", "text": ""},
]
ITEMS = [{"item": "谐波减速器", "note": "kept"}, {"item": "高温合金"}, {"item": "CAD软件"}]
BAD = [
    b"{", b"[]", b'{"id": "c"}', b'{"item": 3, "text": 3}', b"\xff\xfe",
    b'{"item": "\\ud800", "title": "\\ud800", "text": ""}'
]  # fmt: skip


def _write(path: Path, rows: list[dict[str, str]], bad: list[bytes]) -> None:
    good = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    path.write_bytes(b"\n".join([*good, b"", *bad]) + b"\n")


def test_requirements(bulian: Run, tmp_path: Path) -> None:
    _write(tmp_path / "r.jsonl", NEEDS, [])
    bulian("requirement", "--in", "r.jsonl", "--out", "out.jsonl")
    found, check = lines(tmp_path / "out.jsonl"), schema("requirement-line")
    assert [error.message for line in found for error in check.iter_errors(line)] == []
    assert [line["id"] for line in found] == ["a", "b"]
    assert [(each["name"], each["operator"], each["value"], each["unit"]) for each in found[0]["targets"]] == [
        ("传动效率", ">=", 96.0, "%"),
        ("噪音", "<=", 70.0, "dB"),
    ]
    for each in found[0]["targets"]:
        assert NEEDS[0]["text"][each["start"] : each["end"]] == each["quote"]
    assert found[0]["products"] == ["矿用减速器"] and found[0]["fields"] == ["基础零部件和元器件"]
    assert found[1]["targets"] == [] and found[1]["fields"] == ["基础材料"]


@pytest.mark.parametrize("scheme", ["siji-2016", "catalogue-2021", "liuji-2026"])
def test_classes(bulian: Run, tmp_path: Path, scheme: str) -> None:
    _write(tmp_path / "i.jsonl", ITEMS, [])
    bulian("classify", "--in", "i.jsonl", "--out", "out.jsonl", "--scheme", scheme)
    found, check = lines(tmp_path / "out.jsonl"), schema("class-line")
    assert [error.message for line in found for error in check.iter_errors(line)] == []
    assert [line["item"] for line in found] == [row["item"] for row in ITEMS] and found[0]["note"] == "kept"
    assert all(sum(line["scores"].values()) == pytest.approx(1) for line in found)


@pytest.mark.parametrize(("command", "rows"), [("requirement", NEEDS), ("classify", ITEMS)])
def test_bad_lines_are_refused_by_number_and_the_rest_is_done(
    bulian: Run, tmp_path: Path, command: str, rows: list[dict[str, str]]
) -> None:
    bad = [*BAD, b'{"item": " "}']
    _write(tmp_path / "in.jsonl", rows, bad)
    bulian(command, "--in", "in.jsonl", "--out", "out.jsonl", "--report", "report.jsonl", status=1)
    assert len(lines(tmp_path / "out.jsonl")) == len(rows)
    report, check = lines(tmp_path / "report.jsonl"), schema("report-line")
    assert [error.message for line in report for error in check.iter_errors(line)] == []
    first = len(rows) + 2
    assert [line["place"] for line in report] == [f"line {first + step}" for step in range(len(bad))]
    assert {line["code"] for line in report} == {"WE011"} and all(line["hint"] for line in report)


def test_wrong_use(bulian: Run, tmp_path: Path) -> None:
    _write(tmp_path / "i.jsonl", ITEMS, [])
    said = bulian("classify", "--in", "i.jsonl", "--out", "out.jsonl", "--scheme", "siji", status=2).stderr.decode()
    assert "NL031" in said and "siji-2016" in said
    bulian("classify", "--in", "none.jsonl", "--out", "out.jsonl", status=2)
    bulian("requirement", "--in", "i.jsonl", status=2)
    bulian("classify", "--in", "i.jsonl", "--out", "no/such/folder/out.jsonl", status=2)


def test_without_the_model_words_and_characters_do(bulian: Run, tmp_path: Path) -> None:
    _write(tmp_path / "i.jsonl", ITEMS, [])
    done = bulian("classify", "--in", "i.jsonl", "--out", "out.jsonl", BULIAN_PARTS=str(tmp_path / "empty"))
    assert "without the embedding model" in done.stderr.decode()
    assert [line["category"] for line in lines(tmp_path / "out.jsonl")] == [
        "基础零部件和元器件",
        "基础材料",
        "工业基础软件",
    ]


def test_chains(bulian: Run, tmp_path: Path) -> None:
    shipped = json.loads(bulian("chains", "--json").stdout)
    assert len(shipped) == 12 and all(sum(chain["nodes"].values()) >= 25 for chain in shipped)
    (tmp_path / "own.yml").write_text("id: own\nname: 自\nname_en: own\nversion: 2026-01-01\nnodes: []\n", "utf-8")
    (tmp_path / "none.yml").write_text("nodes: [robot]\n", "utf-8")
    said = bulian("chains", "check", "own.yml", "none.yml", status=1).stderr.decode()
    assert said.count("MA007") == 2 and "0 nodes" in said and "none.yml" in said
