"""resolve: good and bad lines, by subprocess."""

from __future__ import annotations

import json
from pathlib import Path

from tests.contract.conftest import Run, lines, schema


def test_names_against_a_register(bulian: Run, tmp_path: Path) -> None:
    firms = [
        {"id": "a", "name": "甬川砺岚精密传动股份有限公司", "aliases": ["砺岚传动"], "key": None, "region": "宁波市"},
        {"id": "b", "name": "清溪岑曜精密环件有限公司", "aliases": [], "key": None, "region": None},
    ]
    names = [
        {"id": 1, "name": "砺岚传动"},
        {"name": "清溪岑曜精密环件有限公司 ", "region": None},
        {"name": "别的有限公司"},
    ]
    (tmp_path / "F.jsonl").write_text("".join(json.dumps(row) + "\n" for row in firms) + "{}\n", encoding="utf-8")
    (tmp_path / "N.jsonl").write_text("".join(json.dumps(row) + "\n" for row in names) + "[]\n", encoding="utf-8")
    files = ("--in", "N.jsonl", "--against", "F.jsonl", "--out", "out.jsonl", "--report", "report.jsonl")
    bulian("resolve", *files, status=1)
    found, check = lines(tmp_path / "out.jsonl"), schema("resolve-line")
    assert [error.message for line in found for error in check.iter_errors(line)] == []
    assert [line["match"] for line in found] == ["a", "b", None]
    assert found[0]["id"] == 1 and found[1]["name"] == "清溪岑曜精密环件有限公司 "
    assert len(lines(tmp_path / "report.jsonl")) == 2
