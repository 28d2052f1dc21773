"""What a change of some documents reaches in the graph: the records, facts and things that must be projected again.

A change reaches every record that its old or new facts name, every record that could be one firm with one of these
(by name, code or a decision, and on from there), all facts of those records, and all facts of the contracts,
patents and products that the changed facts are about. Whatever it does not reach stays as it is in the graph. A fact
that a document states as before is no part of the change, as if another document stated it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from kg.documents import DocumentStore
from kg.ontology import Ontology
from kg.projection import Projection, Reading, Statement
from kg.projection.project import state_documents
from kg.projection.records import gather
from kg.projection.retraction import RETRACT
from kg.projection.shape import End, Row
from kg.projection.statement import statement
from kg.projection.things import mentions
from kg.records import Decision, Document, DocumentId
from kg.store import Graph

CHUNK = 2000
"""Keys of one read: a read is short, however many there are."""

T = TypeVar("T")


@dataclass(slots=True)
class Change:
    """What is to be projected again, and what of the graph has to give way.

    `reading` has the statements to project (of the changed documents and of all that they reach), `known` the
    enterprise of each record beyond; `gone` are facts to drop, `things` nodes whose own edges are made again,
    `touched` nodes that may be left without any edge, `renamed` those of them that somebody calls otherwise than before
    or that lists describe, `sources` the lists whose structure is stated anew, `unlisted` what a document no longer
    lists. `standing` are facts as the graph holds them: with the same row they need not be written. `whole` is False
    where an interrupted load may have left facts without their edges.
    """

    documents: set[DocumentId]
    reading: Reading
    records: set[str] = field(default_factory=set)
    known: dict[str, str] = field(default_factory=dict)
    firms: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    things: set[End] = field(default_factory=set)
    touched: set[End] = field(default_factory=set)
    renamed: set[End] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    unlisted: set[tuple[str, End]] = field(default_factory=set)
    decisions: list[Decision] = field(default_factory=list)
    dropped_decisions: set[str] = field(default_factory=set)
    standing: dict[str, Row] = field(default_factory=dict)
    whole: bool = True

    def work(self) -> str:
        """What the next load needs to finish this one, as JSON."""
        ends = {name: sorted(map(list, getattr(self, name))) for name in ("things", "touched")}
        ids = {name: sorted(getattr(self, name)) for name in ("documents", "records", "firms", "sources")}
        return json.dumps({**ids, **ends}, ensure_ascii=False)

    def resume(self, work: str) -> None:
        """Take over what an interrupted load had left to do."""
        left = json.loads(work)
        self.documents |= set(left["documents"])
        self.records |= set(left["records"])
        self.firms |= set(left["firms"])
        self.sources |= set(left["sources"])
        self.things |= {End(*end) for end in left["things"]}
        self.touched |= {End(*end) for end in left["touched"]}


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    left = iter(items)
    while part := list(islice(left, size)):
        yield part


class Reach:
    """Finds what a change reaches; reads the graph and writes nothing."""

    def __init__(self, graph: Graph, ontology: Ontology, documents: DocumentStore, change: Change) -> None:
        self.graph = graph
        self.ontology = ontology
        self.store = documents
        self.documents: dict[str, Document] = {}
        self.change = change
        self.fetched: dict[str, Statement] = {}
        self.as_before: dict[str, Statement] = {}
        self.as_before_of: dict[str, list[Statement]] = defaultdict(list)
        self.identities: dict[str, tuple[str, str | None]] = {}
        self.dropped_retraction = False

    def run(self, decisions: list[Decision]) -> None:
        """Fill in the change; its reading holds the new statements of the changed documents already."""
        change = self.change
        new = change.reading.statements
        old = list(self._facts("document_facts", change.documents))
        change.gone |= {item.id for item in old if item.id not in new or _ends(item) != _ends(new[item.id])}
        if change.whole:
            self.as_before = {key: new.pop(key) for key in self._unchanged(old)}
            old = [item for item in old if item.id not in self.as_before]
            for item in self.as_before.values():
                for end in _ends(item):
                    if end is not None and end.label == "Record":
                        self.as_before_of[end.key].append(item)
        change.renamed = set(change.touched)
        for item in (*old, *new.values()):
            self._start(item)
        change.renamed |= {end for end, _ in _names(old) ^ _names(new.values())} if change.whole else change.touched
        self._decided(decisions)
        self._close_over_records(decisions)
        self._let(decisions)
        for label, keys in by_label(change.things).items():
            self._take(self._thing_facts(label, keys))
        for key, item in self.fetched.items():
            new.setdefault(key, item)
        self._know_others(record for item in decisions if item.verdict == RETRACT for record in item.records)
        change.decisions = [
            item for item in decisions if change.records.intersection(item.records) or item.verdict == RETRACT
        ]

    def _unchanged(self, old: Iterable[Statement]) -> list[str]:
        """Facts that the graph holds as the changed documents state them, of those that are described as before."""
        present = {item: self.store.get(item) for item in sorted(self.change.documents) if item in self.store}
        described = Projection()
        state_documents(described, present.values())
        rows = {row["id"]: row for row in described.nodes["Document"]}
        for part in chunks(sorted(present)):
            for found in self.graph.read("documents", ids=part):
                if rows[found["document"]["id"]] != found["document"]:
                    del present[found["document"]["id"]]
        new = self.change.reading.statements
        return [
            item.id
            for item in old
            if item.row["document"] in present and item.id in new and self._stands(item, new[item.id])
        ]

    def _stands(self, old: Statement, new: Statement) -> bool:
        found = {name: value for name, value in self.change.standing[old.id].items() if name != "state"}
        return _ends(old) == _ends(new) and found == {
            name: value for name, value in new.row.items() if value is not None
        }

    def _start(self, item: Statement) -> None:
        change = self.change
        for end in (item.subject, item.object, item.buyer):
            if end is None:
                continue
            if end.label == "Record":
                change.records.add(end.key)
            else:
                change.touched.add(end)
                if end is item.subject or end.label in ("Contract", "Patent"):
                    change.things.add(end)

    def _decided(self, decisions: list[Decision]) -> None:
        """Records of decisions that the graph does not mirror as they are."""
        mirrored: dict[str, tuple[Row, set[str]]] = {
            row["decision"]["id"]: (row["decision"], set(row["records"])) for row in self.graph.read("decisions")
        }
        said = {item.id: item for item in decisions}
        for key, (row, records) in mirrored.items():
            item = said.get(key)
            if item is None or not records <= {*item.records} or _word(item) != tuple(map(row.get, _WORD)):
                self.change.dropped_decisions.add(key)
                self.dropped_retraction |= row["verdict"] == RETRACT
                self.change.records |= records
        for key, item in said.items():
            if key not in mirrored or key in self.change.dropped_decisions:
                self.change.records |= {*item.records}

    def _let(self, decisions: list[Decision]) -> None:
        """Contracts of the change's firms, where one may be taken out: who let them is an edge of another firm's."""
        if self.dropped_retraction or any(item.verdict == RETRACT for item in decisions):
            for item in (*self.change.reading.statements.values(), *self.fetched.values()):
                if item.object is not None and item.object.label == "Contract":
                    self.change.things.add(item.object)
                    self.change.touched.add(item.object)

    def _close_over_records(self, decisions: list[Decision]) -> None:
        partners: dict[str, set[str]] = defaultdict(set)
        for item in decisions:
            first, second = item.records
            partners[first].add(second)
            partners[second].add(first)
        asked: set[str] = set()
        seen_names: set[str] = set()
        seen_codes: set[str] = set()
        while fresh := self.change.records - asked:
            asked |= fresh
            for part in chunks(sorted(fresh)):
                for row in self.graph.read("records", ids=part):
                    self._identify(row)
            others = sorted(self.change.documents) if self.change.whole else []
            self._take(self._facts("record_facts", fresh, without=others))
            self.fetched |= {item.id: item for key in fresh for item in self.as_before_of[key]}
            statements = [*self.change.reading.statements.values(), *self.fetched.values()]
            near = {key: record.identity() for key, record in gather(statements).items() if key in asked}
            names = {item.name_key for item in near.values()} | {
                self.identities[k][0] for k in fresh & {*self.identities}
            }
            codes = {item.credit_code for item in near.values()} | {
                self.identities[key][1] for key in fresh & {*self.identities}
            }
            self._near(names - seen_names, {code for code in codes if code} - seen_codes)
            seen_names |= names
            seen_codes |= {code for code in codes if code}
            for key in fresh:
                self.change.records |= partners[key]

    def _near(self, names: set[str], codes: set[str]) -> None:
        for part in chunks(sorted(names)):
            for row in self.graph.read("near_records", names=part, codes=[]):
                self.change.records.add(row["id"])
        for part in chunks(sorted(codes)):
            for row in self.graph.read("near_records", names=[], codes=part):
                self.change.records.add(row["id"])

    def _identify(self, row: Row) -> None:
        self.identities[row["id"]] = (row["name_key"], row["credit_code"])
        if row["firm"]:
            self.change.firms.add(row["firm"])

    def _take(self, items: Iterable[Statement]) -> None:
        """Statements that are no part of the change; those of changed documents are known better from the journal."""
        for item in items:
            if item.row["document"] not in self.change.documents:
                self.fetched[item.id] = item
            elif item.id in self.as_before:
                self.fetched[item.id] = self.as_before[item.id]

    def _know_others(self, retracted: Iterable[str]) -> None:
        """The enterprises of records beyond the change: that its statements name, and that were taken out."""
        beyond = {record for record in retracted if record not in self.change.records} | {
            end.key
            for item in self.change.reading.statements.values()
            for end in (item.subject, item.object, item.buyer)
            if end is not None and end.label == "Record" and end.key not in self.change.records
        }
        for part in chunks(sorted(beyond)):
            self.change.known.update((row["id"], row["firm"]) for row in self.graph.read("records", ids=part))

    def _facts(self, name: str, ids: Iterable[str], **params: Any) -> Iterator[Statement]:
        for part in chunks(sorted(ids)):
            yield from self._statements(self.graph.stream(name, ids=part, **params))

    def _thing_facts(self, label: str, keys: Iterable[str]) -> Iterator[Statement]:
        """Facts about things: those that a contract or patent is part of, those whose subject a product is."""
        described = label in ("Contract", "Patent")
        text = _THING_FACTS.format(
            label=label, key=self.ontology.labels[label].key, types="SUBJECT|OBJECT" if described else "SUBJECT"
        )
        for part in chunks(sorted(keys)):
            yield from self._statements(self.graph.read_statement(text, ids=part))

    def _statements(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Statement]:
        """Statements of rows; a fact that an interrupted load left without its subject is to be written anew."""
        for found in rows:
            if found["subject"]:
                yield self._statement(found)
            else:
                self.change.gone.add(found["fact"]["id"])

    def _statement(self, found: Mapping[str, Any]) -> Statement:
        """A statement as the graph holds it. Its state is computed anew."""
        self.change.standing[found["fact"]["id"]] = found["fact"]
        row = {name: value for name, value in found["fact"].items() if name != "state"}
        [subject] = found["subject"]
        ends = [End(*end) for end in found["objects"]]
        buyers = [end for end in ends if end.label == "Record"] if row["relation"] == "WON_CONTRACT" else []
        objects = [end for end in ends if end not in buyers]
        for name in ("valid_from", "valid_to", "observed", "subject_key", "object_name", "object_key", "values"):
            row.setdefault(name, None)
        return statement(
            row,
            End(*subject),
            objects[0] if objects else None,
            buyers[0] if buyers else None,
            json.loads(row["values"]) if row["values"] else {},
            self._document(row["document"]),
        )

    def _document(self, document_id: str) -> Document:
        found = self.documents.get(document_id)
        if found is None:
            # A changed document may have left the store; its facts go, and its date no longer counts.
            gone = document_id in self.change.documents and document_id not in self.store
            found = _absent(document_id) if gone else self.store.get(document_id)
            self.documents[document_id] = found
        return found


def confine(projection: Projection, change: Change, ontology: Ontology) -> None:
    """Keep of a projection what the change decides: rows of other nodes and edges are not whole here.

    An edge is whole where one of its ends has all its facts at hand: an enterprise of the change at either end, a
    thing that is projected anew at the start.
    """
    firms = {row["id"] for row in projection.nodes["Enterprise"]}
    if change.whole:
        _drop_standing(projection, change)
    stated = change.renamed | change.things
    for label, rows in projection.nodes.items():
        if ontology.labels[label].layer == "entity" and label != "Enterprise":
            key = ontology.labels[label].key
            rows[:] = [row for row in rows if End(label, row[key]) in stated]
    for kind, rows in projection.links.items():
        if ontology.relations[kind.type].layer in ("fact", "derived"):
            rows[:] = [
                row
                for row in rows
                if (kind.start == "Enterprise" and row["start"] in firms)
                or (kind.end == "Enterprise" and row["end"] in firms)
                or End(kind.start, row["start"]) in change.things
            ]


def _drop_standing(projection: Projection, change: Change) -> None:
    """Leave out facts that stand in the graph as they are, with their edges."""
    facts = projection.nodes["Fact"]
    same = {row["id"] for row in facts if row == change.standing.get(row["id"])} - change.gone
    facts[:] = [row for row in facts if row["id"] not in same]
    for kind, rows in projection.links.items():
        if kind.start == "Fact":
            rows[:] = [row for row in rows if row["start"] not in same]


_THING_FACTS = """UNWIND $ids AS id
MATCH (:{label} {{{key}: id}})<-[:{types}]-(f:Fact)
WITH DISTINCT f
RETURN f{{.*}} AS fact, [(f)-[:SUBJECT]->(s) | [labels(s)[0], coalesce(s.id, s.key, s.code, s.number)]] AS subject,
  [(f)-[:OBJECT]->(o) | [labels(o)[0], coalesce(o.id, o.key, o.code, o.number)]] AS objects"""


def _names(items: Iterable[Statement]) -> set[tuple[End, str | None]]:
    return {mention for item in items for mention in mentions(item)}


def _ends(item: Statement) -> tuple[End | None, ...]:
    return (item.subject, item.object, item.buyer)


_WORD = ("verdict", "at", "undone_at", "reason", "by_role", "score", "statement")


def _word(item: Decision) -> tuple[object, ...]:
    return tuple(getattr(item, name) for name in _WORD)


def _absent(document_id: str) -> Document:
    return Document(DocumentId(document_id), "", "", "", "")


def by_label(ends: Iterable[End]) -> dict[str, set[str]]:
    """The keys of nodes, by label."""
    found: dict[str, set[str]] = defaultdict(set)
    for end in ends:
        found[end.label].add(end.key)
    return found
