import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.journal import Journal, JournalError
from kg.records import DocumentId, Fact, Mention

D = DocumentId("a" * 64)


def fact(product: str = "减速器", **changes) -> Fact:
    return dataclasses.replace(
        Fact("a.txt", D, "PRODUCES", Mention("Enterprise", "甲公司"), Mention("Product", product)), **changes
    )


def key(item: Fact) -> str:
    return json.dumps(item.to_json(), sort_keys=True)


@given(
    st.lists(
        st.builds(
            fact,
            product=st.text(min_size=1),
            quote=st.text(st.characters()),
            properties=st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.booleans(), max_size=3),
            page=st.integers(1, 9) | st.just("Sheet1:3"),
        ),
        max_size=5,
        unique_by=key,
    )
)
def test_facts_come_back_and_writing_again_changes_nothing(tmp_path_factory, facts):
    journal = Journal(tmp_path_factory.mktemp("journal"))
    assert journal.write(D, "rules", facts) == len(facts)
    assert sorted(map(key, journal.read(D))) == sorted(map(key, facts))
    [path] = journal.folder.rglob("*.jsonl")
    before = path.read_bytes(), path.stat().st_mtime_ns
    journal.write(D, "rules", [*reversed(facts), *facts])
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_new_run_replaces_one_extractor_alone(tmp_path):
    journal = Journal(tmp_path)
    journal.write(D, "rules", [fact("a"), fact("b")])
    journal.write(D, "lists", [fact("c")])
    journal.write(D, "rules", [fact("b")])
    assert sorted(f.target.name for f in journal.read(D)) == ["b", "c"]
    assert journal.documents() == [D]
    assert journal.extractors(D) == ["lists", "rules"]
    journal.remove(D, "rules")
    assert [f.target.name for f in journal.read(D)] == ["c"]
    journal.remove(D)
    journal.remove(D)
    assert journal.documents() == []
    assert list(journal.read(D)) == []


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        (lambda lines: lines[:-1], "line 2"),
        (lambda lines: [*lines[:-1], lines[-1][:40]], "line 3"),
        (lambda lines: [*lines[:-1], "null"], "line 3"),
        (lambda lines: [*lines[:-1], lines[-1].replace("a" * 64, "b" * 64)], "line 3"),
        (lambda lines: [], "line 1"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(tmp_path, damage, place):
    journal = Journal(tmp_path)
    journal.write(D, "rules", [fact("a"), fact("b")])
    [path] = journal.folder.rglob("*.jsonl")
    path.write_text("\n".join(damage(path.read_text(encoding="utf-8").splitlines())), encoding="utf-8")
    with pytest.raises(JournalError) as error:
        list(journal.read(D))
    assert error.value.place == place
    assert error.value.file == f"{D}/rules.jsonl"


def test_a_fact_of_another_document_is_refused(tmp_path):
    with pytest.raises(JournalError, match="KG302"):
        Journal(tmp_path).write("b" * 64, "rules", [fact()])
    assert Journal(tmp_path).documents() == []


@pytest.mark.parametrize(("document", "extractor"), [("../x", "rules"), (D, "../rules"), (D, "")])
def test_a_name_cannot_leave_the_folder(tmp_path, document, extractor):
    with pytest.raises(JournalError, match="KG302"):
        Journal(tmp_path).write(document, extractor, [])
