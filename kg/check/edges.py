"""Every edge at its sentence, at its sheet's row, at its rule with counts, or at the event that published it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator
from functools import lru_cache

from kg.check.finding import Findings
from kg.check.rows import Opened
from kg.documents import DocumentError, DocumentStore
from kg.ontology import Ontology, Relation
from kg.projection.shape import Row
from kg.store import Graph

_HOURS = 4 * 3600.0

_STATED = """MATCH (a)-[r:{relation}]->(b)
OPTIONAL MATCH (f:Fact {{id: r.fact}})
OPTIONAL MATCH (f)-[s:SUBJECT|OBJECT]->(x)
OPTIONAL MATCH (x)-[:IDENTIFIES]->(e)
WITH a, r, b, f, s, coalesce(e, x) AS o
WITH a, r, b, f, collect([type(s), coalesce(o.id, o.key, o.code, o.number)]) AS ends
RETURN coalesce(a.id, a.key, a.code, a.number) AS start, coalesce(b.id, b.key, b.code, b.number) AS end,
  r {{.key, .fact, .derived}} AS edge, f {{.page}} AS fact, ends"""
"""Edges that facts state, each with its fact and with what that is about, merged into enterprises."""

_LISTED = """MATCH (a)-[r:{relation}]->(b)
RETURN coalesce(a.id, a.key, a.code, a.number) AS start, coalesce(b.id, b.key, b.code, b.number) AS end,
  r.key AS key, r.source AS source, r.document AS document, r.page AS page"""
"""Edges that lists state, each with the row where it stands."""

_PUBLISHED = """MATCH (a)-[r:{relation}]->(b)
WITH a, b, [x IN [a, b] WHERE x:Gap][0] AS gap
RETURN [x IN [a, b] | coalesce(x.id, x.key)] AS ids, gap.rule AS rule,
  gap.firms_local IS NOT NULL AND gap.firms_all IS NOT NULL AS counts"""
"""Published edges with the ids of their ends, or the rule of a gap and its counts."""


def listed_edges(graph: Graph, relation: str) -> Iterator[Row]:
    """Edges of a relation that lists state: start, end, key, source, document, page."""
    return graph.stream_statement(_LISTED.format(relation=relation))


class EdgeCheck:
    """Opens each edge; `unopened` are facts that do not open, `published` ids of what may be seen of the workflow."""

    def __init__(
        self,
        graph: Graph,
        ontology: Ontology,
        documents: DocumentStore,
        findings: Findings,
        unopened: Container[str],
        published: Container[str],
    ) -> None:
        self.graph = graph
        self.ontology = ontology
        self.findings = findings
        self.unopened = unopened
        self.published = published
        self.listed: Counter[tuple[str, str]] = Counter()
        self._document: Callable[[str], Opened | None] = lru_cache(maxsize=8)(lambda item: _opened(documents, item))

    def run(self) -> None:
        """Go through all edges that are more than the evidence layer's own, then through facts without one."""
        relations = [item for item in self.ontology.relations.values() if item.edge]
        for relation in relations:
            if relation.layer in ("fact", "derived"):
                self._stated(relation)
            elif relation.layer == "reference":
                self._listed(relation)
            elif relation.layer == "published":
                self._published(relation)
        for relation in relations:
            if relation.layer == "fact":
                self._facts_without(relation)

    def _stated(self, relation: Relation) -> None:
        for row in self.graph.stream_statement(_STATED.format(relation=relation.name)):
            self.findings.look("edges")
            edge, fact = row["edge"], row["fact"]
            words = f"{relation.name} {row['start']} → {row['end']}"
            if not edge.get("key"):
                self.findings.note("edge_without_key", words)
            if fact is None:
                self.findings.note("edge_without_fact", f"{words}: fact {edge.get('fact')}")
                self._nowhere(words)
            elif edge["fact"] in self.unopened:
                self._nowhere(f"{words}: fact {edge['fact']}")
            else:
                derived = relation.layer == "derived" or edge.get("derived")
                self.findings.opened["rule" if derived else "row" if isinstance(fact["page"], str) else "sentence"] += 1
                if not self._of_its_fact(relation, row):
                    self.findings.note("edge_ends_otherwise", f"{words}: fact {edge['fact']} has {row['ends']}")

    def _of_its_fact(self, relation: Relation, row: Row) -> bool:
        """Whether the edge's ends are among those of its fact, merged into enterprises."""
        ends = {key for _, key in row["ends"]}
        if relation.layer == "derived" or row["edge"].get("derived"):
            return row["start"] in ends and row["end"] in ends
        return ["SUBJECT", row["start"]] in row["ends"] and row["end"] in ends

    def _listed(self, relation: Relation) -> None:
        for row in listed_edges(self.graph, relation.name):
            self.findings.look("edges")
            self.listed[relation.name, str(row["source"])] += 1
            document = self._document(row["document"]) if row["document"] else None
            words = f"{relation.name} {row['start']} → {row['end']}, {row['page']}"
            if not row["key"]:
                self.findings.note("edge_without_key", words)
            if document is not None and document.row(str(row["page"])) is not None:
                self.findings.opened["row"] += 1
            else:
                self._nowhere(f"{words} of document {row['document']}")

    def _published(self, relation: Relation) -> None:
        for row in self.graph.stream_statement(_PUBLISHED.format(relation=relation.name)):
            self.findings.look("edges")
            if row["rule"] and row["counts"]:
                self.findings.opened["rule"] += 1
            elif any(item in self.published for item in row["ids"]):
                self.findings.opened["event"] += 1
            else:
                self._nowhere(f"{relation.name} {' → '.join(map(str, row['ids']))}: nothing that was published")

    def _nowhere(self, words: str) -> None:
        self.findings.opened["nowhere"] += 1
        self.findings.note("edge_unopened", words)

    def _facts_without(self, relation: Relation) -> None:
        for source in relation.sources:
            firm = source == "Enterprise"
            subject = "(f)-[:SUBJECT]->(:Record)-[:IDENTIFIES]->(a)" if firm else f"(f)-[:SUBJECT]->(a:{source})"
            objects = {target == "Enterprise" for target in relation.targets}
            for merged in objects:
                to = (
                    "(f)-[:OBJECT]->(:Record)-[:IDENTIFIES]->(b)" if merged else "(f)-[:OBJECT]->(b) WHERE NOT b:Record"
                )
                found = self.graph.read_statement(
                    f"MATCH (f:Fact {{relation: $relation}}) WHERE f.state <> 'retracted' MATCH {subject} MATCH {to} "
                    f"WITH f, a, b WHERE a <> b AND NOT EXISTS {{ (a)-[:{relation.name}]->(b) }} "
                    "RETURN count(f) AS n, collect(f.id)[..5] AS ids",
                    timeout=_HOURS,
                    relation=relation.name,
                )[0]
                for number, fact in enumerate(found["ids"]):
                    rest = found["n"] - len(found["ids"]) if number == 0 else 0
                    self.findings.note("fact_without_edge", f"{relation.name} of fact {fact}", 1 + rest)


def _opened(documents: DocumentStore, item: str) -> Opened | None:
    try:
        return Opened(documents, item)
    except DocumentError:
        return None
