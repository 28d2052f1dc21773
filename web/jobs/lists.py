"""Lists and sheets: rows to facts by a manifest, into the journal and the graph, as a batch that can be taken back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import structlog
from sqlalchemy import select

from kg.errors import BulianError
from kg.mapping import Manifest, Refusal, facts, manifests, rows
from kg.records import Document, DocumentId
from kg.values.date import parse_date
from nlp.relations.about import with_subjects
from nlp.relations.foundation_field import with_fields
from web.db import models
from web.errors import Usage, WebError
from web.home import Home
from web.jobs.checked import checked
from web.jobs.files import Found, listed
from web.jobs.graph import settle
from web.jobs.ingest import code_version, rules_version
from web.jobs.lines import Refuse

EXTRACTOR = "list"
"""Name under which the journal keeps what manifests read."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Batch:
    """What one import did. State: checked (dry run), loaded, already (nothing new), rolled_back."""

    id: str | None
    source: str
    file: str
    state: str
    rows: int = 0
    facts: int = 0
    refused: int = 0


def sources() -> dict[str, Path]:
    """The packaged manifests: their ids and folders."""
    return manifests(Path(str(resources.files("seeds"))))


def manifest_of(source: str) -> Manifest:
    """The manifest of a packaged source, or of a folder that holds one. Raises Usage where there is none."""
    known = sources()
    if source in known:
        return Manifest.load(known[source])
    if Path(source).is_dir():
        return Manifest.load(Path(source))
    raise Usage(f"no source {source}", hint=f"one of {', '.join(sorted(known))}, or a folder with a manifest.yml")


def import_list(
    home: Home,
    source: str,
    path: Path,
    refuse: Refuse,
    *,
    dry_run: bool = False,
    mix: bool = False,
    published: str | None = None,
    later: bool = False,
) -> Batch:
    """Load one file of a source; rows that cannot be used go to `refuse`, the rest is loaded.

    With `later` the graph is left to the next `settle`.

    Raises Usage (no such source), KgError KG801 to KG804 (the manifest, an unreadable file, too few rows: nothing is
    loaded then), WebError WE006 (another writer), WE007 (demo and real data mixed).
    """
    if published is not None and parse_date(published) != published:
        raise Usage(f"{published!r} is no date", hint="a date like 2026-03-01")
    manifest = manifest_of(source)
    document = _document(manifest, path, listed(path), published)
    if dry_run:
        return _check(manifest, path, document, refuse)
    rules = _rules(home, manifest, document)
    with home.writing("import"):
        home.refuse_mix({document.demo}, mix)
        batch = _loaded(home, document.id, rules)
        if batch is not None:
            return batch
        made, refusals = facts(manifest, path, document)
        kept = home.journal.write(
            document.id, EXTRACTOR, checked(home.ontology, with_fields(with_subjects(made)), refuse)
        )
        text, pages = _text(manifest, path)
        home.documents.add(
            path.read_bytes(),
            name=document.name,
            text=text,
            pages=pages,
            title=document.title,
            kind=document.kind,
            media=document.media,
            publisher=document.publisher,
            url=document.url,
            published=document.published,
            retrieved=document.retrieved,
            licence=document.licence,
            source=document.source,
            demo=document.demo,
        )
        refused = _refuse(refusals, refuse)
        batch_id = _record(home, document, rules, len(pages), kept, refusals)
        if not later:
            settle(home)
    _log.info("imported", source=manifest.id, file=path.name, rows=len(pages), facts=kept, refused=refused)
    return Batch(batch_id, manifest.id, path.name, "loaded", len(pages), kept, refused)


def undo(home: Home, batch_id: str) -> Batch:
    """Take a batch back: its facts are retracted, the file stays in the store. Raises WebError WE005, WE013."""
    with home.writing("import --undo"):
        with home.database().session() as session:
            batch = session.get(models.ImportBatch, batch_id)
            if batch is None:
                raise WebError(f"no batch {batch_id}", code="WE005", hint="see bulian status")
            if batch.state == "rolled_back":
                raise WebError("the batch was taken back already", code="WE013", place=batch_id)
            row = session.scalar(select(models.Document).where(models.Document.batch_id == batch_id))
            if row is None:
                raise WebError("a later batch has replaced it", code="WE013", hint="undo that one", place=batch_id)
            row.state = "leaving"
        settle(home)
        with home.database().session() as session:
            batch = session.get_one(models.ImportBatch, batch_id)
            return Batch(batch.id, batch.source, batch.file, batch.state, batch.rows, batch.facts, len(batch.refusals))


