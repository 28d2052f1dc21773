"""The ontology: labels, relations, properties and enumerated values, read from `kg/ontology.yml`.

Everything that depends on what may be said in the graph asks here: the journal's checks, the projection, the
generated write statements, the pages' words and docs/ontology.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from kg.extension import OntologyError, extend
from kg.records import BY_STRENGTH, Fact
from kg.yml import read_yaml

Words = Mapping[str, str]
"""Names by language: zh and en."""

TYPES = ("text", "number", "date", "boolean", "list", "json", "vector")

EDGE_PROPERTIES = ("key", "fact", "facts", "level", "source", "valid_from", "valid_to", "as_of")
"""What every typed edge has beside its relation's own properties."""

REFERENCE_PROPERTIES = ("key", "facts", "level", "source", "document", "page", "valid_from", "valid_to", "as_of")
"""What every reference edge has: it opens at a row of a document, not at a Fact."""

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Property:
    """A property: type (one of TYPES), unit, enumeration of its values; a private one stays in the evidence."""

    name: str
    labels: Words
    type: str = "text"
    unit: str | None = None
    values: str | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A label of nodes, unique under the property `key`; `layer` is evidence or entity."""

    name: str
    key: str
    layer: str
    properties: Mapping[str, Property]
    labels: Words


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation from any of `sources` to any of `targets` (none for a fact without an object)."""

    name: str
    layer: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    properties: Mapping[str, Property]
    labels: Words
    temporal: str | None = None
    required: tuple[str, ...] = ()
    qualifier: tuple[str, ...] = ()
    onto: tuple[str, ...] = ()
    derived_from: str | None = None
    edge: bool = True

    @property
    def source(self) -> str:
        """The first (often the only) label that it starts from."""
        return self.sources[0]

    @property
    def target(self) -> str | None:
        """The first (often the only) label that it ends in."""
        return self.targets[0] if self.targets else None

    @property
    def edge_properties(self) -> tuple[str, ...]:
        """Names of all properties that an edge of this relation has in the graph, in order."""
        own = tuple(name for name in self.properties if self.layer != "fact" or name not in self.onto)
        if self.layer in ("fact", "derived"):
            return EDGE_PROPERTIES + tuple(name for name in own if name not in EDGE_PROPERTIES)
        if self.layer == "reference":
            return REFERENCE_PROPERTIES + tuple(name for name in own if name not in REFERENCE_PROPERTIES)
        return own


