"""A catalogue, datasheet or photo that a firm sent: read into products, parameters and certificates to confirm.

Nothing of it is public until it is confirmed; then the file is the document of what was confirmed.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from kg.records import DocumentId, Fact
from kg.values.name import name_key
from nlp.extract import extract_file, extract_text
from nlp.readers.read import Limits
from nlp.text import Text
from web.accounts.actor import Actor
from web.db.firms import Declaration, FirmFile
from web.errors import WebError
from web.jobs.scorer import scorer_of
from web.work.firms.declaration import begun, form_key, move, own_firm
from web.work.firms.kinds import Kind, kinds
from web.work.step import note

if TYPE_CHECKING:
    from web.db.store import Database
    from web.home import Home

SUBJECT = "firm_file"
LIMITS = Limits(file_bytes=20_000_000, pages=200, characters=1_000_000)
"""A firm's file is read while it waits: a catalogue, not an annual report."""
_NAMES = re.compile(r"[\u4e00-\u9fff]{2,}(?:公司|集团|厂)")
MOST = 100
"""Statements of a file that are offered."""


def keep(database: Database, actor: Actor, name: str, data: bytes, key: str = "") -> FirmFile:
    """Keep a proof that is not read: a page or photo beside a declaration or a correction. Raises as `drop`."""
    firm = own_firm(actor)
    _usable(name, data)
    row = FirmFile(
        id=form_key(key),
        organisation_id=actor.organisation,
        firm_id=firm,
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        state="proof",
        sent_by=actor.user,
    )
    with database.session() as session:
        known = session.get(FirmFile, row.id)
        if known is not None:
            actor.need("firm.draft", known.organisation_id)
            return known
        session.add(row)
        note(session, row, SUBJECT, None, "proof", actor.user, digest=row.sha256)
    return row


def drop(home: Home, actor: Actor, firm_name: str, name: str, data: bytes, key: str = "") -> FirmFile:
    """Read a file; what it says waits to be confirmed. A file that cannot be read is kept with the reason.

    Raises as `own_firm`, WebError WE118 (no file, an empty or a too large one).
    """
    row = keep(home.database(), actor, name, data, key)
    if row.state != "proof":
        return row  # the form was sent twice
    found, reason = _read(home, firm_name, name, data)
    with home.database().session() as session:
        row = session.get_one(FirmFile, row.id)
        row.found, row.reason, row.state = found, reason, "unread" if reason else "read"
        note(session, row, SUBJECT, "proof", row.state, actor.user, reason=reason, digest=row.sha256)
        return row


def _usable(name: str, data: bytes) -> None:
    if not data:
        raise WebError("no file was sent", code="WE118", hint="choose one", place="file")
    if len(data) > LIMITS.file_bytes:
        raise WebError(
            f"{name} has more than {LIMITS.file_bytes // 1_000_000} MB", code="WE118", hint="send a part", place="file"
        )


