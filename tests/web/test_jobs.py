"""Jobs on a real Neo4j: documents and lists come in and go out, the graph stays the one that a rebuild makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.errors import BulianError
from kg.rebuild import digest
from web.db.models import Event, ImportBatch, Need, Outbox
from web.errors import Usage, WebError
from web.home import Home
from web.jobs import lists
from web.jobs.corpus import read_corpus
from web.jobs.demo import demo_folder, first_need, load_demo
from web.jobs.files import documents_of
from web.jobs.graph import settle
from web.jobs.health import check, status
from web.jobs.ingest import ingest
from web.jobs.match import match
from web.jobs.needs import deliver, move, read_needs
from web.jobs.rebuild import rebuild

pytestmark = pytest.mark.graph
DEMO = demo_folder()
SOME = [DEMO / "documents" / name for name in ("c01-award.html", "p02-prospectus.pdf", "s01-profile.docx")]


def fail(error: BulianError) -> None:
    raise error


def test_loading_twice_changes_nothing(home: Home) -> None:
    first = ingest(home, SOME, fail)
    assert (first.files, first.loaded, first.already) == (3, 3, 0) and first.facts > 20
    before = digest(home.graph())
    again = ingest(home, SOME, fail)
    assert (again.loaded, again.already, again.facts) == (0, 3, 0)
    assert digest(home.graph()) == before
    assert ingest(home, SOME, fail, again=True).loaded == 3
    assert digest(home.graph()) == before
    rebuild(home)
    assert digest(home.graph()) == before
    home.settings = home.settings.model_copy(update={"scorer": "rules"})
    assert ingest(home, SOME[:1], fail).loaded == 1  # with another scorer it is another reading
    assert ingest(home, SOME[:1], fail).already == 1


def test_the_register_of_a_folder_is_kept_with_the_document(home: Home) -> None:
    ingest(home, SOME[:1], fail)
    (document,) = home.documents.all()
    assert document.demo and document.published == "2026-03-12" and document.publisher == "甬川市公共资源交易中心"
    listed = documents_of([DEMO])
    assert len(listed) > 60 and all(found.source is None and found.demo for found in listed)


def test_what_a_cut_load_left_is_finished_by_the_next(home: Home) -> None:
    ingest(home, SOME[:2], fail, later=True)  # as if the program had died before the graph was reached
    assert home.graph().counts().labels.get("Document", 0) == 0
    missing = {"document_not_in_graph", "fact_not_in_graph"}
    assert {finding["what"] for finding in check(home) if not finding["ok"]} == {"documents", "graph", *missing}
    ingest(home, SOME, fail)
    assert home.graph().counts().labels["Document"] == 3
    assert [finding for finding in check(home) if not finding["ok"] and finding["what"] != "parts"] == []
    assert settle(home) == 0


def test_a_first_load_goes_into_the_graph_at_once_by_a_rebuild(home: Home) -> None:
    ingest(home, SOME, fail, later=True)
    batch = lists.import_list(home, "little-giants", DEMO / "lists" / "little_giants_2023.xls", fail, later=True)
    assert batch.state == "loaded" and home.graph().stamp() is None
    rebuild(home)
    assert home.graph().counts().labels["Document"] == 4
    assert settle(home) == 0  # nothing waits any more
    before = digest(home.graph())
    assert rebuild(home)["differs"] == {} and digest(home.graph()) == before
    assert [finding for finding in check(home) if not finding["ok"] and finding["what"] != "parts"] == []


def test_bad_files_are_named_and_the_rest_is_loaded(home: Home, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    refused: list[BulianError] = []
    done = ingest(home, [SOME[0], tmp_path / "empty.txt", tmp_path / "gone.pdf"], refused.append, mix=True)
    assert done.loaded == 1 and [error.code for error in refused] == ["NL002", "NL001"]


def test_a_list_in_and_out_again(home: Home) -> None:
    ingest(home, SOME, fail)
    before = digest(home.graph())
    path = DEMO / "lists" / "little_giants_2023.xls"
    tried = lists.import_list(home, "little-giants", path, fail, dry_run=True)
    assert tried.state == "checked" and tried.rows == 6 and digest(home.graph()) == before
    loaded = lists.import_list(home, "little-giants", path, fail)
    assert loaded.state == "loaded" and loaded.facts == tried.facts
    after = digest(home.graph())
    assert after.labels["Fact"] - before.labels["Fact"] == loaded.facts and after.types["HAS_HONOUR"] >= 6
    assert lists.import_list(home, "little-giants", path, fail).state == "already"
    assert digest(home.graph()) == after
    assert loaded.id is not None
    assert lists.undo(home, loaded.id).state == "rolled_back"
    undone = digest(home.graph())  # the list stays as a document that was received; nothing that it said does
    assert undone.types == before.types
    assert undone.labels == {**before.labels, "Document": before.labels["Document"] + 1}
    with pytest.raises(WebError, match="already"):
        lists.undo(home, loaded.id)
    again = lists.import_list(home, "little-giants", path, fail)
    assert again.state == "loaded" and digest(home.graph()) == after
    with home.database().session() as session:
        moves = [(event.from_state, event.to_state) for event in session.query(Event).order_by(Event.number)]
        assert moves == [("checked", "loaded"), ("loaded", "rolled_back"), ("checked", "loaded")]


def test_a_list_keeps_its_rows_as_evidence(home: Home) -> None:
    lists.import_list(home, "little-giants", DEMO / "lists" / "little_giants_2023.xls", fail)
    (document,) = home.documents.all()
    text = home.documents.text(document.id)
    for fact in home.journal.read(document.id):
        row = text[text.index(f"{fact.page}\n") + len(f"{fact.page}\n") :]
        assert row[fact.start : fact.end] == fact.quote


def test_bad_lists(home: Home, tmp_path: Path) -> None:
    with pytest.raises(Usage):
        lists.import_list(home, "no-such-source", tmp_path / "x.csv", fail)
    with pytest.raises(WebError, match="cannot be opened"):
        lists.import_list(home, "certificates", tmp_path / "gone.csv", fail)
    few = tmp_path / "few.csv"
    few.write_text("企业名称,证书名称\n", "utf-8")
    with pytest.raises(BulianError):
        lists.import_list(home, "certificates", few, fail)
    with home.database().session() as session:
        assert session.query(ImportBatch).count() == 0
    assert list(home.documents.all()) == [] and home.journal.documents() == []


def need_rows(path: Path, **change: object) -> Path:
    line = {"id": "n1", "title": "柔轮材料", "products": ["柔轮用钢"], "buyer": "无名公司", **change}
    wrong = {"id": "n2", "title": "泵", "conditions": {"all": [{"field": "region", "op": "beside", "value": "1"}]}}
    rows = [json.dumps(line, ensure_ascii=False), "{", json.dumps(wrong, ensure_ascii=False)]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_needs_go_out_through_the_outbox(home: Home, tmp_path: Path) -> None:
    refused: list[BulianError] = []
    read = read_needs(home, need_rows(tmp_path / "needs.jsonl"), refused.append)
    assert read.new == 1 and [(error.place, error.code) for error in refused] == [("line 2", "WE011"), ("n2", "MA001")]
    assert home.graph().counts().labels.get("Need", 0) == 0
    assert deliver(home) == 1 and deliver(home) == 0
    counts = home.graph().counts()
    assert counts.labels["Need"] == 1 and counts.types["ASKS_FOR"] == 1
    assert read_needs(home, tmp_path / "needs.jsonl", refused.append).unchanged == 1
    read_needs(home, need_rows(tmp_path / "needs.jsonl", products=["薄壁环坯", "柔轮"]), refused.append)
    deliver(home)
    assert home.graph().counts().labels["Product"] == 2
    rebuild(home)
    assert home.graph().counts().labels["Need"] == 1
    with home.database().session() as session:
        move(session, session.get_one(Need, "n1"), "withdrawn", actor="operator", reason="a mistake")
    deliver(home)
    assert home.graph().counts().labels.get("Need", 0) == 0 and "Product" not in home.graph().counts().labels
    with home.database().session() as session:
        assert all(row.done for row in session.query(Outbox))
        with pytest.raises(WebError) as caught:
            move(session, session.get_one(Need, "n1"), "active", actor="operator")
    assert caught.value.code == "WE013"


def test_the_demo_from_files_to_a_shortlist(home: Home) -> None:
    loaded = load_demo(home)
    assert loaded.unexpected == [] and loaded.refused == 4 and loaded.private == 2
    assert (loaded.needs, loaded.bounties) == (6, 7)
    again = load_demo(home)
    assert (again.documents, again.lists, again.facts, again.bounties) == (0, 0, 0, 7)
    corpus = home.corpus()
    assert home.corpus() is corpus and home.ranker() is home.ranker()
    shortlist = match(home, first_need(), top=5)
    assert [entry.rank for entry in shortlist.entries] == [1, 2, 3, 4, 5]
    for entry in shortlist.entries:
        assert sum(reason.points for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-3)
        for reason in entry.reasons:
            for citation in reason.evidence:
                assert citation["quote"] in home.documents.text(citation["document"])
    assert any(reason.evidence for reason in shortlist.entries[0].reasons)
    free = match(home, "轴向柱塞泵", top=3)
    assert free.need["id"].startswith("text-") and len(free.entries) == 3
    ingest(home, SOME[:1], fail, again=True)
    assert home.corpus() is not corpus, "the graph has moved on"
    assert home.corpus().came_from, "only what the change touched was read"
    assert home.corpus().stamp == read_corpus(home.graph(), home.graph().stamp()).stamp
    state = status(home)
    assert state["data"]["kind"] == "demo" and state["graph"]["running"]
