"""The facts journal: what was read from each document, one file a document and extractor, replaced as a whole.

A file `<first two digits>/<document>/<extractor>.jsonl` begins with a line of its own (`count` facts follow) and
has one fact a line in the form of `bulian extract`. What a new run does not say is no longer in the file, and so
is retracted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import KgError
from kg.files import write_whole
from kg.records import DocumentId, Fact

_ID = re.compile(r"[0-9a-f]{64}")
_EXTRACTOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class JournalError(KgError):
    """A file of the journal is damaged (KG301) or was asked for under no right name (KG302)."""

    code = "KG301"


class Journal:
    """Facts by document and extractor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, document_id: str, extractor: str, facts: Iterable[Fact]) -> int:
        """Replace what this extractor says about the document; returns how many facts it says.

        Facts are written once each and in the order of their lines, so that the same facts make the same file.
        Raises KG302 where a fact is about another document.
        """
        lines = sorted({_line(document_id, fact) for fact in facts})
        head = json.dumps({"document": document_id, "extractor": extractor, "count": len(lines)})
        text = "\n".join([head, *lines, ""])
        path = self._path(document_id, extractor)
        data = text.encode("utf-8", "surrogatepass")
        if not (path.is_file() and path.read_bytes() == data):
            write_whole(path, data)
        return len(lines)

    def read(self, document_id: str, extractor: str | None = None) -> Iterator[Fact]:
        """Every fact of a document, of one extractor or of all; raises KG301 where a file is damaged."""
        for path in sorted(self._folder(document_id).glob("*.jsonl")):
            if extractor in (None, path.stem):
                yield from self._facts(path)

    def count(self, document_id: str) -> int:
        """How many facts a document's files say that they hold; raises KG301 where a head is damaged."""
        total = 0
        for path in self._folder(document_id).glob("*.jsonl"):
            with path.open(encoding="utf-8", errors="surrogatepass") as file:
                try:
                    total += int(json.loads(file.readline())["count"])
                except (ValueError, KeyError, TypeError) as error:
                    place = f"{path.parent.name}/{path.name}"
                    raise self._damaged(place, 1, f"the line cannot be read ({error!r})") from error
        return total

    def documents(self) -> list[DocumentId]:
        """Ids of the documents that the journal speaks of, in order."""
        return sorted({DocumentId(path.parent.name) for path in self.folder.glob("??/*/*.jsonl")})

    def extractors(self, document_id: str) -> list[str]:
        """Names of the extractors that have written about a document."""
        return sorted(path.stem for path in self._folder(document_id).glob("*.jsonl"))

    def remove(self, document_id: str, extractor: str | None = None) -> None:
        """Take back what one extractor (or all) says about a document; nothing happens where it says nothing."""
        folder = self._folder(document_id)
        paths = list(folder.glob("*.jsonl")) if extractor is None else [self._path(document_id, extractor)]
        for path in paths:
            path.unlink(missing_ok=True)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()

    def _folder(self, document_id: str) -> Path:
        if not _ID.fullmatch(document_id):
            raise JournalError(f"no document {document_id[:80]}", code="KG302", hint="use the document's SHA-256")
        return self.folder / document_id[:2] / document_id

    def _path(self, document_id: str, extractor: str) -> Path:
        if not _EXTRACTOR.fullmatch(extractor):
            raise JournalError(
                f"no name of an extractor: {extractor[:80]}", code="KG302", hint="use letters and digits"
            )
        return self._folder(document_id) / f"{extractor}.jsonl"

    def _facts(self, path: Path) -> Iterator[Fact]:
        place = f"{path.parent.name}/{path.name}"
        count = -1
        seen = 0
        with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            for number, line in enumerate(file, 1):
                try:
                    value = json.loads(line)
                    if number == 1:
                        count = int(value["count"])
                        continue
                    fact = Fact.from_json(value)
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    raise self._damaged(place, number, f"the line cannot be read ({error!r})") from error
                if fact.document != path.parent.name:
                    raise self._damaged(place, number, f"the line is about document {fact.document}")
                seen += 1
                yield fact
        if seen != count:
            raise self._damaged(place, seen + 1, f"{seen} facts where {max(count, 0)} were written")

    def _damaged(self, place: str, line: int, reason: str) -> JournalError:
        return JournalError(
            f"the journal is damaged: {reason}",
            hint="read the document again (`bulian ingest --again FILE`, or import the list), or restore a backup",
            file=place,
            place=f"line {line}",
        )


def _line(document_id: str, fact: Fact) -> str:
    if fact.document != document_id:
        raise JournalError(f"a fact of document {fact.document} under document {document_id}", code="KG302")
    return json.dumps(fact.to_json(), ensure_ascii=False, sort_keys=True)