def _read(home: Home, firm_name: str, name: str, data: bytes) -> tuple[list[dict[str, Any]], str]:
    """Statements in the journal's form, and the code of the reason where the file could not be read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sent{Path(name).suffix[:10]}"
        path.write_bytes(data)
        extracted = extract_file(path, LIMITS, scorer_of(home.settings))
    if extracted.refusal is not None or extracted.text is None:
        error = extracted.refusal
        return [], f"{error.code} {error.hint or error.reason}" if error else "NL008"
    wanted = {kind.relation for kind in kinds().values() if kind.relation and kind.name != "figure"}
    facts = [fact for fact in extracted.facts if fact.relation in wanted]
    if not facts and not _NAMES.search(extracted.text.text):
        facts = _as_own(extracted.text, firm_name, name, DocumentId(hashlib.sha256(data).hexdigest()))
    own = name_key(firm_name)
    lines = []
    seen: set[tuple[object, ...]] = set()
    for fact in facts:
        if fact.relation not in wanted or fact.target is None or not isinstance(fact.page, int):
            continue
        said = (
            fact.relation,
            name_key(fact.target.name),
            str(fact.properties.get("name")),
            str(fact.properties.get("value")),
        )
        if said not in seen:
            seen.add(said)
            # A file may speak of others (a dealer's catalogue, a list of customers): that is said beside it.
            lines.append(fact.to_json() | {"other": name_key(fact.source.name) != own})
    order = [kind.relation for kind in kinds().values()]
    lines.sort(key=lambda line: (line["other"], order.index(line["relation"]), line["start"]))
    return lines[:MOST], ""


def _as_own(text: Text, firm_name: str, name: str, document: DocumentId) -> list[Fact]:
    """Statements of a sheet that names nobody, read as one of the firm: its name is put behind the text for this."""
    named = replace(text, text=f"{text.text}\n公司名称：{firm_name}\n")
    return [fact for fact in extract_text(named, name, document) if fact.end <= len(text.text)]


def confirm(home: Home, actor: Actor, file_id: str, chosen: Sequence[int]) -> list[Declaration]:
    """Make drafts of the statements chosen, by their places in `found`; each once. Raises WebError WE404, WE112."""
    firm = own_firm(actor)
    with home.database().session() as session:
        file = session.get(FirmFile, file_id)
        if file is None or not actor.owns(file.organisation_id):
            raise WebError("no such file", code="WE404", hint="look at /my")
        rows = []
        for number in dict.fromkeys(chosen):
            if not 0 <= number < len(file.found):
                raise WebError("no such statement in the file", code="WE404", hint="open the file again")
            key = draft_id(file.id, number)
            known = session.get(Declaration, key)
            if known is not None:
                if known.state == "withdrawn":
                    move(session, known, "draft", actor=actor.user, reason=file.name)
                rows.append(known)
                continue
            line = file.found[number]
            kind = next(one for one in kinds().values() if one.relation == line["relation"])
            row = Declaration(
                id=key,
                organisation_id=actor.organisation,
                firm_id=firm,
                kind=kind.name,
                values=values_of(kind, line),
                public=True,
                file_id=file.id,
                place={name: line[name] for name in ("page", "start", "end", "quote")},
                written_by=actor.user,
            )
            session.add(row)
            begun(session, row, actor.user, file.name)
            rows.append(row)
        if file.state == "read":
            note(session, file, SUBJECT, "read", "confirmed", actor.user, digest=file.sha256)
            file.state = "confirmed"
        return rows


def draft_id(file_id: str, number: int) -> str:
    """The id of the draft that is made of a statement of a file: a second confirmation makes no second one."""
    return hashlib.sha256(f"{file_id} {number}".encode()).hexdigest()[:24]


def values_of(kind: Kind, line: dict[str, Any]) -> dict[str, Any]:
    """The fields of a kind from a statement that was read."""
    said = {"name": line["target"]["name"], "from": line["valid_from"], "until": line["valid_to"]}
    said |= {f".{name}": value for name, value in line["properties"].items()}
    return {one.name: value for one in kind.fields if (value := said.get(one.property)) is not None}


def files(database: Database, actor: Actor) -> list[FirmFile]:
    """Files that the actor's firm dropped, the newest first; proofs stand beside what they prove."""
    own_firm(actor)
    wanted = select(FirmFile).where(FirmFile.organisation_id == actor.organisation, FirmFile.state != "proof")
    with database.session() as session:
        return list(session.scalars(wanted.order_by(FirmFile.created.desc(), FirmFile.id)))


def file_of(database: Database, actor: Actor, file_id: str) -> FirmFile:
    """One of them, or a proof; the operator who decides on corrections sees proofs too. Raises WebError WE404."""
    with database.session() as session:
        row = session.get(FirmFile, file_id)
        may = row is not None and (
            (actor.may("firm.draft") and actor.owns(row.organisation_id)) or actor.may("correction.decide")
        )
        if row is None or not may:
            raise WebError("no such file", code="WE404", hint="look at /my")
        _ = row.data  # loaded while the session is open
        return row
