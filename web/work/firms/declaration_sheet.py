"""Declarations as documents and statements: a row printed as `column: value` lines, as lists have them, or the place
in a file that the firm sent. Levels are `declared`, so that what documents of others say goes before them.

The record that a declaration speaks of is joined to the firm by a decision: the claim that was verified is its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.errors import BulianError
from kg.mapping import Row
from kg.records import DECLARED, Document, DocumentId, Fact, Mention, record_id
from nlp.readers.read import read
from web.accounts.actor import Actor
from web.db import models
from web.db.firms import Declaration, FirmFile
from web.errors import WebError
from web.jobs.checked import checked
from web.jobs.graph import settle
from web.work.firms.declaration import move, own_firm
from web.work.firms.kinds import Kind, cells, kind_of

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from web.home import Home

EXTRACTOR = "declaration"
"""Name under which the journal keeps what firms declare."""
SOURCE = "declaration"
"""Source and kind of the documents that are made of declarations."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Firm:
    """The firm as the graph has it: `id` is the record that was claimed, by which its declarations are kept."""

    id: str
    present: str
    name: str
    code: str | None = None
    demo: bool = False

    @property
    def mention(self) -> Mention:
        """How its declarations name it."""
        return Mention("Enterprise", self.name, self.code, self.id)


def firm_of(home: Home, firm_id: str) -> Firm:
    """The firm of any of its ids. Raises WebError WE404."""
    rows = home.graph().read("firm", id=firm_id)
    if not rows:
        raise WebError(f"no firm {firm_id[:80]}", code="WE404", hint="look it up by its name")
    own = rows[0]["firm"]
    return Firm(firm_id, str(own["id"]), str(own["name"]), own.get("credit_code"), bool(own.get("demo")))


def send(home: Home, actor: Actor, ids: Sequence[str]) -> list[Declaration]:
    """Declare drafts: what is public of them is in the graph afterwards.

    Raises as `own_firm`, WebError WE032 (not the owner), WE404, WE112 (no draft), WE006 (another writer: nothing has
    changed, and it can be sent again).
    """
    firm = own_firm(actor)
    actor.need("firm.send")
    return _moved(home, firm, actor.organisation, ids, "declared", actor.user)


def withdraw(home: Home, actor: Actor, ids: Sequence[str], reason: str = "") -> list[Declaration]:
    """Take declarations back: their statements leave the graph. Raises as `send`."""
    firm = own_firm(actor)
    actor.need("firm.send")
    return _moved(home, firm, actor.organisation, ids, "withdrawn", actor.user, reason)


def withdraw_all(home: Home, organisation_id: str, firm_id: str, actor: str, reason: str) -> int:
    """Take back all that an organisation declared, as its claim is revoked. Returns how many. Raises as `send`."""
    with home.database().session() as session:
        wanted = select(Declaration.id).where(
            Declaration.organisation_id == organisation_id, Declaration.state.in_(("draft", "declared"))
        )
        ids = list(session.scalars(wanted))
    return len(_moved(home, firm_id, organisation_id, ids, "withdrawn", actor, reason)) if ids else 0


def _moved(
    home: Home, firm_id: str, organisation_id: str | None, ids: Sequence[str], to: str, actor: str, reason: str = ""
) -> list[Declaration]:
    """Move them and bring the public ones along; what is private needs no graph and no lock."""
    with home.database().session() as session:
        public = any(row.public for row in _rows(session, organisation_id, ids))
    with ExitStack() as stack:
        if public:
            stack.enter_context(home.writing("declare"))
        with home.database().session() as session:
            rows = _rows(session, organisation_id, ids)
            for row in rows:
                move(session, row, to, actor=actor, reason=reason)
            if public:
                bring(home, session, firm_of(home, firm_id), rows)
        if public:
            settle(home)
    _log.info("declarations moved", firm=firm_id, to=to, rows=len(rows))
    return rows


def _rows(session: Session, organisation_id: str | None, ids: Sequence[str]) -> list[Declaration]:
    rows = {row.id: row for row in session.scalars(select(Declaration).where(Declaration.id.in_(ids)))}
    if not ids or any(one not in rows or rows[one].organisation_id != organisation_id for one in ids):
        raise WebError("no such declaration", code="WE404", hint="look at /my")
    return [rows[one] for one in dict.fromkeys(ids)]


def bring(home: Home, session: Session, firm: Firm, rows: Iterable[Declaration]) -> None:
    """Documents and statements of these declarations as they are now, of this transaction; `settle` brings them on."""
    touched: dict[str, Declaration] = {}
    for row in rows:
        kind = kind_of(row.kind)
        if not row.public or not kind.relation:
            continue
        if row.state == "declared" and row.document is None:
            row.document = _kept(home, session, firm, row, kind)
        if row.document is not None:
            touched[row.document] = row
    session.flush()
    for sha in touched:
        _journal(home, session, DocumentId(sha), firm)


