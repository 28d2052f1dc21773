"""The document store: every received file under the SHA-256 of its bytes, with its text, pages and meta.

A folder `<first two digits>/<sha256>/` holds `original` (the bytes as received), `text.txt`, `pages.json` and,
written last, `meta.json`: a document without it is not there yet.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.files import write_together
from kg.records import Document, DocumentId

_ID = re.compile(r"[0-9a-f]{64}")


class DocumentError(KgError):
    """A document is not in the store (KG201) or its files there are damaged (KG202)."""

    code = "KG201"


class DocumentStore:
    """Documents by id. Adding the same bytes again replaces text and meta, never the original."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(
        self,
        data: bytes,
        *,
        name: str,
        text: str,
        pages: Sequence[int] = (0,),
        title: str = "",
        kind: str = "filing",
        media: str = "text/plain",
        publisher: str | None = None,
        url: str | None = None,
        published: str | None = None,
        retrieved: str | None = None,
        licence: str | None = None,
        source: str | None = None,
        demo: bool = False,
    ) -> Document:
        """Keep a file with the text read from it; `pages` are the start offsets of its pages in the text."""
        document = Document(
            id=DocumentId(hashlib.sha256(data).hexdigest()),
            name=name,
            title=title or name,
            kind=kind,
            media=media,
            publisher=publisher,
            url=url,
            published=published,
            retrieved=retrieved,
            licence=licence,
            source=source,
            demo=demo,
        )
        folder = self._folder(document.id)
        files = {}
        if not self._is_whole(folder / "original", data):
            files["original"] = data
        # Surrogates occur in texts of damaged PDF files; they must come back as they went in.
        files["text.txt"] = text.encode("utf-8", "surrogatepass")
        files["pages.json"] = json.dumps(list(pages)).encode()
        meta = json.dumps(dataclasses.asdict(document), ensure_ascii=False, indent=1, sort_keys=True)
        files["meta.json"] = meta.encode("utf-8", "surrogatepass")
        write_together(folder, files)
        return document

    def get(self, document_id: str) -> Document:
        """The document's meta; raises KG201 where it is not in the store, KG202 where its meta is damaged."""
        meta = self._json(document_id, "meta.json")
        try:
            document = Document(**meta)
        except TypeError as error:
            raise self._damaged(document_id, "meta.json", str(error)) from error
        if document.id != document_id:
            raise self._damaged(document_id, "meta.json", f"it is of document {document.id}")
        return document

    def text(self, document_id: str) -> str:
        """The text that offsets of facts count in."""
        try:
            return self._read(document_id, "text.txt").decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise self._damaged(document_id, "text.txt", str(error)) from error

    def pages(self, document_id: str) -> list[int]:
        """The start offset of each page in the text."""
        return [int(start) for start in self._json(document_id, "pages.json")]

    def original(self, document_id: str) -> Path:
        """Where the bytes lie as they were received."""
        path = self._folder(document_id) / "original"
        if not path.is_file():
            raise self._absent(document_id)
        return path

    def all(self) -> Iterator[Document]:
        """Every document, in the order of ids."""
        for meta in sorted(self.folder.glob("??/*/meta.json")):
            yield self.get(meta.parent.name)

    def __contains__(self, document_id: object) -> bool:
        if not isinstance(document_id, str) or not _ID.fullmatch(document_id):
            return False
        return (self._folder(document_id) / "meta.json").is_file()

    def _folder(self, document_id: str) -> Path:
        if not _ID.fullmatch(document_id):
            # An id comes from addresses of pages too: nothing but a hash may become a path.
            raise self._absent(document_id)
        return self.folder / document_id[:2] / document_id

    def _is_whole(self, path: Path, data: bytes) -> bool:
        return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data

    def _read(self, document_id: str, name: str) -> bytes:
        try:
            return (self._folder(document_id) / name).read_bytes()
        except FileNotFoundError as error:
            if document_id in self:
                raise self._damaged(document_id, name, "the file is missing") from error
            raise self._absent(document_id) from error

    def _json(self, document_id: str, name: str) -> Any:
        try:
            return json.loads(self._read(document_id, name))
        except ValueError as error:
            raise self._damaged(document_id, name, str(error)) from error

    def _absent(self, document_id: str) -> DocumentError:
        return DocumentError(f"no document {document_id[:80]}", hint="see the list of documents")

    def _damaged(self, document_id: str, name: str, reason: str) -> DocumentError:
        return DocumentError(
            f"the document store is damaged: {reason}",
            code="KG202",
            hint="add the document again, or restore the store from a backup",
            file=f"{document_id}/{name}",
        )
