"""The projection by shards and workers: row for row the one that is made in memory."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from kg.bulk import project as sharded
from kg.bulk import sheets as sheets_module
from kg.bulk.sheets import Sheets
from kg.documents import DocumentStore
from kg.journal import Journal
from kg.ontology import Ontology
from kg.projection import project
from kg.records import Decision
from tests.bench.made import make_all
from tests.kg.test_bulk import world
from tests.kg.worlds import World

ONTOLOGY = Ontology.load()


def rows(folder: Path) -> Counter[tuple]:
    """Every row of the sheets of a folder, with the label or type and the columns that it has values in."""
    found: Counter[tuple] = Counter()
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8", newline="") as file:
            head, *lines = csv.reader(file)
        kind = path.name.split("-")[1]
        found.update((kind, tuple(cell for cell in zip(head, line, strict=True) if cell[1])) for line in lines)
    return found


def kept(tmp_path: Path, told: World) -> tuple[DocumentStore, Journal]:
    """Store and journal with all that a world says."""
    store, journal = DocumentStore(tmp_path / "documents"), Journal(tmp_path / "journal")
    for document in told.documents.values():
        meta = {name: getattr(document, name) for name in ("name", "published", "source", "demo")}
        store.add(document.name.encode(), text=document.name, **meta)
        journal.write(document.id, "rules", [fact for fact in told.facts if fact.document == document.id])
    return store, journal


def both(tmp_path: Path, store: DocumentStore, journal: Journal, decisions: list[Decision], workers: int, shard: int):
    """Rows of the projection in memory and by shards, and what the latter counted."""
    one, other, scratch = tmp_path / "one", tmp_path / "other", tmp_path / "scratch"
    for folder in (one, other, scratch):
        folder.mkdir()
    documents = {document.id: document for document in store.all()}
    facts = [fact for item in journal.documents() for fact in journal.read(item)]
    with Sheets(one, ONTOLOGY) as sheets:
        sheets.write(project(documents, facts, decisions, ONTOLOGY))
    counts = sharded.project_into(other, scratch, ONTOLOGY, store, journal, decisions, workers, shard)
    assert {name: number for name, number in counts.labels.items() if number} == {
        name: number for name, number in sheets.counts.labels.items() if number
    }
    return rows(one), rows(other)


@pytest.mark.parametrize(("workers", "shard"), [(1, 1000), (1, 5), (2, 9)])
def test_shards_and_workers_change_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, shard: int
) -> None:
    monkeypatch.setattr(sharded, "FACTS_A_WORKER", 10)
    told = world()
    store, journal = kept(tmp_path, told)
    whole, parts = both(tmp_path, store, journal, told.decisions, workers, shard)
    assert whole == parts


def test_what_was_taken_out_is_so_in_every_shard(tmp_path: Path) -> None:
    told = world()
    store, journal = kept(tmp_path, told)
    for fact in told.facts[-1], told.facts[0]:
        end = (told.documents[fact.document], fact.source)
        told.decide("retract", end, end)
    whole, parts = both(tmp_path, store, journal, told.decisions, 1, 5)
    assert whole == parts


def test_a_made_world_comes_out_the_same(tmp_path: Path) -> None:
    make_all(tmp_path, 300, workers=1)
    whole, parts = both(tmp_path, DocumentStore(tmp_path / "documents"), Journal(tmp_path / "journal"), [], 1, 400)
    assert whole == parts


def test_rows_with_line_breaks_lie_in_files_below_the_buffer_of_the_importer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets_module, "_MOST_SIGNS", 400)
    names = [f"第{number}行\n下一行" for number in range(60)] + ["无换行"]
    with Sheets(tmp_path, ONTOLOGY) as sheets:
        sheets.nodes("Product", [{"key": name, "name": name} for name in names])
    files = sorted(tmp_path.glob(f"*{sheets_module.LINES}"))
    assert len(files) > 3 and len(list(tmp_path.iterdir())) == len(files) + 1
    header = files[0].read_text("utf-8").index("\n")
    assert all(len(path.read_text("utf-8")) - header < 500 for path in files)
    assert sum(rows(tmp_path).values()) == len(names) == sheets.counts.labels["Product"]