@dataclass(frozen=True)
class Ontology:
    """All labels, relations and enumerated values, with their names; `own` are labels and relations of the operator."""

    labels: Mapping[str, Label]
    relations: Mapping[str, Relation]
    values: Mapping[str, Mapping[str, Mapping[str, str]]]
    words: Mapping[str, Words] = field(default_factory=dict)
    own: tuple[str, ...] = ()

    @classmethod
    def load(cls, *extra: Path) -> Ontology:
        """The packaged ontology, extended by an operator's own files of the same form (see `kg.extension`).

        Raises OntologyError with file and entry.
        """
        if not extra:
            return _packaged()
        tree = _packaged_tree()
        own: list[str] = []
        built = None
        for path in extra:
            try:
                own += extend(tree, _tree(path.read_text(encoding="utf-8"), path.name), path.name)
                built = _build(tree)  # after each file, so that an error names the file that brought it
            except (OSError, UnicodeDecodeError) as error:
                raise OntologyError(f"the file cannot be read: {error}", file=str(path)) from error
            except OntologyError as error:
                error.file = path.name
                raise
        assert built is not None
        return replace(built, own=tuple(own))

    def label(self, term: str, lang: str) -> str:
        """The name of a term in a language; the term itself where it has none.

        Terms: a label, a relation, a property (`share`, `Enterprise.kind`, `HAS_HONOUR.status`) or an enumerated
        value (`tier.little_giant`, `level.disclosed`).
        """
        found = self.words.get(term)
        if found is None and "." in term:
            found = self.words.get(term.split(".", 1)[1])
        return (found or {}).get(lang) or term

    def worded(self, relation: str, name: str, value: object, lang: str) -> str | None:
        """The name of an enumerated value of a relation's property; None where it is not enumerated."""
        declared = self.relations[relation].properties.get(name) if relation in self.relations else None
        if declared is None or declared.values is None or str(value) not in self.values[declared.values]:
            return None
        return self.label(f"{declared.values}.{value}", lang)

    def check_fact(self, fact: Fact) -> list[str]:
        """What is wrong with a fact, in words; an empty list where it may enter the journal."""
        relation = self.relations.get(fact.relation)
        if relation is None or relation.layer not in ("fact", "reference"):
            return [f"unknown relation {fact.relation}"]
        problems = _check_ends(relation, fact)
        for name in relation.required:
            if fact.properties.get(name) in (None, ""):
                problems.append(f"{relation.name} needs the property {name}")
        for name, value in fact.properties.items():
            declared = relation.properties.get(name)
            if declared is None:
                problems.append(f"{relation.name} has no property {name}")
            elif value is not None:
                problems += self._check_value(declared, value)
        if fact.level not in BY_STRENGTH:
            problems.append(f"unknown level {fact.level}")
        for name, value in (("valid_from", fact.valid_from), ("valid_to", fact.valid_to)):
            if value is not None and not is_date(value):
                problems.append(f"{name} is not a date: {value}")
        if not 0 <= fact.start <= fact.end:
            problems.append(f"offsets {fact.start} to {fact.end} are no place")
        return problems

    def _check_value(self, declared: Property, value: object) -> list[str]:
        kinds: dict[str, Any] = {
            "text": str,
            "number": (int, float),
            "date": str,
            "boolean": bool,
            "list": list | tuple,
        }
        kind = kinds.get(declared.type)
        if kind and (not isinstance(value, kind) or (declared.type == "number" and isinstance(value, bool))):
            return [f"{declared.name} is not a {declared.type}: {value}"]
        if declared.type == "date" and not is_date(str(value)):
            return [f"{declared.name} is not a date: {value}"]
        if declared.values and str(value) not in self.values[declared.values]:
            return [f"{declared.name} has no value {value}"]
        return []


def is_date(text: str) -> bool:
    """Whether the text is an ISO 8601 date, month or year."""
    if not _DATE.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _check_ends(relation: Relation, fact: Fact) -> list[str]:
    problems = []
    if fact.source.type not in relation.sources:
        problems.append(f"{relation.name} cannot start from {fact.source.type}")
    if not (fact.source.name.strip() or fact.source.key):
        problems.append("the source has no name")
    if fact.target is None:
        if relation.targets:
            problems.append(f"{relation.name} needs a target")
        return problems
    if fact.target.type not in relation.targets:
        problems.append(f"{relation.name} cannot end in {fact.target.type}")
    if not (fact.target.name.strip() or fact.target.key):
        problems.append("the target has no name")
    return problems


def _packaged_tree() -> dict[str, Any]:
    return _tree(files("kg").joinpath("ontology.yml").read_text(encoding="utf-8"), "kg/ontology.yml")


@cache
def _packaged() -> Ontology:
    return _build(_packaged_tree())


def _tree(text: str, name: str) -> dict[str, Any]:
    try:
        tree = read_yaml(text)
    except yaml.YAMLError as error:
        raise OntologyError(f"not YAML: {error}", file=name) from error
    if not isinstance(tree, dict):
        raise OntologyError("not a mapping of labels, relations, properties and values", file=name)
    return tree


def _build(tree: Mapping[str, Any]) -> Ontology:
    values = {"level": tree["levels"], **tree["values"]}
    shared = {name: _property(name, entry or {}) for name, entry in tree["properties"].items()}
    labels = {}
    for name, entry in tree["labels"].items():
        properties = _properties(name, entry, shared)
        if entry.get("key") not in properties:
            raise OntologyError(f"label {name} has no property for its key {entry.get('key')}")
        labels[name] = Label(name, entry["key"], entry["layer"], properties, _words(name, entry))
    relations = {name: _relation(name, entry, shared) for name, entry in tree["relations"].items()}
    ontology = Ontology(labels, relations, values, _all_words(tree, labels, relations, shared))
    _check(ontology, tree)
    return ontology