def _document(manifest: Manifest, path: Path, found: Found, published: str | None) -> Document:
    try:
        with path.open("rb") as file:
            sha = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WebError(
            f"the file cannot be opened: {error.strerror}", code="WE014", hint="check the path", file=str(path)
        ) from error
    meta = found.meta
    return Document(
        id=DocumentId(sha),
        name=path.name,
        title=meta.get("title") or manifest.title,
        kind=meta.get("kind") or manifest.kind,
        media=path.suffix.lstrip(".").lower() or "txt",
        publisher=meta.get("publisher") or manifest.publisher,
        url=meta.get("url") or manifest.url,
        published=published or meta.get("published") or manifest.published,
        retrieved=meta.get("retrieved") or manifest.retrieved,
        licence=meta.get("licence") or manifest.licence,
        source=manifest.id,
        demo=found.demo or manifest.demo,
    )


def _check(manifest: Manifest, path: Path, document: Document, refuse: Refuse) -> Batch:
    made, refusals = facts(manifest, path, document)
    try:
        count = sum(1 for _ in with_fields(with_subjects(made)))
    finally:
        refused = _refuse(refusals, refuse)
    total = sum(1 for _ in rows(manifest, path))
    return Batch(None, manifest.id, path.name, "checked", total, count, refused)


def _refuse(refusals: list[Refusal], refuse: Refuse) -> int:
    """Name refused rows, and cells that were left out of rows that went in. Returns how many rows were refused."""
    for refusal in refusals:
        note = "the row went in without this cell; " if refusal.kept else ""
        refuse(
            BulianError(
                refusal.reason, hint=note + refusal.hint, code=refusal.code, file=refusal.file, place=refusal.place
            )
        )
    return sum(1 for refusal in refusals if not refusal.kept)


def _text(manifest: Manifest, path: Path) -> tuple[str, list[int]]:
    """All rows as evidence shows them, each under its place, and where each begins."""
    pieces: list[str] = []
    starts: list[int] = []
    length = 0
    for row in rows(manifest, path):
        piece = f"{row.page}\n{row.text}\n\n"
        starts.append(length)
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces), starts


def _rules(home: Home, manifest: Manifest, document: Document) -> str:
    """Hash of all that a list's facts depend on beside its bytes: with other rules the same file is read again.

    That is the manifest with all that it extends, the ontology by which facts are checked, title and date of the
    document, and the code that reads rows and derives from their facts.
    """
    rules = (
        manifest.digest,
        home.ontology,
        document.title,
        document.published,
        rules_version(),
        code_version("kg.mapping"),
    )
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:16]


def _loaded(home: Home, document: DocumentId, rules: str) -> Batch | None:
    """The batch that loaded this file by these rules, if one did and was not taken back."""
    with home.database().session() as session:
        row = session.scalar(
            select(models.Document).where(
                models.Document.sha256 == document,
                models.Document.state.in_(("read", "loaded")),
                models.Document.extractor == rules,
            )
        )
        batch = session.get(models.ImportBatch, row.batch_id) if row and row.batch_id else None
        if batch is None:
            return None
        return Batch(batch.id, batch.source, batch.file, "already", batch.rows, batch.facts, len(batch.refusals))


def _record(home: Home, document: Document, rules: str, total: int, kept: int, refusals: list[Refusal]) -> str:
    with home.database().session() as session:
        batch = models.ImportBatch(
            source=document.source or "",
            file=document.name,
            sha256=document.id,
            state="checked",
            rows=total,
            facts=kept,
            refusals=[dict(refusal.as_row()) for refusal in refusals if not refusal.kept],
        )
        session.add(batch)
        session.flush()
        row = session.scalar(select(models.Document).where(models.Document.sha256 == document.id))
        if row is None:
            row = models.Document(sha256=document.id, name=document.name, kind=document.kind)
            session.add(row)
        row.state, row.extractor, row.facts, row.demo, row.batch_id = "read", rules, kept, document.demo, batch.id
        return batch.id
