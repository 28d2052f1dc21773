"""Journal, graph and ontology against one another: every disagreement by name, every edge opened at its evidence."""

from __future__ import annotations

from collections.abc import Container, Iterable

from kg.check.edges import EdgeCheck, listed_edges
from kg.check.facts import FactCheck, reference_keys
from kg.check.finding import KINDS, Finding, Findings, Progress
from kg.check.shape import check_schema, check_shape
from kg.documents import DocumentStore
from kg.journal import Journal
from kg.ontology import Ontology
from kg.records import Decision
from kg.store import Graph

__all__ = ["KINDS", "Finding", "Findings", "check", "check_schema"]


def check(
    graph: Graph,
    ontology: Ontology,
    documents: DocumentStore,
    journal: Journal,
    decisions: Iterable[Decision] = (),
    published: Container[str] = (),
    progress: Progress | None = None,
) -> Findings:
    """Compare all three and open every edge. `published` are ids of needs and bounties that may be seen.

    Reads document by document and row by row; holds in memory the facts of one list or of a hundred filings, and ids
    of the facts that do not open. Writes nothing.
    """
    findings = Findings(progress or (lambda _step, _done: None))
    facts = FactCheck(graph, ontology, documents, journal, findings)
    facts.run()
    edges = EdgeCheck(graph, ontology, documents, findings, facts.unopened, published)
    edges.run()
    wrong = {kind for kind, count in edges.listed.items() if count > facts.listed[kind]}
    if wrong:
        stated = reference_keys((source for _, source in wrong), documents, journal, ontology)
        for name in sorted({name for name, _ in wrong}):
            for row in listed_edges(graph, name):
                if row["key"] not in stated and (name, str(row["source"])) in wrong:
                    findings.note("edge_not_in_journal", f"{name} {row['start']} → {row['end']}, {row['page']}")
    check_shape(graph, ontology, findings)
    for row in graph.stream("check_records"):
        findings.note("record_unidentified", f"{row['id']} ({row['name']}) identifies {row['firms']}")
    for row in graph.stream("check_firms"):
        findings.note("firm_without_record", f"{row['id']} ({row['name']})")
    _decisions(graph, decisions, findings)
    return findings


def _decisions(graph: Graph, decisions: Iterable[Decision], findings: Findings) -> None:
    """Decisions and their mirror in the graph, word for word."""
    mirrored = {row["decision"]["id"]: row["decision"] for row in graph.read("decisions")}
    for item in decisions:
        findings.look("decisions")
        row = mirrored.pop(item.id, None)
        words = ("verdict", "reason", "by_role", "score", "at", "undone_at", "statement")
        if row is None or any(row.get(name) != getattr(item, name) for name in words):
            findings.note("decision_not_in_graph", f"{item.id} {item.verdict}")
    for key, row in mirrored.items():
        findings.note("decision_unknown", f"{key} {row.get('verdict')}")
