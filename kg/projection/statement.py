"""Facts as statements about nodes: mentions resolved inside their document, ids given, nothing merged yet."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kg.documents import DocumentError
from kg.ontology import Ontology, Relation
from kg.projection.keys import node_key
from kg.projection.shape import End, Row
from kg.projection.words import day, grams
from kg.records import BY_STRENGTH, Document, DocumentId, Fact, Mention, record_id, stable_hash
from kg.values.name import name_key

_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
_LEVEL_RANK = {level: rank for rank, level in enumerate(BY_STRENGTH)}


@dataclass(slots=True)
class Statement:
    """One Fact: its node's row, its ends, and what best, newest and current are judged by.

    `buyer` is the record of the buyer that a WON_CONTRACT names. `rank` orders the statements of one edge: level,
    then newest document, then the one that says most, then id; the least is the best.
    """

    id: str
    relation: str
    subject: End
    object: End | None
    buyer: End | None
    properties: Mapping[str, Any]
    row: Row
    document: Document
    rank: tuple[int, int, int, str]


@dataclass(slots=True)
class Reading:
    """All that facts say: statements by id, edges of lists, and the nodes that lists name."""

    statements: dict[str, Statement] = field(default_factory=dict)
    references: dict[str, tuple[Relation, End, End, Row]] = field(default_factory=dict)
    listed: dict[tuple[End, DocumentId], str] = field(default_factory=dict)

    def refer(self, key: str, relation: Relation, start: End, end: End, row: Row) -> None:
        """Take an edge of a list into account; the same one of several rows or documents stands once."""
        known = self.references.get(key)
        if known is not None:
            said = row["facts"] + known[3]["facts"]
            row = min(row, known[3], key=_reference_rank)
            row["facts"] = said
        self.references[key] = (relation, start, end, row)


def newness(document: Document) -> int:
    """A whole number that grows with the date of publication; 0 where it is not known."""
    return _number(document.published)


@lru_cache(maxsize=16384)
def _number(published: str | None) -> int:
    whole = day(published)
    return int(whole.replace("-", "")) if whole else 0


def document_day(document: Document) -> str | None:
    """The day that `as_of` counts: of publication, else of retrieval."""
    return day(document.published) or day(document.retrieved)


def statement(
    row: Row,
    subject: End,
    object_: End | None,
    buyer: End | None,
    properties: Mapping[str, Any],
    document: Document,
) -> Statement:
    """A statement from its Fact's row: from a reading, or as it stands in the graph."""
    said = len(properties) - list(properties.values()).count(None) if properties else 0
    rank = (_LEVEL_RANK.get(row["level"], len(BY_STRENGTH)), -newness(document), -said, row["id"])
    return Statement(row["id"], row["relation"], subject, object_, buyer, properties, row, document, rank)


def read(documents: Mapping[DocumentId, Document], facts: Iterable[Fact], ontology: Ontology) -> Reading:
    """Read facts of any number of documents; relations that the ontology does not know are passed over.

    Raises KG201 where a fact's document is not among `documents`.
    """
    facts = facts if isinstance(facts, list) else list(facts)
    reader = _Reader(documents, _aliases(facts))
    for fact in facts:
        relation = ontology.relations.get(fact.relation)
        if relation is None:
            continue
        if relation.layer == "reference":
            reader.refer(fact, relation)
        elif relation.layer == "fact":
            reader.state(fact, relation)
    return reader.reading


NAMES = {"short_name": "aliases", "former_short_name": "former_names", "former_names": "former_names"}
"""Properties of a profile that are other names of the firm, and the list that each belongs to."""


def _aliases(facts: Iterable[Fact]) -> dict[tuple[str, str], Mention]:
    """The firm's mention by document and normalised alias or former name; a name of two firms stands for neither."""
    found: dict[tuple[str, str], dict[str, Mention]] = defaultdict(dict)

    def see(fact: Fact, name: str, firm: Mention) -> None:
        short, full = name_key(name), firm.local_key
        if short and short != full:
            known = found[fact.document, short].get(full)
            if known is None or _mention_rank(firm) < _mention_rank(known):
                found[fact.document, short][full] = firm

    for fact in facts:
        if fact.relation == "ALIAS_OF" and fact.target is not None:
            see(fact, fact.source.name, fact.target)
    for fact in facts:
        if fact.relation == "PROFILE" and fact.source.type == "Enterprise" and fact.source.local is None:
            meant = found.get((fact.document, name_key(fact.source.name)), {})
            firm = next(iter(meant.values())) if len(meant) == 1 else fact.source
            for value in map(fact.properties.get, NAMES):
                for name in value if isinstance(value, list) else [value]:
                    if isinstance(name, str):
                        see(fact, name, firm)
    return {place: next(iter(full.values())) for place, full in found.items() if len(full) == 1}


def _mention_rank(mention: Mention) -> tuple[bool, str, str]:
    return (mention.key is None, mention.key or "", mention.name)


