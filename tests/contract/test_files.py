"""text, extract, entities: the language part alone, on good and bad files."""

from __future__ import annotations

import importlib.util
import io
import json
import zipfile
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.contract.conftest import ROOT, Run, lines, schema

DEMO = ROOT / "seeds" / "demo" / "documents"


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """One good file among bad ones of every kind."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "good.html").write_bytes((DEMO / "c01-award.html").read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj <<")
    (folder / "misnamed.pdf").write_bytes((DEMO / "s01-profile.docx").read_bytes())
    (folder / "cut.docx").write_bytes((DEMO / "s01-profile.docx").read_bytes()[:3000])
    (folder / "sheet.csv").write_text("名称,产品\n甲,乙\n", "utf-8")
    (folder / "noise.bin").write_bytes(b"\x00\x01\x02" * 4000)
    locked = io.BytesIO()
    canvas = Canvas(locked, encrypt="secret")
    canvas.drawString(72, 700, "locked")
    canvas.save()
    (folder / "locked.pdf").write_bytes(locked.getvalue())
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    return folder


REFUSED = {
    "empty.txt": "NL002",
    "broken.pdf": "NL006",
    "misnamed.pdf": "NL005",
    "cut.docx": "NL006",
    "sheet.csv": "NL004",
    "noise.bin": "NL004",
    "locked.pdf": "NL007",
    "archive.zip": "NL004",
}


def test_text_is_what_offsets_count_in(bulian: Run, tmp_path: Path) -> None:
    document = DEMO / "c01-award.html"
    text = bulian("text", document).stdout.decode()
    assert not text.endswith("\n\n")
    read = json.loads(bulian("text", document, "--json").stdout)
    assert read["text"] == text and read["pages"][0] == 0 and read["media"] == "html"
    bulian("extract", document, "--jsonl", "facts.jsonl")
    facts = lines(tmp_path / "facts.jsonl")
    assert facts
    for fact in facts:
        assert text[fact["start"] : fact["end"]] == fact["quote"]


def test_every_fact_line_keeps_the_contract(bulian: Run, tmp_path: Path) -> None:
    bulian("extract", DEMO, "--jsonl", "facts.jsonl", "--report", "report.jsonl", status=1)
    facts, check = lines(tmp_path / "facts.jsonl"), schema("fact-line")
    assert len(facts) > 200
    assert [error.message for fact in facts for error in check.iter_errors(fact)] == []


def test_workers_change_nothing(bulian: Run, tmp_path: Path) -> None:
    bulian("extract", DEMO, "--jsonl", "one.jsonl", status=1)
    bulian("extract", DEMO, "--jsonl", "two.jsonl", "--workers", 2, status=1)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_a_cluster_that_is_not_there_is_one_line(bulian: Run, tmp_path: Path) -> None:
    """Without the extra it says what to install."""
    wanted = ("extract", DEMO / "c01-award.html", "--jsonl", "facts.jsonl", "--ray", "127.0.0.1:1")
    said = bulian(*wanted, status=1).stderr.decode()
    if importlib.util.find_spec("ray") is None:
        assert said == 'bulian: WE028 the extra for Ray is not installed (pip install "bulian[ray]")\n'
    else:
        assert said.startswith("bulian: WE029 no Ray cluster at 127.0.0.1:1: ") and said.count("\n") == 1


def test_bad_files_are_refused_by_name_and_the_rest_goes_on(bulian: Run, tmp_path: Path, mixed: Path) -> None:
    done = bulian("extract", mixed, "gone.pdf", "--jsonl", "facts.jsonl", "--report", "report.jsonl", status=1)
    report = lines(tmp_path / "report.jsonl")
    check = schema("report-line")
    assert all(check.is_valid(line) for line in report)
    assert {line["file"]: line["code"] for line in report} == {**REFUSED, "gone.pdf": "NL001"}
    assert all(line["hint"] for line in report)
    assert {fact["doc"] for fact in lines(tmp_path / "facts.jsonl")} == {"good.html"}
    said = done.stderr.decode()
    assert all(name in said and code in said for name, code in REFUSED.items())


def test_text_of_a_bad_file(bulian: Run, tmp_path: Path, mixed: Path) -> None:
    done = bulian("text", mixed / "locked.pdf", "--report", "report.jsonl", status=1)
    assert done.stdout == b""
    assert [line["code"] for line in lines(tmp_path / "report.jsonl")] == ["NL007"]


def test_entities(bulian: Run, tmp_path: Path) -> None:
    sentence = "甬川砺岚精密传动股份有限公司生产谐波减速器，住所在浙江省宁波市镇海区。"
    given = [
        json.dumps({"id": "a", "text": sentence}, ensure_ascii=False),
        "{",
        '{"id": "b"}',
        "",
        '{"text": ""}',
        "[]",
    ]
    (tmp_path / "texts.jsonl").write_text("\n".join(given) + "\n", "utf-8")
    bulian("entities", "--in", "texts.jsonl", "--out", "found.jsonl", "--report", "report.jsonl", status=1)
    found, check = lines(tmp_path / "found.jsonl"), schema("entities-line")
    assert [line["id"] for line in found] == ["a", None]
    assert [error.message for line in found for error in check.iter_errors(line)] == []
    labels = {entity["label"] for entity in found[0]["entities"]}
    assert {"ENTERPRISE", "REGION"} <= labels
    assert all(sentence[entity["start"] : entity["end"]] == entity["text"] for entity in found[0]["entities"])
    report = lines(tmp_path / "report.jsonl")
    assert [(line["place"], line["code"]) for line in report] == [
        ("line 2", "WE011"),
        ("line 3", "WE011"),
        ("line 6", "WE011"),
    ]


def test_output_into_a_pipe_that_closes(bulian: Run, tmp_path: Path) -> None:
    import subprocess

    from tests.contract.conftest import PROGRAM

    (tmp_path / "long.txt").write_text("长文本。" * 2_000_000, "utf-8")
    shell = f"'{PROGRAM}' text long.txt | head -c 10"
    done = subprocess.run(["/bin/sh", "-c", shell], cwd=tmp_path, capture_output=True, timeout=60)
    assert b"Traceback" not in done.stderr and b"Broken" not in done.stderr
