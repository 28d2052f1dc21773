import hashlib

import pytest

from kg.documents import DocumentError, DocumentStore


@pytest.fixture
def store(tmp_path) -> DocumentStore:
    return DocumentStore(tmp_path / "documents")


def test_what_goes_in_comes_out(store):
    document = store.add(
        b"\xff\x00", name="公告.pdf", text="甲\n乙\r\n\ud800丙", pages=[0, 2], published="2020-05", demo=True
    )
    assert document.id == hashlib.sha256(b"\xff\x00").hexdigest()
    assert store.get(document.id) == document
    assert store.text(document.id) == "甲\n乙\r\n\ud800丙"
    assert store.pages(document.id) == [0, 2]
    assert store.original(document.id).read_bytes() == b"\xff\x00"
    assert list(store.all()) == [document]
    assert document.id in store


def test_the_same_bytes_are_one_document(store):
    first = store.add(b"a", name="a.txt", text="a")
    second = store.add(b"a", name="b.txt", text="a", title="B")
    assert first.id == second.id
    assert [document.title for document in store.all()] == ["B"]
    assert not list(store.folder.rglob(".aside-*"))


@pytest.mark.parametrize("name", ["0" * 64, "../../secret", "", "A" * 64])
def test_an_unknown_document_is_an_error(store, name):
    for ask in (store.get, store.text, store.pages, store.original):
        with pytest.raises(DocumentError, match="KG201"):
            ask(name)
    assert name not in store


def test_a_damaged_file_is_named(store):
    document = store.add(b"a", name="a.txt", text="a")
    folder = store.original(document.id).parent
    (folder / "pages.json").write_text("[0, ")
    with pytest.raises(DocumentError, match=r"KG202 .*pages\.json"):
        store.pages(document.id)
    (folder / "text.txt").unlink()
    with pytest.raises(DocumentError, match=r"KG202 .*text\.txt"):
        store.text(document.id)
    (folder / "meta.json").write_text('{"id": "x"}')
    with pytest.raises(DocumentError, match=r"KG202 .*meta\.json"):
        store.get(document.id)


def test_a_full_disk_leaves_the_old_file(store, monkeypatch):
    document = store.add(b"a", name="a.txt", text="old")
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        store.add(b"a", name="a.txt", text="new")
    monkeypatch.undo()
    assert store.text(document.id) == "old"
    assert not list(store.folder.rglob(".aside-*"))
