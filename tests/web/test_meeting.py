"""The command `bulian meeting`: workbook, programme, what is confirmed, bad rows, cells that are no formulas."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from tests.web.test_team import home  # noqa: F401 (a fixture)
from web.cli.main import app
from web.home import Home
from web.jobs.match import query_of
from web.jobs.meeting import read_workbook
from web.jobs.programme import form_of, write_form


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BULIAN_HOME", str(tmp_path / "home"))


def ran(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["meeting", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.usefixtures("folder")
def test_a_day_from_workbook_to_programme_and_again(tmp_path: Path) -> None:
    form, first, second = (tmp_path / f"{name}.xlsx" for name in ("form", "first", "second"))
    assert ran("example", form)[0] == 0
    code, said, _ = ran("plan", form, "--out", first, "--seed", 5, "--json")
    made = json.loads(said)
    assert (code, made["seed"], made["proved"], made["meetings"]) == (0, 5, True, 4)

    book = openpyxl.load_workbook(first)
    assert book.sheetnames == ["总览", "场次", "未安排", "说明", "示例企业1", "示例企业2", "示例企业3"]
    assert ("seed", 5) in list(book["说明"].values)
    sheet = book["场次"]
    head = [cell.value for cell in sheet[1]]
    # an officer confirms one, in another slot and at another table
    sheet.cell(2, head.index("时段编号") + 1).value = "S9"
    sheet.cell(2, head.index("桌号") + 1).value = 2
    sheet.cell(2, head.index("确认") + 1).value = "是"
    pair = [sheet.cell(2, head.index(name) + 1).value for name in ("需求编号", "企业编号")]
    book.save(first)
    code, said, _ = ran("plan", form, "--keep", first, "--out", second, "--json")
    again = json.loads(said)
    assert (code, again["seed"], again["confirmed"]) == (0, 5, 1)
    kept = [one for one in again["programme"] if one["confirmed"]]
    assert kept == [{"need": pair[0], "firm": pair[1], "slot": "S9", "table": 2, "confirmed": True}]


@pytest.mark.usefixtures("folder")
def test_bad_rows_are_named_and_the_others_used(tmp_path: Path) -> None:
    form, out, report = tmp_path / "form.xlsx", tmp_path / "out.xlsx", tmp_path / "report.jsonl"
    ran("example", form)
    book = openpyxl.load_workbook(form)
    book["企业"].append(["F1", "又一家", 1, ""])
    book["企业"].append(["F9", "=cmd|' /C calc'!A0", "many", ""])
    book["企业"].append(["F4", "@示例[4]", 1, ""])
    book["企业"].cell(book["企业"].max_row, 2).data_type = "s"
    book["意愿"].append(["N1", "F77", 1, None, None])
    book["意愿"].append(["N1", "F4", 3, None, None])
    book["回避"].append(["不见", "F1", "F2", None])
    book.save(form)
    code, _, said = ran("plan", form, "--out", out, "--report", report)
    rows = [json.loads(line) for line in report.read_text("utf8").splitlines()]
    assert code == 1
    assert [(row["code"], row["place"]) for row in rows] == [
        ("MA052", "企业:5"),
        ("MA052", "企业:6"),
        ("MA052", "意愿:6"),
        ("MA052", "回避:2"),
    ]
    assert "Traceback" not in said
    made = openpyxl.load_workbook(out)
    assert "@示例4" in made.sheetnames
    assert all(cell.data_type != "f" for sheet in made for line in sheet for cell in line)


@pytest.mark.usefixtures("folder")
def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"no")
    for file in (broken, tmp_path / "none.xlsx"):
        done = CliRunner().invoke(app, ["meeting", "plan", str(file), "--out", str(tmp_path / "out.xlsx")])
        assert getattr(done.exception, "code", "") == "MA051"
    done = CliRunner().invoke(app, ["meeting", "plan", str(broken), "--out", str(broken)])
    assert getattr(done.exception, "code", "") == "WE003"


@pytest.mark.graph
def test_lists_of_needs_of_the_graph_fill_the_workbook(home: Home, tmp_path: Path) -> None:  # noqa: F811
    form = form_of(home, ["b1", "n1", "b1"], 3)
    assert [one.id for one in form.needs] == ["b1", "n1"]
    write_form(tmp_path / "form.xlsx", form)
    read = read_workbook(tmp_path / "form.xlsx")
    assert not read.refused
    assert tuple(read.problem.wishes) == form.wishes
    ranked = home.ranker().rank(query_of(home, "b1"), 3).pairs()
    found = [(one.firm, one.score) for one in form.wishes if one.need == "b1"]
    assert found == [(firm, round(score, 4)) for firm, score in ranked] and len(found) == 3