def _kept(home: Home, session: Session, firm: Firm, row: Declaration, kind: Kind) -> str:
    """Put the document of a declaration into the store; returns its id."""
    file = session.get(FirmFile, row.file_id) if row.file_id and row.place else None
    if file is not None:
        if file.sha256 not in home.documents:
            found = read(file.data, file.name)
            home.documents.add(
                file.data,
                name=file.name,
                text=found.text,
                pages=found.pages,
                media=found.media,
                title=found.title or file.name,
                kind=SOURCE,
                publisher=firm.name,
                retrieved=row.day,
                demo=firm.demo,
            )
        return file.sha256
    title = f"{firm.name}自述：{kind.words['zh']}"
    text = f"{_page(row)}\n{_printed(firm, row, kind, home.ontology).text}\n\n"
    made = home.documents.add(
        text.encode(),
        name=f"declaration-{row.id[:8]}.txt",
        text=text,
        title=title,
        kind=SOURCE,
        media="txt",
        publisher=firm.name,
        retrieved=row.day,
        source=SOURCE,
        demo=firm.demo,
    )
    return made.id


def _journal(home: Home, session: Session, sha: DocumentId, firm: Firm) -> None:
    """All that is declared by a document, written anew; where nothing is left and nobody else reads it, it leaves."""
    document = home.documents.get(sha)
    wanted = select(Declaration).where(Declaration.document == sha, Declaration.state == "declared")
    stated = [_fact(home, firm, row, document) for row in session.scalars(wanted)]
    facts = list(checked(home.ontology, stated, _refuse))
    row = session.scalar(select(models.Document).where(models.Document.sha256 == sha))
    if row is None:
        row = models.Document(sha256=sha, name=document.name, kind=document.kind, demo=document.demo, state="read")
        row.extractor = EXTRACTOR
        session.add(row)
    if facts:
        home.journal.write(sha, EXTRACTOR, facts)
        _join(session, firm, document)
    elif home.journal.extractors(sha) == [EXTRACTOR]:
        row.state = "leaving"
        return
    else:
        home.journal.remove(sha, EXTRACTOR)
    row.state, row.facts = "read", home.journal.count(sha)


def _refuse(error: BulianError) -> None:
    raise error  # what a form takes is checked there: this is a fault of the kinds, and nothing is declared


def _fact(home: Home, firm: Firm, row: Declaration, document: Document) -> Fact:
    kind = kind_of(row.kind)
    if row.firm_id != firm.id:  # two firms sent the same file
        firm = firm_of(home, row.firm_id)
    said = _statement(kind, row, firm, home.ontology)
    if document.source is None:
        at = row.place
        place: dict[str, Any] = {name: at[name] for name in ("page", "start", "end", "quote")}
    else:
        printed = _printed(firm, row, kind, home.ontology)
        start, end = printed.span(frozenset(cells(kind, row.values, home.ontology)))
        place = {"page": _page(row), "start": start, "end": end, "quote": printed.text[start:end]}
    return replace(said, doc=document.name, document=document.id, **place)


def _statement(kind: Kind, row: Declaration, firm: Firm, ontology: Ontology) -> Fact:
    """What a declaration says, without its place."""
    parts = {one.property: value for one in kind.fields if (value := row.values.get(one.name)) is not None}
    properties = {name[1:]: value for name, value in parts.items() if name.startswith(".")}
    if kind.relation == "HAS_PARAMETER":
        properties.setdefault("operator", "range" if "value_max" in properties else "=")
    named = parts.get("name")
    if kind.relation == "REPORTS_METRIC":
        named = properties["metric"]
        properties["unit"] = ontology.values["metric"][named].get("unit")
    if kind.relation == "HOLDS_CERTIFICATE" and "until" in parts:
        properties["valid_to"] = parts["until"]
    return Fact(
        "",
        DocumentId(""),
        kind.relation,
        firm.mention,
        Mention(kind.target, str(named)),
        properties,
        method=f"declaration.{kind.name}",
        level=DECLARED,
        valid_from=parts.get("from"),
        valid_to=parts.get("until"),
    )


def _printed(firm: Firm, row: Declaration, kind: Kind, ontology: Ontology) -> Row:
    head = {"企业名称": firm.name, **({"统一社会信用代码": firm.code} if firm.code else {})}
    return Row(_page(row), head | cells(kind, row.values, ontology) | {"自述日期": row.day or "", "自述编号": row.id})


def _page(row: Declaration) -> str:
    return f"{kind_of(row.kind).words['zh']}:1"


def _join(session: Session, firm: Firm, document: Document) -> None:
    """The record of the declaration is the firm: the verified claim says so, once."""
    record = record_id(document, firm.mention)
    pair = sorted((record, firm.id))
    held = select(models.Decision.id).where(
        models.Decision.record_a == pair[0], models.Decision.record_b == pair[1], models.Decision.undone_at.is_(None)
    )
    if record == firm.id or session.scalar(held.limit(1)) is not None:
        return
    session.add(
        models.Decision(
            verdict="same",
            record_a=pair[0],
            record_b=pair[1],
            reason="the firm's own word, by its verified claim",
            act=models.new_id(),
            kind="same",
        )
    )
