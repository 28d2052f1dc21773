"""Labelled documents: members of the filings' archives or plain files, each read once and extracted once."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from kg.records import DocumentId, Fact
from kg.workers import Processes
from nlp.errors import NlpError
from nlp.extract import Extracted, analyse, extract_files
from nlp.filing import Filing
from nlp.pipeline import build
from nlp.readers.read import read_file
from nlp.text import Text

ARCHIVES = ("contracts.tar.gz", "prospectuses.tar.gz")


class NoDataError(NlpError):
    """Labelled data is not where it was looked for."""

    code = "NL040"


def need(path: Path) -> Path:
    """The path, if there is something at it; raises NoDataError (NL040)."""
    if not path.exists():
        raise NoDataError("labelled data is missing", hint="name the folder that holds it with --data", file=str(path))
    return path


class Filings:
    """The documents of a folder of filings by file name; `workers` processes extract what `facts` asks for."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self._folder = need(folder)
        self._workers = workers
        self._unpacked = tempfile.TemporaryDirectory()
        self._read: dict[str, Text] = {}
        self._extracted: dict[str, Extracted] = {}
        for archive in ARCHIVES:
            if (folder / archive).exists():
                with tarfile.open(folder / archive) as tar:
                    tar.extractall(self.folder(archive), filter="data")

    def folder(self, archive: str) -> Path:
        """Where the members of an archive lie."""
        return Path(self._unpacked.name) / archive.partition(".")[0]

    def names(self, archive: str) -> list[str]:
        """The file names of an archive, sorted."""
        need(self._folder / archive)
        return sorted(path.name for path in self.folder(archive).iterdir())

    def path(self, name: str) -> Path:
        """Where a document lies; raises NoDataError (NL040)."""
        for folder in (*(self.folder(archive) for archive in ARCHIVES), self._folder):
            if (folder / name).exists():
                return folder / name
        raise NoDataError("labelled document is missing", hint="check the folder of --data", file=name)

    def text(self, name: str) -> Text:
        """The document as `bulian text` prints it."""
        if name not in self._read:
            self._read[name] = read_file(self.path(name))[1]
        return self._read[name]

    def filing(self, name: str) -> Filing:
        """The document as the rules of relations see it."""
        pipeline = build(("bulian_reading", "bulian_names", "bulian_filing"))
        filing: Filing = analyse(self.text(name), name, DocumentId("0" * 64), pipeline)._.filing
        return filing

    def facts(self, names: Iterable[str]) -> dict[str, tuple[Fact, ...]]:
        """What extraction says of each document; a refused one has no facts."""
        wanted = list(dict.fromkeys(names))
        missing = [name for name in wanted if name not in self._extracted]
        for name, one in zip(missing, extract_files(map(self.path, missing), Processes(self._workers)), strict=True):
            self._extracted[name] = one
        return {name: self._extracted[name].facts for name in wanted}


@lru_cache(maxsize=1)
def filings(data: Path) -> Filings:
    """The filings of a data folder, opened once a process."""
    return Filings(data / "filings")
