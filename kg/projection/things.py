"""Nodes that are no firm: products, patents, contracts, regions, honours … each from all that is said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.ontology import Ontology
from kg.projection.shape import End, Row, given
from kg.projection.statement import Reading, Statement
from kg.projection.words import day, grams, pinyin
from kg.values.name import clean_name
from kg.values.region import Regions

DESCRIBED = ("Patent", "Contract")
"""Labels whose properties come from the best statement about the node; of all others only the name does."""


def things(reading: Reading, ontology: Ontology, mentioned: Mapping[End, str]) -> dict[str, list[Row]]:
    """Rows by label for every node that the statements, lists and their edges name, and for those `mentioned`."""
    names = dict(mentioned)
    described: dict[End, list[Statement]] = defaultdict(list)
    extras: dict[End, Row] = defaultdict(dict)

    for item in reading.statements.values():
        for end, name in mentions(item):
            see(names, end, name)
            if end.label in DESCRIBED:
                described[end].append(item)
    for (end, _), name in reading.listed.items():
        see(names, end, name)
    for relation, _, end, row in reading.references.values():
        for name in relation.onto:
            if row.get(name) is not None and name in ontology.labels[end.label].properties:
                value = row[name]
                extras[end][name] = min(extras[end].get(name, value), value)
    rows: dict[str, list[Row]] = defaultdict(list)
    for end, name in names.items():
        row = thing(end, clean_name(name), ontology)
        if end in described:
            row.update(_described(end, described[end], ontology))
        row.update(extras.get(end, ()))
        rows[end.label].append(given(row))
    return rows


def mentions(item: Statement) -> Iterator[tuple[End, str | None]]:
    """The things that a statement names, as it names them."""
    for end, name in ((item.subject, item.row["subject_name"]), (item.object, item.row["object_name"])):
        if end is not None and end.label != "Record":
            yield end, name


def see(names: dict[End, str], end: End, name: str | None) -> None:
    """Take a mention into account: of all names of a thing the first in order stands."""
    known = names.get(end)
    name = name or ""
    if known is None or (name and (not known or name < known)):
        names[end] = name


def thing(end: End, name: str, ontology: Ontology) -> Row:
    """A node's row from its key and name alone."""
    label = ontology.labels[end.label]
    row: Row = {label.key: end.key}
    if "name" in label.properties:
        row["name"] = name or None
    if end.label == "Product":
        row["grams"] = grams(name)
        row["pinyin"] = pinyin(name)
    elif end.label == "Region":
        row.update(_region(end.key, name))
    elif end.label == "Metric":
        entry = ontology.values["metric"].get(end.key, {})
        row["name"] = entry.get("zh") or name
        row["unit"] = entry.get("unit")
    elif end.label == "ProductClass":
        row["scheme"], row["code"] = end.key.partition(":")[::2]
    elif end.label == "Industry":
        row["code"] = end.key.rpartition(":")[2]
    elif end.label == "Honour":
        row["tier"], row["batch"] = end.key.partition(":")[0], end.key.rpartition(":")[2] or None
    elif end.label == "FoundationField" and ":" in end.key:
        row["scheme"] = end.key.partition(":")[0]
    return row


def _region(code: str, name: str) -> Row:
    region = Regions.load().by_code(code)
    if region is not None:
        return {"name": region.name, "level": region.level}
    if not (code.isdigit() and len(code) == 6):
        return {}
    level = "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"
    return {"name": name or None, "level": level}


def _described(end: End, items: list[Statement], ontology: Ontology) -> Row:
    """Properties of the node, each from the best statement that gives it."""
    wanted = ontology.labels[end.label].properties
    row: Row = {}
    for item in sorted(items, key=lambda item: item.rank):
        values: dict[str, Any] = dict(item.properties) if item.object == end else {}
        values["title"] = item.row["object_name"] if item.object == end else item.row["subject_name"]
        for name, declared in wanted.items():
            value = values.get(name)
            if value is not None and name not in row:
                row[name] = day(str(value)) if declared.type == "date" else value
    if row.get("title"):
        row["title"] = clean_name(str(row["title"]))
    if end.label == "Patent" and "number" not in row and not _is_hash(end.key):
        row["number"] = end.key
    row.pop("id", None)
    return row


def _is_hash(key: str) -> bool:
    return len(key) == 24 and all(sign in "0123456789abcdef" for sign in key)


def names_of(labels: Iterable[str], ontology: Ontology) -> list[str]:
    """The labels among these whose nodes are named by whoever mentions them."""
    return [
        name for name in labels if name not in ("Metric", *DESCRIBED) and "name" in ontology.labels[name].properties
    ]
