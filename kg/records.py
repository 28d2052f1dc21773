"""What the truth is made of: documents, mentions, facts, decisions, each with a deterministic id.

These are plain values. A `Fact` is one line of the facts journal and of `bulian extract`; everything in the
graph is projected from documents, facts and decisions (see `kg.projection`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NewType

from kg.values.name import name_key

Level = str
"""disclosed, strongly_inferred, declared or inferred."""

LEVELS: tuple[Level, ...] = ("disclosed", "strongly_inferred", "inferred")
"""How sure a reading of the public record is."""

DECLARED: Level = "declared"
"""A firm's own word on itself: the public record goes before it, a guess does not."""

BY_STRENGTH: tuple[Level, ...] = (*LEVELS[:2], DECLARED, LEVELS[2])
"""All levels; where statements make one edge, one of the strongest level leads it."""

DocumentId = NewType("DocumentId", str)
RecordId = NewType("RecordId", str)

_SEPARATOR = "\x1f"


def stable_hash(*parts: object) -> str:
    """Hash of the parts, 24 hexadecimal digits; None and the empty string are the same part."""
    text = _SEPARATOR.join(["" if part is None else str(part) for part in parts])
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Document:
    """One received file. `id` is the SHA-256 of its bytes; dates are ISO 8601.

    `source` is the id of the manifest it came by (lists and sheets), None for a filing.
    """

    id: DocumentId
    name: str
    title: str
    kind: str
    media: str
    publisher: str | None = None
    url: str | None = None
    published: str | None = None
    retrieved: str | None = None
    licence: str | None = None
    source: str | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing as one document names it: type (a label of the ontology), name, and a strong key where known.

    For an Enterprise `key` is the unified social credit code. `local` tells namesakes inside one document
    apart (for a list: the columns that its manifest names as the row's key); None means the normalised name. For a
    Patent without a number it is the assignee.
    """

    type: str
    name: str
    key: str | None = None
    local: str | None = None

    @property
    def local_key(self) -> str:
        """What tells this mention from others of its document."""
        return self.local or name_key(self.name)


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of one document: a line of the journal, in the form of `bulian extract`.

    `start` and `end` count code points in the document's text and `quote == text[start:end]`; for sheets
    `page` is "sheet:row" and the offsets count in the row printed as `column: value` lines.
    """

    doc: str
    document: DocumentId
    relation: str
    source: Mention
    target: Mention | None
    properties: Mapping[str, Any] = field(default_factory=dict)
    page: int | str = 1
    start: int = 0
    end: int = 0
    quote: str = ""
    method: str = ""
    level: Level = "disclosed"
    valid_from: str | None = None
    valid_to: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The line of the contract (`local` is written only where it is set)."""

        def end(mention: Mention | None) -> dict[str, Any] | None:
            if mention is None:
                return None
            line: dict[str, Any] = {"type": mention.type, "name": mention.name, "key": mention.key}
            return line if mention.local is None else {**line, "local": mention.local}

        return {
            "doc": self.doc,
            "doc_sha256": self.document,
            "relation": self.relation,
            "source": end(self.source),
            "target": end(self.target),
            "properties": dict(self.properties),
            "page": self.page,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "method": self.method,
            "level": self.level,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
        }

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Fact:
        """Read a line of the contract back; raises KeyError where a required field is missing."""
        source = _mention(line["source"])
        if source is None:
            raise KeyError("source")
        get = line.get
        return cls(
            line["doc"],
            line["doc_sha256"],
            line["relation"],
            source,
            _mention(line["target"]),
            get("properties") or {},
            get("page", 1),
            get("start", 0),
            get("end", 0),
            get("quote", ""),
            get("method", ""),
            get("level", "disclosed"),
            get("valid_from"),
            get("valid_to"),
        )


def _mention(value: Mapping[str, Any] | None) -> Mention | None:
    if value is None:
        return None
    return Mention(value["type"], value["name"], value.get("key"), value.get("local"))


def record_id(document: Document, mention: Mention) -> RecordId:
    """Id of the Record: one firm as one source names it. A list keeps its records over re-issues of its file."""
    return RecordId(stable_hash("record", document.source or document.id, mention.local_key))


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word that two records are the same firm, or different ones. It names Records, never Enterprises.

    With the verdict `retract` it takes out the firm of its one record, or the one `statement` of it
    (`kg.projection.retraction`).
    """

    id: str
    verdict: str
    records: tuple[RecordId, RecordId]
    reason: str
    by_role: str
    at: str
    score: float | None = None
    undone_at: str | None = None
    statement: str | None = None
