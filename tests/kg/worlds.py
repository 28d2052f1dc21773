"""Small invented worlds of documents, facts and decisions for the tests of projection and loader."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from kg.records import Decision, Document, DocumentId, Fact, Mention, record_id


def document(name: str, published: str | None = None, source: str | None = None, demo: bool = False) -> Document:
    digest = DocumentId(hashlib.sha256(name.encode()).hexdigest())
    return Document(digest, name, name, "filing", "text/plain", published=published, source=source, demo=demo)


def firm(name: str, key: str | None = None, local: str | None = None) -> Mention:
    return Mention("Enterprise", name, key, local)


def product(name: str) -> Mention:
    return Mention("Product", name)


@dataclass
class World:
    """Documents with what each says."""

    documents: dict[DocumentId, Document] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def say(
        self, doc: Document, source: Mention, relation: str, target: Mention | None = None, /, **properties
    ) -> Fact:
        """Add a fact; level, valid_from, valid_to, start, quote and method are the fact's own, the rest properties."""
        own = {name: properties.pop(name) for name in OWN if name in properties}
        own.setdefault("start", len(self.facts))
        own.setdefault("end", own["start"])
        fact = Fact(doc.name, doc.id, relation, source, target, properties, **own)
        self.documents[doc.id] = doc
        self.facts.append(fact)
        return fact

    def decide(self, verdict: str, *ends: tuple[Document, Mention], at: str = "2026-01-01", **more) -> Decision:
        first, second = (record_id(doc, mention) for doc, mention in ends)
        decision = Decision(f"x{len(self.decisions)}", verdict, (first, second), "seen", "operator", at, **more)
        self.decisions.append(decision)
        return decision


OWN = ("level", "valid_from", "valid_to", "start", "end", "quote", "method", "page")
