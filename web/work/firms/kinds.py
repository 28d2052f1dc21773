"""What a firm may declare: kinds and their fields, read from `declarations.yml`, and what was typed into them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from kg.ontology import Ontology
from kg.values.date import parse_date
from kg.yml import read_yaml
from web.errors import UnusableError, WebError

LONGEST = 200
"""Signs of a field."""

_PUBLIC: dict[object, Literal["yes", "ask", "no"]] = {True: "yes", False: "no", "ask": "ask"}
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind: its words, its type, and which part of the statement it fills."""

    name: str
    words: Mapping[str, str]
    type: str = "text"
    property: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of declaration: what it becomes in the graph (nothing, where `relation` is empty), who may see it."""

    name: str
    words: Mapping[str, str]
    public: Literal["yes", "ask", "no"]
    relation: str = ""
    target: str = ""
    fields: tuple[Field, ...] = field(default=())


@cache
def kinds() -> dict[str, Kind]:
    """The packaged kinds by name."""
    tree = read_yaml((resources.files(__package__) / "declarations.yml").read_text("utf-8"))
    return {name: _kind(name, entry) for name, entry in tree.items()}


def kind_of(name: str) -> Kind:
    """One of them. Raises WebError WE404."""
    found = kinds().get(name)
    if found is None:
        raise WebError("no such kind of declaration", code="WE404", hint=f"one of {', '.join(kinds())}")
    return found


def _kind(name: str, entry: Mapping[str, Any]) -> Kind:
    return Kind(
        name,
        {"zh": entry["zh"], "en": entry["en"]},
        _PUBLIC[entry["public"]],
        entry.get("relation", ""),
        entry.get("target", ""),
        tuple(
            Field(
                key,
                {"zh": one["zh"], "en": one["en"]},
                one.get("type", "text"),
                one.get("property", ""),
                bool(one.get("required", False)),
            )
            for key, one in entry["fields"].items()
        ),
    )


def typed(kind: Kind, ontology: Ontology, given: Mapping[str, str]) -> dict[str, Any]:
    """The values of what was typed, empty fields left out. Raises UnusableError (WE114)."""
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {}
    for one in kind.fields:
        text = " ".join(given.get(one.name, "").split())
        if not text:
            if one.required:
                wrong[one.name] = "empty"
            continue
        value = _value(one, ontology, text)
        if len(text) > LONGEST:
            wrong[one.name] = "long"
        elif value is None:
            wrong[one.name] = one.type
        else:
            values[one.name] = value
    if "value_max" in values and values.get("value", 0) > values["value_max"]:
        wrong["value_max"] = "order"
    if wrong:
        raise UnusableError(wrong, "WE114")
    return values


def _value(one: Field, ontology: Ontology, text: str) -> Any:
    """The value of a text, None where it is none of the field's type."""
    if one.type == "number":
        try:
            number = float(text.replace(",", "").replace("，", ""))
        except ValueError:
            return None
        return (int(number) if number.is_integer() else number) if math.isfinite(number) else None
    if one.type == "date":
        day = parse_date(text)
        return day if day and len(day) == 10 else None
    if one.type == "year":
        found = _YEAR.fullmatch(text.removesuffix("年"))
        return found[0] if found else None
    if one.type in ("operator", "metric"):
        return text if text in ontology.values[one.type] else None
    return text


def cells(kind: Kind, values: Mapping[str, Any], ontology: Ontology) -> dict[str, str]:
    """The row that evidence quotes: heads with what was declared, as text."""
    row = {}
    for one in kind.fields:
        if (value := values.get(one.name)) is not None:
            row[one.words["zh"]] = ontology.label(f"metric.{value}", "zh") if one.type == "metric" else f"{value}"
    return row
