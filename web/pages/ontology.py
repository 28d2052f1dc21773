"""What may be said in this graph: types and relations with their names, the operator's own first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from kg.ontology import Ontology


class Term(BaseModel):
    """A type or a relation; labels of both ends and properties by their names in the ontology."""

    name: str
    own: bool = Field(description="whether the operator's own ontology adds it")
    temporal: str | None = None
    sources: list[str] = []
    targets: list[str] = []
    properties: list[str]


class OntologyPage(BaseModel):
    """Types and relations, own ones first."""

    types: list[Term]
    relations: list[Term]


def ontology_page(ontology: Ontology) -> OntologyPage:
    """All types and relations that facts and lists may name."""
    types = [
        Term(name=label.name, own=label.name in ontology.own, properties=list(label.properties))
        for label in ontology.labels.values()
    ]
    relations = [
        Term(
            name=relation.name,
            own=relation.name in ontology.own,
            temporal=relation.temporal,
            sources=list(relation.sources),
            targets=list(relation.targets),
            properties=list(relation.properties),
        )
        for relation in ontology.relations.values()
        if relation.layer in ("fact", "reference", "derived")
    ]
    return OntologyPage(
        types=sorted(types, key=lambda term: not term.own), relations=sorted(relations, key=lambda term: not term.own)
    )
