"""An answer as JSON that is kept, and back: nodes, relations and paths with what a page shows and links by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.console import Column, Table
from kg.console.result import Link, Node, Path
from web.tables import plain

_KIND = "\u2060kind"
"""The key that marks what is no map of the answer: begins with a sign that no name begins with."""


def frozen(table: Table) -> dict[str, Any]:
    """Columns and rows as JSON; seconds are left out, so that equal answers are equal."""
    return {
        "columns": [[one.name, one.type, one.facts] for one in table.columns],
        "rows": [[_frozen(value) for value in row] for row in table.rows],
        "total": table.total,
        "at_least": table.at_least,
        "shortened": table.shortened,
    }


def thawed(content: Mapping[str, Any]) -> Table:
    """The table of such JSON; nodes and relations come without the properties that no page shows."""
    return Table(
        tuple(Column(name, kind, facts) for name, kind, facts in content["columns"]),
        tuple(tuple(_thawed(value) for value in row) for row in content["rows"]),
        content["total"],
        content["at_least"],
        content["shortened"],
    )


def _frozen(value: Any) -> Any:
    if isinstance(value, Node):
        return {_KIND: "node", "label": value.label, "key": value.key, "caption": value.caption}
    if isinstance(value, Link):
        ends = [None if end is None else _frozen(end) for end in (value.start, value.end)]
        return {_KIND: "link", "type": value.type, "fact": value.fact, "ends": ends}
    if isinstance(value, Path):
        return {_KIND: "path", "nodes": list(map(_frozen, value.nodes)), "links": list(map(_frozen, value.links))}
    if isinstance(value, list):
        return [_frozen(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _frozen(item) for key, item in value.items()}
    return plain(value)


def _thawed(value: Any) -> Any:
    if isinstance(value, list):
        return [_thawed(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    kind = value.get(_KIND)
    if kind == "node":
        return Node(value["label"], value["key"], value["caption"], {})
    if kind == "link":
        start, end = map(_thawed, value["ends"])
        return Link(value["type"], value["fact"], {}, start, end)
    if kind == "path":
        return Path(tuple(map(_thawed, value["nodes"])), tuple(map(_thawed, value["links"])))
    return {key: _thawed(item) for key, item in value.items()}
