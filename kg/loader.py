"""Loads projections into the graph: a whole one in bulk, or what a change of some documents reaches."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from typing import Any

from kg.change import Change, Reach, by_label, chunks, confine
from kg.documents import DocumentStore
from kg.journal import Journal
from kg.ontology import Ontology, Relation
from kg.projection import LinkKind, Projection, Reading, build, project, read
from kg.projection.shape import End, Row
from kg.projection.things import names_of, thing
from kg.queries import queries, query
from kg.records import Decision, DocumentId, Fact, stable_hash
from kg.store import Graph, Stamp
from kg.templates import link_statement, node_statement
from kg.tied import Tied, leave_tied
from kg.touched import placed_products, shared_things, touched_firms
from kg.values.name import clean_name

_WHOLE = '{"whole": true}'
Progress = Callable[[int, int], None]
"""Told the rows written and the rows in all."""


class Loader:
    """Writes to the graph. Every statement is idempotent; a load that was cut off is finished by the next one."""

    def __init__(self, graph: Graph, ontology: Ontology) -> None:
        self.graph = graph
        self.ontology = ontology

    def load(self, projection: Projection, progress: Progress | None = None) -> None:
        """Write a whole projection; nothing is read back and nothing else is touched.

        Into an empty graph, where there are many rows, the indexes that no constraint needs come after them: filling
        an index at once is much less work.
        """
        self.graph.schema(self.ontology)
        self.graph.run_write("put_pending", work=_WHOLE)
        if len(projection) > _MANY and self.graph.counts().labels.keys() <= {"Meta"}:
            for name in _free_indexes():
                self.graph.write_rows(f"DROP INDEX {name} IF EXISTS", [{}])
        self._write(projection, progress)
        self.graph.schema(self.ontology)
        self._finish()

    def update(
        self,
        documents: DocumentStore,
        journal: Journal,
        changed: Iterable[DocumentId],
        decisions: Iterable[Decision] = (),
    ) -> None:
        """Bring the graph to what journal, store and decisions say now, where `changed` documents differ.

        The result is the graph that a rebuild makes. Documents that left the store leave the graph.
        """
        held = list(decisions)
        loaded = {DocumentId(row["id"]) for row in self.graph.read("loaded")}
        if not loaded:
            kept = {document.id: document for document in documents.all()}
            facts = chain.from_iterable(map(journal.read, journal.documents()))
            self.load(project(kept, (fact for fact in facts if fact.document in kept), held, self.ontology))
            return
        self.graph.schema(self.ontology)
        change = Change(set(changed), Reading())
        for row in self.graph.read("pending"):
            change.whole = False
            if row["work"] == _WHOLE:
                change.documents |= loaded | {*journal.documents()} | {document.id for document in documents.all()}
                self._sweep()
            else:
                change.resume(row["work"])
        change.reading = self._read(documents, journal, change)
        Reach(self.graph, self.ontology, documents, change).run(held)
        self._apply(documents, change)

    def _sweep(self) -> None:
        """Take out what a whole load left unfinished; nothing else in the graph is without its edges."""
        for name in ("sweep_facts", "sweep_records", "sweep_firms"):
            self.graph.run_write(name)
        named = {*self.ontology.relations["OBJECT"].targets, *self.ontology.relations["IN"].sources} - {"Record"}
        for label in sorted(named):
            self.graph.write_rows(f"UNWIND $rows AS row MATCH (n:{label}) WHERE NOT (n)--() DELETE n", [{}])

    def _read(self, documents: DocumentStore, journal: Journal, change: Change) -> Reading:
        """What the changed documents say, with the structure that other editions of their lists give."""
        present = {item: documents.get(item) for item in sorted(change.documents) if item in documents}
        facts = list(chain.from_iterable(map(journal.read, present)))
        reading = read(present, facts, self.ontology)
        for part in chunks(sorted(change.documents)):
            for row in self.graph.stream("listed", ids=part):
                end = End(row["label"], row["key"])
                change.touched.add(end)
                change.sources.add(row["source"])
                if (end, row["document"]) not in reading.listed:
                    change.unlisted.add((row["document"], end))
        change.sources |= {(present[item].source or item) for _, item in reading.listed}
        if change.sources:
            for document in documents.all():
                if document.id not in present and (document.source or document.id) in change.sources:
                    present[document.id] = document
                    facts += filter(self._is_reference, journal.read(document.id))
            reading = read(present, facts, self.ontology)
        change.touched |= {end for end, _ in reading.listed}
        return reading

    def _is_reference(self, fact: Fact) -> bool:
        relation = self.ontology.relations.get(fact.relation)
        return relation is not None and relation.layer == "reference"

    def _apply(self, documents: DocumentStore, change: Change) -> None:
        """Take out what gives way, write what is projected anew, then tidy what was touched."""
        present = {item: documents.get(item) for item in change.documents if item in documents}
        projection = build(present, change.reading, change.decisions, self.ontology, change.known)
        confine(projection, change, self.ontology)
        self.graph.run_write("put_pending", work=change.work())
        made = {row["id"] for row in projection.nodes["Enterprise"]}
        tied = leave_tied(self.graph, change, projection)
        before, placed = shared_things(self.graph, self.ontology, change), placed_products(self.graph, change)
        self._release(change, projection, tied)
        self._rows("drop_documents", change.documents - {*present})
        self._write(projection)
        self._rows("move_posts", change.firms - tied.firms)
        self._rows("drop_records", change.records - tied.records)
        self._rows("drop_firms", change.firms - tied.firms)
        self._tidy(change)
        self._finish(touched_firms(self.graph, self.ontology, change, made, before, placed))

    def _release(self, change: Change, projection: Projection, tied: Tied) -> None:
        self._rows("drop_facts", change.gone)
        self._rows("drop_decisions", change.dropped_decisions)
        self._rows("release_firms", change.firms - tied.firms)
        self._rows("release_records", change.records - tied.records)
        self._release_edges(change, projection)
        for label, rows in _unlisted(change).items():
            key = self.ontology.labels[label].key
            match = f"MATCH (:{label} {{{key}: row.key}})-[i:IN]->(:Document {{id: row.document}})"
            self.graph.write_rows(f"UNWIND $rows AS row {match} DELETE i", rows)
        if change.sources:
            self._release_references(change.sources, projection)

    def _release_edges(self, change: Change, projection: Projection) -> None:
        """Drop typed edges of the change's firms and things; those that stand as they are projected need no writing."""
        typed = "|".join(item.name for item in self.ontology.relations.values() if _is_typed(item) and item.edge)
        stated = {
            row["key"]: (kind, row)
            for kind, rows in projection.links.items()
            if _is_typed(self.ontology.relations[kind.type])
            for row in rows
        }
        gone: dict[str, set[str]] = defaultdict(set)
        standing: set[str] = set()
        ends = {"Enterprise": change.firms} | by_label(change.things)
        for label, keys in ends.items():
            way = "-" if label == "Enterprise" else "->"
            statement = (
                f"UNWIND $ids AS id MATCH (:{label} {{{self.ontology.labels[label].key}: id}})-[r:{typed}]{way}() "
                "RETURN DISTINCT type(r) AS type, properties(r) AS row"
            )
            for part in chunks(sorted(keys), _FEW):
                for found in self.graph.stream_statement(statement, ids=part):
                    key = found["row"]["key"]
                    if key in stated and self._stands(found["row"], *stated[key]):
                        standing.add(key)
                    else:
                        gone[found["type"]].add(key)
        for name, keys in gone.items():
            self.graph.write_rows(f"UNWIND $rows AS row MATCH ()-[r:{name} {{key: row.id}}]->() DELETE r", _ids(keys))
        for kind, rows in projection.links.items():
            if _is_typed(self.ontology.relations[kind.type]):
                rows[:] = [row for row in rows if row["key"] not in standing]

    def _stands(self, found: Row, kind: LinkKind, row: Row) -> bool:
        """Whether an edge of the graph is the one of the projection, to the type of each value."""
        names = self.ontology.relations[kind.type].edge_properties
        wanted = {name: value for name in names if (value := row.get(name)) is not None}
        return found == wanted and all(value.__class__ is wanted[name].__class__ for name, value in found.items())

    def _release_references(self, sources: set[str], projection: Projection) -> None:
        """Edges that no edition of these lists states any more."""
        for relation in self.ontology.relations.values():
            if relation.layer != "reference" or not relation.edge:
                continue
            rows = self.graph.read_statement(
                f"MATCH ()-[r:{relation.name}]->() WHERE r.source IN $sources RETURN r.key AS key",
                timeout=600.0,
                sources=sorted(sources),
            )
            stated = {
                row["key"] for kind, found in projection.links.items() if kind.type == relation.name for row in found
            }
            gone = [{"id": row["key"]} for row in rows if row["key"] not in stated]
            self.graph.write_rows(
                f"UNWIND $rows AS row MATCH ()-[r:{relation.name} {{key: row.id}}]->() DELETE r", gone
            )

    def _tidy(self, change: Change) -> None:
        """Drop touched nodes that nothing names any more; name those called otherwise after all who name them."""
        for label, keys in by_label(change.touched).items():
            key = self.ontology.labels[label].key
            self.graph.write_rows(
                f"UNWIND $rows AS row MATCH (n:{label} {{{key}: row.id}}) WHERE NOT (n)--() DELETE n", _ids(keys)
            )
        for label, keys in by_label(change.renamed).items():
            if label not in names_of([label], self.ontology):
                continue
            rows: list[Row] = []
            for part in chunks(sorted(keys)):
                for found in self.graph.read_statement(self._naming(label), ids=part):
                    if any(found["names"]):  # else only a published need asks for it, and has named it
                        row = self._named(End(label, found["key"]), found)
                        if row != {name: value for name, value in found["row"].items() if name != "embedding"}:
                            rows.append(row)
            self.graph.write_rows(node_statement(self.ontology.labels[label]), rows)

    def _naming(self, label: str) -> str:
        """A statement for the names of nodes, and for what the edges of lists that end in them say of them."""
        told = [item.name for item in self._told(label)]
        said = f"[(n)<-[r:{'|'.join(told)}]-() | properties(r)]" if told else "[]"
        return _NAMES.format(label=label, key=self.ontology.labels[label].key, said=said)

    def _told(self, label: str) -> list[Relation]:
        """Relations of lists that say something of the nodes of a label that they end in."""
        return [
            item
            for item in self.ontology.relations.values()
            if item.layer == "reference" and item.edge and item.onto and label in item.targets
        ]

    def _named(self, end: End, found: Mapping[str, Any]) -> Row:
        names = [name for name in found["names"] if name]
        row = thing(end, clean_name(min(names, default="")), self.ontology)
        for name in {name for item in self._told(end.label) for name in item.onto}:
            values = [said[name] for said in found["said"] if said.get(name) is not None]
            if values and name in self.ontology.labels[end.label].properties:
                row[name] = min(values)
        return {name: value for name, value in row.items() if value is not None}

    def _write(self, projection: Projection, progress: Progress | None = None) -> None:
        total, done = len(projection), 0

        def written(rows: int) -> None:
            nonlocal done
            done += rows
            if progress:
                progress(done, total)

        for label, rows in projection.nodes.items():
            self.graph.write_rows(node_statement(self.ontology.labels[label]), rows, progress=written)
        for kind, rows in projection.links.items():
            self.graph.write_rows(self._link(kind), rows, progress=written)

    def _link(self, kind: LinkKind) -> str:
        labels = self.ontology.labels
        return link_statement(self.ontology.relations[kind.type], labels[kind.start], labels[kind.end])

    def _rows(self, name: str, ids: Iterable[str]) -> None:
        self.graph.write_rows(query(name, "write").text, _ids(ids))

    def _finish(self, touched: Iterable[str] | None = None) -> None:
        self.graph.put_stamp(fresh_stamp(), touched)
        self.graph.run_write("clear_pending")  # last: who is cut off before would else leave a trail with a hole


