"""The picture around a node: what stands beside it, the surest and newest relations first."""

from __future__ import annotations

from kg.ontology import Label, Ontology


def around_statement(label: Label, ontology: Ontology) -> str:
    """Relations of the node with `$key` and the nodes at their other ends, as columns `n`, `r` and `m`.

    Statements, records and documents stand beside others of the evidence alone: every relation opens at its own.
    """
    evidence = [name for name, one in ontology.labels.items() if one.layer == "evidence"]
    beside = "" if label.layer == "evidence" else f"WHERE NOT m:{'|'.join(evidence)}\n"
    return (
        f"MATCH (n:{label.name} {{{label.key}: $key}})\n"
        f"OPTIONAL MATCH (n)-[r]-(m)\n{beside}"
        "RETURN n, r, m\n"
        "ORDER BY r.valid_to IS NOT NULL, r.level = 'inferred', r.as_of IS NULL, r.as_of DESC, type(r), elementId(m)"
    )
