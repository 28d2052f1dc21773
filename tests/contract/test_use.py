"""Help, wrong use, settings: exit status 2, one line, never a traceback."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.contract.conftest import Run, lines


def test_help_comes_at_once(bulian: Run) -> None:
    """Nothing slow is imported for it; how long it takes is not asserted, that depends on who else is at work."""
    done = bulian("--help", PYTHONPROFILEIMPORTTIME="1")
    said, imported = done.stdout.decode(), re.findall(r"\| +([\w.]+)$", done.stderr.decode(), re.M)
    assert "web.cli.main" in imported
    assert {"neo4j", "numpy", "spacy", "sqlalchemy", "fastapi", "pydantic", "jinja2"}.isdisjoint(imported)
    for command in ("demo", "up", "ingest", "import", "extract", "rank", "match", "rebuild", "parts"):
        assert command in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("text",),
        ("nonsense",),
        ("extract", "a.txt"),
        ("extract", "a.txt", "--jsonl", "no/such/folder/out.jsonl"),
        ("extract", "a.txt", "--jsonl", "out.jsonl", "--workers", "many"),
        ("entities", "--in", "missing.jsonl", "--out", "x"),
        ("rank", "--enterprises", "missing.jsonl", "--gaps", "missing.jsonl", "--out", "run"),
        ("import", "no-such-source", "file.csv"),
        ("import", "little-giants"),
        ("import", "x", "y", "--undo", "b"),
        ("parts", "unpack"),
        ("parts", "nonsense"),
        ("match",),
    ],
)
def test_wrong_use_is_2(bulian: Run, arguments: tuple[str, ...]) -> None:
    assert bulian(*arguments, status=2).stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("BULIAN_PORT", "eighty"), ("BULIAN_HEAP", "much"), ("BULIAN_LANG", "fr"), ("BULIAN_PORT", "-1")],
)
def test_a_setting_that_cannot_be_used_is_named(bulian: Run, name: str, value: str) -> None:
    said = bulian("status", status=2, **{name: value}).stderr.decode()
    assert name in said and "WE002" in said


def test_a_home_that_cannot_be_made(bulian: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "WE004" in bulian("status", status=1, BULIAN_HOME=str(tmp_path / "file" / "home")).stderr.decode()


def test_status_of_an_empty_home_starts_nothing(bulian: Run, tmp_path: Path) -> None:
    state = json.loads(bulian("status", "--json").stdout)
    assert state["pages"] is None and state["graph"]["running"] is False
    assert state["data"]["documents"] == {} and not (tmp_path / "home" / "neo4j").exists()
    assert "were not running" in bulian("down").stdout.decode()


def test_parts_without_a_network_say_what_to_do(bulian: Run, tmp_path: Path) -> None:
    nowhere = {"BULIAN_PARTS": str(tmp_path / "parts"), "BULIAN_REPOSITORY": "http://127.0.0.1:9"}
    assert "MISSING" in bulian("parts", "list", status=1, **nowhere).stdout.decode()
    (tmp_path / "pack.tar").write_bytes(b"no pack")
    assert "parts pack" in bulian("parts", "unpack", "pack.tar", status=1, **nowhere).stderr.decode()


def test_the_graph_that_does_not_answer(bulian: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲公司生产乙产品。" * 3, "utf-8")
    said = bulian("ingest", "a.txt", "--report", "r.jsonl", status=1, BULIAN_GRAPH_URL="bolt://127.0.0.1:9")
    assert "KG701" in said.stderr.decode()
    assert [line["code"] for line in lines(tmp_path / "r.jsonl")] == ["KG701"]


def test_a_full_disk_is_named(bulian: Run, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    (tmp_path / "out.jsonl").symlink_to("/dev/full")
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"id": "a", "text": "甲谐波传动有限公司"}\n' * 300, "utf-8")
    assert "WE016" in bulian("entities", "--in", "texts.jsonl", "--out", "out.jsonl", status=1).stderr.decode()
