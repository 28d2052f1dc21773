"""Documents: from files through the readers and extractors into the store, the journal and the graph.

Idempotent: a file whose bytes are loaded, read by the same rules and scorer, is passed over. What is half done when the
program is killed is finished by the next run: a document counts as loaded only when the graph has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path

import structlog
from sqlalchemy import select

from kg.records import DocumentId
from kg.workers import HERE, Workers
from nlp.extract import Extracted, extract_files
from nlp.relations.foundation_field import with_fields
from web.db import models
from web.errors import WebError
from web.home import Home
from web.jobs.checked import checked
from web.jobs.field_words import words
from web.jobs.files import Found, documents_of
from web.jobs.graph import settle
from web.jobs.lines import Refuse
from web.jobs.scorer import scorer_of
from web.workers import workers_of

EXTRACTOR = "nlp"
"""Name under which the journal keeps what the language part read."""

_log = structlog.get_logger()


@dataclass(slots=True)
class Ingested:
    """What one run did: files seen, loaded now, passed over, refused; facts of the loaded ones; their ids."""

    files: int = 0
    loaded: int = 0
    already: int = 0
    refused: int = 0
    facts: int = 0
    documents: list[DocumentId] = field(default_factory=list)


def rules_version() -> str:
    """Hash over the code that reads and extracts: with other rules the same file is read again."""
    return code_version("nlp", "kg.values")


@lru_cache(maxsize=4)
def code_version(*packages: str) -> str:
    """Hash over the files of packages, code and data."""
    digest = hashlib.sha256()
    for package in packages:
        root = resources.files(package)
        for path in sorted(Path(str(root)).rglob("*")):
            if path.suffix in (".py", ".json", ".yml", ".tsv", ".txt"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def ingest(
    home: Home,
    paths: Iterable[Path],
    refuse: Refuse,
    *,
    advance: Callable[[int], None] = lambda _steps: None,
    workers: int = 0,
    mix: bool = False,
    again: bool = False,
    later: bool = False,
) -> Ingested:
    """Load all documents that the paths name; `again` reads them even where they are loaded.

    With `later` the graph is left to the next `settle`.

    Files that cannot be read go to `refuse`; the rest goes on. Raises WebError WE006 (another writer) and WE007
    (demo and real data mixed).
    """
    result = Ingested()
    scorer = scorer_of(home.settings)
    reader = f"{rules_version()} {scorer.name}"
    files = documents_of(paths)
    with home.writing("ingest"):
        home.refuse_mix({found.demo for found in files}, mix)
        known = set() if again else _loaded(home, reader)
        todo: list[Found] = []
        for found in files:
            result.files += 1
            if _sha256(found.path) in known:
                result.already += 1
                advance(1)
            else:
                todo.append(found)
        by_path = {str(found.path): found for found in todo}
        for extracted in extract_files([found.path for found in todo], _workers(home, workers, todo), scorer=scorer):
            if extracted.refusal is not None:
                result.refused += 1
                refuse(extracted.refusal)
            else:
                _keep(home, by_path[extracted.path], extracted, reader, result, refuse)
            advance(1)
        if not later:
            settle(home)
    _log.info("ingested", files=result.files, loaded=result.loaded, refused=result.refused, facts=result.facts)
    return result


def _workers(home: Home, asked: int, todo: Sequence[Found]) -> Workers:
    """Starting processes costs seconds; without a cluster a handful of small files is read faster in this one."""
    size = sum(found.path.stat().st_size for found in todo if found.path.is_file())
    return workers_of(home.settings, asked or None) if home.settings.ray or size > 2_000_000 else HERE


def _sha256(path: Path) -> str | None:
    """SHA-256 of a file; None where it cannot be read, which its reader will say."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _loaded(home: Home, reader: str) -> set[str]:
    """SHA-256 of the documents that these rules have read with this scorer and that are in the graph, or wait to be."""
    with home.database().session() as session:
        read = select(models.Document.sha256).where(
            models.Document.state.in_(("read", "loaded")), models.Document.extractor == reader
        )
        return set(session.scalars(read))


def _keep(home: Home, found: Found, extracted: Extracted, reader: str, result: Ingested, refuse: Refuse) -> None:
    """Document and facts on disk, then a row that says that the graph lacks them."""
    text = extracted.text
    if text is None:
        raise WebError("a document without text was not refused", code="WE001", file=found.path.name)
    if extracted.warnings:
        _log.warning("read with remarks", file=found.path.name, remarks=extracted.warnings)
    bears = {"published": extracted.published} if extracted.published else {}
    document = home.documents.add(
        found.path.read_bytes(),
        name=found.path.name,
        text=text.text,
        pages=text.pages,
        media=text.media,
        demo=found.demo,
        **{"title": text.title, **bears, **found.meta},
    )
    if document.id != extracted.document:
        raise WebError(
            "the file was changed while it was read", code="WE012", hint="load it again", file=found.path.name
        )
    stated = with_fields(extracted.facts, words(home))
    facts = home.journal.write(document.id, EXTRACTOR, checked(home.ontology, stated, refuse))
    with home.database().session() as session:
        row = session.scalar(select(models.Document).where(models.Document.sha256 == document.id))
        if row is None:
            row = models.Document(sha256=document.id, name=document.name, kind=document.kind)
            session.add(row)
        row.state, row.extractor, row.facts, row.demo = "read", reader, facts, found.demo
    result.loaded += 1
    result.facts += facts
    result.documents.append(document.id)
