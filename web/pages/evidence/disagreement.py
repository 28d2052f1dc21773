"""Where statements on one thing differ: both values stand side by side, each with its source; none is summed.

Two statements speak of one thing where firm, relation, object, qualifier and period are the same. They agree where the
values are equal, where the one is the other rounded (half a percent), or where the one holds the other (a year and a
day of it, an address with and without its province).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from kg.values.name import name_key
from web.pages.evidence.citation import Citation, citation

if TYPE_CHECKING:
    from kg.store import Graph

COMPARED: Mapping[str, tuple[str, ...]] = {
    "WON_CONTRACT": ("amount", "buyer", "signed"),
    "PRODUCES": ("share", "revenue"),
    "REPORTS_METRIC": ("value",),
    "SUBSIDIARY_OF": ("share",),
    "OWNS_PATENT": ("filed", "granted"),
    "HOLDS_CERTIFICATE": ("valid_to",),
    "PROFILE": ("founded", "registered_capital", "address", "website", "stock_code"),
}
"""Properties of which a thing has one at a time. `amount` is made of amount_min and amount_max."""

ROUNDED = 0.005


class Said(BaseModel):
    """One value and who says it."""

    values: dict[str, Any] = Field(description="the property; for an amount, its bounds and currency")
    source: Citation


class Disagreement(BaseModel):
    """One property of one thing of which documents give different values, newest first."""

    relation: str
    name: str | None = Field(description="the thing: contract, product, metric …; none for the firm itself")
    property: str
    period: str | None = None
    said: list[Said]


def disagreements(graph: Graph, firm_id: str) -> list[Disagreement]:
    """What the documents on a firm do not agree on."""
    things: dict[tuple[str, str, str], list[tuple[dict[str, Any], Mapping[str, Any]]]] = {}
    for row in graph.read("firm_doubled", id=firm_id, relations=list(COMPARED)):
        values = json.loads(row["values"] or "{}")
        things.setdefault((row["relation"], row["key"], str(values.get("period") or "")), []).append((values, row))
    found = []
    for (relation, _, period), rows in things.items():
        for name in COMPARED[relation]:
            said = differing(name, [(_values(name, values), citation(row)) for values, row in rows])
            if said:
                thing = rows[0][1]["name"]
                found.append(
                    Disagreement(relation=relation, name=thing, property=name, period=period or None, said=said)
                )
    return found


def differing(name: str, said: Sequence[tuple[dict[str, Any], Citation]]) -> list[Said]:
    """The values of which no two agree, each with the first that says it; empty where all agree."""
    different: list[Said] = []
    for values, source in said:
        if values and not any(agree(values, other.values) for other in different):
            different.append(Said(values=values, source=source))
    return different if len(different) > 1 else []


def otherwise(relation: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What a second statement on the same thing says differently; empty where it agrees."""
    different: dict[str, Any] = {}
    if one.get("period") == other.get("period"):
        for name in COMPARED.get(relation, ()):
            if not agree(_values(name, one), theirs := _values(name, other)):
                different |= theirs
    return different


def agree(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two values of a property may be the same."""
    return all(_same(one[name], other[name]) for name in one.keys() & other.keys())


def _values(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    parts = ("amount_min", "amount_max", "currency") if name == "amount" else (name,)
    found = {part: values[part] for part in parts if values.get(part) is not None}
    return found if found.keys() - {"currency"} else {}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= ROUNDED * max(abs(one), abs(other))
    short, long = sorted((name_key(str(one)), name_key(str(other))), key=len)
    return short in long
