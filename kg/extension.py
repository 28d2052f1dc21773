"""An operator's own types and relations: a second ontology file that adds to the packaged one and changes none of it.

Its names become labels, types and properties of the graph and stand in generated statements, so that they are checked
sign by sign before anything is made of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kg.errors import KgError

PARTS = ("labels", "relations", "properties", "values")
SOURCES = ("Enterprise", "Product", "Patent")
"""Labels from which an own relation may start: what a statement can be about."""
_FORMS = {
    "labels": (re.compile(r"[A-Z][A-Za-z0-9]{1,40}"), "a word like Laboratory"),
    "relations": (re.compile(r"[A-Z][A-Z0-9_]{1,40}"), "words like TESTED_BY"),
    "properties": (re.compile(r"[a-z][a-z0-9_]{0,40}"), "words like test_method"),
    "values": (re.compile(r"[a-z][a-z0-9_]{0,40}"), "words like test_grade"),
}
_LABEL_ENTRIES = {"zh", "en", "key", "layer", "properties"}
_RELATION_ENTRIES = {"zh", "en", "layer", "temporal", "source", "target", "properties", "required", "qualifier"}
_TEMPORAL = ("state", "period", "event", "open")
_TAKEN = ("key", "fact", "facts", "level", "source", "document", "page", "as_of", "grams", "embedding")


class OntologyError(KgError):
    """A file of the ontology is wrong (KG101): file, entry, what is wrong with it."""

    code = "KG101"


def extend(tree: dict[str, Any], own: Mapping[str, Any], file: str) -> list[str]:
    """Add an operator's labels, relations, properties and values to the base tree. Raises OntologyError.

    Returns the names of its labels and relations.
    """

    def wrong(entry: str, reason: str, hint: str = "see docs/manifests.md, Own types and relations") -> OntologyError:
        return OntologyError(reason, hint=hint, file=file, place=entry)

    for part, entries in own.items():
        if part not in PARTS:
            raise wrong(str(part), f"an own ontology has {', '.join(PARTS)} alone")
        if not isinstance(entries, dict):
            raise wrong(part, "no mapping of names")
        for name, entry in entries.items():
            _check_name(tree, part, name, wrong)
            if not isinstance(entry, dict):
                raise wrong(f"{part}.{name}", "no mapping")
    labels = {name: _label(name, entry, wrong) for name, entry in (own.get("labels") or {}).items()}
    targets = [name for name in tree["relations"]["OBJECT"]["target"] if name != "Record"]
    allowed = {"Enterprise", *targets, *labels}
    relations = {name: _relation(name, entry, allowed, wrong) for name, entry in (own.get("relations") or {}).items()}
    tree["labels"].update(labels)
    tree["relations"].update(relations)
    tree["properties"].update(own.get("properties") or {})
    tree["values"].update(own.get("values") or {})
    # what an own relation ends in is the object of Facts as any other thing is
    tree["relations"]["OBJECT"]["target"] = [*tree["relations"]["OBJECT"]["target"], *labels]
    return [*labels, *relations]


Wrong = Callable[..., OntologyError]


def _check_name(tree: Mapping[str, Any], part: str, name: object, wrong: Wrong) -> None:
    form, like = _FORMS[part]
    place = f"{part}.{name}"
    if not isinstance(name, str) or not form.fullmatch(name):
        raise wrong(place, f"no name of its kind: {like}")
    if any(name.lower() == str(known).lower() for known in tree[part]) or (part == "values" and name == "level"):
        raise wrong(place, "the packaged ontology has it already and cannot be changed", "give it another name")
    if part == "properties" and name in _TAKEN:
        raise wrong(place, "every edge has that property already", "give it another name")


def _label(name: str, entry: Mapping[str, Any], wrong: Wrong) -> dict[str, Any]:
    place = f"labels.{name}"
    _check_entries(entry, _LABEL_ENTRIES, place, wrong)
    if entry.get("layer", "entity") != "entity" or entry.get("key", "key") != "key":
        raise wrong(place, "an own type is of the layer entity, under its key", "leave layer and key out")
    if set(entry.get("properties", ("key", "name"))) != {"key", "name"}:
        raise wrong(place, "an own type has a key and a name", "say the rest as properties of its relation")
    return {**entry, "layer": "entity", "key": "key", "properties": ["key", "name"]}


def _relation(name: str, entry: Mapping[str, Any], allowed: set[str], wrong: Wrong) -> dict[str, Any]:
    place = f"relations.{name}"
    _check_entries(entry, _RELATION_ENTRIES, place, wrong)
    if entry.get("layer", "fact") != "fact":
        raise wrong(place, "an own relation is of the layer fact", "leave layer out")
    if entry.get("temporal") not in _TEMPORAL:
        raise wrong(place, f"its temporal kind is one of {', '.join(_TEMPORAL)}")
    for source in _several(entry.get("source")):
        if source not in SOURCES:
            raise wrong(place, f"it cannot start from {source}", f"start it from {', '.join(SOURCES)}")
    for target in _several(entry.get("target")):
        if target not in allowed:
            raise wrong(place, f"it cannot end in {target}", f"one of {', '.join(sorted(allowed))}")
    if not entry.get("source") or not entry.get("target"):
        raise wrong(place, "it needs a source and a target")
    for item in entry.get("properties") or ():
        for own in item if isinstance(item, dict) else (item,):
            if not isinstance(own, str) or not _FORMS["properties"][0].fullmatch(own) or own in _TAKEN:
                raise wrong(place, f"no name of a property: {own}", _FORMS["properties"][1])
    return {**entry, "layer": "fact"}


def _check_entries(entry: Mapping[str, Any], known: set[str], place: str, wrong: Wrong) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        raise wrong(place, f"unknown entries {', '.join(map(str, unknown))}", f"it has {', '.join(sorted(known))}")


def _several(value: object) -> Iterator[object]:
    yield from value if isinstance(value, list) else () if value is None else (value,)
