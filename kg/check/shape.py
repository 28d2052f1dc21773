"""Nodes and edges against the ontology: labels, types, properties, ends, required and enumerated values, schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kg.check.finding import Findings
from kg.ontology import EDGE_PROPERTIES, REFERENCE_PROPERTIES, Label, Ontology, Property, Relation, is_date
from kg.queries import queries
from kg.store import Graph
from kg.templates import constraint_statements

_KINDS: dict[str, type | tuple[type, ...]] = {
    "text": (str, int),  # a page is a number, or sheet:row
    "date": str,
    "number": (int, float),
    "boolean": bool,
    "list": list,
}
_MAY_LACK = {"valid_from", "valid_to", "as_of"}


def check_shape(graph: Graph, ontology: Ontology, findings: Findings) -> None:
    """Every node and edge of the graph, then its constraints and indexes."""
    for row in graph.stream("check_nodes"):
        findings.look("nodes")
        _node(row, ontology, findings)
    for row in graph.stream("digest_links"):
        findings.look("links")
        _link(row, ontology, findings)
    check_schema(graph, ontology, findings)


def check_schema(graph: Graph, ontology: Ontology, findings: Findings) -> None:
    """Constraints and indexes that ontology and `kg/cypher/schema` ask for."""
    there = {row["name"]: row["state"] for row in graph.read("check_indexes")}
    for text in [*constraint_statements(ontology), *(item.text for item in queries("schema"))]:
        kind, name = re.findall(r"CREATE (?:\w+ )?(CONSTRAINT|INDEX) (\w+)", text)[0]
        if kind == "CONSTRAINT" and name not in there:
            findings.note("constraint_missing", name)
        elif there.get(name) != "ONLINE":
            findings.note("index_missing", f"{name} ({there.get(name, 'absent')})")


def _node(row: Mapping[str, Any], ontology: Ontology, findings: Findings) -> None:
    labels = row["labels"]
    label: Label | None = ontology.labels.get(labels[0]) if len(labels) == 1 else None
    if label is None:
        findings.note("label_unknown", f"{':'.join(labels) or 'no label'} {row['properties']}")
        return
    properties = row["properties"]
    words = f"{label.name} {properties.get(label.key)}"
    if properties.get(label.key) in (None, ""):
        findings.note("required_missing", f"{label.name} without its key {label.key}")
    for name in row["keys"]:
        if name not in label.properties:
            findings.note("property_unknown", f"{words}: {name}")
    _values(words, properties, label.properties, ontology, findings)


def _link(row: Mapping[str, Any], ontology: Ontology, findings: Findings) -> None:
    relation = ontology.relations.get(row["type"])
    properties = row["properties"]
    words = f"{row['type']} {row['start'][1]} → {row['end'][1]}"
    if relation is None or not relation.edge:
        findings.note("relation_unknown", words)
        return
    if row["start"][0] not in relation.sources or row["end"][0] not in relation.targets:
        findings.note("ends_wrong", f"{words}: {row['start'][0]} to {row['end'][0]}")
    known = relation.edge_properties
    for name in properties:
        if name not in known:
            findings.note("property_unknown", f"{words}: {name}")
    for name in _required(relation, properties):
        if properties.get(name) in (None, ""):
            findings.note("required_missing", f"{words}: {name}")
    _values(words, properties, relation.properties, ontology, findings)
    level = properties.get("level")
    if level is not None and level not in ontology.values["level"]:
        findings.note("value_unknown", f"{words}: level {level}")


def _required(relation: Relation, properties: Mapping[str, Any]) -> list[str]:
    if relation.layer == "reference":
        return [name for name in REFERENCE_PROPERTIES if name not in _MAY_LACK]
    if relation.layer not in ("fact", "derived"):
        return []
    own = [] if properties.get("derived") else [name for name in relation.required if name not in relation.onto]
    return [name for name in EDGE_PROPERTIES if name not in _MAY_LACK] + own


def _values(
    words: str,
    properties: Mapping[str, Any],
    declared: Mapping[str, Property],
    ontology: Ontology,
    findings: Findings,
) -> None:
    for name, value in properties.items():
        own = declared.get(name)
        if own is None or value is None:
            continue
        kind = _KINDS.get(own.type)
        if kind is not None and (
            not isinstance(value, kind)
            or (own.type == "number" and isinstance(value, bool))
            or (own.type == "date" and not is_date(str(value)))
        ):
            findings.note("type_wrong", f"{words}: {name} is no {own.type}: {value!r}")
        elif own.values and str(value) not in ontology.values[own.values]:
            findings.note("value_unknown", f"{words}: {name} {value}")
