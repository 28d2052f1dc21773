"""The projection as a whole: read the facts, cluster the records, write the rows of both layers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from kg.identity.cluster import cluster
from kg.identity.decide import promoted
from kg.ontology import Ontology
from kg.projection.edges import typed_edges
from kg.projection.firms import firms
from kg.projection.records import Record, gather
from kg.projection.retraction import Retracted
from kg.projection.shape import End, LinkKind, Projection, Row
from kg.projection.statement import Reading, Statement, read
from kg.projection.things import things
from kg.projection.words import day
from kg.records import Decision, Document, DocumentId, Fact


def project(
    documents: Mapping[DocumentId, Document],
    facts: Iterable[Fact],
    decisions: Iterable[Decision],
    ontology: Ontology,
) -> Projection:
    """Nodes and links of both layers for documents, facts and identity decisions; the same for any order of them.

    Raises KG201 where a fact is of a document that is not given.
    """
    return build(documents, read(documents, facts, ontology), decisions, ontology)


def build(
    documents: Mapping[DocumentId, Document],
    reading: Reading,
    decisions: Iterable[Decision],
    ontology: Ontology,
    known: Mapping[str, str] | None = None,
) -> Projection:
    """The projection of what was read. `known` has records whose enterprise stands already: they get no rows."""
    decisions = list(decisions)
    known = known or {}
    statements = list(reading.statements.values())
    records = {key: record for key, record in gather(statements).items() if key not in known}
    clusters = cluster((record.identity() for record in records.values()), decisions)
    firm_of = dict(known)
    firm_of.update((key, firm) for key, firm in clusters.items())
    projection = Projection()
    state_documents(projection, documents.values())
    retracted = Retracted.of(decisions, firm_of)
    state_firms(projection, statements, records, firm_of, ontology, promoted(decisions, firm_of), retracted)
    state_things(projection, reading, ontology)
    state_decisions(projection, decisions, firm_of)
    return projection


def state_documents(projection: Projection, documents: Iterable[Document]) -> None:
    """Rows of documents."""
    projection.nodes["Document"] += map(_document, documents)


def state_firms(
    projection: Projection,
    statements: Collection[Statement],
    records: Mapping[str, Record],
    firm_of: Mapping[str, str],
    ontology: Ontology,
    names: Mapping[str, str],
    retracted: Retracted,
) -> None:
    """Records with their enterprises, and statements with their edges: whole where all of a subject's are given.

    `names` has the record after which a firm is to be called; what is `retracted` makes no edge.
    """
    _records(projection, records, firm_of)
    left = list(retracted.left(statements, firm_of, ontology))
    projection.nodes["Enterprise"] += map(retracted.strip, firms(records, firm_of, left, ontology, names))
    for kind, rows in typed_edges(left, firm_of, ontology).items():
        projection.links[kind] += rows
    # After the edges: they mark which facts are superseded.
    _facts(projection, statements)


def state_things(
    projection: Projection, reading: Reading, ontology: Ontology, names: Mapping[End, str] | None = None
) -> None:
    """All other things, with the structure that lists give; `names` are mentions beyond those of the reading."""
    for label, rows in things(reading, ontology, names or {}).items():
        projection.nodes[label] += rows
    _lists(projection, reading)


def _document(document: Document) -> Row:
    row: Row = {
        "id": document.id,
        "name": document.name,
        "title": document.title,
        "kind": document.kind,
        "media": document.media,
        "publisher": document.publisher,
        "url": document.url,
        "published": day(document.published),
        "retrieved": day(document.retrieved),
        "licence": document.licence,
        "source": document.source,
        "demo": document.demo,
    }
    return {name: value for name, value in row.items() if value is not None}


def _records(projection: Projection, records: Mapping[str, Record], firm_of: Mapping[str, str]) -> None:
    identifies = projection.links[LinkKind("IDENTIFIES", "Record", "Enterprise")]
    named = projection.links[LinkKind("IN", "Record", "Document")]
    for key, record in records.items():
        projection.nodes["Record"].append(record.row())
        identifies.append({"start": key, "end": firm_of[key]})
        named += [{"start": key, "end": document} for document in record.documents]


def _facts(projection: Projection, statements: Iterable[Statement]) -> None:
    rows = projection.nodes["Fact"]
    origin = projection.links[LinkKind("FROM", "Fact", "Document")]
    for item in statements:
        row = item.row
        row.setdefault("state", "active")
        rows.append({name: value for name, value in row.items() if value is not None})
        origin.append({"start": item.id, "end": row["document"]})
        projection.links[LinkKind("SUBJECT", "Fact", item.subject.label)].append(
            {"start": item.id, "end": item.subject.key}
        )
        for end in (item.object, item.buyer):
            if end is not None:
                projection.links[LinkKind("OBJECT", "Fact", end.label)].append({"start": item.id, "end": end.key})


def _lists(projection: Projection, reading: Reading) -> None:
    for (end, document), name in reading.listed.items():
        projection.links[LinkKind("IN", end.label, "Document")].append(
            {"start": end.key, "end": document, "name": name}
        )
    for relation, start, end, row in reading.references.values():
        projection.links[LinkKind(relation.name, start.label, end.label)].append(row)


def state_decisions(projection: Projection, decisions: Iterable[Decision], firm_of: Mapping[str, str]) -> None:
    """Decisions whose record is gone stay, and are about what is left."""
    for decision in decisions:
        row: Row = {
            "id": decision.id,
            "verdict": decision.verdict,
            "score": decision.score,
            "reason": decision.reason,
            "by_role": decision.by_role,
            "at": decision.at,
            "undone_at": decision.undone_at,
            "statement": decision.statement,
        }
        projection.nodes["Decision"].append({name: value for name, value in row.items() if value is not None})
        projection.links[LinkKind("ON", "Decision", "Record")] += [
            {"start": decision.id, "end": record} for record in sorted(set(decision.records)) if record in firm_of
        ]
