"""Lists and sheets: rows to facts by a manifest, into the journal and the graph, as a batch that can be taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.errors import BulianError
from kg.mapping import Manifest, Refusal, facts, manifests, rows
from kg.records import Document, DocumentId
from kg.values.date import parse_date
from nlp.relations.about import with_subjects
from nlp.relations.foundation_field import with_fields
from web.db import models
from web.db.imports import PrivateFile
from web.errors import Usage, WebError
from web.home import REFERENCE, Home
from web.jobs.accepted import Acceptance, repeated
from web.jobs.checked import checked
from web.jobs.dependences import at_known_nodes
from web.jobs.field_words import words
from web.jobs.files import Found, listed
from web.jobs.graph import settle
from web.jobs.ingest import code_version, rules_version
from web.jobs.lines import Refuse
from web.jobs.private import Contributor, PrivateRows, discreet, keep_file, public_copy, withdraw

_META = (
    "name", "title", "kind", "media", "publisher", "url", "published", "retrieved", "licence", "source", "demo",
)  # fmt: skip
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
    organisation: str | None = None,
    contributor: Contributor | None = None,
    accept: Collection[str] = (),
    because: str = "",
    replaces: str | None = None,
    retrieved: str | None = None,
    later: bool = False,
) -> Batch:
    """Load one file of a source; rows that cannot be used go to `refuse`, the rest is loaded.

    Sheets of a private source go to the part of `organisation`; a `contributor` is not named. Doubtful rows are refused
    unless their places are among `accept`, `because` of a reason. `replaces` is the batch of the source's former issue,
    which is taken back as this one comes; `retrieved` is the day of the look that found it. With `later` the graph is
    left to the next `settle`.

    Raises Usage (no such source, no organisation), KgError KG801 to KG804 (the manifest, an unreadable file, too few
    rows: nothing is loaded then), WebError WE006 (another writer), WE007 (demo and real data mixed), WE041 (the rows
    name a hidden contributor).
    """
    if published is not None and parse_date(published) != published:
        raise Usage(f"{published!r} is no date", hint="a date like 2026-03-01")
    manifest = manifest_of(source)
    _check_owner(manifest, organisation, contributor)
    received = _document(manifest, path, listed(path), published, retrieved)
    acceptance = Acceptance(home, manifest.id, accept, because)
    private = PrivateRows(manifest, organisation)
    if dry_run:
        return _read(home, manifest, path, received, refuse, acceptance, private, contributor, write=False)[0]
    rules = _rules(home, manifest, received, contributor)
    with home.writing("import"):
        if received.kind not in REFERENCE:
            home.refuse_mix({received.demo}, mix)
        batch = None if accept else _loaded(home, received.id, rules, organisation)
        if batch is not None:
            if not later:
                settle(home)  # a load that was cut off may have read it, and not brought it to the graph
            return batch
        done, document, refusals = _read(home, manifest, path, received, refuse, acceptance, private, contributor)
        with home.database().session() as session:
            batch_id = _record(session, done, received.id, refusals, organisation)
            if not manifest.private:
                _note_document(session, document, rules, done, batch_id)
            if discreet(manifest, contributor):
                whole = not manifest.leaves
                keep_file(session, batch_id, path, received.id, rules, organisation, contributor, whole)
            _leave(session, document, received.id, batch_id, organisation, replaces)
            acceptance.save(session, batch_id, done.file)
            private.save(session, batch_id)
        if not later:
            settle(home)
    _log.info("imported", source=done.source, rows=done.rows, facts=done.facts, refused=done.refused)
    return replace(done, id=batch_id, state="loaded")


def _check_owner(manifest: Manifest, organisation: str | None, contributor: Contributor | None) -> None:
    if manifest.private and organisation is None:
        raise Usage(f"{manifest.id} is private to an organisation", hint="name it: --organisation ORGANISATION")
    if manifest.private and contributor is not None:
        raise Usage(f"{manifest.id} is private as it is", hint="leave --contributor out")
    if organisation is not None and not manifest.private:
        raise Usage(f"the rows of {manifest.id} become public", hint="leave --organisation out, or see --contributor")


def _read(
    home: Home,
    manifest: Manifest,
    path: Path,
    received: Document,
    refuse: Refuse,
    acceptance: Acceptance,
    private: PrivateRows,
    contributor: Contributor | None,
    *,
    write: bool = True,
) -> tuple[Batch, Document, list[Refusal]]:
    """Read a file to its end: facts into the journal and the public document into the store, where `write` asks so."""
    text, pages = _text(manifest, path)
    document, data = received, None
    if discreet(manifest, contributor):
        document, data = public_copy(received, manifest, text, contributor)
    repeats = repeated(home, manifest, {document.id})
    made, refusals = facts(manifest, path, document, take=acceptance.take, repeats=repeats, keep=private.keep)
    stated = checked(home.ontology, with_fields(with_subjects(acceptance.checked(made)), words(home)), refuse)
    stated = at_known_nodes(home, stated, refuse)
    refused = 0
    try:
        if write and not manifest.private:
            kept = home.journal.write(document.id, EXTRACTOR, stated)
        else:
            kept = sum(1 for _ in stated)
    finally:
        refused = _refuse(refusals, path.name, refuse)
    if write and not manifest.private:
        meta = {name: getattr(document, name) for name in _META}
        home.documents.add(path.read_bytes() if data is None else data, text=text, pages=pages, **meta)
    return Batch(None, manifest.id, document.name, "checked", len(pages), kept, refused), document, refusals


def undo(home: Home, batch_id: str) -> Batch:
    """Take a batch back as a whole: its facts are retracted, its private rows withdrawn; the file stays in its store.

    Raises WebError WE005 (no such batch), WE013 (taken back before, or replaced by a later one).
    """
    with home.writing("import --undo"):
        with home.database().session() as session:
            batch = session.get(models.ImportBatch, batch_id)
            if batch is None:
                raise WebError(f"no batch {batch_id}", code="WE005", hint="see bulian status")
            if batch.state == "rolled_back":
                raise WebError("the batch was taken back already", code="WE013", place=batch_id)
            row = session.scalar(select(models.Document).where(models.Document.batch_id == batch_id))
            private = withdraw(session, [batch_id])
            if row is None and not private:
                raise WebError("a later batch has replaced it", code="WE013", hint="undo that one", place=batch_id)
            if row is not None:
                row.state = "leaving"
            else:
                _move(session, batch, "rolled_back")
        settle(home)
        with home.database().session() as session:
            batch = session.get_one(models.ImportBatch, batch_id)
            return Batch(batch.id, batch.source, batch.file, batch.state, batch.rows, batch.facts, len(batch.refusals))


def _document(manifest: Manifest, path: Path, found: Found, published: str | None, retrieved: str | None) -> Document:
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
        retrieved=retrieved or meta.get("retrieved") or manifest.retrieved,
        licence=meta.get("licence") or manifest.licence,
        source=manifest.id,
        demo=found.demo or manifest.demo,
    )


def _refuse(refusals: list[Refusal], file: str, refuse: Refuse) -> int:
    """Name refused rows, and cells that were left out of rows that went in, under the name of the file that came.

    Returns how many rows were refused.
    """
    for refusal in refusals:
        hint = "; ".join(filter(None, ("the row went in without this cell" if refusal.kept else "", refusal.hint)))
        refuse(BulianError(refusal.reason, hint=hint, code=refusal.code, file=file, place=refusal.place))
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


def _rules(home: Home, manifest: Manifest, document: Document, contributor: Contributor | None) -> str:
    """Hash of all that a list's facts depend on beside its bytes: with other rules the same file is read again.

    That is the manifest with all that it extends, the ontology by which facts are checked, title and date of the
    document, who is to be hidden, and the code that reads rows and derives from their facts.
    """
    about = (document.title, document.published, contributor)
    rules = (manifest.digest, home.ontology, about, rules_version(), code_version("kg.mapping"))
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:16]


def _loaded(home: Home, sha256: str, rules: str, organisation: str | None) -> Batch | None:
    """The batch that loaded this file by these rules, if one did and was not taken back."""
    batches = select(models.ImportBatch).where(
        models.ImportBatch.sha256 == sha256,
        models.ImportBatch.state != "rolled_back",
        models.ImportBatch.organisation_id == organisation,
    )
    with home.database().session() as session:
        batch = session.scalar(batches.order_by(models.ImportBatch.created.desc()).limit(1))
        if batch is None:
            return None
        document = session.scalar(select(models.Document).where(models.Document.batch_id == batch.id))
        file = session.scalar(select(PrivateFile).where(PrivateFile.batch_id == batch.id))
        by = document.extractor if document and document.state in ("read", "loaded") else file.rules if file else None
        if by != rules or (organisation is None and document is None):
            return None
        return Batch(batch.id, batch.source, batch.file, "already", batch.rows, batch.facts, len(batch.refusals))


def _record(session: Session, done: Batch, sha256: str, refusals: list[Refusal], organisation: str | None) -> str:
    batch = models.ImportBatch(
        organisation_id=organisation,
        source=done.source,
        file=done.file,
        sha256=sha256,
        state="checked",
        rows=done.rows,
        facts=done.facts,
        refusals=[dict(refusal.as_row()) for refusal in refusals if not refusal.kept],
    )
    session.add(batch)
    session.flush()
    if organisation is not None:  # nothing of it goes to the graph, which would say that it is loaded
        _move(session, batch, "loaded")
    return batch.id


def _move(session: Session, batch: models.ImportBatch, to: str) -> None:
    """A batch of which nothing goes to the graph changes its state by itself."""
    event = models.Event(
        actor="operator", subject="import_batch", subject_id=batch.id, to_state=to, digest=batch.sha256
    )
    event.from_state, batch.state = batch.state, to
    session.add(event)


def _note_document(session: Session, document: Document, rules: str, done: Batch, batch_id: str) -> None:
    """The public document waits for the graph; the batch by which it came before has no private rows any more."""
    row = session.scalar(select(models.Document).where(models.Document.sha256 == document.id))
    if row is None:
        row = models.Document(sha256=document.id, name=document.name, kind=document.kind)
        session.add(row)
    elif row.batch_id is not None:
        withdraw(session, [row.batch_id])
    row.name, row.state, row.extractor, row.facts = document.name, "read", rules, done.facts
    row.demo, row.batch_id = document.demo, batch_id


def _leave(
    session: Session, document: Document, sha256: str, batch_id: str, organisation: str | None, replaces: str | None
) -> None:
    """What this batch takes the place of leaves: the same sheet as it was read before, and the former issue."""
    same = select(models.ImportBatch.id).where(
        models.ImportBatch.sha256 == sha256,
        models.ImportBatch.id != batch_id,
        models.ImportBatch.organisation_id == organisation,
    )
    former = [*session.scalars(same), *([replaces] if replaces else [])]
    withdraw(session, former)
    for row in session.scalars(select(models.Document).where(models.Document.batch_id.in_(former))):
        if row.sha256 != document.id and row.state != "withdrawn":
            row.state = "leaving"