def fresh_stamp() -> Stamp:
    """The stamp of what was projected just now."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
    return Stamp(stable_hash("stamp", now), _version(), now)


_MANY = 20_000
"""Rows from which on it pays to fill indexes afterwards."""

_FEW = 100
"""Nodes a transaction where each may lose very many edges."""

_NAMES = """UNWIND $ids AS id
MATCH (n:{label} {{{key}: id}})
RETURN n.{key} AS key, [(n)<-[:OBJECT]-(f:Fact) | f.object_name] + [(n)<-[:SUBJECT]-(f:Fact) | f.subject_name]
  + [(n)-[i:IN]->(:Document) | i.name] AS names, {said} AS said, properties(n) AS row"""


def _free_indexes() -> list[str]:
    found = (re.search(r"CREATE (?:\w+ )?INDEX (\w+)", item.text) for item in queries("schema"))
    return [match[1] for match in found if match]


def _is_typed(relation: Relation) -> bool:
    return relation.layer in ("fact", "derived")


def _ids(ids: Iterable[str]) -> list[Row]:
    return [{"id": item} for item in sorted(ids)]


def _unlisted(change: Change) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for document, end in sorted(change.unlisted):
        found[end.label].append({"document": document, "key": end.key})
    return found


def _version() -> str:
    try:
        return version("bulian")
    except PackageNotFoundError:
        return "unknown"
