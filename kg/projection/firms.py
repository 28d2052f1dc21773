"""Enterprises: clusters of records with the properties that their profiles and aliases give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from kg.ontology import Ontology
from kg.projection.records import Record
from kg.projection.shape import Row, given
from kg.projection.statement import NAMES, Statement, newness
from kg.projection.words import day, grams, kind, pinyin
from kg.values.name import clean_name, name_key

_CHANGES = frozenset({"address", "office_address", "legal_form", "website", "registered_capital", "size"})
"""Properties of a profile that a newer statement closes."""


def firms(
    records: Mapping[str, Record],
    firm_of: Mapping[str, str],
    statements: Iterable[Statement],
    ontology: Ontology,
    promoted: Mapping[str, str],
) -> list[Row]:
    """A row for every enterprise that a record identifies; `promoted` has the record that gives a firm its name."""
    members: dict[str, list[Record]] = defaultdict(list)
    for key, record in records.items():
        members[firm_of[key]].append(record)
    said: dict[str, list[Statement]] = defaultdict(list)
    for item in statements:
        if item.relation in ("PROFILE", "ALIAS_OF") and item.subject.key in records:
            said[firm_of[item.subject.key]].append(item)
    for each in said.values():
        _supersede(each)
    rows = [_firm(key, group, said.get(key, []), ontology, promoted.get(key)) for key, group in members.items()]
    _share_no_code(rows)
    return rows


def _share_no_code(rows: list[Row]) -> None:
    """A code belongs to one enterprise: where a person's word splits its records, the least id keeps it."""
    owners: dict[str, str] = {}
    for row in rows:
        if "credit_code" in row:
            owners[row["credit_code"]] = min(owners.get(row["credit_code"], row["id"]), row["id"])
    for row in rows:
        if "credit_code" in row and owners[row["credit_code"]] != row["id"]:
            del row["credit_code"]


def _firm(key: str, members: list[Record], said: list[Statement], ontology: Ontology, promoted: str | None) -> Row:
    newest = min(members, key=lambda record: (-record.newest, record.id))
    name = clean_name(next((record for record in members if record.id == promoted), newest).name[1])
    row: Row = {"id": key, "name": name, "kind": kind(name)}
    codes = [record.code for record in members if record.code]
    if codes:
        row["credit_code"] = min(codes)[1]
    names: dict[str, set[str]] = {"aliases": set(), "former_names": set()}
    for record in members:
        # A name that only older documents use is a former one; one that is used still is another name.
        names["former_names" if record.newest < newest.newest else "aliases"].add(clean_name(record.name[1]))
    wanted = ontology.labels["Enterprise"].properties
    for item in sorted(said, key=lambda item: item.rank):
        for list_name, found in _names(item):
            names[list_name].add(clean_name(found))
        for property_name, value in item.properties.items():
            declared = wanted.get(property_name)
            if declared is not None and not declared.private and property_name not in row and value is not None:
                row[property_name] = day(str(value)) if declared.type == "date" else value
    aliases = _others(names["aliases"], {name_key(name)})
    row["aliases"] = aliases
    row["former_names"] = _others(names["former_names"], {name_key(name), *map(name_key, aliases)})
    names_of_all_times = (name, *row["aliases"], *row["former_names"])
    row["grams"] = grams(*names_of_all_times)
    row["pinyin"] = pinyin(*names_of_all_times)
    row["demo"] = any(document.demo for record in members for document in record.documents.values())
    return given(row)


def _supersede(said: Iterable[Statement]) -> None:
    """Mark profiles of which nothing holds any more: a newer document of the same level or a better one says otherwise.

    A profile that says anything that does not change, such as a day of founding, stays.
    """
    newest: dict[tuple[str, int], tuple[int, set[str]]] = {}
    told = [item for item in said if item.relation == "PROFILE"]
    for item in told:
        for name in _CHANGES & item.properties.keys():
            slot = (name, item.rank[0])
            age, values = newest.setdefault(slot, (newness(item.document), set()))
            if newness(item.document) > age:
                age, values = newness(item.document), set()
            if newness(item.document) == age:
                newest[slot] = (age, values | {str(item.properties[name])})

    def closed(item: Statement, name: str, value: Any) -> bool:
        better = [newest[name, level] for level in range(item.rank[0] + 1) if (name, level) in newest]
        return name in _CHANGES and any(
            age > newness(item.document) and str(value) not in values for age, values in better
        )

    for item in told:
        told_values = [(name, value) for name, value in item.properties.items() if value is not None]
        if told_values and all(closed(item, name, value) for name, value in told_values):
            item.row["state"] = "superseded"


def _names(item: Statement) -> Iterable[tuple[str, str]]:
    if item.relation == "ALIAS_OF":
        yield "aliases", item.row["object_name"] or ""
        return
    for property_name, list_name in NAMES.items():
        value: Any = item.properties.get(property_name)
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str):
                yield list_name, name


def _others(names: Iterable[str], taken: set[str]) -> list[str]:
    """The names but for those taken, one for each normalised form, in order."""
    seen = set(taken)
    kept = []
    for name in sorted(names):
        key = name_key(name)
        if key and key not in seen:
            seen.add(key)
            kept.append(name)
    return kept
