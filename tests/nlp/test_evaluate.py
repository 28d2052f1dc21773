"""The evaluation itself, and every labelled set: floors for both halves and the frozen run."""

from __future__ import annotations

import csv
import io
from importlib.resources import files
from pathlib import Path

import pytest

from nlp.evaluate.gold import Label, Passage, by_document, half, load, save
from nlp.evaluate.report import Outcome, Report
from nlp.evaluate.sets import SETS, UnknownSetError, about, evaluator
from nlp.evaluate.sets.contracts import Record, compare

FROZEN = Path(__file__).resolve().parents[1] / "golden" / "extraction"
FLOORS: dict[tuple[str, str, str], tuple[float, float]] = {
    ("contracts", "supplier", "f1"): (0.76, 0.76),
    ("market_share", "share", "precision"): (0.9, 0.9),
    ("market_share", "share", "recall"): (0.8, 0.7),
    ("market_share", "issuer", "precision"): (0.95, 0.95),
    ("dependence", "depends", "precision"): (0.9, 0.0),
    ("dependence", "depends", "recall"): (0.9, 0.0),
    ("firm_facts", "SUPPLIES", "precision"): (0.9, 0.9),
    ("firm_facts", "SUBSIDIARY_OF", "precision"): (0.9, 0.9),
    ("firm_facts", "ALIAS_OF", "precision"): (0.9, 0.9),
    ("demo", "PROFILE", "recall"): (0.95, 0.95),
    ("patent_numbers", "number", "f1"): (0.97, 0.97),
    ("patent_numbers", "owner", "precision"): (0.95, 0.95),
    ("about", "thing", "precision"): (0.95, 0.84),
    ("parameters", "parameter", "f1"): (0.95, 0.95),
    ("recognitions", "HAS_HONOUR", "precision"): (0.9, 0.9),
    ("products", "third", "precision"): (0.8, 0.62),
    ("products", "sure", "precision"): (0.88, 0.66),
    ("organisations", "name", "f1"): (0.96, 0.84),
    ("organisations", "fresh: name", "f1"): (0.94, 0.85),
}
"""Set, field, measure → floors of the halves tune and hold. Tuning that does not carry over shows between them."""
GOLD = files("nlp.evaluate").joinpath("gold")
MINUTES = {"products", "firm_facts"}
"""Sets that read whole filings for minutes: in `make long`."""
FROZEN_APART = {"contracts"}
"""Frozen by `test_floors`, a line for each record."""


def test_scores_count_wanted_found_and_hit() -> None:
    outcomes = [
        Outcome("a", "buyer", "x", "x", True),
        Outcome("a", "buyer", "y", None),
        Outcome("b", "buyer", None, "z"),
        Outcome("b", "amount", "1", "2"),
    ]
    report = Report.of("made", outcomes)
    buyer = report.scores["buyer"]
    assert (buyer.wanted, buyer.found, buyer.hit) == (2, 2, 1)
    assert (buyer.precision, buyer.recall, buyer.f1) == (0.5, 0.5, 0.5)
    assert 0 <= buyer.low <= buyer.f1 <= buyer.high <= 1
    assert report.scores["amount"].f1 == 0
    assert [one.field for one in report.errors()] == ["buyer", "buyer", "amount"]
    assert [row[3] for row in report.frozen()] == ["hit", "missed", "wrong", "extra"]
    assert Report.of("made", outcomes) == report


def test_an_empty_report_says_nothing() -> None:
    assert Report.of("made", []).scores == {}


def test_gold_goes_through_a_file(tmp_path: Path) -> None:
    passages = [Passage("a.txt", 3, 9, (Label("SHARE", 4, 6, {"value": 3.5}),)), Passage("a.txt", 10, 12)]
    save(tmp_path / "made.jsonl", passages)
    assert "SHARE" in (tmp_path / "made.jsonl").read_text("utf-8")
    assert [(name, len(group)) for name, group in by_document(passages)] == [("a.txt", 2)]


def test_half_is_of_the_document_alone() -> None:
    assert half("a.txt") == half("a.txt") and {half(f"{number}.txt") for number in range(20)} == {"tune", "hold"}


@pytest.mark.parametrize("name", sorted(path.name for path in GOLD.iterdir() if path.name.endswith(".jsonl")))
def test_gold_holds_places_and_no_text(name: str) -> None:
    for passage in load(name.removesuffix(".jsonl")):
        assert 0 <= passage.start <= passage.end  # a drawn requirement may have no text at all
        for label in passage.labels:
            assert label.start <= label.end
            assert all(len(str(value)) <= 40 for value in label.values.values()), label


def test_an_unknown_set_is_named() -> None:
    with pytest.raises(UnknownSetError, match="NL041"):
        evaluator("nothing")


def test_records_are_paired_by_agreement() -> None:
    wanted = [
        Record("甲有限公司", "乙集团有限公司", "一号泵站工程", "", 100.0),
        Record("甲有限公司", "丙集团有限公司", "", "", 50.0),
    ]
    found = [Record("甲有限公司", "丙集团有限公司", "", "", 50.1), Record("甲有限公司", "", "一号泵站工程", "", 80.0)]
    report = Report.of("made", compare("a", wanted, found))
    assert report.scores["supplier"].hit == 2 and report.scores["buyer"].hit == 1
    assert (report.scores["amount"].hit, report.scores["amount"].found) == (1, 2)
    assert report.scores["pair"].found == 1 and report.scores["project"].hit == 1


@pytest.mark.shared
@pytest.mark.xdist_group("extraction")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long) if name in MINUTES else name for name in SETS]
)
def test_a_labelled_set(name: str, shared: Path, tmp_path: Path) -> None:
    """Floors and the frozen run. After a wanted change: `bulian eval SET --freeze tests/golden/extraction/SET.csv`."""
    assert about(name)
    report = evaluator(name)(shared / "data", None)
    low = {}
    for number, part in enumerate(("tune", "hold")):
        here = Report.of(name, [one for one in report.outcomes if half(one.document) == part], samples=1)
        for (owner, field, measure), floors in FLOORS.items():
            if owner == name and (got := getattr(here.scores[field], measure)) < floors[number]:
                low[field, measure, part] = got
    assert not low
    if name in FROZEN_APART:
        return
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([("document", "field", "at", "result"), *report.frozen()])
    golden = FROZEN / f"{name}.csv"
    was = set(golden.read_text("utf-8").splitlines()) if golden.exists() else set()
    changed = sorted(set(made.getvalue().splitlines()) ^ was)
    assert not changed, f"{len(changed)} lines of {golden.name} changed: {changed[:9]}"