class _Reader:
    def __init__(self, documents: Mapping[DocumentId, Document], aliases: Mapping[tuple[str, str], Mention]) -> None:
        self.documents = documents
        self.aliases = aliases
        self.reading = Reading()
        # Lists name the same thing many times: ends are resolved once a document and mention.
        self.ends: dict[tuple[str, str, str, str | None, str | None], End] = {}

    def document(self, fact: Fact) -> Document:
        document = self.documents.get(fact.document)
        if document is None:
            raise DocumentError(f"the journal speaks of document {fact.document}, which is not in the store")
        return document

    def end(self, mention: Mention, fact: Fact, document: Document) -> End:
        """The node of a mention; for an Enterprise it is the Record."""
        if mention.type not in ("Enterprise", "Product"):
            return End(mention.type, node_key(mention, fact.properties, fact.source, fact.document))
        place = (fact.document, mention.type, mention.name, mention.key, mention.local)
        known = self.ends.get(place)
        if known is None:
            if mention.type == "Enterprise":
                known = End("Record", record_id(document, mention))
            else:
                known = End("Product", name_key(mention.name))
            self.ends[place] = known
        return known

    def full(self, mention: Mention, fact: Fact) -> Mention:
        """The mention under its present full name, where its document explains it as short for one, or former."""
        if mention.type != "Enterprise" or mention.local is not None or not self.aliases:
            return mention
        firm = self.aliases.get((fact.document, name_key(mention.name)), mention)
        return mention if mention.key and firm.key and mention.key != firm.key else firm

    def refer(self, fact: Fact, relation: Relation) -> None:
        """An edge of a list, once a source; the nodes that it names are IN the document."""
        document = self.document(fact)
        start = self.end(fact.source, fact, document)
        self.list(start, fact.source, document)
        if fact.target is None or not relation.edge:
            return
        end = self.end(fact.target, fact, document)
        self.list(end, fact.target, document)
        source = document.source or document.id
        properties = fact.properties
        key = stable_hash(relation.name, start.key, end.key, source, *(properties.get(q) for q in relation.qualifier))
        row: Row = {
            "start": start.key,
            "end": end.key,
            "key": key,
            "facts": 1,
            "level": fact.level,
            "source": source,
            "document": document.id,
            "page": fact.page,
            "valid_from": day(fact.valid_from),
            "valid_to": day(fact.valid_to, last=True),
            "as_of": document_day(document),
        }
        for name, declared in relation.properties.items():
            value = properties.get(name)
            row[name] = day(value, last=name == "valid_to") if declared.type == "date" else value
        self.reading.refer(key, relation, start, end, row)

    def list(self, end: End, mention: Mention, document: Document) -> None:
        name = self.reading.listed.get((end, document.id))
        if name is None or mention.name < name:
            self.reading.listed[end, document.id] = mention.name

    def state(self, fact: Fact, relation: Relation) -> None:
        """A Fact with its ends. A repeated fact (two extractors, one sentence) is one; the same of them always."""
        document = self.document(fact)
        source, target = self.full(fact.source, fact), fact.target
        named = target.name if target is not None else None
        if relation.name == "ALIAS_OF" and target is not None:
            # The alias is no firm of its own: the statement is about the firm with the full name.
            source, target, named = target, None, fact.source.name
        elif target is not None:
            target = self.full(target, fact)
            named = target.name
        properties = fact.properties
        subject = self.end(source, fact, document)
        object_ = self.end(target, fact, document) if target is not None else None
        buyer, buyer_name = self.buyer(fact, document)
        qualifier = qualifier_of(relation, properties)
        object_key = object_.key if object_ else name_key(named or "")
        row: Row = {
            "id": stable_hash(subject.key, relation.name, object_key, qualifier, fact.document, fact.start),
            "relation": relation.name,
            "subject_name": source.name,
            "subject_key": source.key,
            "object_name": named,
            "object_key": target.key if target is not None else None,
            "buyer_name": buyer_name,
            "qualifier": (qualifier or None) if relation.edge else None,
            "quote": fact.quote,
            "page": fact.page,
            "start": fact.start,
            "end": fact.end,
            "method": fact.method,
            "level": fact.level,
            "valid_from": day(fact.valid_from),
            "valid_to": day(fact.valid_to or properties.get("valid_to"), last=True),
            "observed": document_day(document),
            "values": _json(dict(properties)) if properties else None,
            "document": fact.document,
            "grams": grams(fact.quote) if document.source is None else None,
        }
        found = statement(row, subject, object_, buyer, properties, document)
        known = self.reading.statements.get(found.id)
        if known is None or _same_id_rank(found) < _same_id_rank(known):
            self.reading.statements[found.id] = found

    def buyer(self, fact: Fact, document: Document) -> tuple[End | None, str | None]:
        """The record of the buyer that a contract's fact names, and its full name."""
        name = fact.properties.get("buyer") if fact.relation == "WON_CONTRACT" else None
        if not isinstance(name, str) or not name_key(name):
            return None, None
        mention = self.full(Mention("Enterprise", name), fact)
        return self.end(mention, fact, document), mention.name


def qualifier_of(relation: Relation, properties: Mapping[str, Any]) -> str:
    """What tells two facts of the same ends apart; a fact without an edge is told by the properties that it fills."""
    names = relation.qualifier if relation.edge else sorted(properties)
    parts = [f"{name}={properties[name]}" for name in names if properties.get(name) is not None]
    return " ".join(parts)


def _reference_rank(row: Row) -> tuple[str, ...]:
    return (row["level"], *(str(row[name]) for name in sorted(row) if name != "facts"))


def _same_id_rank(item: Statement) -> tuple[Any, ...]:
    return (
        item.rank,
        item.row["end"],
        item.row["method"],
        item.row["values"] or "",
        str(sorted(map(str, item.row.items()))),
    )
