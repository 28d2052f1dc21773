"""What a check finds: each kind of disagreement with its number and the first examples, in memory of a fixed size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

EXAMPLES = 5
"""Examples of a kind that are kept; the rest is counted."""

Progress = Callable[[str, int], None]
"""Told the step of the check and how much of it is done."""

KINDS = {
    "bytes_missing": "documents whose bytes are not in the store",
    "bytes_changed": "documents whose bytes are not those that were received",
    "document_damaged": "documents whose text or meta cannot be read",
    "document_not_in_store": "documents that journal or graph name and the store does not have",
    "document_not_in_graph": "documents of the store that the graph does not have",
    "journal_damaged": "files of the journal that cannot be read",
    "fact_wrong": "facts of the journal that the ontology does not allow",
    "fact_not_in_graph": "facts of the journal that the graph does not have",
    "fact_not_in_journal": "facts of the graph that the journal does not have",
    "fact_differs": "facts that say one thing in the journal and another in the graph",
    "fact_unopened": "facts that do not open at their sentence, or at their row and cell",
    "fact_without_edge": "facts whose edge is not in the graph",
    "edge_without_fact": "edges whose fact is not in the graph",
    "edge_without_key": "edges without a key",
    "edge_ends_otherwise": "edges whose fact has other ends",
    "edge_unopened": "edges that open nowhere",
    "edge_not_in_graph": "edges of lists that the graph does not have",
    "edge_not_in_journal": "edges of lists that no list states",
    "label_unknown": "nodes whose label the ontology does not know",
    "relation_unknown": "edges whose type the ontology does not know",
    "property_unknown": "properties that the ontology does not know",
    "ends_wrong": "edges between labels that the ontology does not join so",
    "required_missing": "nodes and edges that lack a property they must have",
    "type_wrong": "properties whose value is of another type",
    "value_unknown": "properties whose value is not in its enumeration",
    "constraint_missing": "constraints that the graph does not have",
    "index_missing": "indexes that the graph does not have, or that are not online",
    "record_unidentified": "records that identify no enterprise, or several",
    "firm_without_record": "enterprises that no record identifies",
    "decision_not_in_graph": "decisions that the graph does not mirror as they are",
    "decision_unknown": "decisions in the graph that nobody made",
}
"""Every kind of disagreement, and what is counted under it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of disagreement: how often it was met, and the first examples."""

    kind: str
    count: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.count} {KINDS[self.kind]}: {'; '.join(self.examples)}"


@dataclass(slots=True)
class Findings:
    """Collects disagreements, counts what was looked at, and remembers where edges open."""

    progress: Progress = lambda _step, _done: None
    looked: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    _counts: Counter[str] = field(default_factory=Counter)
    _examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, kind: str, example: str, count: int = 1) -> None:
        """A disagreement of a kind (one of KINDS)."""
        if kind not in KINDS:
            raise KeyError(kind)
        self._counts[kind] += count
        if len(self._examples[kind]) < EXAMPLES:
            self._examples[kind].append(example[:300])

    def look(self, step: str) -> None:
        """One more thing of a step was looked at."""
        self.looked[step] += 1
        if self.looked[step] % 1000 == 0:
            self.progress(step, self.looked[step])

    def all(self) -> list[Finding]:
        """Every kind that was met, in the order of KINDS."""
        return [Finding(kind, self._counts[kind], tuple(self._examples[kind])) for kind in KINDS if self._counts[kind]]
