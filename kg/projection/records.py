"""Records: one firm as one source names it, gathered from the statements that name it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.identity.cluster import Identity
from kg.projection.shape import End, Row
from kg.projection.statement import Statement, newness
from kg.projection.words import day, grams
from kg.records import Document, DocumentId, RecordId
from kg.values.name import clean_name, name_key

_REGION = re.compile(r"\d{6}")
_Vote = tuple[int, str]
"""A value with the newness of its document, negative: the least vote is the newest, then the smallest value."""


@dataclass(slots=True)
class Record:
    """What the statements say of one record. Name, code and region are of the newest document that has one."""

    id: RecordId
    source: str
    name: _Vote
    documents: dict[DocumentId, Document] = field(default_factory=dict)
    code: _Vote | None = None
    region: tuple[int, int, str] | None = None
    newest: int = 0

    @property
    def published(self) -> str | None:
        """The day of its first dated document."""
        return min((found for item in self.documents.values() if (found := day(item.published))), default=None)

    def see(self, document: Document, name: str, code: str | None) -> None:
        """Take one mention into account."""
        age = -newness(document)
        self.documents[document.id] = document
        self.newest = max(self.newest, -age)
        self.name = min(self.name, (age, name))
        if code:
            self.see_code(age, code)

    def see_code(self, age: int, code: str) -> None:
        """Take a credit code into account."""
        vote = (age, code.strip().upper())
        self.code = vote if self.code is None else min(self.code, vote)

    def see_region(self, age: int, code: str) -> None:
        """Take a place into account: of the newest document, the most precise."""
        vote = (age, -len(code.rstrip("0")), code)
        self.region = vote if self.region is None else min(self.region, vote)

    def merge(self, other: Record) -> None:
        """Take into account what another part of the statements says of the record."""
        self.documents |= other.documents
        self.newest = max(self.newest, other.newest)
        self.name = min(self.name, other.name)
        self.code = min(filter(None, (self.code, other.code)), default=None)
        self.region = min(filter(None, (self.region, other.region)), default=None)

    def identity(self) -> Identity:
        """What its identity is judged by."""
        return Identity(
            self.id,
            name_key(self.name[1]),
            self.code[1] if self.code else None,
            self.region[2] if self.region else None,
            self.published,
        )

    def row(self) -> Row:
        """The row of its node."""
        name = clean_name(self.name[1])
        row: Row = {
            "id": self.id,
            "source": self.source,
            "name": name,
            "name_key": name_key(name),
            "grams": grams(name),
        }
        if self.code:
            row["credit_code"] = self.code[1]
        if self.region:
            row["region"] = self.region[2]
        return row


def gather(statements: Iterable[Statement]) -> dict[str, Record]:
    """Every record that the statements name, by id."""
    records: dict[str, Record] = {}

    def see(end: End, item: Statement, name: str, code: str | None) -> Record:
        document = item.document
        record = records.get(end.key)
        if record is None:
            vote = (-newness(document), name)
            record = records[end.key] = Record(RecordId(end.key), document.source or document.id, vote)
        record.see(document, name, code)
        return record

    for item in statements:
        if item.subject.label == "Record":
            record = see(item.subject, item, item.row["subject_name"], item.row["subject_key"])
            if item.relation == "PROFILE" and item.properties.get("credit_code"):
                record.see_code(-newness(item.document), str(item.properties["credit_code"]))
            elif item.relation == "LOCATED_IN" and item.object and _REGION.fullmatch(item.object.key):
                record.see_region(-newness(item.document), item.object.key)
        if item.object is not None and item.object.label == "Record":
            see(item.object, item, item.row["object_name"], item.row["object_key"])
        if item.buyer is not None:
            see(item.buyer, item, item.row["buyer_name"], None)
    return records
