"""Write statements and constraints, generated from the ontology: one for each label and each kind of link.

`python -m kg.templates` prints them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.ontology import Label, Ontology, Property, Relation

KEYED_LAYERS = ("fact", "derived", "reference")
"""Layers whose edges carry a `key` of their own; the others are told apart by their ends alone."""


def node_statement(label: Label) -> str:
    """Rows of one label: a row replaces all properties of its node (`grams` included, an embedding kept).

    A row has the label's key under its own name and any of the label's properties; dates as ISO 8601 text
    (a year or a month alone means its first day).
    """
    key = f"{{{label.key}: row.{label.key}}}"
    lines = ["UNWIND $rows AS row", f"MERGE (n:{label.name} {key})"]
    keep = "embedding" in label.properties
    if keep:
        lines.append("WITH n, row, n.embedding AS embedding")
    lines.append("SET n = row")
    lines += [f"SET n.{name} = date(row.{name})" for name in _dates(label.properties)]
    if keep:
        lines.append("SET n.embedding = coalesce(row.embedding, embedding)")
    return "\n".join(lines)


def link_statement(relation: Relation, start: Label, end: Label) -> str:
    """Rows of one relation between two labels: `start` and `end` are key values, the rest are its properties."""
    match = [
        "UNWIND $rows AS row",
        f"MATCH (a:{start.name} {{{start.key}: row.start}})",
        f"MATCH (b:{end.name} {{{end.key}: row.end}})",
    ]
    keyed = relation.layer in KEYED_LAYERS
    merge = f"MERGE (a)-[r:{relation.name}{' {key: row.key}' if keyed else ''}]->(b)"
    dates = {"valid_from", "valid_to", "as_of", *_dates(relation.properties)}
    names = [name for name in relation.edge_properties if not (keyed and name == "key")]
    sets = [f"r.{name} = {f'date(row.{name})' if name in dates else f'row.{name}'}" for name in names]
    return "\n".join([*match, merge, *(["SET " + ", ".join(sets)] if sets else [])])


def constraint_statements(ontology: Ontology) -> list[str]:
    """UNIQUE on the key of each label and on `key` of each edge that has one."""
    nodes = [
        f"CREATE CONSTRAINT {label.name.lower()}_{label.key} IF NOT EXISTS "
        f"FOR (n:{label.name}) REQUIRE n.{label.key} IS UNIQUE"
        for label in ontology.labels.values()
    ]
    edges = [
        f"CREATE CONSTRAINT {relation.name.lower()}_edge_key IF NOT EXISTS "
        f"FOR ()-[r:{relation.name}]-() REQUIRE r.key IS UNIQUE"
        for relation in ontology.relations.values()
        if relation.edge and relation.layer in KEYED_LAYERS
    ]
    return nodes + edges


def _dates(properties: Mapping[str, Property]) -> Iterable[str]:
    return [item.name for item in properties.values() if item.type == "date"]


def main() -> None:
    """Print every generated statement."""
    ontology = Ontology.load()
    for text in constraint_statements(ontology):
        print(text + ";\n")
    for label in ontology.labels.values():
        print(node_statement(label) + ";\n")
    for relation in ontology.relations.values():
        for start in relation.sources if relation.edge else ():
            for end in relation.targets:
                print(link_statement(relation, ontology.labels[start], ontology.labels[end]) + ";\n")


if __name__ == "__main__":
    main()