def _property(name: str, entry: Mapping[str, Any]) -> Property:
    kind = entry.get("type", "text")
    if kind not in TYPES:
        raise OntologyError(f"property {name} has an unknown type {kind}")
    return Property(
        name, _words(name, entry), kind, entry.get("unit"), entry.get("values"), bool(entry.get("private", False))
    )


def _properties(owner: str, entry: Mapping[str, Any], shared: Mapping[str, Property]) -> dict[str, Property]:
    found = {}
    for item in entry.get("properties", ()):
        if isinstance(item, dict):
            found.update({name: _property(name, own) for name, own in item.items()})
        elif item in shared:
            found[item] = shared[item]
        else:
            raise OntologyError(f"{owner} names the property {item}, which is not declared")
    return found


def _relation(name: str, entry: Mapping[str, Any], shared: Mapping[str, Property]) -> Relation:
    def names(field_name: str) -> tuple[str, ...]:
        value = entry.get(field_name) or ()
        return (value,) if isinstance(value, str) else tuple(value)

    relation = Relation(
        name=name,
        layer=entry["layer"],
        sources=names("source"),
        targets=names("target"),
        properties=_properties(name, entry, shared),
        labels=_words(name, entry),
        temporal=entry.get("temporal"),
        required=names("required"),
        qualifier=names("qualifier"),
        onto=names("onto"),
        derived_from=entry.get("from"),
        edge=bool(entry.get("edge", True)),
    )
    for used in (*relation.required, *relation.qualifier, *relation.onto):
        if used not in relation.properties:
            raise OntologyError(f"{name} uses the property {used}, which it does not list")
    return relation


def _words(name: str, entry: Mapping[str, Any]) -> Words:
    words = {lang: entry[lang] for lang in ("zh", "en") if lang in entry}
    if len(words) != 2:
        raise OntologyError(f"{name} needs a name in zh and en")
    return words


def _all_words(
    tree: Mapping[str, Any],
    labels: Mapping[str, Label],
    relations: Mapping[str, Relation],
    shared: Mapping[str, Property],
) -> dict[str, Words]:
    words: dict[str, Words] = {name: item.labels for name, item in shared.items()}
    for group in ("layers", "temporal"):
        words.update({f"{group}.{name}": _words(name, entry) for name, entry in tree[group].items()})
    for group, entries in {"level": tree["levels"], **tree["values"]}.items():
        words.update({f"{group}.{name}": _words(name, entry) for name, entry in entries.items()})
    owners: list[Label | Relation] = [*labels.values(), *relations.values()]
    for owner in owners:
        words[owner.name] = owner.labels
        words.update({f"{owner.name}.{name}": item.labels for name, item in owner.properties.items()})
    return words


def _check(ontology: Ontology, tree: Mapping[str, Any]) -> None:
    for relation in ontology.relations.values():
        for name in (*relation.sources, *relation.targets):
            if name not in ontology.labels:
                raise OntologyError(f"{relation.name} names the label {name}, which is not declared")
        if relation.layer not in tree["layers"]:
            raise OntologyError(f"{relation.name} has an unknown layer {relation.layer}")
        if relation.temporal is None and relation.layer in ("fact", "derived", "reference"):
            raise OntologyError(f"{relation.name} needs a temporal kind")
        if relation.temporal is not None and relation.temporal not in tree["temporal"]:
            raise OntologyError(f"{relation.name} has an unknown temporal kind {relation.temporal}")
    owners: Iterable[Label | Relation] = (*ontology.labels.values(), *ontology.relations.values())
    for owner in owners:
        for item in owner.properties.values():
            if item.values and item.values not in ontology.values:
                raise OntologyError(f"{owner.name}.{item.name} names the enumeration {item.values}, not declared")


def markdown(ontology: Ontology) -> str:
    """The page docs/ontology.md: every label, relation and enumeration in tables."""
    from kg.ontology_page import page  # the page reads this module

    return page(ontology)
