"""Which firms a change touched: those whose row, read from the graph as a whole, may differ from what it was."""

from __future__ import annotations

from collections.abc import Iterable

from kg.change import Change, by_label, chunks
from kg.ontology import Ontology
from kg.projection.shape import End, Row
from kg.store import Graph
from kg.trail import MOST

CHAIN = "chain:"
"""How the source of a chain's template begins: what it says touches firms by the places of their products alone."""

_SHARED = frozenset(
    {"Certificate", "Process", "Honour", "FoundationField", "ChainNode", "Industry", "Region", "Product"}
)
"""Labels of things that very many firms may have in common, products of a chain among them: one that is called
otherwise touches all of them."""


def shared_things(graph: Graph, ontology: Ontology, change: Change) -> dict[End, Row]:
    """Things with such a label that the change may name otherwise, as the graph has them now."""
    found: dict[End, Row] = {}
    for label, keys in by_label(change.renamed | change.things).items():
        if label in _SHARED:
            key, chained = ontology.labels[label].key, "WHERE (n)-[:INPUT_OF|KIND_OF]-()" if label == "Product" else ""
            text = f"UNWIND $ids AS id MATCH (n:{label} {{{key}: id}}) {chained} RETURN id, properties(n) AS row"
            for part in chunks(sorted(keys)):
                found |= {End(label, row["id"]): row["row"] for row in graph.read_statement(text, ids=part)}
    return found


def placed_products(graph: Graph, change: Change) -> set[tuple[str, str, str]]:
    """Places in the chains of the change, as the graph has them now: edge, product and its name."""
    chains = sorted(source for source in change.sources if source.startswith(CHAIN))
    if not chains:
        return set()
    text = (
        "MATCH (p:Product)-[r:AT]->() WHERE r.source IN $sources RETURN r.key AS edge, p.key AS product, p.name AS name"
    )
    return {(row["edge"], row["product"], row["name"]) for row in graph.stream_statement(text, sources=chains)}


def touched_firms(
    graph: Graph,
    ontology: Ontology,
    change: Change,
    made: Iterable[str],
    before: dict[End, Row],
    placed: set[tuple[str, str, str]],
) -> frozenset[str] | None:
    """The firms that a change touched, once it is written; None where that may be any.

    `made` are the firms that were projected, `before` the shared things and `placed` the places as they were. Where
    templates of chains alone changed, the products whose places differ are all that firms can notice.
    """
    if not change.whole or not all(source.startswith(CHAIN) for source in change.sources):
        return None
    after = shared_things(graph, ontology, change)
    if any(after.get(end, row) != row for end, row in before.items()):
        return None
    firms = {*change.firms, *made}
    things = by_label(change.renamed | change.things)
    if change.sources and not firms and not change.things:
        things["Product"] = {product for _, product, _ in placed ^ placed_products(graph, change)}
    names = {name: sorted(things.get(label, ())) for name, label in _ASKED.items()}
    firms |= {row["id"] for row in graph.read("firms_touched", **names, firms=sorted(firms), most=MOST + 1)}
    return frozenset(firms) if len(firms) <= MOST else None


_ASKED = {"products": "Product", "patents": "Patent", "contracts": "Contract"}
