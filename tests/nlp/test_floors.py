"""Floors of extraction on the development halves of real filings, and a frozen table of what is hit and missed.

The scorers are those of the shared data; no text of it is kept here, only ids and hits.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

from kg.records import Fact
from nlp.evaluate.filings import filings as filings_of
from nlp.extract import extract_files

pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("extraction")]

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "contracts.csv"
FIELDS = ("supplier", "buyer", "amount", "title")


def scorer(shared: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"score_{name}", shared / "score" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(facts: Iterable[Fact], out: Path) -> str:
    out.write_text("".join(json.dumps(fact.to_json(), ensure_ascii=False) + "\n" for fact in facts), encoding="utf-8")
    return str(out)


def extracted(shared: Path, archive: str, out: Path, each: int = 1) -> str:
    """The facts of an archive, or of each so many-th document of it; what the tests of labelled sets have extracted in
    this process is not done again."""
    source = filings_of(shared / "data")
    found = source.facts(source.names(archive)[::each])
    return write((fact for facts in found.values() for fact in facts), out)


@pytest.fixture(scope="module")
def filings(shared: Path) -> Path:
    return shared / "data" / "filings"


@pytest.fixture(
    scope="module", params=[pytest.param(1, marks=pytest.mark.long, id="all"), pytest.param(4, id="fourth")]
)
def contracts(
    request: pytest.FixtureRequest, shared: Path, filings: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """Facts of all announcements, or of each fourth, and the records of these: files."""
    folder, archive = tmp_path_factory.mktemp("floors"), "contracts.tar.gz"
    facts = extracted(shared, archive, folder / "contracts.jsonl", request.param)
    kept = {name.partition(".")[0] for name in filings_of(shared / "data").names(archive)[:: request.param]}
    records = (filings / "contracts.dev.tsv").read_text("utf-8").splitlines(keepends=True)
    (folder / "contracts.tsv").write_text("".join(row for row in records if row.split("\t")[0] in kept), "utf-8")
    return facts, str(folder / "contracts.tsv")


@pytest.fixture(scope="module")
def prospectuses(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return extracted(shared, "prospectuses.tar.gz", tmp_path_factory.mktemp("floors") / "prospectuses.jsonl")


def test_contracts(contracts: tuple[str, str], shared: Path) -> None:
    """The learned reader as shipped: its weights have seen these documents, so this guards and does not measure."""
    found = scorer(shared, "contracts").main(*contracts)
    floors = {"pair": 0.84, "supplier": 0.90, "buyer": 0.87, "amount": 0.91, "title": 0.93}
    assert {field: found[field][2] for field, floor in floors.items() if found[field][2] < floor} == {}, found


def test_the_frozen_contracts(contracts: tuple[str, str], shared: Path, tmp_path: Path) -> None:
    """Hits of each gold row. After a wanted change: copy the file that `make long` prints over the golden one."""
    score = scorer(shared, "contracts")
    gold, given = score.load_gold(contracts[1]), score.load_pred(contracts[0])
    rows = {}
    for document, wanted in sorted(gold.items()):
        made = given.get(document, [])
        hits = [[{field: score.hit[field](a, b) for field in FIELDS} for b in made] for a in wanted]
        worth = [[3 * h["supplier"] + 3 * h["buyer"] + 2 * h["title"] + 2 * h["amount"] for h in row] for row in hits]
        chosen = {i: j for i, j in score.assign(worth) if worth[i][j]}
        for place, row in enumerate(wanted):
            pair = hits[place][chosen[place]] if place in chosen else dict.fromkeys(FIELDS, False)
            marks = (str(int(pair[field])) if score.has[field](row) else "-" for field in FIELDS)
            rows[f"{document}:{place}"] = "".join(marks)
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([("record", "hits"), *rows.items()])
    made_file = tmp_path / GOLDEN.name
    made_file.write_text(stream.getvalue(), "utf-8")
    with GOLDEN.open(encoding="utf-8", newline="") as golden:
        frozen = dict(list(csv.reader(golden))[1:])
    changed = {key: (frozen.get(key), value) for key, value in rows.items() if frozen.get(key) != value}
    assert len(rows) >= 300
    assert not changed, (
        f"{len(changed)} records changed; the new table is {made_file}: {dict(list(changed.items())[:9])}"
    )


def test_products(prospectuses: str, filings: Path, shared: Path) -> None:
    found = scorer(shared, "products").main(prospectuses, str(filings / "prospectus_products.dev.json"))
    assert found["issuer"] == 1.0 and found["recall"] >= 0.41 and found["products_per_firm"] <= 35, found


def test_profiles(prospectuses: str, filings: Path, shared: Path) -> None:
    found = scorer(shared, "filings").profile(prospectuses, str(filings / "prospectus_profile.dev.json"))
    assert found["founded"]["recall"] >= 0.95 and found["address"]["recall"] >= 0.9, found
    assert found["stock_code"]["recall"] == 1.0 and found["short_name"]["recall"] >= 0.8, found


def test_an_annual_report(filings: Path, shared: Path, tmp_path: Path) -> None:
    (file,) = extract_files([filings / "annual_report_2019.pdf"])
    found = scorer(shared, "filings").annual(
        write(file.facts, tmp_path / "facts.jsonl"), str(filings / "annual_report.dev.json")
    )
    assert found["profile"] == (8, 8) and found["aliases"][0] >= 4, found
    assert found["metrics"] == (12, 12) and found["metrics_wrong"][0] == 0 and found["recall"] >= 0.9, found
