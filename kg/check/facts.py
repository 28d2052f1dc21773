"""Journal and graph, document by document: which facts only one of them has, which differ, which do not open."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from kg.change import chunks
from kg.check.finding import Findings
from kg.check.rows import Opened
from kg.documents import DocumentError, DocumentStore
from kg.journal import Journal, JournalError
from kg.ontology import Ontology
from kg.projection import Reading, Statement, read
from kg.projection.shape import Row
from kg.records import Document, DocumentId, Fact
from kg.store import Graph

_TOGETHER = 100
"""Documents of one read of the graph."""

_SAME = (
    "relation",
    "subject_name",
    "subject_key",
    "object_name",
    "object_key",
    "buyer_name",
    "qualifier",
    "quote",
    "page",
    "start",
    "end",
    "method",
    "level",
    "valid_from",
    "valid_to",
    "observed",
    "values",
    "document",
)
"""Properties of a Fact that are the same in journal and graph; its state is the projection's word."""


class FactCheck:
    """Compares what the journal says of each document with what the graph holds; remembers facts that open nowhere.

    `listed` counts the edges of lists that both have, by relation and source.

    Memory is that of one document's facts, of `_TOGETHER` documents' at most.
    """

    def __init__(
        self, graph: Graph, ontology: Ontology, documents: DocumentStore, journal: Journal, findings: Findings
    ) -> None:
        self.graph = graph
        self.ontology = ontology
        self.documents = documents
        self.journal = journal
        self.findings = findings
        self.unopened: set[str] = set()
        self.listed: Counter[tuple[str, str]] = Counter()

    def run(self) -> None:
        """Go through all documents that store, journal or graph know."""
        stored = {path.parent.name for path in self.documents.folder.glob("??/*/meta.json")}
        known = {str(row["id"]) for row in self.graph.read("loaded")}
        said = set(self.journal.documents())
        for item in sorted((known | said) - stored):
            self.findings.note("document_not_in_store", item)
        for item in sorted(stored - known):
            self.findings.note("document_not_in_graph", item)
        by_source: dict[str, list[str]] = defaultdict(list)
        for item in sorted(stored):
            document = self._document(item)
            if document is not None:
                by_source[document.source or ""].append(item)
        for source, items in sorted(by_source.items()):
            # All editions of a list together: they state its structure once.
            for part in [items] if source else chunks(items, _TOGETHER):
                self._compare(part)
        for part in chunks(sorted(known - stored), _TOGETHER):
            for row in self.graph.stream("document_facts", ids=part):
                self._unopened(row["fact"], "its document is not in the store")

    def _document(self, item: str) -> Document | None:
        """The document, if its bytes are those of its name."""
        self.findings.look("documents")
        try:
            document = self.documents.get(item)
        except DocumentError as error:
            self.findings.note("document_damaged", str(error))
            return None
        try:
            with self.documents.original(item).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except DocumentError:
            self.findings.note("bytes_missing", f"{item} ({document.name})")
            return document
        if digest != item:
            self.findings.note("bytes_changed", f"{item} ({document.name}) has the bytes of {digest}")
        return document

    def _facts(self, item: str) -> list[Fact]:
        facts = []
        try:
            for fact in self.journal.read(item):
                self.findings.look("facts")
                facts.append(fact)
                for problem in self.ontology.check_fact(fact):
                    self.findings.note("fact_wrong", f"{fact.doc}, {fact.page}, {fact.start}: {problem}")
        except JournalError as error:
            self.findings.note("journal_damaged", str(error))
        return facts

    def _compare(self, items: list[str]) -> None:
        documents = {DocumentId(item): self.documents.get(item) for item in items}
        reading = Reading()
        for item in items:
            # One document at a time: a name is explained inside its own document only.
            found = read(documents, self._facts(item), self.ontology)
            reading.statements.update(found.statements)
            reading.references.update(found.references)
        self._references(reading)
        left = reading.statements
        opened: dict[str, Opened | None] = {}
        for row in self.graph.stream("document_facts", ids=items):
            fact = row["fact"]
            self._open(fact, opened)
            expected = left.pop(fact["id"], None)
            if expected is None:
                self.findings.note("fact_not_in_journal", _words(fact))
                continue
            for difference in _differences(expected, row):
                self.findings.note("fact_differs", f"{_words(fact)}: {difference}")
        for missing in left.values():
            self.findings.note("fact_not_in_graph", _words(missing.row))

    def _open(self, fact: Row, opened: dict[str, Opened | None]) -> None:
        document = fact["document"]
        if document not in opened:
            opened.clear()  # rows come document by document
            try:
                opened[document] = Opened(self.documents, document)
            except DocumentError as error:
                self.findings.note("document_damaged", str(error))
                opened[document] = None
        text = opened[document]
        fault = "its document cannot be read" if text is None else text.fault(fact)
        if fault is not None:
            self._unopened(fact, fault)

    def _unopened(self, fact: Row, fault: str) -> None:
        self.unopened.add(fact["id"])
        self.findings.note("fact_unopened", f"{_words(fact)}: {fault}")

    def _references(self, reading: Reading) -> None:
        """Edges that lists state, looked up by key; how many of each source, for the other way round."""
        by_type: dict[str, list[str]] = defaultdict(list)
        for key, (relation, _, _, row) in reading.references.items():
            by_type[relation.name].append(key)
            self.listed[relation.name, row["source"]] += 1
        for name, keys in by_type.items():
            statement = f"UNWIND $keys AS key MATCH ()-[r:{name} {{key: key}}]->() RETURN r.key AS key"
            for part in chunks(keys):
                there = {row["key"] for row in self.graph.read_statement(statement, keys=part)}
                for key in part:
                    if key not in there:
                        row = reading.references[key][3]
                        self.listed[name, row["source"]] -= 1
                        self.findings.note("edge_not_in_graph", f"{name} {row['start']} → {row['end']}, {row['page']}")


def reference_keys(sources: Iterable[str], documents: DocumentStore, journal: Journal, ontology: Ontology) -> set[str]:
    """Keys of all edges that the lists of these sources state."""
    wanted = set(sources)
    keys: set[str] = set()
    for document in documents.all():
        if (document.source or document.id) in wanted:
            keys |= {*read({document.id: document}, journal.read(document.id), ontology).references}
    return keys


def _differences(expected: Statement, row: Row) -> Iterable[str]:
    fact = row["fact"]
    for name in _SAME:
        if fact.get(name) != expected.row.get(name):
            yield f"{name} is {fact.get(name)!r}, in the journal {expected.row.get(name)!r}"
    if [tuple(end) for end in row["subject"]] != [tuple(expected.subject)]:
        yield f"its subject is {row['subject']}, in the journal {list(expected.subject)}"
    ends = {tuple(end) for end in (expected.object, expected.buyer) if end is not None}
    if {tuple(end) for end in row["objects"]} != ends:
        yield f"its objects are {row['objects']}, in the journal {sorted(ends)}"


def _words(fact: dict[str, Any]) -> str:
    ends = " → ".join(str(fact[name]) for name in ("subject_name", "object_name") if fact.get(name))
    return f"{fact['id']} {fact.get('relation')} {ends}"
