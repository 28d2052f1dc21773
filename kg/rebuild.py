"""The graph again from what is true: documents, journal and decisions. And a digest to compare two graphs."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from kg.documents import DocumentStore
from kg.journal import Journal
from kg.loader import Loader, Progress
from kg.ontology import Ontology
from kg.projection import project
from kg.records import Decision
from kg.store import Graph

_NOT_PROJECTED = ("embedding",)
_SPACE = 1 << 256


@dataclass(frozen=True, slots=True)
class Digest:
    """Nodes by label, edges by type, and one SHA-256 over all of them with their properties, in no order."""

    labels: Mapping[str, int]
    types: Mapping[str, int]
    sha256: str


def rebuild(
    graph: Graph,
    ontology: Ontology,
    documents: DocumentStore,
    journal: Journal,
    decisions: Iterable[Decision] = (),
    progress: Progress | None = None,
) -> None:
    """Empty the graph and project everything anew. Published needs are the outbox's to bring back.

    The facts are read and projected before anything is deleted, so a damaged journal leaves the graph as it was.
    """
    kept = {document.id: document for document in documents.all()}
    facts = chain.from_iterable(journal.read(item) for item in journal.documents() if item in kept)
    projection = project(kept, facts, decisions, ontology)
    graph.wipe()
    Loader(graph, ontology).load(projection, progress)


def digest(graph: Graph) -> Digest:
    """Counts and hash of all that the projection owns (embeddings and the graph's own meta are not part of it)."""
    labels: Counter[str] = Counter()
    types: Counter[str] = Counter()
    total = 0
    for row in graph.stream("digest_nodes"):
        labels.update(row["labels"])
        total += _hash([row["labels"], _properties(row["properties"])])
    for row in graph.stream("digest_links"):
        types[row["type"]] += 1
        total += _hash([row["type"], row["start"], row["end"], _properties(row["properties"])])
    return Digest(dict(sorted(labels.items())), dict(sorted(types.items())), f"{total % _SPACE:064x}")


def _properties(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in _NOT_PROJECTED}


def _hash(value: object) -> int:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
